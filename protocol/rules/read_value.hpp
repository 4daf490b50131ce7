#pragma once
// What a person typed or an instrument printed, understood without guessing.

#include <string_view>

#include "protocol/model/reading.hpp"

namespace lab::rules {

/// Understands one result as it was written. Only a whole, plain decimal number becomes `numeric`; a number behind a
/// comparator ("<0.01", "＞100") is a bound and stays one; a closed list of words says "not detected", "below the limit
/// of quantification", "over range", "positive/negative" or "nothing here". Everything else is `invalid`, among it
/// numbers with a unit, a decimal comma, a thousands separator or a plus-minus part.
/// Blanks around the value and full-width forms are accepted; `text` keeps every octet as given.
/// A bound on a concentration cannot be negative: "<-1" and "<0" are invalid.
/// Never throws; pure; safe from any thread.
model::ReadValue read_value(std::string_view text);

}  // namespace lab::rules
