#pragma once
// Units of measurement whose conversion is a power of ten. Anything else is not converted, and the verdict says so.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/decimal.hpp"

namespace lab {

/// What a unit measures. Two units convert only within one dimension; mass per volume is not mass per mass.
enum class Dimension : std::uint8_t { mass_fraction, mass_per_volume, mass, percent_inhibition, count, ph };

struct Unit {
  Dimension dimension;
  int exponent;  // power of ten against the dimension's base: kg/kg, g/L, g, %, 1, pH

  bool operator==(const Unit&) const = default;
};

/// Reads "mg/kg", "ug/kg", "μg/kg", "µg/kg", "微克/千克", "g/100g", "%", "ppm", "mg/L", "ng/mL", "g" ...; blanks around
/// it are ignored. Nothing when the unit is not known.
std::optional<Unit> parse_unit(std::string_view text);

/// `value` given in `from`, expressed in `to`: the point moves, the digits stay. Nothing across dimensions.
std::optional<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to);

/// A number with its unit as written.
struct Quantity {
  Decimal value;
  std::string unit;
};

}  // namespace lab
