#include "coordinator/reports/history.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/reference_set.hpp"
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

// Reference sets of one history, opened when they are first asked for: two verdicts usually share one.
class Sets {
 public:
  explicit Sets(const journal::View& store) : store_(store) {}

  const rules::ReferenceSet* at(const Hash& edition) {
    const auto [place, fresh] = sets_.try_emplace(edition);
    if (fresh) {
      const auto bytes = tables::blob(store_, edition);
      auto set = bytes ? rules::open_bundle(*bytes) : fail(ErrorCode::not_found, "not held");
      if (set) place->second = std::move(*set);
    }
    return place->second ? &*place->second : nullptr;
  }

 private:
  const journal::View& store_;
  std::map<Hash, std::optional<rules::ReferenceSet>> sets_;
};

// What the node had reported before it judged.
rules::PanelResults results_before(std::span<const HistoryLine> lines, const HistoryLine& verdict, std::size_t items) {
  rules::PanelResults results{items};
  for (const HistoryLine& line : lines) {
    const auto* const measured = std::get_if<model::Measured>(&line.event.what);
    if (measured == nullptr || line.place.node != verdict.place.node || !(line.place < verdict.place)) continue;
    for (const model::Determination& one : measured->determinations) results.add(one, measured->portion);
  }
  return results;
}

std::vector<ExplainedVerdict> explain(const History& history, const HistoryLine& verdict, const model::Judged& judged,
                                      Sets& sets) {
  const rules::ReferenceSet* const set = sets.at(judged.edition);
  const model::Panel* const panel = set ? set->panel(history.task.panel) : nullptr;
  if (panel == nullptr) return {};
  const rules::SampleNames names{history.task.commodity, set->categories.path(history.task.category)};
  const auto limits = rules::limits_for_panel(set->limits, panel->items, names, judged.judged_for);
  const auto texts = rules::explain_panel(rules::questions_of(panel->items), {panel->items, limits},
                                          results_before(history.lines, verdict, panel->items.size()), judged.items);
  std::vector<ExplainedVerdict> explained;
  for (const model::ItemVerdict& item : judged.items) {
    if (item.item >= texts.size()) return {};
    explained.push_back({.analyte = panel->items[item.item].analyte, .explanation = texts[item.item]});
  }
  return explained;
}

}  // namespace

std::optional<History> history(const journal::View& store, const model::TaskId& id) {
  auto task = tables::task(store, id);
  if (!task) return std::nullopt;
  const tables::TaskFile file = tables::task_file(store, id);
  History history{.task = std::move(*task),
                  .result = file.result(),
                  .counted = tables::counted_result(store, file),
                  .retest = tables::retest(store, id),
                  .lines = {}};
  for (const tables::EventPlace& place : file.places()) history.lines.push_back(line_of(store, place));
  add_runs(store, history.lines);
  Sets sets{store};
  for (HistoryLine& line : history.lines) {
    const auto* const judged = std::get_if<model::Judged>(&line.event.what);
    if (judged != nullptr) line.explained = explain(history, line, *judged, sets);
  }
  return history;
}

}  // namespace lab::reports
