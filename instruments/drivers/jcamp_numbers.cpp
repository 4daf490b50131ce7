#include "instruments/drivers/jcamp_numbers.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "instruments/drivers/read_value.hpp"

namespace lab::drivers::jcamp {
namespace {

constexpr int digits_max = 18;  // fit in 64 bits with their sign

constexpr auto powers_of_ten = [] {
  std::array<std::int64_t, digits_max + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Value x 10^power, nothing when it does not fit or would be taken for `missing`.
std::optional<std::int64_t> scaled(std::int64_t value, int power) {
  if (value == 0) return 0;
  if (power < 0 || power > digits_max) return std::nullopt;
  std::int64_t product = 0;
  const bool overflow = __builtin_mul_overflow(value, powers_of_ten[static_cast<std::size_t>(power)], &product);
  if (overflow || product == Column::missing) return std::nullopt;
  return product;
}

// E, a sign and one to three digits; the cursor moves only behind a whole exponent.
int read_exponent(const char*& at, const char* end) {
  if (end - at < 3 || (*at != 'E' && *at != 'e') || (at[1] != '+' && at[1] != '-') || !is_digit(at[2])) return 0;
  const bool negative = at[1] == '-';
  at += 2;
  int exponent = 0;
  for (int digits = 0; digits < 3 && at != end && is_digit(*at); ++digits, ++at) exponent = exponent * 10 + (*at - '0');
  return negative ? -exponent : exponent;
}

}  // namespace

std::optional<Number> read_affn(const char*& at, const char* end) {
  const char* cursor = at;
  const bool negative = cursor != end && *cursor == '-';
  if (cursor != end && (*cursor == '-' || *cursor == '+')) ++cursor;
  Number number;
  int digits = 0;
  bool any = false;
  bool after_point = false;
  for (; cursor != end; ++cursor) {
    if (*cursor == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!is_digit(*cursor)) break;
    any = true;
    if (digits == digits_max) {
      number.exact = number.exact && *cursor == '0';
      if (!after_point) ++number.exponent;
      continue;
    }
    number.digits = number.digits * 10 + (*cursor - '0');
    if (number.digits != 0) ++digits;
    if (after_point) --number.exponent;
  }
  if (!any) return std::nullopt;
  if (negative) number.digits = -number.digits;
  number.exponent += read_exponent(cursor, end);
  at = cursor;
  return number;
}

std::optional<Decimal> read_decimal(std::string_view text) { return Decimal::parse(trim(text)); }

double to_double(std::string_view number) {
  double value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

double to_double(const Decimal& value) { return to_double(value.to_text()); }

double to_double(const Number& number) {
  // Both operands are exact in these ranges, so the one rounding of the operation gives the nearest value.
  constexpr std::int64_t exact_max = std::int64_t{1} << 53;
  const bool is_small = number.digits <= exact_max && number.digits >= -exact_max;
  if (is_small && number.exponent <= 0 && number.exponent >= -digits_max) {
    return static_cast<double>(number.digits) /
           static_cast<double>(powers_of_ten[static_cast<std::size_t>(-number.exponent)]);
  }
  return to_double(fmt::format("{}e{}", number.digits, number.exponent));
}

std::string shortest_text(double value) { return fmt::format("{}", value); }

void Column::add_other(const Number& number) {
  if (exact_ && number.exact && (number.exponent == exponent_ || rescale(number.exponent))) {
    if (const auto digits = scaled(number.digits, number.exponent - exponent_)) {
      digits_.push_back(*digits);
      return;
    }
  }
  give_up_exactness();
  approximate_.push_back(to_double(number));
}

// Makes room for a number of that power of ten; true when every value still fits.
bool Column::rescale(int exponent) {
  if (digits_.empty()) {
    exponent_ = std::min(exponent, 0);
    return true;
  }
  if (exponent >= exponent_) return true;
  for (const std::int64_t value : digits_) {
    if (value != missing && !scaled(value, exponent_ - exponent)) return false;
  }
  for (std::int64_t& value : digits_) {
    if (value != missing) value = *scaled(value, exponent_ - exponent);
  }
  exponent_ = exponent;
  return true;
}

void Column::give_up_exactness() {
  if (!exact_) return;
  exact_ = false;
  for (const std::int64_t value : digits_) {
    approximate_.push_back(value == missing ? std::nan("") : to_double(Number{.digits = value, .exponent = exponent_}));
  }
  digits_.clear();
}

void Column::add_missing() {
  has_missing_ = true;
  if (exact_) {
    digits_.push_back(missing);
  } else {
    approximate_.push_back(std::nan(""));
  }
}

std::string Column::text_of(std::size_t index, const Decimal& factor) const {
  if (!exact_) return shortest_text(approximate_[index] * to_double(factor));
  if (const auto product = Decimal{digits_[index], exponent_}.times(factor)) return product->to_text();
  return shortest_text(to_double(Number{.digits = digits_[index], .exponent = exponent_}) * to_double(factor));
}

Column::Summary Column::summary(const Decimal& factor) const {
  if (exact_ && !has_missing_ && !digits_.empty()) {
    const auto [low, high] = std::ranges::minmax_element(digits_);
    auto least = static_cast<std::size_t>(low - digits_.begin());
    auto greatest = static_cast<std::size_t>(high - digits_.begin());
    if (factor.is_negative()) std::swap(least, greatest);
    return {text_of(0, factor), text_of(digits_.size() - 1, factor), text_of(least, factor), text_of(greatest, factor)};
  }
  return summary_of_present(factor);
}

Column::Summary Column::summary_of_present(const Decimal& factor) const {
  const auto present = [&](std::size_t i) { return exact_ ? digits_[i] != missing : !std::isnan(approximate_[i]); };
  const auto less = [&](std::size_t a, std::size_t b) {
    return exact_ ? digits_[a] < digits_[b] : approximate_[a] < approximate_[b];
  };
  constexpr auto nowhere = static_cast<std::size_t>(-1);
  std::size_t first = nowhere;
  std::size_t last = 0;
  std::size_t least = 0;
  std::size_t greatest = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!present(i)) continue;
    if (first == nowhere) first = least = greatest = i;
    last = i;
    if (less(i, least)) least = i;
    if (less(greatest, i)) greatest = i;
  }
  if (first == nowhere) return {};
  if (factor.is_negative()) std::swap(least, greatest);
  return {text_of(first, factor), text_of(last, factor), text_of(least, factor), text_of(greatest, factor)};
}

std::vector<double> Column::values(const Decimal& factor) const {
  const double scale = to_double(factor);
  std::vector<double> values;
  values.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const bool absent = exact_ && digits_[i] == missing;
    const double raw = exact_ ? to_double(Number{.digits = digits_[i], .exponent = exponent_}) : approximate_[i];
    values.push_back(absent ? std::nan("") : raw * scale);
  }
  return values;
}

}  // namespace lab::drivers::jcamp
