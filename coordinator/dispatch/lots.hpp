#pragma once
// Lots and their series: a lot is granted with the plan its series asks for, one lot of a series at a time, because the
// plan of the next one depends on how this one does (GB/T 2828.1-2012, 9.3).

#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/series.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

/// Puts the plan of the series into `task` and opens the series with it; the caller grants it in the same draft. False,
/// and nothing changed, while the series has another lot under way or its inspection is discontinued.
/// Precondition: the task is of a lot.
bool open_lot(journal::Draft& draft, model::Task& task);

/// The grant of a lot ended without a verdict: its plan is taken out of `task`, and the series is free again.
void close_lot(journal::Draft& draft, model::Task& task);

/// The lots whose series have become free since the last call, at most so many, with their turn in the series; the
/// caller grants those that it can. A lot of a plan that is being revised waits, and its series stays due. False when
/// no series moved.
bool next_lots(journal::Draft& draft, std::size_t most, std::vector<model::Task>& tasks);

/// Why a lot that is to be granted has not been, in Chinese for the board; nothing when it does not wait.
std::optional<std::string> why_waiting(const journal::View& store, const model::Task& task);

/// What a person says about a series. The reason is kept with their name.
struct SeriesWord {
  model::SeriesId series;
  std::string person;
  std::string reason;
};

/// The authority found the correction effective: a discontinued series goes on in tightened inspection (9.4), and its
/// next waiting lot is granted. Errors: not_found; conflict unless it is discontinued; malformed for a reason that is
/// empty or too long.
Result<coordinator::tables::Series> resume(journal::Draft& draft, const SeriesWord& word, UtcTime now);

/// Says of the production what reduced inspection asks for (9.3.3), for the next lot of the series that is counted; in
/// place of what was said before. Errors: not_found; malformed as above.
Result<coordinator::tables::Series> say_conditions(journal::Draft& draft, const SeriesWord& word,
                                                   const coordinator::tables::Conditions& conditions, UtcTime now);

}  // namespace lab::dispatch
