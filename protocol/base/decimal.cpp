#include "protocol/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "protocol/base/check.hpp"

namespace lab {
namespace {

using Mantissa = Decimal::Mantissa;
using Magnitude = unsigned __int128;

constexpr auto powers_of_ten = [] {
  std::array<Magnitude, Decimal::digits_max + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

Magnitude magnitude_of(Mantissa mantissa) {
  return mantissa < 0 ? -static_cast<Magnitude>(mantissa) : static_cast<Magnitude>(mantissa);
}

int count_digits(Magnitude value) {
  return static_cast<int>(std::upper_bound(powers_of_ten.begin(), powers_of_ten.end(), value) - powers_of_ten.begin());
}

bool fits(Magnitude value) { return value < powers_of_ten[Decimal::digits_max]; }

// value x 10^power, nothing on overflow.
std::optional<Magnitude> scaled(Magnitude value, int power) {
  if (value == 0) return Magnitude{0};
  if (power > Decimal::digits_max - count_digits(value)) return std::nullopt;
  return value * powers_of_ten[static_cast<std::size_t>(power)];
}

std::string to_digits(Magnitude value) {
  // Nearly every number of a laboratory: division of 64 bits is several times cheaper.
  if (value <= std::numeric_limits<std::uint64_t>::max()) return std::to_string(static_cast<std::uint64_t>(value));
  std::string text;
  do {
    text += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(text.begin(), text.end());
  return text;
}

// Compares two positive magnitudes of different exponent without ever leaving 128 bits.
std::strong_ordering compare_magnitudes(Magnitude a, int a_exponent, Magnitude b, int b_exponent) {
  if (a == 0 || b == 0) return a <=> b;
  const int a_top = count_digits(a) + a_exponent;
  const int b_top = count_digits(b) + b_exponent;
  if (a_top != b_top) return a_top <=> b_top;
  // Same leading position: the one with fewer digits is filled up to the other's number, at most 38.
  if (a_exponent > b_exponent) a *= powers_of_ten[static_cast<std::size_t>(a_exponent - b_exponent)];
  if (b_exponent > a_exponent) b *= powers_of_ten[static_cast<std::size_t>(b_exponent - a_exponent)];
  return a <=> b;
}

// value / 10^power, ties to even.
Magnitude divide_half_even(Magnitude value, int power) {
  if (power > Decimal::digits_max) return 0;
  const Magnitude divisor = powers_of_ten[static_cast<std::size_t>(power)];
  const Magnitude quotient = value / divisor;
  const Magnitude rest = value % divisor;
  const Magnitude half = divisor / 2;
  const bool raise = power > 0 && (rest > half || (rest == half && quotient % 2 == 1));
  return quotient + (raise ? 1 : 0);
}

std::optional<Decimal> make(bool negative, Magnitude magnitude, int exponent) {
  if (!fits(magnitude) || exponent > Decimal::exponent_max || exponent < -Decimal::exponent_max) return std::nullopt;
  const auto mantissa = static_cast<Mantissa>(magnitude);
  return Decimal{negative ? -mantissa : mantissa, exponent};
}

// [+-]digits after an 'e'; the cursor ends behind it.
std::optional<int> parse_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 4) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

}  // namespace

Decimal::Decimal(Mantissa mantissa, int exponent) : mantissa_(mantissa), exponent_(exponent) {
  LAB_CHECK(fits(magnitude_of(mantissa)) && exponent >= -exponent_max && exponent <= exponent_max);
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Magnitude magnitude = 0;
  int exponent = 0;
  bool any_digit = false;
  bool after_point = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      any_digit = true;
      if (magnitude > (powers_of_ten[digits_max] - 1) / 10) return std::nullopt;
      magnitude = magnitude * 10 + static_cast<Magnitude>(c - '0');
      if (after_point) --exponent;
    } else {
      break;
    }
  }
  if (!any_digit) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    const auto shift = parse_exponent(text.substr(i + 1));
    if (!shift) return std::nullopt;
    exponent += *shift;
  }
  return make(negative, magnitude, exponent);
}

std::optional<Decimal> Decimal::shifted(int shift) const {
  return make(is_negative(), magnitude_of(mantissa_), exponent_ + shift);
}

std::string Decimal::to_text() const {
  std::string text = to_digits(magnitude_of(mantissa_));
  if (exponent_ > 0 && mantissa_ != 0) text.append(static_cast<std::size_t>(exponent_), '0');
  if (exponent_ < 0) {
    const auto places = static_cast<std::size_t>(-exponent_);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, ".");
  }
  if (is_negative()) text.insert(text.begin(), '-');
  return text;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (is_negative() != other.is_negative()) {
    return is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const auto order =
      compare_magnitudes(magnitude_of(mantissa_), exponent_, magnitude_of(other.mantissa_), other.exponent_);
  return is_negative() ? 0 <=> order : order;
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  const int exponent = std::min(exponent_, other.exponent_);
  const auto a = scaled(magnitude_of(mantissa_), exponent_ - exponent);
  const auto b = scaled(magnitude_of(other.mantissa_), other.exponent_ - exponent);
  if (!a || !b) return std::nullopt;
  // Two magnitudes of 38 digits overflow a signed sum, so equal signs add unsigned (below 2 x 10^38 < 2^128).
  if (is_negative() == other.is_negative()) return make(is_negative(), *a + *b, exponent);
  if (*a >= *b) return make(is_negative() && *a != *b, *a - *b, exponent);
  return make(other.is_negative(), *b - *a, exponent);
}

std::optional<Decimal> Decimal::times(const Decimal& other) const {
  const Magnitude a = magnitude_of(mantissa_);
  const Magnitude b = magnitude_of(other.mantissa_);
  if (b != 0 && a > (powers_of_ten[digits_max] - 1) / b) return std::nullopt;
  return make(is_negative() != other.is_negative(), a * b, exponent_ + other.exponent_);
}

std::optional<Decimal> round_to_unit(const Decimal& value, int unit_exponent, UnitFraction fraction) {
  // Annex of GB/T 8170: multiply by 2 (or 5), round to the whole unit, divide again. Dividing by 2 is x5 with one more
  // decimal place, by 5 is x2.
  const Magnitude factor = fraction == UnitFraction::whole ? 1 : fraction == UnitFraction::half ? 2 : 5;
  const Magnitude inverse = fraction == UnitFraction::whole ? 1 : 10 / factor;
  const Magnitude magnitude = magnitude_of(value.mantissa());
  if (factor != 1 && magnitude >= powers_of_ten[Decimal::digits_max - 1]) return std::nullopt;
  const Magnitude multiplied = magnitude * factor;
  std::optional<Magnitude> rounded;
  if (value.exponent() < unit_exponent) {
    rounded = divide_half_even(multiplied, unit_exponent - value.exponent());
  } else {
    rounded = scaled(multiplied, value.exponent() - unit_exponent);
  }
  if (!rounded || (inverse != 1 && *rounded >= powers_of_ten[Decimal::digits_max - 1])) return std::nullopt;
  const int exponent = fraction == UnitFraction::whole ? unit_exponent : unit_exponent - 1;
  const Magnitude result = *rounded * inverse;
  return make(value.is_negative() && result != 0, result, exponent);
}

std::optional<Decimal> round_to_digits(const Decimal& value, int digits) {
  if (digits < 1 || digits > Decimal::digits_max) return std::nullopt;
  if (value.is_zero()) return value;
  const int top = count_digits(magnitude_of(value.mantissa())) + value.exponent();
  const auto rounded = round_to_unit(value, top - digits);
  if (!rounded) return std::nullopt;
  // 9.996 to 3 digits became 10.00: one digit too many, and the last one is zero.
  if (count_digits(magnitude_of(rounded->mantissa())) > digits) return round_to_unit(*rounded, top - digits + 1);
  return rounded;
}

}  // namespace lab
