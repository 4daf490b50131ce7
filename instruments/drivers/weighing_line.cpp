#include "instruments/drivers/weighing_line.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <functional>

#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/read_value.hpp"

namespace lab::drivers {
namespace {

constexpr std::size_t sbi_text = 14;
constexpr std::size_t sbi_id = 6;
constexpr std::size_t padding_max = 2;
constexpr std::size_t auto_octets_max = 64 * 1024;  // more than that is no print-out of a balance

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// "E-03" behind a number belongs to it; taken for a unit it would change the value a thousandfold.
std::size_t exponent_length(std::string_view text) {
  if (text.empty() || (text.front() != 'E' && text.front() != 'e')) return 0;
  std::size_t at = 1;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  const std::size_t digits = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at > digits ? at : 0;
}

struct NumberAndUnit {
  model::ReadValue value;
  std::string unit;
};

// "+   123.56 g", "-0.5", "12.3[4] g": the digit in brackets is one that a verified balance only shows.
std::optional<NumberAndUnit> split_number(std::string_view text) {
  text = trim(text);
  std::string number;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    if (text.front() == '-') number = "-";
    text.remove_prefix(1);
    text = trim(text);
  }
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '[' || c == ']') continue;
    if (!is_digit(c) && c != '.') break;
    number += c;
  }
  if (number.empty() || !is_digit(number.back())) return std::nullopt;
  const std::size_t exponent = exponent_length(text.substr(at));
  number += text.substr(at, exponent);
  at += exponent;
  const std::string_view unit = trim(text.substr(at));
  if (!unit.empty() && !is_meter_unit(unit)) return std::nullopt;
  NumberAndUnit read{.value = interpret_cell(number), .unit = std::string{unit}};
  if (read.value.state != model::ValueState::numeric) return std::nullopt;
  return read;
}

std::optional<WeighingState> status_word(std::string_view word) {
  if (word == "High" || word == "H" || word == "HIGH") return WeighingState::overload;
  if (word == "Low" || word == "L" || word == "LOW") return WeighingState::underload;
  if (word == "--" || word == "----" || word == "Cal." || word == "CAL") return WeighingState::other;
  return std::nullopt;
}

using Parser = std::function<std::optional<WeighingLine>(std::string_view)>;

std::optional<WeighingLine> plain_meter_line(std::string_view line) { return parse_meter_line(line); }

struct Line {
  std::string_view text;
  std::size_t offset = 0;
  bool ended = false;
};

// The next line that is not empty; nothing at the end.
std::optional<Line> next_line(BytesView capture, std::size_t& at) {
  while (at < capture.size()) {
    const std::size_t end = std::min(capture.find_first_of("\r\n", at), capture.size());
    const Line line{.text = capture.substr(at, end - at), .offset = at, .ended = end < capture.size()};
    at = end + 1;
    if (!trim(line.text).empty()) return line;
  }
  return std::nullopt;
}

bool all_lines_are(BytesView capture, const Parser& parse) {
  if (capture.size() > auto_octets_max) return false;
  bool any = false;
  std::size_t at = 0;
  while (const auto line = next_line(capture, at)) {
    if (!parse(line->text)) return false;
    any = true;
  }
  return any;
}

model::Decoding decode_lines(BytesView capture, std::string_view profile, const char* analyte, const Parser& parse) {
  if (capture.size() > capture_octets_max) return refuse(profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  model::Decoding decoding;
  decoding.profile = profile;
  decoding.covered_bytes = decoding.total_bytes = capture.size();
  std::size_t number = 0;
  std::size_t at = 0;
  while (const auto line = next_line(capture, at)) {
    const std::string where = fmt::format("第 {} 行", ++number);
    if (!line->ended) return refuse(profile, capture.size(), where + "没有结束：读数不完整，请重新打印");
    const auto read = parse(line->text);
    if (!read) return refuse(profile, capture.size(), where + "不是数值和单位，请检查天平或仪表的输出格式");
    if (const std::string error = weighing_error_text(read->state); !error.empty()) {
      add_diagnostic(decoding, {.offset = line->offset, .where = where, .message = error});
    }
    if (read->state != WeighingState::stable) continue;
    model::Observation& observation = decoding.observations.emplace_back();
    observation.analyte = analyte;
    observation.value = read->value;
    observation.unit = read->unit;
    observation.offset = line->offset;
  }
  if (decoding.observations.empty()) {
    return refuse(profile, capture.size(), "没有稳定的读数（数值后面没有单位），请等读数稳定后重新打印");
  }
  return decoding;
}

}  // namespace

std::optional<WeighingLine> parse_sbi_line(std::string_view line) {
  if (line.size() < sbi_text || line.size() > sbi_text + sbi_id + padding_max) return std::nullopt;
  if (!std::ranges::all_of(line, [](char c) { return c >= ' ' || static_cast<unsigned char>(c) >= 0x80; })) {
    return std::nullopt;
  }
  WeighingLine read;
  if (line.size() > sbi_text + padding_max) {
    if (line.size() < sbi_text + sbi_id) return std::nullopt;
    read.id = std::string{trim(line.substr(0, sbi_id))};
    line.remove_prefix(sbi_id);
  }
  if (const auto status = status_word(trim(line))) {
    read.state = *status;
    return read;
  }
  auto number = split_number(line);
  if (!number || number->unit.size() > 3) return std::nullopt;
  read.value = std::move(number->value);
  read.unit = std::move(number->unit);
  read.state = read.unit.empty() ? WeighingState::unstable : WeighingState::stable;
  if (!read.id.empty() && read.id != "N") read.state = WeighingState::other;
  return read;
}

// Letters, signs of units and characters beyond ASCII (µ), beginning with no digit, point or sign.
bool is_meter_unit(std::string_view text) {
  if (text.empty() || text.size() > 8) return false;
  const char first = text.front();
  if (!is_letter(first) && first != '%' && static_cast<unsigned char>(first) < 0x80) return false;
  return std::ranges::all_of(text, [](char c) { return c > ' ' || static_cast<unsigned char>(c) >= 0x80; });
}

std::optional<WeighingLine> parse_meter_line(std::string_view line, std::string_view unit_of_meter) {
  if (line.size() > weighing_line_octets_max) return std::nullopt;
  auto number = split_number(line);
  if (!number) return std::nullopt;
  if (number->unit.empty()) number->unit = unit_of_meter;
  const auto state = number->unit.empty() ? WeighingState::unstable : WeighingState::stable;
  return WeighingLine{.state = state, .id = {}, .value = std::move(number->value), .unit = std::move(number->unit)};
}

model::Decoding decode_sbi(BytesView capture) { return decode_lines(capture, sbi_profile, "weight", parse_sbi_line); }

model::Decoding decode_line_meter(BytesView capture) {
  return decode_lines(capture, line_meter_profile, "reading", plain_meter_line);
}

model::Decoding decode_line_meter(BytesView capture, std::string_view unit_of_meter) {
  const std::string profile = std::string{line_meter_with_unit}.append(unit_of_meter);
  if (!is_meter_unit(unit_of_meter)) return refuse(profile, capture.size(), "仪表的单位写得不对，请改正设置");
  return decode_lines(capture, profile, "reading",
                      [&](std::string_view line) { return parse_meter_line(line, unit_of_meter); });
}

bool looks_like_sbi(BytesView capture) { return all_lines_are(capture, parse_sbi_line); }

bool looks_like_line_meter(BytesView capture) {
  return all_lines_are(capture, plain_meter_line) && !looks_like_sbi(capture);
}

std::string weighing_error_text(WeighingState state) {
  switch (state) {
    case WeighingState::stable:
    case WeighingState::other:
    case WeighingState::unstable:
      return {};
    case WeighingState::overload:
      return "超载，请减轻秤盘上的物品后重新称量（High）";
    case WeighingState::underload:
      return "欠载，请检查秤盘是否放好后重新称量（Low）";
  }
  return {};
}

}  // namespace lab::drivers
