#include "instruments/codes/bar_decode.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "instruments/codes/checked_choice.hpp"
#include "instruments/codes/code128_text.hpp"

namespace lab::codes {
namespace {

std::size_t likeliest(const std::vector<float>& gains) {
  return static_cast<std::size_t>(std::ranges::max_element(gains) - gains.begin());
}

/// `index`: of the character in its alphabet.
BarCharacter character_at(const BarPlace& place, std::size_t index, int value) {
  float other = 0;
  for (std::size_t i = 0; i < place.gains.size(); ++i) {
    if (i != index) other = std::max(other, place.gains[i]);
  }
  const bool twice = std::ranges::all_of(
      place.halves, [&](const std::vector<float>& half) { return !half.empty() && likeliest(half) == index; });
  return {.value = value, .gain = place.gains[index], .margin = place.gains[index] - other, .seen_twice = twice};
}

/// Options at a place: the `count` likeliest characters.
template <typename Residue>
std::vector<CheckedOption> options_at(const BarPlace& place, std::size_t count, Residue residue) {
  std::vector<CheckedOption> options;
  for (std::size_t i = 0; i < place.gains.size(); ++i) {
    options.push_back({.value = static_cast<int>(i), .residue = residue(static_cast<int>(i)), .gain = place.gains[i]});
  }
  const auto kept = options.begin() + static_cast<std::ptrdiff_t>(std::min(count, options.size()));
  std::ranges::partial_sort(options, kept, std::greater{}, &CheckedOption::gain);
  options.erase(kept, options.end());
  return options;
}

float rival_of(const std::vector<CheckedSequence>& best, std::size_t places) {
  constexpr float no_rival = 3;  // for each place
  return best.size() > 1 ? best[0].gain - best[1].gain : no_rival * static_cast<float>(places);
}

std::optional<BarReading> code128_in(const BarChain& chain) {
  constexpr std::size_t options_max = 8;
  constexpr int modulus = 103;
  constexpr int first_start = 103;
  std::vector<std::vector<CheckedOption>> options;
  options.push_back(options_at(chain.front(), 3, [](int start) { return first_start + start; }));
  const std::size_t check = chain.size() - 2;
  for (std::size_t i = 1; i < check; ++i) {
    options.push_back(options_at(chain[i], options_max, [&](int value) { return static_cast<int>(i) * value; }));
  }
  options.push_back(options_at(chain[check], options_max, [](int value) { return modulus - value; }));
  const auto best = best_checked(options, modulus);
  if (best.empty()) return std::nullopt;
  std::vector<int> values = best.front().values;
  BarReading reading{.kind = BarKind::code128, .rival = rival_of(best, options.size())};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::size_t>(values[i]);
    if (i == 0) values[i] += first_start;
    reading.characters.push_back(character_at(chain[i], index, values[i]));
  }
  values.pop_back();
  auto text = code128_text(values);
  if (!text) return std::nullopt;
  reading.text = std::move(*text);
  return reading;
}

/// The places of the digits: without guards.
std::vector<const BarPlace*> digit_places(const BarChain& chain) {
  std::vector<const BarPlace*> places;
  for (const BarPlace& place : chain) {
    if (place.step == 1 || place.step == 3) places.push_back(&place);
  }
  return places;
}

/// Left of the middle an alphabet has twenty characters, the digits of the odd set and those of the even set.
std::vector<CheckedOption> digits_at(const BarPlace& place, bool even_set, int weight) {
  const std::size_t first = even_set ? 10 : 0;
  std::vector<CheckedOption> options;
  for (std::size_t digit = 0; digit < 10; ++digit) {
    const auto value = static_cast<int>(digit);
    options.push_back({.value = value, .residue = weight * value, .gain = place.gains[first + digit]});
  }
  return options;
}

struct EanChoice {
  int first_digit = 0;
  CheckedSequence digits;  // the others
};

/// The best two, over all first digits.
std::vector<EanChoice> ean13_choices(std::span<const BarPlace* const> places) {
  std::vector<EanChoice> choices;
  for (int first = 0; first < 10; ++first) {
    std::vector<std::vector<CheckedOption>> options;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const bool even_set = i < 6 && (ean13_even_sets[first] >> (5 - i) & 1) != 0;
      options.push_back(digits_at(*places[i], even_set, i % 2 == 0 ? 3 : 1));
    }
    options.push_back({{.value = first, .residue = first, .gain = 0}});
    for (auto& digits : best_checked(options, 10)) choices.push_back({first, std::move(digits)});
  }
  std::ranges::sort(choices, std::greater{}, [](const EanChoice& choice) { return choice.digits.gain; });
  return choices;
}

std::optional<BarReading> ean13_in(const BarChain& chain) {
  const auto places = digit_places(chain);
  const auto choices = ean13_choices(places);
  if (choices.size() < 2) return std::nullopt;
  const auto& [first, digits] = choices.front();
  BarReading reading{
      .kind = BarKind::ean13, .text = {static_cast<char>('0' + first)}, .rival = digits.gain - choices[1].digits.gain};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool even_set = i < 6 && (ean13_even_sets[first] >> (5 - i) & 1) != 0;
    const int digit = digits.values[i];
    reading.characters.push_back(
        character_at(*places[i], static_cast<std::size_t>(digit) + (even_set ? 10 : 0), digit));
    reading.text += static_cast<char>('0' + digit);
  }
  return reading;
}

std::optional<BarReading> ean8_in(const BarChain& chain) {
  const auto places = digit_places(chain);
  std::vector<std::vector<CheckedOption>> options;
  for (std::size_t i = 0; i < places.size(); ++i) options.push_back(digits_at(*places[i], false, i % 2 == 0 ? 3 : 1));
  const auto best = best_checked(options, 10);
  if (best.empty()) return std::nullopt;
  BarReading reading{.kind = BarKind::ean8, .rival = rival_of(best, places.size())};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const int digit = best.front().values[i];
    reading.characters.push_back(character_at(*places[i], static_cast<std::size_t>(digit), digit));
    reading.text += static_cast<char>('0' + digit);
  }
  return reading;
}

/// Without a check character the rival is the least sure character's.
BarReading code39_in(const BarChain& chain) {
  BarReading reading{.kind = BarKind::code39};
  for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
    const std::size_t index = likeliest(chain[i].gains);
    reading.characters.push_back(character_at(chain[i], index, static_cast<int>(index)));
    reading.text += code39_characters[index];
  }
  reading.rival = reading.least_margin();
  return reading;
}

/// Without a check character, and a line across a part of the symbol is one as well: the quiet zones are what is known
/// of its length.
BarReading itf_in(const BarChain& chain) {
  BarReading reading{.kind = BarKind::itf};
  for (std::size_t i = 1; i + 1 < chain.size(); ++i) {
    const std::size_t pair = likeliest(chain[i].gains);
    reading.characters.push_back(character_at(chain[i], pair, static_cast<int>(pair)));
    reading.text += static_cast<char>('0' + pair / 10);
    reading.text += static_cast<char>('0' + pair % 10);
  }
  reading.rival = reading.least_margin();
  return reading;
}

std::optional<BarReading> reading_of(BarKind kind, const BarChain& chain) {
  switch (kind) {
    case BarKind::code128:
      return code128_in(chain);
    case BarKind::ean13:
      return ean13_in(chain);
    case BarKind::ean8:
      return ean8_in(chain);
    case BarKind::code39:
      return code39_in(chain);
    case BarKind::itf:
      return itf_in(chain);
  }
  return std::nullopt;
}

/// Gains for each module, of which the alphabets know how many there are.
void make_gains_comparable(BarReading& reading, const BarSymbology& symbology) {
  const float modules = symbology.steps[1].alphabet.modules();
  for (BarCharacter& character : reading.characters) character.gain /= modules;
}

/// Drawn once for each blur that is asked for, of which there are a few.
const std::vector<BarSymbology>& symbologies_at(float blur) {
  thread_local std::map<int, std::vector<BarSymbology>> drawn;
  const int tenths = static_cast<int>(std::lround(blur * 10));
  const auto known = drawn.find(tenths);
  if (known != drawn.end()) return known->second;
  return drawn.emplace(tenths, bar_symbologies(static_cast<float>(tenths) / 10)).first->second;
}

bool is_same_place(const BarReading& a, const BarReading& b) {
  const auto [a_from, a_to] = std::minmax(a.begin, a.end);
  const auto [b_from, b_to] = std::minmax(b.begin, b.end);
  return a_from < b_to && b_from < a_to;
}

/// Some kinds are looked for with several ratios of wide to narrow, and all kinds both ways: of one kind only what
/// explains a place best is a reading of it.
void keep_best(std::vector<BarReading>& readings) {
  std::ranges::stable_sort(readings, std::greater{}, &BarReading::mean_gain);
  std::vector<BarReading> best;
  for (BarReading& reading : readings) {
    const bool worse = std::ranges::any_of(
        best, [&](const BarReading& other) { return other.kind == reading.kind && is_same_place(other, reading); });
    if (!worse) best.push_back(std::move(reading));
  }
  readings = std::move(best);
}

std::vector<BarBand> backwards(std::vector<BarBand> bands) {
  for (BarBand& band : bands) std::ranges::reverse(band);
  return bands;
}

}  // namespace

int BarReading::corrected() const {
  return static_cast<int>(std::ranges::count_if(characters, [](const BarCharacter& c) { return c.margin < 0; }));
}

bool BarReading::is_seen_twice() const { return std::ranges::all_of(characters, &BarCharacter::seen_twice); }

float BarReading::least_margin() const { return std::ranges::min(characters, {}, &BarCharacter::margin).margin; }

float BarReading::least_gain() const { return std::ranges::min(characters, {}, &BarCharacter::gain).gain; }

float BarReading::mean_gain() const {
  float sum = 0;
  for (const BarCharacter& character : characters) sum += character.gain;
  return sum / static_cast<float>(characters.size());
}

BarReader::BarReader(const std::vector<BarBand>& bands)
    : lines_{BarLine(bands), BarLine(backwards(bands))}, length_(static_cast<float>(bands.front().size() - 1)) {}

bool BarReader::has_outline() const {
  return std::ranges::any_of(outlines_,
                             [](const auto& kinds) { return std::ranges::any_of(kinds, &Outline::is_found); });
}

std::vector<BarReading> BarReader::at(float blur) {
  std::vector<BarReading> readings;
  const auto& symbologies = symbologies_at(blur);
  for (std::size_t direction = 0; direction < lines_.size(); ++direction) {
    auto& outlines = outlines_[direction];
    outlines.resize(symbologies.size());
    for (std::size_t i = 0; i < symbologies.size(); ++i) {
      if (!outlines[i].is_looked_for) continue;
      const auto& of_ratio = symbologies[i].ratio_of;
      const auto chains = of_ratio && !outlines[*of_ratio].is_found ? std::vector<BarChain>{}
                                                                    : lines_[direction].chains(symbologies[i]);
      for (const BarChain& chain : chains) {
        auto reading = reading_of(symbologies[i].kind, chain);
        if (!reading) continue;
        make_gains_comparable(*reading, symbologies[i]);
        reading->begin = direction == 0 ? chain.front().begin : length_ - chain.front().begin;
        reading->end = direction == 0 ? chain.back().end : length_ - chain.back().end;
        readings.push_back(std::move(*reading));
      }
      outlines[i].is_found = outlines[i].is_found || !chains.empty();
      outlines[i].is_looked_for = outlines[i].is_found;
    }
  }
  keep_best(readings);
  return readings;
}

std::vector<BarReading> read_bars(const std::vector<BarBand>& bands, float blur) { return BarReader(bands).at(blur); }

}  // namespace lab::codes
