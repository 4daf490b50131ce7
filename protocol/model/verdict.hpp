#pragma once
// Limits and what judging says about a result.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/decimal.hpp"
#include "protocol/base/time.hpp"

namespace lab::model {

enum class LimitKind : std::uint8_t { none, at_most, at_least, range, not_detected, banned };
enum class Comparison : std::uint8_t { full_value, rounded_value };  // GB/T 8170-2008 clause 4.3
enum class DecisionRule : std::uint8_t { simple, guard_acceptance, guard_rejection, nonbinary };  // ILAC-G8:09/2019

/// One legal limit. `none` is "no basis": it never makes a pass.
struct Limit {
  LimitKind kind = LimitKind::none;
  std::optional<Decimal> lower;
  std::optional<Decimal> upper;
  bool lower_inclusive = true;
  bool upper_inclusive = true;
  std::string unit;
  Comparison comparison = Comparison::full_value;
  std::optional<Decimal> rounding_unit;  // for rounded_value: a power of ten
  std::string standard;                  // "GB 2763-2012"
  std::string clause;
  std::string commodity;  // the entry of the standard that applied
  std::uint32_t row = 0;  // 1-based row of its edition; 0 when it is from nowhere
};

/// Stored as its number: append only.
enum class ItemOutcome : std::uint8_t { undetermined, pass, fail, conditional_pass, conditional_fail };

/// Why. Stored as its number: append only.
enum class Reason : std::uint8_t {
  within_limit,            // numeric, inside
  beyond_limit,            // numeric, outside
  not_detected,            // reported as not detected, and the method could have seen the limit
  detected,                // a substance that must not be detected, or is banned, was found
  no_basis,                // no limit applies on that date
  not_a_number,            // text that is neither a number nor a known word
  missing_result,          // nothing was measured
  negative_result,         // a negative concentration
  over_range,              // above the instrument's range and not certainly above the limit
  unit_mismatch,           // no common dimension
  method_unfit,            // LOD or LOQ above the limit
  lod_missing,             // "must not be detected" without a limit of detection
  limit_malformed,         // the limit row itself cannot be read
  bound_undecided,         // "<x" or ">x" whose bound lies on the wrong side to decide
  in_guard_band,           // inside the zone of uncertainty
  qualitative,             // a word (positive, negative): judged by a person
  no_uncertainty,          // the decision rule needs an expanded uncertainty and none was given
  total_suffices,          // two-step rule: the total keeps the limit of the species, which then need not be measured
  species_needed,          // two-step rule: the total does not keep it, and the species has not been measured
  unconfirmed,             // suspected: nonconforming at first, and not yet confirmed on a second portion
  confirmation_disagrees,  // the first determination and its confirmation do not say the same
  lot_accepted,            // no more nonconforming than the acceptance number of the lot's plan
  lot_not_accepted,        // as many as the rejection number, or more
  part_of_sum,             // judged in the sum of its residue definition, whose verdict stands at the first part
};
constexpr Reason reason_last = Reason::part_of_sum;

/// Verdict of a whole sample. Stored as its number: append only.
enum class SampleOutcome : std::uint8_t { undetermined, pass, fail, problem };

const char* name_of(LimitKind kind);
const char* name_of(ItemOutcome outcome);
const char* name_of(Reason reason);
const char* name_of(SampleOutcome outcome);
/// "合格", "不合格", "不予判定", "有条件合格", "有条件不合格": the words of every document, screen and table.
const char* chinese_name_of(ItemOutcome outcome);
/// "合格", "不合格", "问题样品", "不予判定"
const char* chinese_name_of(SampleOutcome outcome);

/// Fails, also where that is said with a condition.
constexpr bool is_nonconforming(ItemOutcome outcome) {
  return outcome == ItemOutcome::fail || outcome == ItemOutcome::conditional_fail;
}
/// Fails, or has something that a person has to look at.
constexpr bool is_nonconforming(SampleOutcome outcome) {
  return outcome == SampleOutcome::fail || outcome == SampleOutcome::problem;
}

/// Stands for an item where a verdict is about the sample as a whole: that of a lot. No panel has so many.
constexpr std::uint16_t whole_sample = 0xFFFF;

/// One judged item; everything else it rests on is in the determination and the limit row.
struct ItemVerdict {
  std::uint16_t item = 0;  // index in the task's panel, or whole_sample
  ItemOutcome outcome = ItemOutcome::undetermined;
  Reason reason = Reason::no_basis;
  std::uint32_t limit_row = 0;  // row in the edition named by the judgement; 0 when none applied

  bool operator==(const ItemVerdict&) const = default;
};

}  // namespace lab::model
