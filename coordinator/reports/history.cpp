#include "coordinator/reports/history.hpp"

#include <algorithm>
#include <set>

#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

HistoryLine line_of(const journal::View& store, const tables::EventPlace& place) {
  const auto bytes = session::held_event(store, place.node, place.incarnation, place.sequence);
  LAB_CHECK(bytes.has_value());  // its place was noted in the draft that stored it
  auto event = wire::decode_event(*bytes);
  LAB_CHECK(event.has_value());  // and only of events that could be read
  HistoryLine line{.place = place,
                   .hash = crypto::sha256(*bytes),
                   .event = std::move(*event),
                   .disposition = model::Disposition::stored,
                   .reason = {}};
  if (auto exception = tables::exception_at(store, place)) {
    line.disposition = exception->disposition;
    line.reason = std::move(exception->reason);
  } else if (std::holds_alternative<model::Approved>(line.event.what)) {
    line.disposition = model::Disposition::counted;
  }
  return line;
}

// Puts a line where its stream has it: before what that stream says later.
void put_in(std::vector<HistoryLine>& lines, HistoryLine line) {
  const auto later = std::ranges::find_if(lines, [&](const HistoryLine& one) {
    return one.place.node == line.place.node && one.place.incarnation == line.place.incarnation &&
           one.place.sequence > line.place.sequence;
  });
  lines.insert(later, std::move(line));
}

// The runs that the task's results were measured in: their checks, and what a reviewer decided.
void add_runs(const journal::View& store, std::vector<HistoryLine>& lines) {
  std::set<std::pair<model::NodeId, Hash>> runs;
  for (const HistoryLine& line : lines) {
    const auto* measured = std::get_if<model::Measured>(&line.event.what);
    if (measured) runs.emplace(line.place.node, measured->capture);
  }
  for (const auto& [node, capture] : runs) {
    for (const tables::EventPlace& place : tables::run_places(store, node, capture)) {
      put_in(lines, line_of(store, place));
    }
  }
}

}  // namespace

std::optional<History> history(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return std::nullopt;
  const tables::TaskFile file = tables::task_file(store, id);
  History history{.task = std::move(*task), .result = file.result(), .lines = {}};
  for (const tables::EventPlace& place : file.places()) history.lines.push_back(line_of(store, place));
  add_runs(store, history.lines);
  return history;
}

}  // namespace lab::reports
