#pragma once
// How sure a verdict can be, given the uncertainty of the measurement. A statement beside the verdict: it never
// decides.

#include <optional>

#include "protocol/rules/judge.hpp"

namespace lab::rules {

/// Probability that the true value keeps the limit, the measured value being normal around it with sigma = U / 2
/// (JCGM 106:2012, 7.2). To 1e-9. Nothing without an uncertainty, a measured number, a numeric limit or a common unit.
/// The full value counts, also where the verdict compares the rounded one. With U = 0 it is 0 or 1.
std::optional<double> p_conform(const Evidence& evidence, const model::Limit& limit);

}  // namespace lab::rules
