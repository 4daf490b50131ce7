#pragma once
// Which of several samples counts when a rule allows fewer (decision 0056). The winner depends on what is known of the
// samples and never on the order in which it came to be known: the earliest sampling date counts, then the lower task.
// The others are set aside: their verdicts stay, with the reason, and are in no pass rate.

#include <string>
#include <string_view>

#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::ledger {

namespace tables = coordinator::tables;

/// A sampling form came under the grant that holds.
void take_form(journal::Draft& draft, const model::Task& task, const model::Sampled& form, model::NodeId node,
               UtcTime now);

/// What is known of the sample has changed: its form, its producer, the unit it was taken from, or whether there is to
/// be one at all. Decides every group it was in or is in now.
void review_sample(journal::Draft& draft, const model::TaskId& task, UtcTime now);

/// The counted verdict of `task` moved from `before` to `after` (the same for a first one). Follows it among the
/// verdicts of samples that are set aside, if it is one of them.
struct VerdictMove {
  tables::CellKey before_cell;
  model::SampleOutcome before = model::SampleOutcome::undetermined;
  tables::ProfileNumber before_profile = 0;
  tables::CellKey cell;
  model::SampleOutcome outcome = model::SampleOutcome::undetermined;
  tables::ProfileNumber profile = 0;
  bool first = false;
};
void follow_count(journal::Draft& draft, const model::TaskId& task, const VerdictMove& move, UtcTime now);

/// Whether its first verdict, or the one that stands, is a fail or a problem.
bool is_nonconforming(const model::ResultEntry& result);

/// A store that counted before there were fine cells (tables/results.hpp) gets them, and the list of nonconforming
/// samples. Nothing changes when it has them.
void make_fine_tallies(journal::Draft& draft);

/// Samples looked at in one step after the rules or the quotas of a plan have changed: some six records each.
constexpr std::size_t step_reviewed = 200;

/// The rules have changed: every sample is to be looked at anew, step by step.
void review_all(journal::Draft& draft);
/// The quotas of `plan` have changed, and with them what a share of them is: its samples are to be looked at anew, and
/// with them those of the plans numbered behind it. Nothing is, while no rule speaks of shares.
void review_shares(journal::Draft& draft, const tables::PlanRef& plan);
/// One step of that; false when there is nothing to do.
bool review_step(journal::Draft& draft, UtcTime now);

/// A name as it is compared: without blanks and brackets' widths, so that 成都某某公司 typed twice is one.
std::string compared(std::string_view name);

}  // namespace lab::ledger
