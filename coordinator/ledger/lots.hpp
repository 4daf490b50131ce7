#pragma once
// Verdicts on lots: checked against the order they were granted with, and what they do to their series. Private to this
// folder.

#include <string>

#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::ledger {

/// Why a verdict is not the one that the order of its task leads to, in Chinese; empty when it is. A verdict on a lot
/// that is none, or on a lot without a count, is none either. Precondition: the task is granted or judged.
std::string broken_lot(const model::Task& task, const model::Judged& judged);

/// The lot counts for its series and is no longer under way; the series moves on and is due. Called once for a task, at
/// its first counted verdict. Precondition: the verdict is not broken_lot.
void advance_series(journal::Draft& draft, const model::Task& task, const model::LotCount& count, UtcTime now);

}  // namespace lab::ledger
