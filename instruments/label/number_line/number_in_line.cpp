#include "instruments/label/number_line/number_in_line.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "protocol/base/check.hpp"
#include "protocol/model/sample_number.hpp"

namespace lab::label {
namespace {

constexpr std::size_t places = model::SampleNumber::length;
constexpr std::size_t classes = line_characters.size() + 1;
constexpr std::size_t nothing = 0;  // the class
constexpr std::string_view digits = line_characters.substr(0, 10);
constexpr std::string_view letters = line_characters.substr(10);

}  // namespace

char look_alike(char character) {
  constexpr std::string_view from = "O0I1";
  constexpr std::string_view to = "0O1I";
  const auto at = from.find(character);
  return at == std::string_view::npos ? character : to[at];
}

std::string_view allowed_at(std::size_t place) {
  LAB_CHECK(place < places);
  if (place == 0) return "S";
  if (place == 1) return "C";
  if (place + 1 == places) return line_characters;
  return place >= 4 && place < 7 ? letters : digits;
}

float score_of(const LineScores& line, std::string_view text) {
  LAB_CHECK(!text.empty());
  // After this column: character i was the last, or there was nothing since.
  std::vector<float> on(text.size(), impossible);
  std::vector<float> after(text.size(), impossible);
  float best = impossible;
  for (const auto& column : line) {
    for (std::size_t i = text.size(); i-- > 0;) {  // from behind: what stands before is still that of the last column
      after[i] = std::max(after[i], on[i]) + column[nothing];
      float before = i == 0 ? 0 : after[i - 1];
      if (i > 0 && text[i] != text[i - 1]) before = std::max(before, on[i - 1]);
      on[i] = std::max(before, on[i]) + column[class_of(text[i])];
    }
    best = std::max(best, on.back());
  }
  return std::max(best, impossible);
}

std::string as_it_looks(const LineScores& line, std::string_view number) {
  LAB_CHECK(number.size() == places);
  std::string text{number};
  std::string other = text;
  other.back() = look_alike(text.back());
  return score_of(line, other) > score_of(line, text) ? other : text;
}

float lead_of(const LineScores& line, std::string_view number) {
  const auto text = as_it_looks(line, number);
  float rival = impossible;
  std::string other = text;
  for (std::size_t place = 0; place < places; ++place) {
    for (const char character : allowed_at(place)) {
      if (character == text[place]) continue;
      if (place + 1 == places && character == look_alike(text[place])) continue;
      other[place] = character;
      rival = std::max(rival, score_of(line, other));
    }
    other[place] = text[place];
  }
  return score_of(line, text) - rival;
}

namespace {

/// The best way to each character of each place, column by column, with where it came from.
class Ways {
 public:
  explicit Ways(std::size_t columns) : steps_(columns) {
    for (auto& place : on_) place.fill(impossible);
    for (auto& place : after_) place.fill(impossible);
  }

  void add(const ColumnScores& column, std::size_t at) {
    auto& step = steps_[at];
    for (std::size_t place = places; place-- > 0;) {
      const auto before = place == 0 ? Two{} : best_two(place - 1);
      for (std::size_t c = 1; c < classes; ++c) {
        // Each character's own silence, so that its repetition is known; it also serves every other next character.
        step.is_after_stay[place][c] = after_[place][c] >= on_[place][c];
        after_[place][c] = std::max(after_[place][c], on_[place][c]) + column[nothing];
      }
      for (const char character : allowed_at(place)) enter(place, class_of(character), before, column, step);
    }
    const auto end = std::ranges::max_element(on_.back());
    if (*end > best_) best_ = *end, best_class_ = static_cast<std::size_t>(end - on_.back().begin()), best_at_ = at;
  }

  [[nodiscard]] LikelyNumber best() const;

 private:
  struct Step {
    std::array<std::array<std::uint8_t, classes>, places>
        came_from{};  // 0: it went on; c: character c; c + 64: silence
    std::array<std::array<bool, classes>, places> is_after_stay{};
  };
  /// The two best predecessors with different characters, as of the last column.
  struct Two {
    float first = 0, second = 0;
    std::uint8_t first_class = 0, second_class = 0;
  };

  [[nodiscard]] Two best_two(std::size_t place) const {
    Two two{impossible, impossible, 0, 0};
    for (std::size_t c = 1; c < classes; ++c) {
      if (on_[place][c] > two.first) {
        two.second = two.first, two.second_class = two.first_class;
        two.first = on_[place][c], two.first_class = static_cast<std::uint8_t>(c);
      } else if (on_[place][c] > two.second) {
        two.second = on_[place][c], two.second_class = static_cast<std::uint8_t>(c);
      }
    }
    return two;
  }

  void enter(std::size_t place, std::size_t c, const Two& before, const ColumnScores& column, Step& step) {
    float best = on_[place][c];
    std::uint8_t from = 0;
    if (place == 0) {
      if (best < 0) best = 0, from = 1;  // begins here; which class it came from is never asked
    } else {
      const bool is_same = before.first_class == c;
      const float direct = is_same ? before.second : before.first;
      if (direct > best) best = direct, from = is_same ? before.second_class : before.first_class;
      const auto silent = std::ranges::max_element(after_[place - 1]);
      if (*silent > best) {
        best = *silent;
        from = static_cast<std::uint8_t>(64 + (silent - after_[place - 1].begin()));
      }
    }
    step.came_from[place][c] = from;
    on_[place][c] = std::max(best + column[c], impossible);
  }

  std::array<std::array<float, classes>, places> on_{};
  std::array<std::array<float, classes>, places> after_{};
  std::vector<Step> steps_;
  float best_ = impossible;
  std::size_t best_class_ = 0;
  std::size_t best_at_ = 0;
};

LikelyNumber Ways::best() const {
  if (best_ <= impossible / 2) return {};
  LikelyNumber number{std::string(places, '?'), best_};
  std::size_t place = places - 1;
  std::size_t c = best_class_;
  std::size_t at = best_at_;
  while (true) {
    number.text[place] = line_characters[c - 1];
    const auto from = steps_[at].came_from[place][c];
    if (from == 0) {
      --at;
      continue;
    }
    if (place == 0) return number;
    --at;
    --place;
    c = from % 64;
    if (from < 64) continue;
    while (steps_[at].is_after_stay[place][c]) --at;
    --at;
  }
}

}  // namespace

LikelyNumber likeliest_number(const LineScores& line) {
  Ways ways{line.size()};
  for (std::size_t at = 0; at < line.size(); ++at) ways.add(line[at], at);
  return ways.best();
}

}  // namespace lab::label
