#pragma once
// Limits on a species that may be shown by the total: GB 2762 lets a laboratory measure total mercury or total arsenic
// first, and the species only when the total does not keep the limit of the species.

#include <string>
#include <string_view>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// What may be measured in place of `species` at first: "总汞" for "甲基汞", "总砷" for "无机砷" (GB 2762-2012, 4.3 and
/// 4.4, notes of the tables; the same in 2017 and 2022). Empty when the species has no such rule.
std::string_view total_of(std::string_view species);

/// Judges the limit of a species by the total, then by the species itself.
/// `species` is null, or a missing result, while it has not been measured.
///   species nonconforming                the species' own finding, whatever the total says
///   total keeps the limit                pass: `total_suffices`
///   species measured                     the species' own finding
///   total does not keep it               undetermined: `species_needed`. It never fails: the rest of the total may be
///                                        harmless. A total inside a guard band does not keep it either.
///   total undetermined                   undetermined, with its reason
/// Only a maximum can be shown in this way; for any other limit the species alone is judged.
/// Both in units of the same element (as Hg, as As), as the standard gives them. Pure.
Finding judge_two_steps(const Evidence& total, const Evidence* species, const model::Limit& species_limit);

/// In Chinese: the first step, the second when there was one, and the conclusion.
std::string explain_two_steps(const Evidence& total, const Evidence* species, const model::Limit& species_limit,
                              const Finding& finding);

}  // namespace lab::rules
