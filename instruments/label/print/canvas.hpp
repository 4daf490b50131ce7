#pragma once
// Internal to this folder: the one place that draws with Pango and Cairo. Boxes are in dots.

#include <memory>
#include <string>

#include "instruments/label/print/label_bitmap.hpp"
#include "instruments/label/print/layout.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

enum class Face {
  words,   // a sans with Chinese characters
  number,  // a bold sans in which 0 and O, 1 and I differ
};

struct TextStyle {
  Face face = Face::words;
  int em_max = 24;  // dots
  int em_min = 20;
  bool may_be_cut = true;  // ends with "…" when it does not fit at em_min; otherwise it is refused
  bool centred = false;
};

/// White paper that is drawn on. For one thread at a time; several may each have their own.
class Canvas {
 public:
  /// Not_found, naming font and package, when a font is not installed: another one in its place would have other
  /// widths, and might draw boxes.
  static Result<Canvas> create(int width_dots, int height_dots, int dots_per_mm);

  Canvas(Canvas&&) noexcept;
  ~Canvas();

  void fill(const Box& box);
  /// The four sides, `thickness` dots, inside the box.
  void frame(const Box& box, int thickness);

  /// As large as fits in the box, broken into lines if need be, in the middle of its height. Nothing of it leaves the
  /// box, but for the tails of a number's Q and J. Unsupported, with the character, when the font draws nothing for it
  /// nor for its plain form; too_large when it does not fit and may not be cut.
  Result<void> write(const std::string& text, const Box& box, const TextStyle& style);

  /// How wide the text is in one line of this size, in dots.
  int width_of(const std::string& text, Face face, int em);

  /// A dot is black when ink covers at least half of it.
  [[nodiscard]] LabelBitmap bitmap() const;

 private:
  struct Sheet;
  explicit Canvas(std::unique_ptr<Sheet> sheet);
  std::unique_ptr<Sheet> sheet_;
};

/// Capitals and digits of Face::number are this part of the em high.
constexpr double number_capital_height = 0.729;

}  // namespace lab::label
