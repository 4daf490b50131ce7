#pragma once
// The master of a label: black and white dots. Every way of printing carries these dots and no others. Pure.

#include "protocol/base/bytes.hpp"

namespace lab::label {

constexpr int dots_per_mm_203 = 8;   // what nearly every label printer has: 203.2 dots per inch
constexpr int dots_per_mm_300 = 12;  // sold as 300 or 305 dots per inch

/// Rows from the top, each a whole number of octets, the highest bit leftmost, 1 black. Bits past the width are 0.
struct LabelBitmap {
  int width_dots = 0;
  int height_dots = 0;
  int dots_per_mm = dots_per_mm_203;
  Bytes rows;

  /// All white.
  static LabelBitmap blank(int width_dots, int height_dots, int dots_per_mm);

  [[nodiscard]] int row_octets() const { return (width_dots + 7) / 8; }
  [[nodiscard]] BytesView row(int y) const;
  /// Precondition: on the label.
  [[nodiscard]] bool is_dark(int x, int y) const;
  void darken(int x, int y);

  bool operator==(const LabelBitmap&) const = default;
};

}  // namespace lab::label
