#pragma once
// The items of counted verdicts, kept beside the counts of samples (tables/item_counts.hpp, decision 0057).

#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::ledger {

/// What `judged` says of the items of its sample.
coordinator::tables::ProfileNumber keep_items(journal::Draft& draft, const model::Task& task,
                                              const model::Judged& judged);

/// A sample that was counted before items were gets its items counted, from its events: those of the first counted
/// verdict and of the one that stands, among samples that are set aside too if it is one. Nothing changes when it has
/// them, or has not been counted. Returns whether the file was changed; it is not stored.
bool enter_items(journal::Draft& draft, const model::Task& task, coordinator::tables::TaskFile& file);
/// The same, and the file is stored.
void enter_sample(journal::Draft& draft, const model::TaskId& id);

/// In a store that did not count items: from now on it does, and the samples counted so far are to be entered.
void begin_items(journal::Draft& draft);

/// Samples entered in one step: some ten records each, of nearly all of them one event.
constexpr std::size_t step_entered = 200;
/// One step of that; false when there is nothing to do.
bool enter_items_step(journal::Draft& draft);

}  // namespace lab::ledger
