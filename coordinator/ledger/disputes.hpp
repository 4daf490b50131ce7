#pragma once
// What a counted verdict sets in motion at the province: the notice of a nonconforming sample with its clock, and the
// end of an objection.

#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::ledger {

/// A verdict as it was counted.
struct Counted {
  const model::Task& task;
  coordinator::tables::EventPlace verdict;  // its Judged event
  model::SampleOutcome final = model::SampleOutcome::undetermined;
  UtcTime approved{};  // by the clock of its node
  bool first = true;   // no verdict on the task had been counted before
};

/// A verdict that fails makes its notice, once, and starts its clock at the approval, or at `now` where the node's
/// clock is ahead. One that passes after all withdraws a notice that nobody has sent yet; when a later one fails again,
/// the notice is made anew, of that one.
void follow_verdict(journal::Draft& draft, const Counted& counted, UtcTime now);

/// The retest has decided: what it makes of the objection, if that is what it was ordered for.
void close_objection(journal::Draft& draft, const model::TaskId& task, bool upheld, UtcTime now);

}  // namespace lab::ledger
