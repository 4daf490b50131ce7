#pragma once
// One result against one limit.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/decimal.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::rules {

/// What the laboratory has: the result, what its method can see, and how certain it is. Borrows `value` and `unit`.
struct Evidence {
  const model::ReadValue& value;
  std::string_view unit;         // of the value, the LOD and the LOQ
  std::optional<Decimal> lod{};  // limit of detection; zero or less counts as not given
  std::optional<Decimal> loq{};  // limit of quantification; zero or less counts as not given
  model::DecisionRule rule = model::DecisionRule::simple;
  std::optional<Decimal> expanded_uncertainty{};  // U at k = 2, in the limit's unit; the guard band is w = U
};

struct Finding {
  model::ItemOutcome outcome = model::ItemOutcome::undetermined;
  model::Reason reason = model::Reason::no_basis;

  bool operator==(const Finding&) const = default;
};

/// No verdict, and why there is none.
inline Finding undetermined(model::Reason reason) { return {model::ItemOutcome::undetermined, reason}; }

/// Judges one result. Exact decimals throughout; nothing is ever passed for want of a basis.
///
/// Units:   the point moves to the limit's unit. Units of the same spelling need no conversion, known or not; anything
///          else without a common dimension (also: only one of the two units given) is `unit_mismatch`.
/// Rounds:  nothing, unless the limit asks for the rounded-value method: then the result is rounded once, to
///          `rounding_unit` (10^n, 0.5 x 10^n or 0.2 x 10^n) or, when that is absent, to the limit's own last place
///          (GB/T 8170-2008, 4.3.3). Default is the full value (4.3.2).
/// At most, at least, range:
///          - LOD or LOQ above the limit (the upper one if there are two) is `method_unfit`, whatever the number.
///          - A number below the LOD means "not detected": somewhere in [0, LOD).
///          - "Not detected" without LOD and without a bound of its own is `lod_missing`; "<x" is [0, x); "below LOQ"
///            is [0, LOQ); ">x" is everything above x. Such an interval passes or fails only if all of it does.
/// Must not be detected, banned: fails from the LOD upwards; no LOD is `lod_missing`. The limit's number, if it has
///          one, is the LOD the standard demands: "not detected" by a method that cannot reach it is `method_unfit`.
/// Words:   positive and negative are `qualitative`: a person judges them. Negative concentrations, text, empty cells
///          and "over range" without a bound are undetermined.
/// Decision rules (ILAC-G8:09/2019, 4.2; w = U): simple compares with the limit; guard_acceptance passes only up to
///          limit - U; guard_rejection fails only beyond limit + U; nonbinary calls the two zones conditional. They
///          hold for both ends of a range, the worse zone decides. Without U, or with a negative one, every rule but
///          `simple` is `no_uncertainty`.
/// Returns a value for every input; never throws; pure.
Finding judge(const Evidence& evidence, const model::Limit& limit);

/// U in the limit's unit where it is given as a fraction of the limit (the upper one of two); nothing without either.
std::optional<Decimal> expanded_uncertainty(const std::optional<Decimal>& fraction, const model::Limit& limit);

/// What an item is judged on: the result in its own unit, the method's limits of detection and quantification moved to
/// that unit, the panel's decision rule and uncertainty at this limit. A panel unit that does not convert leaves them
/// out: then the limit does not convert either. Borrows `result`.
Evidence evidence_of(const model::Determination& result, const model::PanelItem& item, const model::Limit& limit);

}  // namespace lab::rules
