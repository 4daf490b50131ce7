#pragma once
// What a result says about the true value: a point, or everything between two ends; and such an interval against a
// limit. What single results and sums of them have in common.

#include <optional>

#include "protocol/base/decimal.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// `above` and `below` say from which side an open end is approached: "<x" ends just below x.
enum class Side { below, at, above };

struct End {
  std::optional<Decimal> at;  // nothing: without end, upwards
  Side side = Side::at;
};

struct Interval {
  End low;
  End high;
  bool undetected = false;  // made from "not detected"
};

/// The value when it is above zero: a limit of detection of zero is none.
std::optional<Decimal> positive(const std::optional<Decimal>& value);

/// Why a result can be compared with nothing at all: empty, text, a word, negative. Nothing when it can.
std::optional<model::Reason> unusable(const model::ReadValue& value);

/// Where the true value lies, in the result's own unit; a reason when the result does not say.
/// Precondition: the value is not `unusable`.
tl::expected<Interval, model::Reason> interval_of(const Evidence& evidence);

/// Whether a limit of detection or quantification, `shift` places from the limit's unit, lies above the limit (the
/// upper one if there are two).
bool exceeds_limit(const std::optional<Decimal>& detection, int shift, const model::Limit& limit);

/// Judges an interval, `shift` places from the limit's unit, against an amount (at most, at least, range). All of it
/// must come out the same, else it is `bound_undecided`. Rounds and applies the decision rule as judge() says;
/// `limit_malformed` when the digits do not fit.
Finding judge_interval(Interval interval, int shift, const model::Limit& limit, model::DecisionRule rule,
                       const std::optional<Decimal>& expanded_uncertainty);

}  // namespace lab::rules
