#pragma once
// Draws a sample label: one bitmap, the master of every way it is printed, 60 x 40 mm at 203 dots per inch.
// The words on it are ASCII: the letters that OpenCV draws end there. The number and the code, which the trade depends
// on, are ASCII anyway.

#include <string>

#include "instruments/label/payload.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

constexpr int label_width_dots = 480;   // 60 mm at 8 dots per mm
constexpr int label_height_dots = 320;  // 40 mm
constexpr int module_dots = 4;          // 0.5 mm: a phone at 30 cm still has three pixels for it
constexpr std::size_t words_chars_max = 16;

struct LabelContent {
  Payload payload;
  int copies = 1;           // the payload's copy is one of these; at most 99
  std::string blind_code;   // printed as text; may be empty
  std::string sample_name;  // printed as text; may be empty
};

/// A PNG of the label, already read back: what leaves here says `content.payload` and nothing else.
/// Malformed, with the field in `where`: no number, laboratory not 1..8 letters and digits, no such date, copy outside
/// 1..copies, or a text that is not 0..16 printable ASCII characters. Conflict when reading back gives anything else.
Result<Bytes> render_png(const LabelContent& content);

}  // namespace lab::label
