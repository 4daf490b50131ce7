#pragma once
// What a retest makes of the first verdict: it replaces the disputed items it decided, and nothing else.

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/task.hpp"
#include "protocol/rules/retest.hpp"

namespace lab::ledger {

/// First and final verdict from the two Judged events at `first` and `retest`, items of the second matched to those of
/// the first by what the limits call them, for each laboratory may have judged by another edition.
/// Error not_found when one of the editions, or the panel in it, is not held: then nobody can say what was retested.
Result<rules::FirstAndFinal> first_and_final(const journal::View& store, const model::Task& task,
                                             const coordinator::tables::EventPlace& first,
                                             const coordinator::tables::EventPlace& retest);

}  // namespace lab::ledger
