#pragma once
// The labels there are: where everything stands on each, as data. Pure.
//
// Lengths are quarters of a millimetre: two dots at 203 dpi, three at 300, so that every edge falls on a dot of either.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "instruments/label/print/content.hpp"

namespace lab::label {

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// A text in a box: "名称 菠菜". `em_max` is its size when there is room, `em_min` the least before it is cut.
struct Words {
  std::string LabelContent::*text = nullptr;
  const char* field = "";    // its name in errors
  const char* caption = "";  // Chinese
  Box box;
  int em_max = 13;
  int em_min = 10;     // 2.5 mm, 20 dots at 203 dpi: strokes of dense characters run together below 16
  bool whole = false;  // an identifier: cut it would be another one, so it is refused instead
  bool ruled = false;  // an empty one leaves a line to write on
};

struct Layout {
  std::string_view name;
  std::string_view description;  // Chinese
  int width = 0;
  int height = 0;
  bool blind = true;        // for eyes that must not know who was sampled
  Box number;               // the number line; its height is that of the capitals when there is room
  Box code;                 // a square: the QR code stands in its upper left corner, in modules as large as fit
  std::optional<Box> bars;  // Code 128 of the bare number, for hand scanners
  Box kind;                 // 检样 1/2, framed
  std::span<const Words> words;
  Box date;  // 抽样日期
  std::optional<Box> laboratory;
  std::optional<Box> status;  // □待检 □在检 □已检 □留样
};

/// Every layout, the usual one first.
std::span<const Layout> layouts();
/// Nothing when there is none of this name.
const Layout* find_layout(std::string_view name);
/// "bench, bench-bars, ...": for messages and help.
std::string layout_names();

}  // namespace lab::label
