#pragma once
// Internal to this folder: the one place that draws with Pango and Cairo. Lengths are in points, 1/72 inch.

#include <functional>
#include <memory>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"

namespace lab::paper {

constexpr double points_per_mm = 72 / 25.4;
constexpr double page_width = 210 * points_per_mm;
constexpr double page_height = 297 * points_per_mm;

// Where every document of this folder is written.
constexpr double margin = 15 * points_per_mm;
constexpr double left = margin;
constexpr double right = page_width - margin;
constexpr double bottom = page_height - margin - 8 * points_per_mm;  // the page number stands below

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
  /// Below, which page it is of how many; the next one begins.
  void end_page(int page, int pages);
  Result<Bytes> finish();

 private:
  struct Paper;
  explicit Sheets(std::unique_ptr<Paper> paper);
  std::unique_ptr<Paper> paper_;
};

/// Writes a document twice: `write` answers how many pages it took, and is told so the second time (0 the first time).
Result<Bytes> print_counted(const std::string& title, UtcTime dated,
                            const std::function<int(Sheets& sheets, int pages)>& write);

}  // namespace lab::paper
