#include "instruments/profiles/cell_value.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

#include "instruments/drivers/read_value.hpp"
#include "instruments/profiles/fold.hpp"
#include "protocol/base/text.hpp"

namespace lab::profiles {
namespace {

using drivers::trim;
using model::ReadValue;
using model::ValueState;
using sheet::CellKind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without a comparator or a sign in front.
std::string_view digits_of(std::string_view text) {
  text = trim(text);
  while (!text.empty() &&
         (text[0] == '<' || text[0] == '>' || text[0] == '=' || text[0] == '-' || text[0] == '+' || text[0] == ' ')) {
    text.remove_prefix(1);
  }
  return text;
}

bool is_numeric(std::string_view text) {
  return !text.empty() && is_digit(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == ',' || c == '.'; });
}

enum class Witness { none, point, comma, unclear, confused };

Witness witness_of(std::string_view cell) {
  const std::string_view text = digits_of(cell);
  if (!is_numeric(text)) return Witness::none;
  const auto commas = std::ranges::count(text, ',');
  const auto points = std::ranges::count(text, '.');
  if (commas + points == 0) return Witness::none;
  if (commas > 0 && points > 0) return Witness::confused;
  if (points == 1) return Witness::point;
  if (points > 1 || commas > 1) return Witness::confused;
  const std::size_t comma = text.find(',');
  constexpr std::size_t group = 3;  // "1,250" may be a thousand or one and a quarter; "0,250" and "1,25" may not
  const bool grouped = text.size() - comma - 1 == group && comma <= group && text[0] != '0';
  return grouped ? Witness::unclear : Witness::comma;
}

// "1,334,510.690" is "1334510.690"; groups that are not of three digits are left alone, and are no number then.
std::optional<std::string> without_thousands(std::string_view text, char mark, char decimal) {
  const std::size_t end = std::min(text.find(decimal), text.size());
  const std::string_view whole = text.substr(0, end);
  if (whole.find(mark) == std::string_view::npos) return std::nullopt;
  std::string plain;
  std::size_t since_mark = 0;
  bool first = true;
  for (const char c : whole) {
    if (c != mark) {
      plain += c;
      since_mark += is_digit(c) ? 1 : 0;
      continue;
    }
    if (since_mark == 0 || since_mark > 3 || (!first && since_mark != 3)) return std::nullopt;
    first = false;
    since_mark = 0;
  }
  if (since_mark != 3) return std::nullopt;
  return plain + std::string{text.substr(end)};
}

bool is_one_of(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::optional<ValueState> state_of(const Words& words, std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (words.not_detected.empty() && words.not_quantified.empty() && words.over_range.empty() && words.missing.empty())
    return std::nullopt;
  const std::string word = fold(text);
  if (is_one_of(words.not_detected, word)) return ValueState::below_lod;
  if (is_one_of(words.not_quantified, word)) return ValueState::below_loq;
  if (is_one_of(words.over_range, word)) return ValueState::over_range;
  if (is_one_of(words.missing, word)) return ValueState::missing;
  return std::nullopt;
}

std::optional<ValueState> state_of_status(const Words& words, std::string_view text) {
  if (!words.absent.empty() && is_one_of(words.absent, fold(text))) return ValueState::below_lod;
  return state_of(words, text);
}

ReadValue without_number(std::string text, ValueState state) {
  return {.text = std::move(text), .number = {}, .comparator = model::Comparator::none, .state = state};
}

ReadValue interpret(const Profile& profile, std::string_view text, bool decimal_comma) {
  if (const auto state = state_of(profile.words, text)) return without_number(std::string{text}, *state);
  const drivers::CellFormat format{.decimal_comma = decimal_comma};
  if (profile.thousands != '\0') {
    if (const auto plain = without_thousands(text, profile.thousands, decimal_comma ? ',' : '.')) {
      ReadValue value = drivers::interpret_cell(*plain, format);
      value.text = std::string{text};
      return value;
    }
  }
  return drivers::interpret_cell(text, format);
}

// "111.8 % +": the number, its unit, and a mark behind a blank that is no part of either.
std::optional<ValueAndUnit> split_unit(const Profile& profile, std::string_view text, bool decimal_comma) {
  std::size_t end = 0;
  while (end < text.size() &&
         (is_digit(text[end]) || std::string_view{"+-.,<>= "}.find(text[end]) != std::string_view::npos))
    ++end;
  if (end == 0 || end == text.size()) return std::nullopt;
  ReadValue value = interpret(profile, trim(text.substr(0, end)), decimal_comma);
  if (!value.number) return std::nullopt;
  const std::string_view rest = trim(text.substr(end));
  value.text = std::string{text};
  return ValueAndUnit{std::move(value), std::string{rest.substr(0, rest.find(' '))}};
}

ValueAndUnit read_text(const Profile& profile, const RawValue& raw, bool decimal_comma) {
  const std::string_view text = trim(raw.text);
  if (profile.decimal == DecimalMark::either) decimal_comma = text.find('.') == std::string_view::npos;
  ReadValue value = interpret(profile, text, decimal_comma);
  if (value.state == ValueState::missing && !text.empty() && raw.dash_means_absent) {
    value.state = ValueState::below_lod;
  }
  if (value.state == ValueState::invalid && profile.unit_in_value) {
    if (auto split = split_unit(profile, text, decimal_comma)) return *std::move(split);
  }
  return {std::move(value), {}};
}

}  // namespace

Result<bool> uses_decimal_comma(const Profile& profile, const std::vector<RawValue>& values) {
  if (profile.decimal != DecimalMark::by_file) return profile.decimal == DecimalMark::comma;
  std::string point;
  std::string comma;
  std::string unclear;
  for (const RawValue& raw : values) {
    if (raw.kind != CellKind::text) continue;
    const Witness witness = witness_of(raw.text);
    if (witness == Witness::confused) {
      return fail(ErrorCode::malformed, fmt::format("“{}”里既有逗号又有点，分不清小数点，请指定格式", tidy(raw.text)));
    }
    if (witness == Witness::point) point = raw.text;
    if (witness == Witness::comma) comma = raw.text;
    if (witness == Witness::unclear) unclear = raw.text;
  }
  if (!comma.empty() && !point.empty()) {
    return fail(ErrorCode::malformed,
                fmt::format("“{}”用逗号、“{}”用点作小数点，同一个文件里只能有一种", tidy(comma), tidy(point)));
  }
  if (!unclear.empty() && comma.empty()) {
    return fail(ErrorCode::malformed,
                fmt::format("“{}”里的逗号可能是小数点，也可能是千位分隔符，文件里没有别的数能说明", tidy(unclear)));
  }
  return !comma.empty();
}

ValueAndUnit read_cell(const Profile& profile, const RawValue& raw, bool decimal_comma) {
  ValueAndUnit read;
  switch (raw.kind) {
    case CellKind::error:
    case CellKind::date:
    case CellKind::boolean:
      return {without_number(raw.text, ValueState::invalid), {}};
    case CellKind::number:
      read = {drivers::interpret_cell(raw.text), {}};
      break;
    case CellKind::text:
      read = read_text(profile, raw, decimal_comma);
      break;
  }
  // A status that says "not detected" makes the number beside it noise.
  const bool plain = read.value.state == ValueState::numeric || read.value.state == ValueState::missing;
  if (const auto state = state_of_status(profile.words, raw.status); state && plain) {
    read.value.state = *state;
    read.value.number.reset();
  }
  return read;
}

}  // namespace lab::profiles
