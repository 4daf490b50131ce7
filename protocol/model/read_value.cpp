#include "protocol/model/read_value.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "protocol/base/text.hpp"

namespace lab::model {
namespace {

struct Word {
  std::string_view folded;  // upper case (ASCII), half width, no blanks and full stops: "N.D." and "nd" are one word
  ValueState state;
};

// The closed list. What is not here is not understood, and that is safer than a near miss.
constexpr std::array words{
    Word{"ND", ValueState::below_lod},
    Word{"N/D", ValueState::below_lod},
    Word{"NOTDETECTED", ValueState::below_lod},
    Word{"UNDETECTED", ValueState::below_lod},
    Word{"BDL", ValueState::below_lod},
    Word{"<LOD", ValueState::below_lod},
    Word{"<MDL", ValueState::below_lod},
    Word{"<检出限", ValueState::below_lod},
    Word{"未检出", ValueState::below_lod},
    Word{"未检测出", ValueState::below_lod},
    Word{"低于检出限", ValueState::below_lod},
    Word{"小于检出限", ValueState::below_lod},
    Word{"<LOQ", ValueState::below_loq},
    Word{"<MQL", ValueState::below_loq},
    Word{"BLQ", ValueState::below_loq},
    Word{"BQL", ValueState::below_loq},
    Word{"<定量限", ValueState::below_loq},
    Word{"低于定量限", ValueState::below_loq},
    Word{"小于定量限", ValueState::below_loq},
    Word{"TRACE", ValueState::below_loq},
    Word{"痕量", ValueState::below_loq},
    Word{"OVER", ValueState::over_range},
    Word{"OVR", ValueState::over_range},
    Word{"OVERRANGE", ValueState::over_range},
    Word{"OVER-RANGE", ValueState::over_range},
    Word{"OVERFLOW", ValueState::over_range},
    Word{"超量程", ValueState::over_range},
    Word{"超出量程", ValueState::over_range},
    Word{"超范围", ValueState::over_range},
    Word{"超出范围", ValueState::over_range},
    Word{"阴性", ValueState::qualitative},
    Word{"阳性", ValueState::qualitative},
    Word{"弱阳性", ValueState::qualitative},
    Word{"检出", ValueState::qualitative},
    Word{"DETECTED", ValueState::qualitative},
    Word{"(-)", ValueState::qualitative},
    Word{"(+)", ValueState::qualitative},
    Word{"+", ValueState::qualitative},
    Word{"++", ValueState::qualitative},
    Word{"+++", ValueState::qualitative},
    Word{"NEGATIVE", ValueState::qualitative},
    Word{"POSITIVE", ValueState::qualitative},
    Word{"NEG", ValueState::qualitative},
    Word{"POS", ValueState::qualitative},
    Word{"NEGATIF", ValueState::qualitative},
    Word{"NéGATIF", ValueState::qualitative},
    Word{"POSITIF", ValueState::qualitative},
    Word{"REACTIVE", ValueState::qualitative},
    Word{"WEAKLYREACTIVE", ValueState::qualitative},
    Word{"NONREACTIVE", ValueState::qualitative},
    Word{"NON-REACTIVE", ValueState::qualitative},
    Word{"合格", ValueState::qualitative},
    Word{"不合格", ValueState::qualitative},
    Word{"符合", ValueState::qualitative},
    Word{"不符合", ValueState::qualitative},
    Word{"/", ValueState::missing},
    Word{"\\", ValueState::missing},
    Word{"N/A", ValueState::missing},
    Word{"NA", ValueState::missing},
    Word{"未检", ValueState::missing},
    Word{"未测", ValueState::missing},
    Word{"无", ValueState::missing},
};

struct Sign {
  std::string_view text;
  Comparator comparator;
};

// Longest first, so that "<=" is not read as "<" followed by rubbish.
constexpr std::array signs{
    Sign{"<=", Comparator::less_or_equal},
    Sign{"≤", Comparator::less_or_equal},
    Sign{"≦", Comparator::less_or_equal},
    Sign{">=", Comparator::greater_or_equal},
    Sign{"≥", Comparator::greater_or_equal},
    Sign{"≧", Comparator::greater_or_equal},
    Sign{"<", Comparator::less},
    Sign{">", Comparator::greater},
    Sign{"小于", Comparator::less},
    Sign{"大于", Comparator::greater},
};

constexpr std::size_t word_octets_max = 48;  // no word of the table is longer, with blanks between its letters

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string folded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!is_blank(c) && c != '.') result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

bool is_all_dashes(std::string_view text) {
  constexpr std::array<std::string_view, 4> dashes{"-", "—", "–", "─"};
  while (!text.empty()) {
    const auto dash = std::ranges::find_if(dashes, [&](std::string_view d) { return text.starts_with(d); });
    if (dash == dashes.end()) return false;
    text.remove_prefix(dash->size());
  }
  return true;
}

std::optional<Decimal> read_number(std::string_view text, NumberFormat format) {
  if (!format.decimal_comma) return Decimal::parse(text);
  if (text.find('.') != std::string_view::npos) return std::nullopt;  // a point would be a thousands mark here
  std::string pointed{text};
  std::ranges::replace(pointed, ',', '.');  // of two commas neither is a decimal mark, of two points neither
  return Decimal::parse(pointed);
}

const Sign* sign_at_start(std::string_view text) {
  const auto* const sign = std::ranges::find_if(signs, [&](const Sign& s) { return text.starts_with(s.text); });
  return sign == signs.end() ? nullptr : sign;
}

bool read_bound(std::string_view text, NumberFormat format, ReadValue& value) {
  const Sign* const sign = sign_at_start(text);
  if (sign == nullptr) return false;
  const auto bound = read_number(trim(text.substr(sign->text.size())), format);
  if (!bound || bound->is_negative()) return false;
  if (sign->comparator == Comparator::less && bound->is_zero()) return false;
  value.number = bound;
  value.comparator = sign->comparator;
  const bool from_below = sign->comparator == Comparator::less || sign->comparator == Comparator::less_or_equal;
  value.state = from_below ? ValueState::below_lod : ValueState::over_range;
  return true;
}

bool read_word(std::string_view text, ReadValue& value) {
  if (text.size() > word_octets_max) return false;
  const std::string word = folded(text);
  const auto* const known = std::ranges::find(words, std::string_view{word}, &Word::folded);
  if (known == words.end()) return false;
  value.state = known->state;
  return true;
}

// "未检出(<0.01)": the word, and the bound it stands for in brackets.
bool read_word_with_bound(std::string_view text, NumberFormat format, ReadValue& value) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return false;
  ReadValue word;
  ReadValue bound;
  if (!read_word(text.substr(0, open), word) || word.state != ValueState::below_lod) return false;
  if (!read_bound(trim(text.substr(open + 1, text.size() - open - 2)), format, bound)) return false;
  if (bound.state != ValueState::below_lod) return false;
  bound.text = std::move(value.text);
  value = std::move(bound);
  return true;
}

}  // namespace

ReadValue read_value(std::string_view text, NumberFormat format) {
  ReadValue value{
      .text = std::string{text}, .number = {}, .comparator = Comparator::none, .state = ValueState::invalid};
  const std::string_view inner = trim(text);
  value.number = read_number(inner, format);
  if (value.number) {
    value.state = ValueState::numeric;
    return value;
  }
  const std::string half = half_width(inner);
  value.number = read_number(half, format);
  if (value.number) {
    value.state = ValueState::numeric;
  } else if (is_all_dashes(half)) {  // true for an empty text as well
    value.state = ValueState::missing;
  } else if (!read_word(half, value) && !read_bound(half, format, value)) {
    read_word_with_bound(half, format, value);
  }
  return value;
}

}  // namespace lab::model
