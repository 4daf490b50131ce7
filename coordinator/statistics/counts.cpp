#include "coordinator/statistics/counts.hpp"

#include <fmt/format.h>

#include "protocol/base/check.hpp"

namespace lab::statistics {
namespace {

using Wide = unsigned __int128;

constexpr int target_digits_max = 12;  // 10^12 x a count of samples stays far inside 128 bits

Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// target = parts / whole, both whole numbers.
struct Fraction {
  Wide parts = 0;
  Wide whole = 1;
};

std::optional<Fraction> fraction_of(const Decimal& target) {
  if (target.is_negative() || target > Decimal{1, 0}) return std::nullopt;
  if (target.exponent() < -target_digits_max) return std::nullopt;
  const auto mantissa = static_cast<Wide>(target.mantissa());
  if (target.exponent() >= 0) return Fraction{mantissa * power_of_ten(target.exponent()), 1};
  return Fraction{mantissa, power_of_ten(-target.exponent())};
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  pass += other.pass;
  fail += other.fail;
  problem += other.problem;
  undetermined += other.undetermined;
  return *this;
}

Ratio passed_rate(const Counts& counts) { return {counts.pass, counts.judged()}; }

bool is_small(const Counts& counts, std::uint64_t comparable_from) {
  return counts.judged() > 0 && counts.judged() < comparable_from;
}

std::optional<bool> reaches(const Ratio& ratio, const Decimal& target) {
  const auto wanted = fraction_of(target);
  if (!wanted || ratio.denominator == 0) return std::nullopt;
  return Wide{ratio.numerator} * wanted->whole >= wanted->parts * ratio.denominator;
}

std::string percent_text(const Ratio& ratio, int digits) {
  LAB_CHECK(digits >= 0 && digits <= 6);
  if (ratio.denominator == 0) return "—";
  const Wide scaled = Wide{ratio.numerator} * 100 * power_of_ten(digits);
  Wide rounded = scaled / ratio.denominator;
  const Wide twice_rest = 2 * (scaled % ratio.denominator);
  if (twice_rest > ratio.denominator || (twice_rest == ratio.denominator && rounded % 2 == 1)) ++rounded;
  const auto whole = static_cast<std::uint64_t>(rounded / power_of_ten(digits));
  const auto rest = static_cast<std::uint64_t>(rounded % power_of_ten(digits));
  return digits == 0 ? fmt::format("{}", whole) : fmt::format("{}.{:0{}}", whole, rest, digits);
}

}  // namespace lab::statistics
