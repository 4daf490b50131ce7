#include "instruments/drivers/read_value.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace lab::drivers {
namespace {

using model::Comparator;
using model::ReadValue;
using model::ValueState;

// Compared in lower case and without blanks and full stops, so that "N.D.", "n.d." and "Not Detected" are one word.
struct Word {
  std::string_view text;
  ValueState state;
};

constexpr std::array words{
    Word{"nd", ValueState::below_lod},
    Word{"notdetected", ValueState::below_lod},
    Word{"未检出", ValueState::below_lod},
    Word{"低于检出限", ValueState::below_lod},
    Word{"<lod", ValueState::below_lod},
    Word{"<检出限", ValueState::below_lod},
    Word{"低于定量限", ValueState::below_loq},
    Word{"<loq", ValueState::below_loq},
    Word{"<定量限", ValueState::below_loq},
    Word{"over", ValueState::over_range},
    Word{"overrange", ValueState::over_range},
    Word{"overflow", ValueState::over_range},
    Word{"超量程", ValueState::over_range},
    Word{"阴性", ValueState::qualitative},
    Word{"弱阳性", ValueState::qualitative},
    Word{"阳性", ValueState::qualitative},
    Word{"检出", ValueState::qualitative},
    Word{"detected", ValueState::qualitative},
    Word{"neg", ValueState::qualitative},
    Word{"negative", ValueState::qualitative},
    Word{"negatif", ValueState::qualitative},
    Word{"négatif", ValueState::qualitative},
    Word{"nonreactive", ValueState::qualitative},
    Word{"non-reactive", ValueState::qualitative},
    Word{"pos", ValueState::qualitative},
    Word{"positive", ValueState::qualitative},
    Word{"positif", ValueState::qualitative},
    Word{"reactive", ValueState::qualitative},
    Word{"weaklyreactive", ValueState::qualitative},
};

struct Sign {
  std::string_view text;
  Comparator comparator;
};

// Longer signs first: "<=" begins with "<".
constexpr std::array signs{
    Sign{"<=", Comparator::less_or_equal},
    Sign{"≤", Comparator::less_or_equal},
    Sign{">=", Comparator::greater_or_equal},
    Sign{"≥", Comparator::greater_or_equal},
    Sign{"<", Comparator::less},
    Sign{"＜", Comparator::less},
    Sign{">", Comparator::greater},
    Sign{"＞", Comparator::greater},
};

constexpr std::size_t word_octets_max = 24;  // no word of the table is longer

std::string folded(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c == ' ' || c == '.') continue;
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word;
}

bool is_dash(std::string_view text) {
  if (text == "/" || text == "—" || text == "——" || text == "–") return true;
  return std::ranges::all_of(text, [](char c) { return c == '-'; });
}

std::optional<Decimal> parse_number(std::string_view text, CellFormat format) {
  if (!format.decimal_comma) return Decimal::parse(text);
  if (text.find('.') != std::string_view::npos) return std::nullopt;  // a point would be a thousands mark here
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return Decimal::parse(text);
  std::string pointed{text};
  pointed[comma] = '.';
  return Decimal::parse(pointed);
}

bool is_upper_bound(Comparator comparator) {
  return comparator == Comparator::less || comparator == Comparator::less_or_equal;
}

std::optional<ReadValue> read_bound(std::string_view text, CellFormat format) {
  for (const Sign& sign : signs) {
    if (!text.starts_with(sign.text)) continue;
    const auto number = parse_number(trim(text.substr(sign.text.size())), format);
    if (!number) return std::nullopt;
    return ReadValue{.text = std::string{text},
                     .number = number,
                     .comparator = sign.comparator,
                     .state = is_upper_bound(sign.comparator) ? ValueState::below_lod : ValueState::over_range};
  }
  return std::nullopt;
}

std::optional<ValueState> read_word(std::string_view text) {
  if (text.size() > 2 * word_octets_max) return std::nullopt;
  const std::string word = folded(text);
  const auto* found = std::ranges::find(words, std::string_view{word}, &Word::text);
  if (found == words.end()) return std::nullopt;
  return found->state;
}

}  // namespace

std::string_view trim(std::string_view utf8) {
  const auto is_plain = [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x80; };
  while (!utf8.empty() && utf8.front() == ' ') utf8.remove_prefix(1);
  while (!utf8.empty() && utf8.back() == ' ') utf8.remove_suffix(1);
  if (utf8.empty() || (is_plain(utf8.front()) && is_plain(utf8.back()))) return utf8;  // nearly every cell
  constexpr std::array<std::string_view, 6> blanks{" ", "\t", "\r", "\n", "\u00A0", "\u3000"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : blanks) {
      if (utf8.starts_with(blank)) {
        utf8.remove_prefix(blank.size());
        again = true;
      }
      if (utf8.ends_with(blank)) {
        utf8.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return utf8;
}

ReadValue interpret_cell(std::string_view utf8, CellFormat format) {
  const std::string_view text = trim(utf8);
  ReadValue value{
      .text = std::string{text}, .number = {}, .comparator = Comparator::none, .state = ValueState::invalid};
  if (is_dash(text)) {  // true for an empty cell as well
    value.state = ValueState::missing;
  } else if (const auto number = parse_number(text, format)) {
    value.number = number;
    value.state = ValueState::numeric;
  } else if (auto bound = read_bound(text, format)) {
    return *std::move(bound);
  } else if (const auto state = read_word(text)) {
    value.state = *state;
  }
  return value;
}

}  // namespace lab::drivers
