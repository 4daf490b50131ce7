#include "lab-node/tables/clocks.hpp"

#include <algorithm>

#include "lab-node/tables/tables.hpp"
#include "protocol/rules/reference_set.hpp"

namespace lab::node::tables {
namespace {

using clocks::Kind;

void start(journal::Draft& draft, const model::Grant& grant, Kind kind, UtcTime at) {
  const auto clock = clocks::clock_for(terms(draft), grant.programme, kind, grant.task, at);
  if (clock) clock_table.start(draft, *clock);
}

}  // namespace

clocks::Terms terms(const journal::View& store) {
  const auto bytes = reference(store, current_reference(store));
  const auto files = bytes ? rules::unbundle(*bytes) : fail(ErrorCode::not_found, "none yet");
  const auto text_of = [&](std::string_view name) -> std::string_view {
    if (!files) return {};
    const auto found = std::ranges::find(*files, name, &rules::ReferenceFile::name);
    return found == files->end() ? std::string_view{} : std::string_view{found->text};
  };
  auto read = clocks::read_terms(text_of("deadlines.csv"), text_of("holidays.csv"));
  // The coordinator reads the tables before it sends them; one that this program cannot read is of a newer one.
  return read ? std::move(*read) : clocks::read_terms("", "").value();
}

void follow(journal::Draft& draft, const model::Grant& grant, const model::Happening& what, UtcTime at) {
  const Kind report = grant.retest ? Kind::retest_report : Kind::report;
  if (std::holds_alternative<model::Received>(what)) return start(draft, grant, report, at);
  const auto* const approved = std::get_if<model::Approved>(&what);
  if (approved == nullptr) return;
  clock_table.meet(draft, grant.task, report, at);
  const bool passes = approved->outcome == model::SampleOutcome::pass;
  start(draft, grant, passes ? Kind::reserve_pass : Kind::reserve_fail, at);
}

void stop_clocks(journal::Draft& draft, const model::TaskId& task) {
  for (const clocks::Clock& clock : clock_table.of(draft, task)) clock_table.stop(draft, task, clock.kind);
}

}  // namespace lab::node::tables
