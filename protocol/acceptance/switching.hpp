#pragma once
// How strictly the next lot of one enterprise's product is inspected, from how the lots before it did.
// GB/T 2828.1-2012 clause 9.3 and 9.4; docs/decisions/0008-switching-rules.md says how they are read.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/acceptance/tables.hpp"

namespace lab::acceptance {

/// Lots are consecutive within a series: one product of one enterprise.
struct Series {
  std::string enterprise;
  std::string product;

  auto operator<=>(const Series&) const = default;
};

enum class State : std::uint8_t { normal, tightened, reduced, discontinued };

const char* name_of(State state);  // "normal", "tightened", "reduced", "discontinued"

/// What a series remembers between two lots: everything counted since inspection last switched. A plain value, small
/// enough to be stored with the series.
struct History {
  State state = State::normal;
  std::uint32_t score = 0;              // switching score, 9.3.3.2; grows in normal inspection only
  std::uint8_t recent = 0;              // normal: the last lots, one bit each, newest lowest, 1 = not accepted
  std::uint8_t accepted_in_a_row = 0;   // tightened
  std::uint8_t not_accepted_total = 0;  // tightened

  bool operator==(const History&) const = default;
};

/// What is to be done with one lot. Fixed when the lot is ordered, and kept with it.
struct LotPlan {
  std::uint64_t lot_size = 0;
  Aql aql;
  Inspection inspection = Inspection::normal;
  SinglePlan plan;
  std::uint64_t to_inspect = 0;  // n, or the whole lot when it is not larger

  bool operator==(const LotPlan&) const = default;
};

/// What was found, and what the responsible people say about the production.
struct LotResult {
  std::uint64_t inspected = 0;
  std::uint64_t nonconforming = 0;  // items, or nonconformities where several per item count
  bool resubmitted = false;         // seen before: judged, but it does not count for switching (9.3)
  std::optional<bool> steady;       // production is steady; unset when nobody said so
  bool approved = false;            // the responsible authority wants reduced inspection
};

struct LotOutcome {
  bool accepted = false;
  History next;  // for the lot after this one
};

/// The plan of GB/T 2828.1-2012 for the next lot of a series. Malformed when the lot is too small; conflict while
/// inspection is discontinued.
Result<LotPlan> plan_lot(const Tables& tables, const History& history, std::uint64_t lot_size, Level level, Aql aql);

/// Whether a lot is accepted by its plan: the verdict alone, without the series. Errors as judge_lot.
Result<bool> accepts(const LotPlan& lot, const LotResult& result);

/// The verdict on a lot, and the history after it. The lot is judged by its plan, even if the series has switched since
/// the plan was made; it then counts as a lot of the present severity only if the two are the same.
/// Malformed when not as many items were inspected as the plan says, or more are nonconforming than were inspected at
/// an AQL that counts items.
Result<LotOutcome> judge_lot(const Tables& tables, const History& history, const LotPlan& lot, const LotResult& result);

/// After the authority found the correction effective: discontinued becomes tightened, everything else stays (9.4).
History after_corrective_action(const History& history);

}  // namespace lab::acceptance
