#include "instruments/codes/ean_choice.hpp"

#include <algorithm>
#include <limits>

#include "instruments/codes/bar_symbology.hpp"

namespace lab::codes {
namespace {

constexpr std::size_t places = 12;
constexpr std::size_t left_places = 6;
constexpr float none = std::numeric_limits<float>::max();

/// The errors from the middle of the digit at `place` to the middle of the next one.
float error_between(const EanShapes::Errors& errors, std::size_t place, std::size_t digit, std::size_t next) {
  if (place + 1 < left_places) return errors.left[place][digit][next];
  if (place < left_places) return errors.middle[digit][next];
  return errors.right[place - left_places][digit][next];
}

std::size_t digits_at(std::size_t place) { return place > 0 && place < left_places ? 20 : 10; }

/// One way to a digit with a check sum.
struct Way {
  float error = none;
  std::size_t digit_before = 0;
  std::size_t sum_before = 0;
  std::size_t rank_before = 0;
};

/// The two best ways to each digit and sum.
using Ways = std::array<std::array<std::array<Way, 2>, 10>, 10>;

void keep(std::array<Way, 2>& ways, const Way& way) {
  if (way.error < ways[0].error) {
    ways[1] = ways[0];
    ways[0] = way;
  } else if (way.error < ways[1].error) {
    ways[1] = way;
  }
}

/// Digits left of the middle whose set is given by the first digit.
class Choice {
 public:
  Choice(const EanShapes::Errors& errors, int first_digit) : errors_(errors), first_(first_digit) {
    for (std::size_t digit = 0; digit < 10; ++digit) {
      ways_[0][digit][sum_with(static_cast<std::size_t>(first_), 0, digit)][0] = {.error = errors.first[digit]};
    }
    for (std::size_t place = 0; place + 1 < places; ++place) extend(place);
  }

  void add_texts(std::vector<EanText>& texts) const {
    for (std::size_t digit = 0; digit < 10; ++digit) {
      for (std::size_t rank = 0; rank < 2; ++rank) {
        const Way& way = ways_[places - 1][digit][0][rank];
        if (way.error < none) texts.push_back(text_of(digit, rank, way.error + errors_.last[digit]));
      }
    }
  }

 private:
  [[nodiscard]] std::size_t drawn(std::size_t place, std::size_t digit) const {
    const bool even_set = place < left_places && (ean13_even_sets[first_] >> (5 - place) & 1) != 0;
    return digit + (even_set ? 10 : 0);
  }

  static std::size_t sum_with(std::size_t sum, std::size_t place, std::size_t digit) {
    return (sum + (place % 2 == 0 ? 3 : 1) * digit) % 10;
  }

  void extend(std::size_t place) {
    for (std::size_t digit = 0; digit < 10; ++digit) {
      for (std::size_t next = 0; next < 10; ++next) {
        const float error = error_between(errors_, place, drawn(place, digit), drawn(place + 1, next));
        for (std::size_t sum = 0; sum < 10; ++sum) {
          for (std::size_t rank = 0; rank < 2; ++rank) {
            const Way& way = ways_[place][digit][sum][rank];
            if (way.error == none) continue;
            keep(ways_[place + 1][next][sum_with(sum, place + 1, next)],
                 {.error = way.error + error, .digit_before = digit, .sum_before = sum, .rank_before = rank});
          }
        }
      }
    }
  }

  [[nodiscard]] EanText text_of(std::size_t digit, std::size_t rank, float error) const {
    EanText out{.text = std::string(places + 1, '0'), .error = error};
    out.text[0] = static_cast<char>('0' + first_);
    std::size_t sum = 0;
    for (std::size_t place = places; place-- > 0;) {
      out.text[place + 1] = static_cast<char>('0' + static_cast<int>(digit));
      out.digits[place] = static_cast<int>(drawn(place, digit));
      const Way& way = ways_[place][digit][sum][rank];
      digit = way.digit_before;
      sum = way.sum_before;
      rank = way.rank_before;
    }
    return out;
  }

  const EanShapes::Errors& errors_;
  int first_;
  std::array<Ways, places> ways_{};
};

}  // namespace

EanDigits likeliest_digits(const EanShapes::Errors& errors) {
  std::array<std::array<float, 20>, places> least{};
  std::array<std::array<std::size_t, 20>, places> before{};
  for (std::size_t digit = 0; digit < 10; ++digit) least[0][digit] = errors.first[digit];
  for (std::size_t place = 1; place < places; ++place) {
    for (std::size_t next = 0; next < digits_at(place); ++next) {
      least[place][next] = none;
      for (std::size_t digit = 0; digit < digits_at(place - 1); ++digit) {
        const float error = least[place - 1][digit] + error_between(errors, place - 1, digit, next);
        if (error >= least[place][next]) continue;
        least[place][next] = error;
        before[place][next] = digit;
      }
    }
  }
  std::size_t digit = 0;
  for (std::size_t last = 1; last < 10; ++last) {
    if (least[places - 1][last] + errors.last[last] < least[places - 1][digit] + errors.last[digit]) digit = last;
  }
  EanDigits digits{};
  for (std::size_t place = places; place-- > 0;) {
    digits[place] = static_cast<int>(digit);
    digit = before[place][digit];
  }
  return digits;
}

std::vector<EanText> likeliest_texts(const EanShapes::Errors& errors) {
  std::vector<EanText> texts;
  for (int first_digit = 0; first_digit < 10; ++first_digit) Choice(errors, first_digit).add_texts(texts);
  std::ranges::sort(texts, {}, &EanText::error);
  if (texts.size() > 2) texts.resize(2);
  return texts;
}

}  // namespace lab::codes
