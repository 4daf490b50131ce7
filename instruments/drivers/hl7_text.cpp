#include "instruments/drivers/hl7_text.hpp"

#include <algorithm>
#include <utility>

#include "instruments/drivers/escapes.hpp"
#include "instruments/drivers/read_value.hpp"
#include "protocol/base/charset.hpp"

namespace lab::drivers::hl7 {
namespace {

constexpr std::size_t character_set_field = 18;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_punctuation(char c) { return c > ' ' && c < '\x7F' && !is_upper(c) && !is_digit(c) && (c < 'a' || c > 'z'); }

bool is_header_name(std::string_view name) { return name == "MSH" || name == "FHS" || name == "BHS"; }

std::string_view first_segment(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && (ends_segment(text[begin]) || text[begin] == ' ')) ++begin;
  std::size_t end = begin;
  while (end < text.size() && !ends_segment(text[end])) ++end;
  return text.substr(begin, end - begin);
}

// Names of table 0211 are written with and without blanks, hyphens and the years of their editions.
std::optional<TextCoding> coding_named(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (is_upper(c) || is_digit(c)) folded += c;
    if (c >= 'a' && c <= 'z') folded += static_cast<char>(c - 'a' + 'A');
  }
  if (folded.ends_with("UTF8")) return TextCoding::utf8;
  constexpr std::array<std::string_view, 4> chinese{"GB18030", "GBK", "GB2312", "CP936"};
  if (std::ranges::any_of(chinese, [&](std::string_view set) { return folded.starts_with(set); })) {
    return TextCoding::gb18030;
  }
  if (folded.ends_with("88591")) return TextCoding::latin1;
  return std::nullopt;
}

// The set that the first MSH segment with a name in field 18 declares.
std::optional<TextCoding> declared_coding(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("MSH")) {
      const std::string_view segment = first_segment(rest);
      const auto delimiters = read_delimiters(segment);
      if (!delimiters) return std::nullopt;
      Fields fields;
      split_fields(segment, delimiters->field, character_set_field, fields);
      // The first repetition is the default of the message.
      return coding_named(part(fields[character_set_field], delimiters->repeat, 1));
    }
    const std::size_t end = rest.find_first_of(std::string_view{"\r\n\x0B\x1C", 4});
    if (end == std::string_view::npos) break;
    at += end + 1;
  }
  return std::nullopt;
}

std::optional<char> delimiter_named(char name, const Delimiters& delimiters) {
  switch (name) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repeat;
    case 'E':
      return delimiters.escape;
    default:
      return std::nullopt;
  }
}

// "X41" is "A"; nothing for octets that could not stand in a tidy text.
std::optional<std::string> hexadecimal(std::string_view digits) {
  std::string text(digits.size() / 2, '\0');
  const bool good = digits.size() % 2 == 0 && !digits.empty() &&
                    fill_from_hex({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}, digits);
  if (!good || std::ranges::any_of(text, [](char c) { return c < ' ' || c > '~'; })) return std::nullopt;
  return text;
}

std::optional<std::string> meaning(std::string_view sequence, const Delimiters& delimiters) {
  if (sequence.size() == 1) {
    if (const auto character = delimiter_named(sequence[0], delimiters)) return std::string(1, *character);
    if (sequence == "H" || sequence == "N") return std::string{};
  }
  if (sequence.starts_with('X')) return hexadecimal(sequence.substr(1));
  if (sequence.starts_with(".br") || sequence.starts_with(".sp")) return std::string{" "};
  return std::nullopt;
}

}  // namespace

void split_fields(std::string_view segment, char delimiter, std::size_t last, Fields& fields) {
  std::fill_n(fields.begin(), last + 1, std::string_view{});
  const char* begin = segment.data();
  const char* const end = begin + segment.size();
  std::size_t field = 0;
  for (const char* at = begin; at != end; ++at) {
    if (*at != delimiter) continue;
    fields[field] = {begin, static_cast<std::size_t>(at - begin)};
    begin = at + 1;
    if (field == last) return;
    ++field;
    if (field == 1 && is_header_name(fields[0])) fields[field++] = {at, 1};  // the delimiter itself is field 1
  }
  fields[field] = {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view part(std::string_view field, char delimiter, std::size_t n) {
  for (; n > 1; --n) {
    const std::size_t end = field.find(delimiter);
    if (end == std::string_view::npos) return {};
    field.remove_prefix(end + 1);
  }
  return field.substr(0, field.find(delimiter));
}

std::string_view first_filled(std::string_view field, const Delimiters& delimiters) {
  while (!field.empty()) {
    const std::size_t end = std::min(field.find(delimiters.component), field.size());
    if (const std::string_view component = trim(field.substr(0, end)); !component.empty()) return component;
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return {};
}

std::string unescape(std::string_view text, const Delimiters& delimiters) {
  return unescaped(text, delimiters.escape, [&](std::string_view name) { return meaning(name, delimiters); });
}

std::string escape(std::string_view text, const Delimiters& delimiters) {
  std::string escaped;
  for (const char c : text) {
    const std::array marks{std::pair{delimiters.field, 'F'}, std::pair{delimiters.component, 'S'},
                           std::pair{delimiters.subcomponent, 'T'}, std::pair{delimiters.repeat, 'R'},
                           std::pair{delimiters.escape, 'E'}};
    const auto* mark = std::ranges::find(marks, c, &std::pair<char, char>::first);
    if (mark == marks.end()) {
      escaped += ends_segment(c) ? ' ' : c;
    } else {
      escaped += {delimiters.escape, mark->second, delimiters.escape};
    }
  }
  return escaped;
}

std::optional<Delimiters> read_delimiters(std::string_view segment) {
  if (segment.size() < 5 || !is_header_name(segment.substr(0, 3)) || !is_punctuation(segment[3])) return std::nullopt;
  Delimiters delimiters{.field = segment[3]};
  const std::string_view marks = segment.substr(4, segment.find(delimiters.field, 4) - 4);
  if (marks.empty() || marks.size() > 5) return std::nullopt;  // the fifth is the truncation mark of version 2.7
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!is_punctuation(marks[i]) || marks.find(marks[i], i + 1) != std::string_view::npos) return std::nullopt;
  }
  // What a short list leaves out cannot occur: NUL ends a segment.
  delimiters.component = marks[0];
  delimiters.repeat = marks.size() > 1 ? marks[1] : '\0';
  delimiters.escape = marks.size() > 2 ? marks[2] : '\0';
  delimiters.subcomponent = marks.size() > 3 ? marks[3] : '\0';
  return delimiters;
}

bool is_segment(std::string_view line, char delimiter) {
  if (line.size() < 3 || !is_upper(line[0])) return false;
  const auto named = [](char c) { return is_upper(c) || is_digit(c); };
  return named(line[1]) && named(line[2]) && (line.size() == 3 || line[3] == delimiter);
}

Result<InstrumentText> decode(BytesView capture) {
  auto text = decode_instrument_text(capture);
  if (!text || is_ascii(capture)) return text;
  const auto declared = declared_coding(text->utf8);
  if (!declared || *declared == text->coding || text->coding == TextCoding::utf8_bom) return text;
  if (text->coding == TextCoding::utf16_le || text->coding == TextCoding::utf16_be) return text;
  // A wrong declaration is commoner than a text of the declared set that is also good UTF-8, except for GB18030.
  if (*declared == TextCoding::gb18030) {
    if (auto chinese = decode_declared_text(capture, TextCoding::gb18030)) return chinese;
  }
  if (*declared == TextCoding::latin1 && text->coding == TextCoding::gb18030) {
    return decode_declared_text(capture, TextCoding::latin1);
  }
  return text;
}

Result<Header> read_header(BytesView message) {
  const auto text = decode(message);
  if (!text) return fail(ErrorCode::malformed, text.error().message, text.error().where);
  const std::string_view segment = first_segment(text->utf8);
  const auto delimiters = segment.starts_with("MSH") ? read_delimiters(segment) : std::nullopt;
  if (!delimiters) return fail(ErrorCode::malformed, "报文不是以 MSH 段开始，或分隔符不对");
  Fields fields;
  split_fields(segment, delimiters->field, character_set_field, fields);
  const auto field = [&](std::size_t n) { return std::string{trim(fields[n])}; };
  return Header{.delimiters = *delimiters,
                .sending_application = field(3),
                .sending_facility = field(4),
                .receiving_application = field(5),
                .receiving_facility = field(6),
                .type = std::string{trim(part(fields[9], delimiters->component, 1))},
                .trigger = std::string{trim(part(fields[9], delimiters->component, 2))},
                .control_id = field(10),
                .processing = field(11),
                .version = field(12),
                .accept_ack = field(15),
                .application_ack = field(16),
                .character_set = field(character_set_field),
                .coding = text->coding};
}

}  // namespace lab::drivers::hl7
