#include "instruments/drivers/stx_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "instruments/drivers/astm_frame.hpp"
#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/drivers/read_value.hpp"
#include "instruments/drivers/text.hpp"

namespace lab::drivers {
namespace {

constexpr char record_separator = '\x1E';
constexpr char group_separator = '\x1D';

struct Text {
  BytesView octets;  // between STX and ETX
  std::size_t offset = 0;
};

// The texts of a capture, and how many octets lie between them that are not line control.
struct Texts {
  std::vector<Text> all;
  std::size_t stray = 0;
  bool cut_off = false;
};

Texts split_texts(BytesView capture) {
  Texts texts;
  for (std::size_t at = 0; at < capture.size();) {
    if (capture[at] != astm::stx) {
      constexpr std::string_view control{"\x04\x05\x06\x15\r\n\0", 7};
      texts.stray += control.find(capture[at++]) == std::string_view::npos ? 1U : 0U;
      continue;
    }
    const std::size_t end = capture.find(astm::etx, at);
    if (end == BytesView::npos) {
      texts.cut_off = true;
      return texts;
    }
    texts.all.push_back({.octets = capture.substr(at + 1, end - at - 1), .offset = at + 1});
    at = end + 1;
  }
  return texts;
}

// Reads each text with `read`, which answers why the capture is refused, or nothing.
template <class Read>
model::Decoding decode_texts(BytesView capture, std::string_view profile, Read read) {
  if (capture.size() > capture_octets_max) return refuse(profile, capture.size(), "文件超过 256 MB，请分成几个文件");
  const Texts texts = split_texts(capture);
  if (texts.cut_off) return refuse(profile, capture.size(), "最后一段报文没有结束（缺少 ETX），请重新导出或重发");
  model::Decoding decoding;
  decoding.profile = profile;
  decoding.total_bytes = capture.size();
  decoding.covered_bytes = capture.size() - texts.stray;
  if (texts.stray > 0) {
    add_diagnostic(decoding,
                   {.offset = 0, .where = {}, .message = fmt::format("已忽略报文以外的 {} 字节", texts.stray)});
  }
  for (std::size_t i = 0; i < texts.all.size(); ++i) {
    std::string why = read(texts.all[i], decoding);
    if (!why.empty()) return refuse(profile, capture.size(), fmt::format("第 {} 段报文：{}", i + 1, why));
  }
  if (decoding.observations.empty()) return refuse(profile, capture.size(), "报文里没有结果，没有可采用的内容");
  return decoding;
}

// ---- bioMérieux

unsigned hex_of(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    const bool digit = c >= '0' && c <= '9';
    const char lower = digit ? c : static_cast<char>(c | 0x20);
    if (!digit && (lower < 'a' || lower > 'f')) return 256;  // no sum is so large
    value = value * 16 + static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10);
  }
  return value;
}

// Lines joined; nothing when the sum is missing or wrong.
std::optional<std::string> guarded_text(BytesView octets) {
  const std::size_t begin = octets.find(record_separator);
  const std::size_t group = octets.find(group_separator);
  if (group == BytesView::npos || begin > group || group + 2 >= octets.size()) return std::nullopt;
  std::string text;
  unsigned sum = 0;
  for (const char c : octets.substr(begin, group - begin + 1)) {
    if (c == '\r' || c == '\n') continue;
    sum += static_cast<unsigned char>(c);
    if (c != record_separator && c != group_separator) text += c;
  }
  if (hex_of(octets.substr(group + 1, 2)) != sum % 256) return std::nullopt;
  return text;
}

using FieldsByCode = std::map<std::string, std::string, std::less<>>;

FieldsByCode fields_of(std::string_view text) {
  FieldsByCode fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('|'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    if (field.size() >= 2) fields.emplace(field.substr(0, 2), trim(field.substr(2)));
  }
  return fields;
}

bool has_thousands_commas(std::string_view number) {
  const std::size_t comma = number.find(',');
  return comma != std::string_view::npos && number.find(',', comma + 1) != std::string_view::npos;
}

// "28,94mUI/ml": number, then unit. Nothing when the unit is not the one of y3.
std::optional<std::pair<model::ReadValue, std::string>> quantity_of(std::string_view text, const std::string& unit) {
  const std::size_t end = std::min(text.find_first_not_of("<>= +-.,0123456789"), text.size());
  const std::string_view number = trim(text.substr(0, end));
  const std::string_view own_unit = trim(text.substr(end));
  if (!own_unit.empty() && !unit.empty() && own_unit != unit) return std::nullopt;
  if (has_thousands_commas(number)) return std::nullopt;
  const bool comma = number.find(',') != std::string_view::npos;
  return std::pair{interpret_cell(number, {.decimal_comma = comma}), own_unit.empty() ? unit : std::string{own_unit}};
}

std::string read_bci(const Text& raw, model::Decoding& decoding) {
  const auto guarded = guarded_text(raw.octets);
  if (!guarded) return "校验和缺失或不对，可能不完整，请让仪器重发";
  const auto text = decode_instrument_text(*guarded);
  if (!text) return to_text(text.error());
  FieldsByCode fields = fields_of(text->utf8);
  if (fields["mt"] != "rsl") return {};  // orders and other traffic: known, and not results
  if (fields["rt"].empty()) return "没有项目代码（rt 字段）";
  model::Observation observation;
  observation.sample_id = fields["ci"].empty() ? fields["si"] : fields["ci"];
  observation.analyte = fields["rt"];
  observation.instrument = fields["id"];
  observation.time = std::string{trim(fields["td"] + " " + fields["tt"])};
  observation.offset = raw.offset;
  if (!fields["ql"].empty()) {
    observation.value = interpret_cell(fields["ql"]);
    if (!fields["qn"].empty()) observation.flags.push_back("qn=" + fields["qn"]);
  } else {
    auto quantity = quantity_of(fields["qn"], fields["y3"]);
    if (!quantity) return fmt::format("结果“{}”和单位“{}”不一致", fields["qn"], fields["y3"]);
    observation.value = std::move(quantity->first);
    observation.unit = std::move(quantity->second);
  }
  if (const std::string& status = fields["nc"]; !status.empty() && status != "valid") {
    observation.flags.push_back(std::string{flag_status} + status);
  }
  if (observation.sample_id.empty()) {
    add_diagnostic(decoding, {.offset = raw.offset, .where = {}, .message = "结果没有样品编号（ci 字段）"});
  }
  decoding.observations.push_back(std::move(observation));
  return {};
}

// ---- a printed line

struct Heading {
  std::string time;
  std::string sample;
  std::string material;
  std::string_view results;
};

// "24/10/29 13:08 ID# 1DC042FP [B. Plasma] ..."
std::optional<Heading> heading_of(std::string_view text) {
  const std::size_t id = text.find("ID#");
  const std::size_t open = text.find('[', id == std::string_view::npos ? text.size() : id);
  const std::size_t close = text.find(']', std::min(open, text.size()));
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view time = trim(text.substr(0, id));
  const bool digits_and_marks =
      std::ranges::all_of(time, [](char c) { return (c >= '0' && c <= '9') || c == '/' || c == ':' || c == ' '; });
  if (time.size() < 8 || !digits_and_marks) return std::nullopt;
  return Heading{.time = std::string{time},
                 .sample = std::string{trim(text.substr(id + 3, open - id - 3))},
                 .material = std::string{trim(text.substr(open + 1, close - open - 1))},
                 .results = text.substr(close + 1)};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim(text)).empty()) {
    words.push_back(text.substr(0, text.find(' ')));
    text.remove_prefix(words.back().size());
  }
  return words;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string read_result_line(const Text& raw, model::Decoding& decoding) {
  const auto text = decode_instrument_text(raw.octets);
  if (!text) return to_text(text.error());
  const auto heading = heading_of(text->utf8);
  if (!heading) return "不是“日期 时间 ID# 样品 [材料] 结果”的形式";
  const auto words = words_of(heading->results);
  if (words.empty() || words.size() % 3 != 0) return "结果不是完整的“项目 数值 单位”，请让仪器重发";
  for (std::size_t i = 0; i < words.size(); i += 3) {
    model::ReadValue value = interpret_cell(words[i + 1]);
    const bool known = value.state != model::ValueState::invalid;
    const bool unit = is_letter(words[i + 2].front()) || words[i + 2].front() == '%';
    if (!is_letter(words[i].front()) || !known || !unit) {
      return fmt::format("“{} {} {}”不是项目、数值和单位，请让仪器重发", words[i], words[i + 1], words[i + 2]);
    }
    model::Observation& observation = decoding.observations.emplace_back();
    observation.sample_id = heading->sample;
    observation.analyte = words[i];
    observation.value = std::move(value);
    observation.unit = words[i + 2];
    observation.time = heading->time;
    observation.flags.push_back("material=" + heading->material);
    observation.offset = raw.offset;
  }
  return {};
}

// The first octets behind STX, and nothing before it but line control.
BytesView first_text(BytesView capture) {
  const std::size_t at = capture.find_first_not_of("\x04\x05\x06\x15\r\n");
  if (at == BytesView::npos || capture[at] != astm::stx) return {};
  return capture.substr(at + 1, 4096);
}

}  // namespace

model::Decoding decode_bci(BytesView capture) { return decode_texts(capture, bci_profile, read_bci); }

model::Decoding decode_result_line(BytesView capture) {
  return decode_texts(capture, result_line_profile, read_result_line);
}

bool looks_like_bci(BytesView capture) {
  const BytesView text = first_text(capture);
  const std::size_t begin = text.find(record_separator);
  return begin <= 1 && text.substr(begin + 1, 2) == "mt";
}

bool looks_like_result_line(BytesView capture) {
  const BytesView text = first_text(capture);
  return heading_of(text.substr(0, text.find(astm::etx))).has_value();
}

}  // namespace lab::drivers
