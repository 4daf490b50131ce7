#pragma once
// Internal to this folder: the one place that draws with Pango and Cairo. Lengths are in points, 1/72 inch.

#include <memory>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::paper {

constexpr double points_per_mm = 72 / 25.4;
constexpr double page_width = 210 * points_per_mm;
constexpr double page_height = 297 * points_per_mm;

struct Words {
  double size = 9;
  bool bold = false;
  bool centred = false;
};

/// A4 pages that are written on one after the other. One thread at a time.
class Sheets {
 public:
  /// Not_found when the font is not installed. `dated` is the only time the file knows.
  static Result<Sheets> create(const std::string& title, UtcTime dated);
  Sheets(Sheets&&) noexcept;
  ~Sheets();

  /// How high the text is, broken into lines of this width.
  double height_of(const std::string& text, double width, const Words& words);
  /// From the upper left corner. What no font draws is remembered; finish() tells.
  void write(const std::string& text, double x, double y, double width, const Words& words);
  void line(double x, double y, double to_x, double to_y);
  void end_page();
  Result<Bytes> finish();

 private:
  struct Paper;
  explicit Sheets(std::unique_ptr<Paper> paper);
  std::unique_ptr<Paper> paper_;
};

}  // namespace lab::paper
