#include "protocol/page/composer.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <string_view>

namespace lab::page {
namespace {

// Points of 1/72 inch.
constexpr double short_side = 595.28;  // A4
constexpr double long_side = 841.89;
constexpr double margin = 51;
constexpr double content_top = 66;  // below the head
constexpr double cell_padding = 3;

constexpr const char* family = "WenQuanYi Micro Hei";
constexpr const char* package = "fonts-wqy-microhei";

constexpr double title_size = 17;
constexpr double heading_size = 13;
constexpr double text_size = 10.5;
constexpr double table_size = 8.5;
constexpr double small_size = 8;

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* pen) const { cairo_destroy(pen); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFont* font) const { g_object_unref(font); }
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

cairo_status_t append(void* out, const unsigned char* data, unsigned int length) {
  static_cast<Bytes*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Owned<PangoFontDescription> font_of(double size) {
  Owned<PangoFontDescription> description{pango_font_description_new()};
  pango_font_description_set_family_static(description.get(), family);
  pango_font_description_set_absolute_size(description.get(), size * PANGO_SCALE);
  return description;
}

Owned<PangoLayout> layout_of(cairo_t* pen, std::string_view text, double size, double width) {
  Owned<PangoLayout> layout{pango_cairo_create_layout(pen)};
  pango_layout_set_font_description(layout.get(), font_of(size).get());
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double height_of(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return static_cast<double>(logical.height) / PANGO_SCALE;
}

bool is_installed(cairo_t* pen) {
  const Owned<PangoLayout> layout = layout_of(pen, "", text_size, short_side);
  const Owned<PangoFont> font{
      pango_context_load_font(pango_layout_get_context(layout.get()), font_of(text_size).get())};
  if (!font) return false;
  const Owned<PangoFontDescription> got{pango_font_describe(font.get())};
  const char* name = pango_font_description_get_family(got.get());
  return name != nullptr && std::string_view{name} == family;
}

}  // namespace

struct Composer::Press {
  Press(const Document& set, std::size_t all)
      : document(set),
        pages_in_all(all),
        page_width(set.is_landscape ? long_side : short_side),
        page_height(set.is_landscape ? short_side : long_side),
        surface(cairo_pdf_surface_create_for_stream(&append, &bytes, page_width, page_height)),
        pen(cairo_create(surface.get())) {
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, document.title.c_str());
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "qlims");
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, document.created.c_str());
  }

  void show(PangoLayout* layout, double x, double top, double grey = 0) const {
    cairo_set_source_rgb(pen.get(), grey, grey, grey);
    cairo_move_to(pen.get(), x, top);
    pango_cairo_show_layout(pen.get(), layout);
  }

  void begin_page() {
    if (page > 0) cairo_show_page(pen.get());
    ++page;
    y = content_top;
    show(layout_of(pen.get(), document.head, small_size, content_width).get(), margin, 28, 0.35);
    line(margin, content_top - 8, content_width);
    const Owned<PangoLayout> foot = layout_of(pen.get(), document.foot, small_size, content_width - 90);
    show(foot.get(), margin, page_height - 44, 0.35);
    const Owned<PangoLayout> number =
        layout_of(pen.get(), fmt::format("第 {} 页 共 {} 页", page, pages_in_all), small_size, 90);
    pango_layout_set_alignment(number.get(), PANGO_ALIGN_RIGHT);
    show(number.get(), page_width - margin - 90, page_height - 44, 0.35);
  }

  // On a new page when so much does not fit on this one.
  void need(double height) {
    if (page == 0 || (y + height > content_bottom && y > content_top)) begin_page();
  }

  void line(double x, double top, double width) const {
    cairo_set_source_rgb(pen.get(), 0.6, 0.6, 0.6);
    cairo_set_line_width(pen.get(), 0.5);
    cairo_move_to(pen.get(), x, top);
    cairo_line_to(pen.get(), x + width, top);
    cairo_stroke(pen.get());
  }

  void set_title() {
    const Owned<PangoLayout> layout = layout_of(pen.get(), document.title, title_size, content_width);
    pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
    need(height_of(layout.get()));
    show(layout.get(), margin, y);
    y += height_of(layout.get()) + 10;
  }

  void set(const Heading& heading) {
    const Owned<PangoLayout> layout = layout_of(pen.get(), heading.text, heading_size, content_width);
    need(height_of(layout.get()) + 60);  // some of what follows stands on the same page
    y += 8;
    show(layout.get(), margin, y);
    y += height_of(layout.get()) + 5;
  }

  // Line by line: a paragraph may go on over a page.
  void set(const Paragraph& paragraph) {
    const double size = paragraph.is_quiet ? small_size : text_size;
    const Owned<PangoLayout> layout = layout_of(pen.get(), paragraph.text, size, content_width);
    const int lines = pango_layout_get_line_count(layout.get());
    for (int i = 0; i < lines; ++i) {
      PangoLayoutLine* one = pango_layout_get_line_readonly(layout.get(), i);
      PangoRectangle logical;
      pango_layout_line_get_extents(one, nullptr, &logical);
      const double height = static_cast<double>(logical.height) / PANGO_SCALE;
      need(height);
      const double grey = paragraph.is_quiet ? 0.35 : 0;
      cairo_set_source_rgb(pen.get(), grey, grey, grey);
      cairo_move_to(pen.get(), margin, y + static_cast<double>(-logical.y) / PANGO_SCALE);
      pango_cairo_show_layout_line(pen.get(), one);
      y += height * 1.25;
    }
    y += 4;
  }

  struct Row {
    std::vector<Owned<PangoLayout>> cells;
    double height = 0;
  };

  [[nodiscard]] Row row_of(const Table& table, const std::vector<double>& widths, const auto& text_at,
                           bool is_heading) const {
    Row row;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      auto layout = layout_of(pen.get(), text_at(i), table_size, widths[i] - 2 * cell_padding);
      if (is_heading) {
        pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
      } else if (table.columns[i].is_figure) {
        pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
      }
      row.height = std::max(row.height, height_of(layout.get()) + 2 * cell_padding);
      row.cells.push_back(std::move(layout));
    }
    row.height = std::min(row.height, content_bottom - content_top - 60);
    return row;
  }

  void draw(const Row& row, const std::vector<double>& widths, bool is_heading) {
    if (is_heading) {
      cairo_set_source_rgb(pen.get(), 0.92, 0.94, 0.96);
      cairo_rectangle(pen.get(), margin, y, content_width, row.height);
      cairo_fill(pen.get());
    }
    line(margin, y, content_width);
    double x = margin;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      cairo_save(pen.get());
      cairo_rectangle(pen.get(), x, y, widths[i], row.height);
      cairo_clip(pen.get());
      show(row.cells[i].get(), x + cell_padding, y + cell_padding);
      cairo_restore(pen.get());
      x += widths[i];
    }
    y += row.height;
    line(margin, y, content_width);
  }

  void set(const Table& table) {
    double shares = 0;
    for (const Column& column : table.columns) shares += column.share;
    std::vector<double> widths;
    for (const Column& column : table.columns) widths.push_back(content_width * column.share / shares);
    const Row heading = row_of(
        table, widths, [&](std::size_t i) { return table.columns[i].heading; }, true);
    need(heading.height + 40);
    draw(heading, widths, true);
    for (const auto& cells : table.rows) {
      const auto text_at = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string{}; };
      const Row row = row_of(table, widths, text_at, false);
      const std::size_t before = page;
      need(row.height);
      if (page != before) draw(heading, widths, true);
      draw(row, widths, false);
    }
    y += 8;
  }

  const Document& document;
  std::size_t pages_in_all;
  double page_width;
  double page_height;
  double content_width = page_width - 2 * margin;
  double content_bottom = page_height - 54;
  Bytes bytes;
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> pen;
  std::size_t page = 0;
  double y = 0;
};

Composer::Composer(std::unique_ptr<Press> press) : press_(std::move(press)) {}
Composer::Composer(Composer&&) noexcept = default;
Composer::~Composer() = default;

Result<Composer> Composer::create(const Document& document, std::size_t pages) {
  auto press = std::make_unique<Press>(document, pages);
  if (!is_installed(press->pen.get())) {
    return fail(ErrorCode::not_found,
                fmt::format("没有安装字体 {}，报告画不出来；请安装软件包 {}（sudo apt-get install {}）", family,
                            package, package),
                family);
  }
  return Composer{std::move(press)};
}

void Composer::set() {
  press_->set_title();
  for (const Block& block : press_->document.blocks) {
    std::visit([this](const auto& one) { press_->set(one); }, block);
  }
}

std::size_t Composer::pages() const { return press_->page; }

Result<Bytes> Composer::finish() {
  cairo_show_page(press_->pen.get());
  cairo_surface_finish(press_->surface.get());
  const cairo_status_t status = cairo_surface_status(press_->surface.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::unavailable, fmt::format("报告画不出来：{}", cairo_status_to_string(status)));
  }
  return std::move(press_->bytes);
}

}  // namespace lab::page
