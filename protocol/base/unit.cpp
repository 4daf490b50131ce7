#include "protocol/base/unit.hpp"

#include <array>

namespace lab {
namespace {

struct NamedUnit {
  std::string_view name;
  Unit unit;
};

using enum Dimension;

// Names as they occur in standards, exports and on instrument screens; both code points of the micro sign.
constexpr std::array named_units{
    NamedUnit{"kg/kg", {mass_fraction, 0}},
    NamedUnit{"g/kg", {mass_fraction, -3}},
    NamedUnit{"mg/g", {mass_fraction, -3}},
    NamedUnit{"mg/kg", {mass_fraction, -6}},
    NamedUnit{"μg/g", {mass_fraction, -6}},
    NamedUnit{"µg/g", {mass_fraction, -6}},
    NamedUnit{"ug/g", {mass_fraction, -6}},
    NamedUnit{"ppm", {mass_fraction, -6}},
    NamedUnit{"PPM", {mass_fraction, -6}},
    NamedUnit{"毫克/千克", {mass_fraction, -6}},
    NamedUnit{"μg/kg", {mass_fraction, -9}},
    NamedUnit{"µg/kg", {mass_fraction, -9}},
    NamedUnit{"ug/kg", {mass_fraction, -9}},
    NamedUnit{"ng/g", {mass_fraction, -9}},
    NamedUnit{"ppb", {mass_fraction, -9}},
    NamedUnit{"PPB", {mass_fraction, -9}},
    NamedUnit{"微克/千克", {mass_fraction, -9}},
    NamedUnit{"ng/kg", {mass_fraction, -12}},
    NamedUnit{"pg/g", {mass_fraction, -12}},
    NamedUnit{"g/100g", {mass_fraction, -2}},
    NamedUnit{"%", {mass_fraction, -2}},
    NamedUnit{"％", {mass_fraction, -2}},
    NamedUnit{"mg/100g", {mass_fraction, -5}},
    NamedUnit{"g/L", {mass_per_volume, 0}},
    NamedUnit{"mg/mL", {mass_per_volume, 0}},
    NamedUnit{"mg/ml", {mass_per_volume, 0}},
    NamedUnit{"mg/L", {mass_per_volume, -3}},
    NamedUnit{"mg/l", {mass_per_volume, -3}},
    NamedUnit{"μg/mL", {mass_per_volume, -3}},
    NamedUnit{"μg/ml", {mass_per_volume, -3}},
    NamedUnit{"µg/mL", {mass_per_volume, -3}},
    NamedUnit{"µg/ml", {mass_per_volume, -3}},
    NamedUnit{"ug/mL", {mass_per_volume, -3}},
    NamedUnit{"ug/ml", {mass_per_volume, -3}},
    NamedUnit{"μg/L", {mass_per_volume, -6}},
    NamedUnit{"μg/l", {mass_per_volume, -6}},
    NamedUnit{"µg/L", {mass_per_volume, -6}},
    NamedUnit{"µg/l", {mass_per_volume, -6}},
    NamedUnit{"ug/L", {mass_per_volume, -6}},
    NamedUnit{"ug/l", {mass_per_volume, -6}},
    NamedUnit{"ng/mL", {mass_per_volume, -6}},
    NamedUnit{"ng/ml", {mass_per_volume, -6}},
    NamedUnit{"ng/L", {mass_per_volume, -9}},
    NamedUnit{"ng/l", {mass_per_volume, -9}},
    NamedUnit{"kg", {mass, 3}},
    NamedUnit{"g", {mass, 0}},
    NamedUnit{"mg", {mass, -3}},
    NamedUnit{"μg", {mass, -6}},
    NamedUnit{"µg", {mass, -6}},
    NamedUnit{"ug", {mass, -6}},
    NamedUnit{"%抑制率", {percent_inhibition, 0}},
    NamedUnit{"%inhibition", {percent_inhibition, 0}},
    NamedUnit{"pH", {ph, 0}},
    NamedUnit{"个", {count, 0}},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  text = trimmed(text);
  for (const NamedUnit& known : named_units) {
    if (known.name == text) return known.unit;
  }
  return std::nullopt;
}

std::optional<Decimal> convert(const Decimal& value, const Unit& from, const Unit& to) {
  if (from.dimension != to.dimension) return std::nullopt;
  return value.shifted(from.exponent - to.exponent);
}

}  // namespace lab
