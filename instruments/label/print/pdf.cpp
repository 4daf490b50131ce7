#include "instruments/label/print/pdf.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <cstdint>

#include "instruments/label/print/cairo_handles.hpp"
#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

constexpr double points_per_mm = 72 / 25.4;
constexpr int page_width_mm = 210;
constexpr int page_height_mm = 297;
constexpr int page_margin_mm = 6;  // laser printers leave 4 to 5 mm white

/// Cairo looks at the colours and stores an image of black and white with one bit a dot.
CairoHandle<cairo_surface_t> image_of(const LabelBitmap& label) {
  CairoHandle<cairo_surface_t> image{
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, label.width_dots, label.height_dots)};
  cairo_surface_flush(image.get());
  unsigned char* data = cairo_image_surface_get_data(image.get());
  const int stride = cairo_image_surface_get_stride(image.get());
  for (int y = 0; y < label.height_dots; ++y) {
    auto* row = reinterpret_cast<std::uint32_t*>(data + static_cast<std::ptrdiff_t>(y) * stride);
    for (int x = 0; x < label.width_dots; ++x) row[x] = label.is_dark(x, y) ? 0x000000 : 0xFFFFFF;
  }
  cairo_surface_mark_dirty(image.get());
  return image;
}

double millimetres(int dots, const LabelBitmap& label) { return static_cast<double>(dots) / label.dots_per_mm; }

class Document {
 public:
  Document(double width_mm, double height_mm)
      : surface_(cairo_pdf_surface_create_for_stream(&append_to_bytes, &bytes_, width_mm * points_per_mm,
                                                     height_mm * points_per_mm)),
        pen_(cairo_create(surface_.get())) {
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, "样品标签");
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  void place(const LabelBitmap& label, double x_mm, double y_mm) {
    cairo_t* pen = pen_.get();
    cairo_save(pen);
    cairo_translate(pen, x_mm * points_per_mm, y_mm * points_per_mm);
    cairo_scale(pen, points_per_mm / label.dots_per_mm, points_per_mm / label.dots_per_mm);
    cairo_set_source_surface(pen, image_of(label).get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(pen), CAIRO_FILTER_NEAREST);
    cairo_paint(pen);
    cairo_restore(pen);
  }

  void line(double x_mm, double y_mm, double width_mm, double height_mm) {
    cairo_rectangle(pen_.get(), x_mm * points_per_mm, y_mm * points_per_mm, width_mm * points_per_mm,
                    height_mm * points_per_mm);
    cairo_fill(pen_.get());
  }

  void end_page() { cairo_show_page(pen_.get()); }

  Result<Bytes> finish() {
    cairo_surface_finish(surface_.get());
    for (const auto status : {cairo_status(pen_.get()), cairo_surface_status(surface_.get())}) {
      if (status == CAIRO_STATUS_SUCCESS) continue;
      return fail(ErrorCode::unavailable, fmt::format("PDF 写不出来：{}", cairo_status_to_string(status)));
    }
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  CairoHandle<cairo_surface_t> surface_;
  CairoHandle<cairo_t> pen_;
};

/// Where labels stand on a page.
struct Grid {
  double width_mm;  // of a label
  double height_mm;
  int columns;
  int rows;

  [[nodiscard]] double left() const { return (page_width_mm - columns * width_mm) / 2; }
  [[nodiscard]] double top() const { return (page_height_mm - rows * height_mm) / 2; }
};

Grid grid_for(const LabelBitmap& label) {
  const double width = millimetres(label.width_dots, label);
  const double height = millimetres(label.height_dots, label);
  return {.width_mm = width,
          .height_mm = height,
          .columns = static_cast<int>((page_width_mm - 2 * page_margin_mm) / width),
          .rows = static_cast<int>((page_height_mm - 2 * page_margin_mm) / height)};
}

/// In the margins only: a line between labels would stand in a code's quiet zone when the knife slips.
void draw_ticks(Document& document, const Grid& grid) {
  constexpr double length = 3;
  constexpr double thickness = 0.1;
  const double right = grid.left() + grid.columns * grid.width_mm;
  const double bottom = grid.top() + grid.rows * grid.height_mm;
  for (int column = 0; column <= grid.columns; ++column) {
    const double x = grid.left() + column * grid.width_mm - thickness / 2;
    document.line(x, grid.top() - 1 - length, thickness, length);
    document.line(x, bottom + 1, thickness, length);
  }
  for (int row = 0; row <= grid.rows; ++row) {
    const double y = grid.top() + row * grid.height_mm - thickness / 2;
    document.line(grid.left() - 1 - length, y, length, thickness);
    document.line(right + 1, y, length, thickness);
  }
}

}  // namespace

Result<Bytes> to_pdf_sheets(std::span<const LabelBitmap> labels) {
  LAB_CHECK(!labels.empty());
  const Grid grid = grid_for(labels.front());
  LAB_CHECK(grid.columns > 0 && grid.rows > 0);
  const auto per_page = static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows);
  Document document{page_width_mm, page_height_mm};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    LAB_CHECK(labels[i].width_dots == labels.front().width_dots && labels[i].height_dots == labels.front().height_dots);
    const auto place = static_cast<int>(i % per_page);
    if (place == 0) draw_ticks(document, grid);
    const int column = place % grid.columns;
    const int row = place / grid.columns;
    document.place(labels[i], grid.left() + column * grid.width_mm, grid.top() + row * grid.height_mm);
    if (i + 1 == labels.size() || (i + 1) % per_page == 0) document.end_page();
  }
  return document.finish();
}

Result<Bytes> to_pdf_roll(std::span<const LabelBitmap> labels) {
  LAB_CHECK(!labels.empty());
  const LabelBitmap& first = labels.front();
  Document document{millimetres(first.width_dots, first), millimetres(first.height_dots, first)};
  for (const LabelBitmap& label : labels) {
    document.place(label, 0, 0);
    document.end_page();
  }
  return document.finish();
}

}  // namespace lab::label
