#include "protocol/rules/read_value.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace lab::rules {
namespace {

using model::Comparator;
using model::ReadValue;
using model::ValueState;

struct Word {
  std::string_view folded;  // upper case, no blanks, half width
  ValueState state;
};

// The closed list. What is not here is not understood, and that is safer than a near miss.
constexpr std::array words{
    Word{"ND", ValueState::below_lod},
    Word{"N.D.", ValueState::below_lod},
    Word{"N.D", ValueState::below_lod},
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

constexpr std::string_view wide_blank = "\xE3\x80\x80";  // U+3000
constexpr std::string_view fixed_blank = "\xC2\xA0";     // U+00A0

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  for (;;) {
    if (!text.empty() && is_blank(text.front())) {
      text.remove_prefix(1);
    } else if (!text.empty() && is_blank(text.back())) {
      text.remove_suffix(1);
    } else if (text.starts_with(wide_blank)) {
      text.remove_prefix(wide_blank.size());
    } else if (text.ends_with(wide_blank)) {
      text.remove_suffix(wide_blank.size());
    } else if (text.starts_with(fixed_blank)) {
      text.remove_prefix(fixed_blank.size());
    } else if (text.ends_with(fixed_blank)) {
      text.remove_suffix(fixed_blank.size());
    } else {
      return text;
    }
  }
}

// Full-width forms U+FF01..U+FF5E are the ASCII characters shifted by a constant; an input method produces them.
std::string half_width(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead == 0xEF && i + 2 < text.size()) {
      const unsigned code = 0xF000U | (static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6 |
                            (static_cast<unsigned char>(text[i + 2]) & 0x3FU);
      if (code >= 0xFF01 && code <= 0xFF5E) {
        result += static_cast<char>(code - 0xFEE0);
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

std::string folded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!is_blank(c)) result += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
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

const Sign* sign_at_start(std::string_view text) {
  const auto* const sign = std::ranges::find_if(signs, [&](const Sign& s) { return text.starts_with(s.text); });
  return sign == signs.end() ? nullptr : sign;
}

bool read_bound(std::string_view text, ReadValue& value) {
  const Sign* const sign = sign_at_start(text);
  if (sign == nullptr) return false;
  const auto bound = Decimal::parse(trimmed(text.substr(sign->text.size())));
  if (!bound || bound->is_negative()) return false;
  if (sign->comparator == Comparator::less && bound->is_zero()) return false;
  value.number = bound;
  value.comparator = sign->comparator;
  const bool from_below = sign->comparator == Comparator::less || sign->comparator == Comparator::less_or_equal;
  value.state = from_below ? ValueState::below_lod : ValueState::over_range;
  return true;
}

bool read_word(std::string_view text, ReadValue& value) {
  const std::string word = folded(text);
  const auto* const known = std::ranges::find(words, std::string_view{word}, &Word::folded);
  if (known == words.end()) return false;
  value.state = known->state;
  return true;
}

// "未检出(<0.01)": the word, and the bound it stands for in brackets.
bool read_word_with_bound(std::string_view text, ReadValue& value) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return false;
  ReadValue word;
  ReadValue bound;
  if (!read_word(text.substr(0, open), word) || word.state != ValueState::below_lod) return false;
  if (!read_bound(trimmed(text.substr(open + 1, text.size() - open - 2)), bound)) return false;
  if (bound.state != ValueState::below_lod) return false;
  bound.text = std::move(value.text);
  value = std::move(bound);
  return true;
}

}  // namespace

ReadValue read_value(std::string_view text) {
  ReadValue value{
      .text = std::string{text}, .number = {}, .comparator = Comparator::none, .state = ValueState::invalid};
  const std::string_view inner = trimmed(text);
  if (inner.empty()) {
    value.state = ValueState::missing;
    return value;
  }
  value.number = Decimal::parse(inner);
  if (value.number) {
    value.state = ValueState::numeric;
    return value;
  }
  const std::string half = half_width(inner);
  value.number = Decimal::parse(half);
  if (value.number) {
    value.state = ValueState::numeric;
  } else if (is_all_dashes(half)) {
    value.state = ValueState::missing;
  } else if (!read_word(half, value) && !read_bound(half, value)) {
    read_word_with_bound(half, value);
  }
  return value;
}

}  // namespace lab::rules
