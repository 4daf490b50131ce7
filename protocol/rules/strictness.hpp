#pragma once
// Which of two limits asks for more.

#include <compare>
#include <optional>

#include "protocol/model/verdict.hpp"

namespace lab::rules {

/// less: `a` is stricter; equal: they ask the same; nothing: they cannot be put in order (a range beside a maximum,
/// units that do not convert). "Must not be detected" is stricter than any maximum. The full value counts.
std::optional<std::strong_ordering> strictness(const model::Limit& a, const model::Limit& b);

}  // namespace lab::rules
