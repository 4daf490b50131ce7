#pragma once
// The one way from exact decimals to binary floating point: for statistics and charts, never on the way to a verdict.

#include "protocol/base/decimal.hpp"

namespace lab {

/// The double nearest to the value. Every Decimal lies within a double's range.
double approximate(const Decimal& value);

}  // namespace lab
