#include "instruments/codes/bar_symbology.hpp"

#include <algorithm>
#include <array>

namespace lab::codes {
namespace {

constexpr std::array<std::string_view, 107> code128_widths{
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112"};

constexpr std::array<std::string_view, 10> ean_widths{"3211", "2221", "2122", "1411", "1132",
                                                      "1231", "1114", "1312", "1213", "3112"};

/// Bars and spaces of each character, w for wide; the last is the asterisk that begins and ends a symbol.
constexpr std::array<std::string_view, 44> code39_widths{
    "nnnwwnwnn", "wnnwnnnnw", "nnwwnnnnw", "wnwwnnnnn", "nnnwwnnnw", "wnnwwnnnn", "nnwwwnnnn", "nnnwnnwnw", "wnnwnnwnn",
    "nnwwnnwnn", "wnnnnwnnw", "nnwnnwnnw", "wnwnnwnnn", "nnnnwwnnw", "wnnnwwnnn", "nnwnwwnnn", "nnnnnwwnw", "wnnnnwwnn",
    "nnwnnwwnn", "nnnnwwwnn", "wnnnnnnww", "nnwnnnnww", "wnwnnnnwn", "nnnnwnnww", "wnnnwnnwn", "nnwnwnnwn", "nnnnnnwww",
    "wnnnnnwwn", "nnwnnnwwn", "nnnnwnwwn", "wwnnnnnnw", "nwwnnnnnw", "wwwnnnnnn", "nwnnwnnnw", "wwnnwnnnn", "nwwnwnnnn",
    "nwnnnnwnw", "wwnnnnwnn", "nwwnnnwnn", "nwnwnwnnn", "nwnwnnnwn", "nwnnnwnwn", "nnnwnwnwn", "nwnnwnwnn"};

/// Widths of the five bars, or the five spaces, of each digit of Interleaved 2 of 5.
constexpr std::array<std::string_view, 10> itf_widths{"nnwwn", "wnnnw", "nwnnw", "wwnnn", "nnwnw",
                                                      "wnwnn", "nwwnn", "nnnww", "wnnwn", "nwnwn"};

std::vector<BarWidths> all_widths(std::span<const std::string_view> digits) {
  std::vector<BarWidths> out;
  for (const auto& widths : digits) out.push_back(widths_of(widths));
  return out;
}

BarStep one(std::string_view widths, bool begins_with_bar, float blur) {
  const std::vector<BarWidths> character{widths_of(widths)};
  return {.alphabet = {character, begins_with_bar, blur}};
}

BarSymbology code128(float blur) {
  constexpr int characters_max = 80;
  const auto widths = all_widths(code128_widths);
  const auto characters = std::span(widths);
  return {.kind = BarKind::code128,
          .quiet_modules = 5,
          .steps = {{.alphabet = {characters.subspan(103, 3), true, blur}},
                    {.alphabet = {characters.first(103), true, blur}, .count_min = 2, .count_max = characters_max},
                    {.alphabet = {characters.subspan(code128_stop, 1), true, blur}}}};
}

/// `left`: what stands left of the middle; `digits`: how many on either side.
BarSymbology ean(BarKind kind, std::span<const BarWidths> left, int digits, float blur) {
  const auto right = all_widths(ean_widths);
  return {.kind = kind,
          .quiet_modules = 4,
          .steps = {one("111", true, blur),
                    {.alphabet = {left, false, blur}, .count_min = digits, .count_max = digits},
                    one("11111", false, blur),
                    {.alphabet = {right, true, blur}, .count_min = digits, .count_max = digits},
                    one("111", true, blur)}};
}

BarSymbology ean13(float blur) {
  auto left = all_widths(ean_widths);
  for (std::size_t digit = 0; digit < 10; ++digit) left.emplace_back(left[digit].rbegin(), left[digit].rend());
  return ean(BarKind::ean13, left, 6, blur);
}

BarSymbology ean8(float blur) { return ean(BarKind::ean8, all_widths(ean_widths), 4, blur); }

BarSymbology code39(float wide, float blur) {
  constexpr int characters_max = 50;
  std::vector<BarWidths> with_gap;
  for (const auto& letters : code39_widths) {
    BarWidths widths;
    for (const char letter : letters) widths.push_back(letter == 'w' ? wide : 1.0F);
    widths.push_back(1);
    with_gap.push_back(std::move(widths));
  }
  const std::vector<BarWidths> last{{with_gap.back().begin(), with_gap.back().end() - 1}};
  const auto characters = std::span(with_gap);
  return {.kind = BarKind::code39,
          .quiet_modules = 5,
          .steps = {{.alphabet = {characters.last(1), true, blur}},
                    {.alphabet = {characters.first(43), true, blur}, .count_min = 1, .count_max = characters_max},
                    {.alphabet = {last, true, blur}}}};
}

/// Digits in pairs: the bars of a pair are the first digit, the spaces between them the second.
BarSymbology itf(float wide, float blur) {
  constexpr int pairs_max = 15;
  const auto width_of = [&](char letter) { return letter == 'w' ? wide : 1.0F; };
  std::vector<BarWidths> pairs;
  for (const auto& bars : itf_widths) {
    for (const auto& spaces : itf_widths) {
      BarWidths widths;
      for (std::size_t i = 0; i < bars.size(); ++i) {
        widths.push_back(width_of(bars[i]));
        widths.push_back(width_of(spaces[i]));
      }
      pairs.push_back(std::move(widths));
    }
  }
  const std::vector<BarWidths> last{{wide, 1, 1}};
  return {.kind = BarKind::itf,
          .quiet_modules = 5,
          .steps = {one("1111", true, blur),
                    {.alphabet = {pairs, true, blur}, .count_min = 2, .count_max = pairs_max},
                    {.alphabet = {last, true, blur}}}};
}

}  // namespace

const std::uint8_t ean13_even_sets[10] = {0b000000, 0b001011, 0b001101, 0b001110, 0b010011,
                                          0b011001, 0b011100, 0b010101, 0b010110, 0b011010};

std::vector<BarSymbology> bar_symbologies(float blur) {
  std::vector<BarSymbology> out{code128(blur), ean13(blur), ean8(blur)};
  constexpr float middle = 2.5F;
  for (auto* const drawn : {&code39, &itf}) {
    const std::size_t first = out.size();
    out.push_back(drawn(middle, blur));
    for (const float wide : {2.0F, 3.0F}) {
      out.push_back(drawn(wide, blur));
      out.back().ratio_of = first;
    }
  }
  return out;
}

}  // namespace lab::codes
