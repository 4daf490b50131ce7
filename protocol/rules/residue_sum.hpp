#pragma once
// Residue definitions that are a sum: "DDT, the sum of four isomers", "aldicarb with its sulfoxide and sulfone, as
// aldicarb". How non-detects are counted, and why: docs/decisions/0005-non-detects-in-a-sum.md.

#include <span>
#include <string>
#include <string_view>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// One part of the sum.
struct Component {
  std::string_view name;
  Evidence evidence;               // its rule and uncertainty are not looked at: those of the sum are
  Decimal factor = Decimal{1, 0};  // converts to what the definition is expressed as; above zero
};

using model::NonDetects;

/// How the sum of a definition is judged.
struct SumRule {
  NonDetects non_detects = NonDetects::unstated;
  model::DecisionRule rule = model::DecisionRule::simple;
  std::optional<Decimal> expanded_uncertainty{};  // of the sum, in the limit's unit
};

/// The sum in the limit's unit, not rounded.
struct ResidueSum {
  Finding finding;
  std::optional<Decimal> low;   // what is reported: non-detects as zero, or as the plan says; nothing when it has none
  std::optional<Decimal> high;  // non-detects as their LOD, or as the plan says; nothing when the sum has no upper end
};

/// Judges the sum of `components` (not empty) against one limit. Exact: products and sums of decimals, one rounding
/// step at the end and only if the limit asks for it.
///
/// Each part:  a number counts as it is; "not detected" (a word, "<x", a number below the LOD) lies from 0 to the LOD
/// or
///             x; "below LOQ" from the LOD (0 without one) to the LOQ. `non_detects` takes its lower end, its middle or
///             its upper end; unstated keeps the whole. ">x" stays everything above x whatever the plan says.
/// Unusable:   a part that is missing, text, negative, in a unit that does not convert, or from a method whose LOD or
///             LOQ times its factor is above the limit, may be anything from zero upwards: the others can still break
///             the limit, but the sum never passes. The reason is that of the first such part.
/// Presence:   "must not be detected" and bans are judged part by part: one detected is `detected`, and it passes only
///             when every part passes by itself.
/// Otherwise as judge(). A factor of zero or less, or digits that do not fit, is `limit_malformed`. Pure.
ResidueSum judge_sum(std::span<const Component> components, const model::Limit& limit, const SumRule& rule = {});

/// In Chinese: every part with its result and factor, how non-detects were counted, the sum, limit and conclusion.
std::string explain_sum(std::span<const Component> components, const model::Limit& limit, const SumRule& rule,
                        const ResidueSum& sum);

}  // namespace lab::rules
