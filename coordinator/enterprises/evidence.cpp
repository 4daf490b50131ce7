#include "coordinator/enterprises/evidence.hpp"

#include <algorithm>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/retests.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;

// What the programme's row says of objections to a notice of that day; nothing when there is no row.
const clocks::Deadline* objection_row(const clocks::Terms& terms, const model::Task& task, CivilDate on) {
  return terms.deadlines.find(task.programme, clocks::Kind::objection, on);
}

}  // namespace

std::string why_open(const journal::View& store, const model::Task& task, CivilDate sampled) {
  if (const auto retest = tables::retest(store, task.id)) {
    return retest->state == tables::RetestState::ordered ? "复检中" : "";
  }
  if (const auto objection = tables::objection(store, task.id)) {
    return tables::is_open(objection->state) ? "异议处理中" : "";
  }
  const auto notice = tables::notice(store, task.id);
  if (!notice) return {};  // of a lot, or told before there were notices
  const clocks::Terms terms = tables::terms(store);
  const auto* row = objection_row(terms, task, std::max(sampled, civil_date(notice->confirmed)));
  if (row == nullptr) return "时限表没有该项目的异议期限，不能断定是否终局";
  if (!row->period) return {};
  if (notice->state != tables::NoticeState::received) return "结果尚未送达当事人，异议期未起算";
  for (const auto kind : {clocks::Kind::objection, clocks::Kind::objection_rapid}) {
    const auto window = tables::clock_table.find(store, task.id, kind);
    if (window && clocks::state_of(*window) == clocks::ClockState::running) return "尚在异议期内";
  }
  return {};
}

std::vector<Evidence> evidence_of(const journal::View& store, tables::EnterpriseId id) {
  std::vector<Evidence> evidence;
  for (const tables::HistoryLine& line : tables::history_of(store, id)) {
    auto task = tables::task(store, line.task);
    if (!task) continue;  // of a plan that is not here: nothing can be said of it
    const bool fails = line.verdict.final == model::SampleOutcome::fail;
    std::string open = fails ? why_open(store, *task, first_day_of_month(line.verdict.month)) : std::string{};
    evidence.push_back({.line = line, .task = std::move(*task), .open = std::move(open)});
  }
  std::ranges::sort(evidence, [](const Evidence& a, const Evidence& b) {
    return std::pair{a.line.verdict.month, a.line.task} > std::pair{b.line.verdict.month, b.line.task};
  });
  return evidence;
}

std::vector<FinalVerdict> final_verdicts(const std::vector<Evidence>& evidence) {
  std::vector<FinalVerdict> verdicts;
  for (const Evidence& one : evidence) {
    const auto outcome = one.line.verdict.final;
    const bool says = outcome == model::SampleOutcome::pass || outcome == model::SampleOutcome::fail;
    if (!says || !one.open.empty()) continue;
    verdicts.push_back({.task = one.line.task,
                        .programme = one.task.programme,
                        .as_unit = one.line.as_unit,
                        .as_producer = one.line.as_producer,
                        .month = one.line.verdict.month,
                        .outcome = outcome});
  }
  return verdicts;
}

}  // namespace lab::enterprises
