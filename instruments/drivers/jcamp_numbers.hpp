#pragma once
// Numbers of JCAMP-DX, exact as long as 64 bits hold them, and a column of such numbers.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/decimal.hpp"

namespace lab::drivers::jcamp {

/// digits x 10^exponent.
struct Number {
  std::int64_t digits = 0;
  int exponent = 0;
  bool exact = true;  // false: written with more digits than 64 bits hold; the last ones are cut off
};

/// Reads one number in AFFN form at the front of `text` and moves `at` behind it: sign, digits, point, and an exponent
/// only as E, sign, one to three digits, because E alone is a digit of the squeezed forms.
/// Nothing, and `at` stays, when there is no number.
std::optional<Number> read_affn(const char*& at, const char* end);

/// As a whole text: "1.0", " 4.5930663e-005". Nothing for anything else.
std::optional<Decimal> read_decimal(std::string_view text);

/// Values in the order of the file, before their factor. All share one power of ten and stay exact; when a mixture of
/// very small and very large numbers does not fit, they continue as binary floating point.
class Column {
 public:
  static constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();  // "?" in the file

  void add(const Number& number) {
    if (exact_ && number.exact && number.exponent == exponent_ && !digits_.empty()) {
      digits_.push_back(number.digits);  // nearly always; the rest changes the power of ten
    } else {
      add_other(number);
    }
  }
  void add_missing();
  /// `count` integers, each `step` more than the one before; false when they leave 64 bits. Precondition:
  /// is_integral().
  bool add_steps(std::int64_t& value, std::int64_t step, std::size_t count) {
    for (; count > 0; --count) {
      if (__builtin_add_overflow(value, step, &value) || value == missing) return false;
      digits_.push_back(value);
    }
    return true;
  }
  void reserve(std::size_t count) { digits_.reserve(count); }

  [[nodiscard]] std::size_t size() const { return exact_ ? digits_.size() : approximate_.size(); }
  [[nodiscard]] bool is_integral() const { return exact_ && exponent_ == 0; }
  /// The digits while is_integral(), for comparing with the check value of the next line.
  [[nodiscard]] const std::vector<std::int64_t>& digits() const { return digits_; }

  struct Summary {
    std::string first, last, least, greatest;  // times the factor; empty when every value is missing
  };
  [[nodiscard]] Summary summary(const Decimal& factor) const;
  /// All values times the factor; NaN where one is missing.
  [[nodiscard]] std::vector<double> values(const Decimal& factor) const;

 private:
  void add_other(const Number& number);
  bool rescale(int exponent);
  void give_up_exactness();
  [[nodiscard]] Summary summary_of_present(const Decimal& factor) const;
  [[nodiscard]] std::string text_of(std::size_t index, const Decimal& factor) const;

  std::vector<std::int64_t> digits_;
  int exponent_ = 0;
  bool exact_ = true;
  bool has_missing_ = false;
  std::vector<double> approximate_;  // used instead when not exact
};

/// Nearest binary value of a number, of a decimal, and of a text that is a number (0 for any other).
double to_double(const Number& number);
double to_double(const Decimal& value);
double to_double(std::string_view number);
/// The shortest text that gives the same binary value.
std::string shortest_text(double value);

}  // namespace lab::drivers::jcamp
