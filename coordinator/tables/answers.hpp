#pragma once
// What was answered to a request that names an Idempotency-Key, in the same commit as what was done: asked again, it is
// answered again and nothing is done (decision 0060).
//
//   ')' id              -> Answer
//   ',' time, id        -> nothing: answers by age
//   ','                 -> how many there are

#include <chrono>
#include <cstdint>
#include <optional>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

namespace letter {
constexpr char answer = ')';
constexpr char answer_by_age = ',';
}  // namespace letter

/// A program that was stopped over a long weekend finds out what has become of its last request.
constexpr std::chrono::hours answers_kept{7 * 24};
/// More would be some 100 MB. One request a second reaches it after a day; the oldest go first.
constexpr std::uint64_t answers_max = 100'000;

struct Answer {
  Hash request;  // of what was asked, under the key
  UtcTime at{};
  Bytes sealed;  // for who has the key; none: it was too large to be kept

  bool operator==(const Answer&) const = default;
};

/// `id` is of the person and the key.
std::optional<Answer> answer(const journal::View& store, const Hash& id);
/// Forgets a few of those that are over their time, or too many. Precondition: there is none of that id.
void keep_answer(journal::Draft& draft, const Hash& id, const Answer& answer);
std::uint64_t answer_count(const journal::View& store);

}  // namespace lab::coordinator::tables
