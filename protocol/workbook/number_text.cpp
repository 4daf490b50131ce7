#include "protocol/workbook/number_text.hpp"

#include <fmt/format.h>
#include <chrono>
#include <utility>

#include "protocol/base/decimal.hpp"

namespace lab::workbook {
namespace {

constexpr int digits_shown = 15;
constexpr std::int64_t seconds_a_day = 86400;
constexpr std::int64_t serial_max = 2958465;  // 9999-12-31
constexpr std::int64_t days_1904 = 1462;      // between the two ways of counting

std::optional<Decimal> parse(std::string_view xml) {
  const auto number = Decimal::parse(xml);
  if (!number) return std::nullopt;
  Decimal::Mantissa most = 1;
  for (int i = 0; i < digits_shown; ++i) most *= 10;
  const auto size = number->is_negative() ? -number->mantissa() : number->mantissa();
  if (size < most) return number;
  auto rounded = round_to_digits(*number, digits_shown);
  if (!rounded) return std::nullopt;
  // The zeros that rounding leaves behind the point were never written by anybody.
  while (!rounded->is_zero() && rounded->exponent() < 0 && rounded->mantissa() % 10 == 0) {
    rounded = Decimal{rounded->mantissa() / 10, rounded->exponent() + 1};
  }
  return rounded;
}

// The code of a format without what it shows literally: quoted text, escaped characters, [colours and conditions].
std::string without_literals(std::string_view code) {
  std::string plain;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
      ++i;
    } else if (code[i] == '"' || code[i] == '[') {
      const std::size_t close = code.find(code[i] == '"' ? '"' : ']', i + 1);
      if (close == std::string_view::npos) return plain;
      // [h] and [mm] are elapsed times, everything else in brackets is a colour, a condition or a language.
      const std::string_view inside = code.substr(i + 1, close - i - 1);
      if (code[i] == '[' && inside.find_first_not_of("hmsHMS") == std::string_view::npos) plain += inside;
      i = close;
    } else {
      plain += code[i];
    }
  }
  return plain;
}

}  // namespace

NumberStyle style_of_format(unsigned id, std::string_view code) {
  if (id == 9 || id == 10) return NumberStyle::percent;
  const bool built_in_date =
      (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  if (built_in_date) return NumberStyle::date;
  const std::string plain = without_literals(code);
  if (plain == "General") return NumberStyle::plain;
  if (plain.find('%') != std::string::npos) return NumberStyle::percent;
  // "0.00E+00" has an E, no date has: the letters below are in dates only.
  if (plain.find_first_of("ydhmsYDHMS") != std::string::npos) return NumberStyle::date;
  return NumberStyle::plain;
}

std::optional<std::string> number_text(std::string_view xml) {
  const auto number = parse(xml);
  if (!number) return std::nullopt;
  return number->to_text();
}

std::optional<std::string> percent_text(std::string_view xml) {
  const auto number = parse(xml);
  if (!number) return std::nullopt;
  const auto shifted = number->shifted(2);
  if (!shifted) return std::nullopt;
  return shifted->to_text() + "%";
}

std::optional<std::string> date_text(std::string_view xml, bool since_1904) {
  const auto serial = parse(xml);
  if (!serial || serial->is_negative()) return std::nullopt;
  const auto in_seconds = serial->times(Decimal{seconds_a_day, 0});
  if (!in_seconds) return std::nullopt;
  const auto rounded = round_to_unit(*in_seconds, 0);
  if (!rounded || *rounded > Decimal{serial_max * seconds_a_day, 0}) return std::nullopt;
  auto seconds = static_cast<std::int64_t>(rounded->mantissa());
  for (int i = 0; i < rounded->exponent(); ++i) seconds *= 10;
  const std::int64_t day = seconds / seconds_a_day + (since_1904 ? days_1904 : 0);
  const std::int64_t rest = seconds % seconds_a_day;
  const std::string time = fmt::format("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
  if (day == 0) return time;
  // The 29th of February 1900, which never was, is day 60: before it the count is one behind.
  const std::chrono::sys_days epoch = std::chrono::year{1899} / 12 / (day < 60 ? 31 : 30);
  const std::chrono::year_month_day date{epoch + std::chrono::days{day}};
  const std::string written = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return rest == 0 ? written : written + " " + time;
}

CellText cell_text(std::string_view xml, NumberStyle style, bool since_1904) {
  switch (style) {
    case NumberStyle::percent:
      if (auto text = percent_text(xml)) return {*std::move(text), CellKind::text};
      break;
    case NumberStyle::date:
      if (auto text = date_text(xml, since_1904)) return {*std::move(text), CellKind::date};
      break;  // a negative number under a date's style: programs show the number
    case NumberStyle::plain:
      break;
  }
  if (auto text = number_text(xml)) return {*std::move(text), CellKind::number};
  return {std::string{xml}, CellKind::error};
}

}  // namespace lab::workbook
