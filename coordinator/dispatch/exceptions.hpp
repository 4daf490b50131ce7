#pragma once
// What people do about events that were kept and not counted.

#include <string>

#include "coordinator/tables/exception_decisions.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::dispatch {

/// Who decides, and why.
struct Word {
  model::PersonId person;
  std::string reason;
};

/// A late verdict is given its chance: its task is granted to its node again, where the results still are, and counts
/// when its people have signed it under the new token. Errors: not_found when nothing late is at this place; conflict
/// when that was decided before, or as reassign(); malformed for a reason that is empty or too long.
Result<void> return_late(journal::Draft& draft, const coordinator::tables::EventPlace& place, const Word& word,
                         UtcTime now);

/// What is late or quarantined here was looked at, and stays uncounted. Errors as above, without reassign()'s.
Result<void> reject(journal::Draft& draft, const coordinator::tables::EventPlace& place, const Word& word, UtcTime now);

}  // namespace lab::dispatch
