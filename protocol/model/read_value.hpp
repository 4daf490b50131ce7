#pragma once
// What a person typed or an instrument printed, understood without guessing. Nothing that is not a number ever becomes
// one.

#include <string_view>

#include "protocol/model/reading.hpp"

namespace lab::model {

struct NumberFormat {
  bool decimal_comma = false;  // "0,05" is a number only when a profile or the whole file says so
};

/// Understands one result as it was written. Only a whole, plain decimal number becomes `numeric`; a number behind a
/// comparator ("<0.01", "＞100") is a bound and stays one; a closed list of words says "not detected", "below the limit
/// of quantification", "over range", "positive/negative" or "nothing here". Everything else is `invalid`, among it
/// numbers with a unit, a thousands separator or a plus-minus part.
/// Blanks around the value and full-width forms are accepted; `text` keeps every octet as given.
/// A dash or an empty cell is `missing`, never "not detected": nobody says which of the two it means.
/// A bound on a concentration cannot be negative: "<-1" and "<0" are invalid.
/// Never throws; pure; safe from any thread.
ReadValue read_value(std::string_view text, NumberFormat format = {});

}  // namespace lab::model
