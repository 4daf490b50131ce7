#include "instruments/paper/sheet.hpp"

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

#include <string_view>

namespace lab::paper {
namespace {

// The font of the labels, whose characters are known; see docs/decisions/0020.
constexpr const char* family = "WenQuanYi Micro Hei";
constexpr const char* package = "fonts-wqy-microhei";

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* pen) const { cairo_destroy(pen); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFont* font) const { g_object_unref(font); }
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
  void operator()(PangoAttrList* attributes) const { pango_attr_list_unref(attributes); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

cairo_status_t append(void* out, const unsigned char* data, unsigned int length) {
  static_cast<Bytes*>(out)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Owned<PangoFontDescription> description_of(const Words& words) {
  Owned<PangoFontDescription> description{pango_font_description_new()};
  pango_font_description_set_family_static(description.get(), family);
  pango_font_description_set_weight(description.get(), words.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description.get(), words.size * PANGO_SCALE);
  return description;
}

Owned<PangoLayout> new_layout(cairo_t* pen, const Words& words) {
  Owned<PangoLayout> layout{pango_cairo_create_layout(pen)};
  const Owned<cairo_font_options_t> options{cairo_font_options_create()};
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout.get()), options.get());
  pango_cairo_context_set_resolution(pango_layout_get_context(layout.get()), 72);
  const Owned<PangoAttrList> attributes{pango_attr_list_new()};
  pango_attr_list_insert(attributes.get(), pango_attr_fallback_new(FALSE));  // takes the attribute
  pango_layout_set_attributes(layout.get(), attributes.get());
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_font_description(layout.get(), description_of(words).get());
  return layout;
}

void set_text(PangoLayout* layout, std::string_view text) {
  pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
}

// A font may have a character and draw nothing for it.
bool is_drawn(PangoLayout* layout, std::string_view text) {
  set_text(layout, text);
  PangoRectangle ink;
  pango_layout_get_extents(layout, &ink, nullptr);
  return pango_layout_get_unknown_glyphs_count(layout) == 0 && ink.width > 0;
}

Result<void> check_installed(cairo_t* pen) {
  const Owned<PangoLayout> layout = new_layout(pen, {});
  const auto wanted = description_of({});
  const Owned<PangoFont> font{pango_context_load_font(pango_layout_get_context(layout.get()), wanted.get())};
  if (font) {
    const Owned<PangoFontDescription> got{pango_font_describe(font.get())};
    const char* name = pango_font_description_get_family(got.get());
    if (name != nullptr && std::string_view{name} == family) return {};
  }
  return fail(ErrorCode::not_found,
              fmt::format("没有安装字体 {}，报告画不出来；请安装软件包 {}（sudo apt-get install {}）", family, package,
                          package),
              family);
}

}  // namespace

struct Sheets::Paper {
  Bytes bytes;
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> pen;
  std::string undrawn;  // the first character that no font draws

  // In characters that the font draws: "°C" for "℃", as Unicode decomposes them (NFKC).
  std::string drawable(const std::string& text) {
    const Owned<PangoLayout> layout = new_layout(pen.get(), {});
    std::string out;
    for (const char* at = text.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
      const std::string one(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
      if (g_unichar_isspace(g_utf8_get_char(at)) || is_drawn(layout.get(), one)) {
        out += one;
        continue;
      }
      const std::unique_ptr<char, decltype(&g_free)> same{g_utf8_normalize(one.c_str(), -1, G_NORMALIZE_ALL_COMPOSE),
                                                          &g_free};
      const bool other = same && one != same.get() && is_drawn(layout.get(), same.get());
      if (!other && undrawn.empty()) undrawn = one;
      if (other) out += same.get();
    }
    return out;
  }

  Owned<PangoLayout> laid_out(const std::string& text, double width, const Words& words) {
    Owned<PangoLayout> layout = new_layout(pen.get(), words);
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_alignment(layout.get(), words.centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    set_text(layout.get(), drawable(text));
    return layout;
  }
};

Sheets::Sheets(std::unique_ptr<Paper> paper) : paper_(std::move(paper)) {}
Sheets::Sheets(Sheets&&) noexcept = default;
Sheets::~Sheets() = default;

Result<Sheets> Sheets::create(const std::string& title, UtcTime dated) {
  auto paper = std::make_unique<Paper>();
  paper->surface.reset(cairo_pdf_surface_create_for_stream(&append, &paper->bytes, page_width, page_height));
  cairo_pdf_surface_set_metadata(paper->surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(paper->surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, to_text(dated).c_str());
  paper->pen.reset(cairo_create(paper->surface.get()));
  if (auto installed = check_installed(paper->pen.get()); !installed) return fail(std::move(installed));
  cairo_set_line_width(paper->pen.get(), 0.5);
  return Sheets{std::move(paper)};
}

double Sheets::height_of(const std::string& text, double width, const Words& words) {
  const auto layout = paper_->laid_out(text, width, words);
  PangoRectangle logical;
  pango_layout_get_extents(layout.get(), nullptr, &logical);
  return static_cast<double>(logical.height) / PANGO_SCALE;
}

void Sheets::write(const std::string& text, double x, double y, double width, const Words& words) {
  const auto layout = paper_->laid_out(text, width, words);
  cairo_move_to(paper_->pen.get(), x, y);
  pango_cairo_show_layout(paper_->pen.get(), layout.get());
}

void Sheets::line(double x, double y, double to_x, double to_y) {
  cairo_move_to(paper_->pen.get(), x, y);
  cairo_line_to(paper_->pen.get(), to_x, to_y);
  cairo_stroke(paper_->pen.get());
}

void Sheets::end_page(int page, int pages) {
  write(fmt::format("第 {} 页 共 {} 页", page, pages), left, bottom + 8, right - left, {.size = 8, .centred = true});
  cairo_show_page(paper_->pen.get());
}

Result<Bytes> Sheets::finish() {
  cairo_surface_finish(paper_->surface.get());
  for (const auto status : {cairo_status(paper_->pen.get()), cairo_surface_status(paper_->surface.get())}) {
    if (status == CAIRO_STATUS_SUCCESS) continue;
    return fail(ErrorCode::unavailable, fmt::format("PDF 写不出来：{}", cairo_status_to_string(status)));
  }
  if (!paper_->undrawn.empty()) {
    return fail(ErrorCode::unsupported,
                fmt::format("字体 {} 没有“{}”这个字，印出来会是方框或空白；请改用别的字", family, paper_->undrawn),
                paper_->undrawn);
  }
  return std::move(paper_->bytes);
}

Result<Bytes> print_counted(const std::string& title, UtcTime dated,
                            const std::function<int(Sheets& sheets, int pages)>& write) {
  auto counted = Sheets::create(title, dated);
  if (!counted) return fail(std::move(counted));
  const int pages = write(*counted, 0);
  auto sheets = Sheets::create(title, dated);
  if (!sheets) return fail(std::move(sheets));
  write(*sheets, pages);
  return sheets->finish();
}

}  // namespace lab::paper
