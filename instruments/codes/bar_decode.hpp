#pragma once
// Reads bar codes from profiles of darkness. Soft: every character says how much better it explains the picture than
// the next likely one does, and the check character chooses among sequences instead of refusing the likeliest. What is
// proof enough the caller decides. Pure.

#include <array>
#include <string>
#include <vector>

#include "instruments/codes/bar_line.hpp"

namespace lab::codes {

struct BarCharacter {
  int value = 0;     // Code 128: its value; EAN: the digit; Code 39: its place in code39_characters; ITF: two digits
  float gain = 0;    // how well it explains its place, for each module; 0 is nothing, 1.7 as well as can be
  float margin = 0;  // gain over the likeliest other character, for the whole character; below 0: not the likeliest
  bool seen_twice = false;  // two sets of bands without a common pixel each find it the likeliest
};

struct BarReading {
  BarKind kind = BarKind::code128;
  std::string text;                      // UTF-8; EAN-13 with its thirteen digits
  std::vector<BarCharacter> characters;  // with start and check characters, without stop, guards and asterisks
  float rival = 0;                       // gain over the next likely text whose check character is right too; 0 and up
  float begin = 0;  // where it is in the bands; the end lies before the begin when it is read backwards
  float end = 0;

  /// Characters that are not the likeliest at their place: the check character was spent on correcting them.
  [[nodiscard]] int corrected() const;
  [[nodiscard]] bool is_seen_twice() const;
  [[nodiscard]] float least_margin() const;
  [[nodiscard]] float least_gain() const;
  [[nodiscard]] float mean_gain() const;
};

/// Reads the same bands at one blur after another. Keeps the bands; both reading directions.
class BarReader {
 public:
  /// Preconditions as those of BarLine.
  explicit BarReader(const std::vector<BarBand>& bands);

  /// Every text whose check character, if it has one, is right, however unlikely: noise gives some too. `blur`:
  /// standard deviation in modules with which characters are drawn; 0.4 for a sharp picture, up to 1.3 or so. Only
  /// kinds are looked for that had the outline of a symbol (a start and a stop with characters between) the first time.
  std::vector<BarReading> at(float blur);

  /// Whether anything had the outline of a symbol. Text and gratings have none.
  [[nodiscard]] bool has_outline() const;

 private:
  std::array<BarLine, 2> lines_;  // forwards and backwards
  float length_ = 0;
  struct Outline {
    bool is_looked_for = true;
    bool is_found = false;
  };
  std::array<std::vector<Outline>, 2> outlines_;  // of each symbology
};

/// What a BarReader says at one blur.
std::vector<BarReading> read_bars(const std::vector<BarBand>& bands, float blur);

}  // namespace lab::codes
