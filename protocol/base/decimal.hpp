#pragma once
// Measured values and limits are exact decimals from instrument text to verdict. There is no binary floating point
// here.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace lab {

/// An exact decimal number: mantissa x 10^exponent, with the trailing zeros it was written with ("0.050" has three
/// digits after the point). Equality and order are by value: 0.05 == 0.050.
class Decimal {
 public:
  using Mantissa = __int128;
  static constexpr int digits_max = 38;     // every mantissa of 38 digits fits in 128 bits
  static constexpr int exponent_max = 127;  // stored in one octet; no unit of measurement comes near it

  constexpr Decimal() = default;
  /// Precondition: |mantissa| < 10^38 and |exponent| <= 127.
  Decimal(Mantissa mantissa, int exponent);

  /// Reads "0.050", "-3", "5E-2", "+1.5e3", ".5", "5.". Nothing for anything else: no blanks, no comma, no comparator,
  /// no more than 38 significant digits (leading zeros do not count).
  static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] Mantissa mantissa() const { return mantissa_; }
  [[nodiscard]] int exponent() const { return exponent_; }
  [[nodiscard]] bool is_negative() const { return mantissa_ < 0; }
  [[nodiscard]] bool is_zero() const { return mantissa_ == 0; }

  /// The same digits with the point moved: value x 10^shift. Unit conversion is this and nothing else.
  /// Nothing when the exponent leaves its range.
  [[nodiscard]] std::optional<Decimal> shifted(int shift) const;

  /// Plain notation with the zeros it was written with: "0.050", "1200", "-0.5". Never an exponent.
  [[nodiscard]] std::string to_text() const;

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

  /// Exact sum or product; nothing when the digits do not fit.
  [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const;
  [[nodiscard]] std::optional<Decimal> times(const Decimal& other) const;
  [[nodiscard]] Decimal negated() const { return {-mantissa_, exponent_}; }

 private:
  Mantissa mantissa_ = 0;
  int exponent_ = 0;
};

/// Which part of the last digit a value is rounded to: GB/T 8170-2008 clause 3.2 and annex (0.5 and 0.2 unit).
enum class UnitFraction { whole, half, fifth };

/// Rounds to a multiple of 10^unit_exponent x fraction, ties to even, the magnitude of a negative number rounded and
/// the sign put back. One step, from the unrounded value (GB/T 8170-2008, 3.2 and 3.3). Nothing when the digits do not
/// fit.
std::optional<Decimal> round_to_unit(const Decimal& value, int unit_exponent,
                                     UnitFraction fraction = UnitFraction::whole);

/// Rounds to a number of significant digits (1..38), ties to even: 99.96 to 3 digits is 100.
std::optional<Decimal> round_to_digits(const Decimal& value, int digits);

}  // namespace lab
