#include "instruments/label/print/canvas.hpp"

#include <fmt/format.h>
#include <pango/pangocairo.h>
#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "instruments/label/print/cairo_handles.hpp"

namespace lab::label {
namespace {

struct FontName {
  const char* family;
  const char* package;  // Debian's
  PangoWeight weight;
};

// One family each and no other in its place: the same label from every bench PC. See docs/decisions/0020.
constexpr FontName words_font{"WenQuanYi Micro Hei", "fonts-wqy-microhei", PANGO_WEIGHT_NORMAL};
constexpr FontName number_font{"DejaVu Sans", "fonts-dejavu-core", PANGO_WEIGHT_BOLD};

const FontName& font_of(Face face) { return face == Face::number ? number_font : words_font; }

struct Release : CairoRelease {
  using CairoRelease::operator();
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFont* font) const { g_object_unref(font); }
  void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
  void operator()(PangoAttrList* attributes) const { pango_attr_list_unref(attributes); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

Owned<PangoFontDescription> description_of(Face face, int em) {
  Owned<PangoFontDescription> description{pango_font_description_new()};
  pango_font_description_set_family_static(description.get(), font_of(face).family);
  pango_font_description_set_weight(description.get(), font_of(face).weight);
  pango_font_description_set_absolute_size(description.get(), static_cast<double>(em) * PANGO_SCALE);
  return description;
}

/// Outlines are followed as they are, and each dot is decided by how much of it is covered: with hinting, what is
/// printed would depend on the hinter of the machine.
Owned<PangoLayout> new_layout(cairo_t* pen) {
  Owned<PangoLayout> layout{pango_cairo_create_layout(pen)};
  const Owned<cairo_font_options_t> options{cairo_font_options_create()};
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_ON);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout.get()), options.get());
  const Owned<PangoAttrList> attributes{pango_attr_list_new()};
  pango_attr_list_insert(attributes.get(), pango_attr_fallback_new(FALSE));  // takes the attribute
  pango_layout_set_attributes(layout.get(), attributes.get());
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  return layout;
}

void set_text(PangoLayout* layout, std::string_view text) {
  pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
}

void set_size(PangoLayout* layout, Face face, int em) {
  pango_layout_set_font_description(layout, description_of(face, em).get());
}

/// Weight and size do not matter for whether a family is there.
Result<void> check_installed(cairo_t* pen, Face face) {
  const Owned<PangoLayout> layout = new_layout(pen);
  PangoContext* context = pango_layout_get_context(layout.get());
  const auto wanted = description_of(face, 24);
  const Owned<PangoFont> font{pango_context_load_font(context, wanted.get())};
  if (font) {
    const Owned<PangoFontDescription> got{pango_font_describe(font.get())};
    const char* family = pango_font_description_get_family(got.get());
    if (family != nullptr && std::string_view{family} == font_of(face).family) return {};
  }
  return fail(ErrorCode::not_found,
              fmt::format("没有安装字体 {}，标签画不出来；请安装软件包 {}（sudo apt-get install {}）",
                          font_of(face).family, font_of(face).package, font_of(face).package),
              font_of(face).family);
}

/// Whether there is something to see of each character. A font may have a character and draw nothing for it: of
/// GB 2312 the one for words has eleven such, "℃" among them.
bool is_drawn(PangoLayout* layout, std::string_view text) {
  for (const char* at = text.data(); at < text.data() + text.size(); at = g_utf8_next_char(at)) {
    if (g_unichar_isspace(g_utf8_get_char(at))) continue;
    set_text(layout, {at, static_cast<std::size_t>(g_utf8_next_char(at) - at)});
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout, &ink, nullptr);
    if (pango_layout_get_unknown_glyphs_count(layout) > 0 || ink.width <= 0) return false;
  }
  return true;
}

/// The text in characters that the font draws: "°C" for "℃", "kg" for "㎏", as Unicode decomposes them (NFKC).
Result<std::string> drawable(PangoLayout* layout, const std::string& text, Face face) {
  if (is_drawn(layout, text)) return text;
  std::string out;
  for (const char* at = text.data(); at < text.data() + text.size(); at = g_utf8_next_char(at)) {
    const std::string one(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    if (is_drawn(layout, one)) {
      out += one;
      continue;
    }
    const std::unique_ptr<char, decltype(&g_free)> same{g_utf8_normalize(one.c_str(), -1, G_NORMALIZE_ALL_COMPOSE),
                                                        &g_free};
    if (!same || !is_drawn(layout, same.get())) {
      return fail(ErrorCode::unsupported,
                  fmt::format("字体 {} 没有“{}”这个字，印出来会是方框或空白；请改用别的字", font_of(face).family, one),
                  one);
    }
    out += same.get();
  }
  return out;
}

/// A number line has the height of its capitals, which its size has been chosen by; below them only tails reach.
bool fits(PangoLayout* layout, const Box& box, Face face) {
  PangoRectangle ink;
  PangoRectangle logical;
  pango_layout_get_pixel_extents(layout, &ink, &logical);
  return logical.width <= box.width && ink.width <= box.width && (face == Face::number || logical.height <= box.height);
}

/// Sets the largest size that fits, broken into lines, and answers it; nothing when even the smallest does not.
std::optional<int> shrink_into(PangoLayout* layout, const Box& box, const TextStyle& style) {
  pango_layout_set_width(layout, style.may_be_cut ? box.width * PANGO_SCALE : -1);
  for (int em = style.em_max; em >= style.em_min; --em) {
    set_size(layout, style.face, em);
    if (fits(layout, box, style.face)) return em;
  }
  return std::nullopt;
}

/// Where the layout's upper edge comes to lie: words in the middle of the box by their line, so that neighbours stand
/// on one; a number by its capitals.
int top_in(const Box& box, PangoLayout* layout, Face face, int em) {
  if (face == Face::number) {
    const int capitals = static_cast<int>(std::lround(em * number_capital_height));
    return box.y + (box.height + capitals) / 2 - PANGO_PIXELS(pango_layout_get_baseline(layout));
  }
  PangoRectangle logical;
  pango_layout_get_pixel_extents(layout, nullptr, &logical);
  return box.y - logical.y + (box.height - logical.height) / 2;
}

}  // namespace

struct Canvas::Sheet {
  int dots_per_mm = 0;
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> pen;
};

Canvas::Canvas(std::unique_ptr<Sheet> sheet) : sheet_(std::move(sheet)) {}
Canvas::Canvas(Canvas&&) noexcept = default;
Canvas::~Canvas() = default;

Result<Canvas> Canvas::create(int width_dots, int height_dots, int dots_per_mm) {
  auto sheet = std::make_unique<Sheet>();
  sheet->dots_per_mm = dots_per_mm;
  sheet->surface.reset(cairo_image_surface_create(CAIRO_FORMAT_A8, width_dots, height_dots));
  sheet->pen.reset(cairo_create(sheet->surface.get()));
  if (cairo_status(sheet->pen.get()) != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::unavailable,
                fmt::format("标签画不出来：{}", cairo_status_to_string(cairo_status(sheet->pen.get()))));
  }
  for (const Face face : {Face::words, Face::number}) {
    if (auto installed = check_installed(sheet->pen.get(), face); !installed) return fail(std::move(installed));
  }
  return Canvas{std::move(sheet)};
}

void Canvas::fill(const Box& box) {
  cairo_rectangle(sheet_->pen.get(), box.x, box.y, box.width, box.height);
  cairo_fill(sheet_->pen.get());
}

void Canvas::frame(const Box& box, int thickness) {
  fill({box.x, box.y, box.width, thickness});
  fill({box.x, box.y + box.height - thickness, box.width, thickness});
  fill({box.x, box.y, thickness, box.height});
  fill({box.x + box.width - thickness, box.y, thickness, box.height});
}

Result<void> Canvas::write(const std::string& text, const Box& box, const TextStyle& style) {
  const Owned<PangoLayout> layout = new_layout(sheet_->pen.get());
  set_size(layout.get(), style.face, style.em_min);
  const auto drawn = drawable(layout.get(), text, style.face);
  if (!drawn) return fail(Result<std::string>{drawn});
  set_text(layout.get(), *drawn);
  const auto em = shrink_into(layout.get(), box, style);
  if (!em) {
    if (!style.may_be_cut) return fail(ErrorCode::too_large, "文字太长，这种标签放不下，请缩短或换大一些的标签", text);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_height(layout.get(), box.height * PANGO_SCALE);
  }
  PangoRectangle ink;
  PangoRectangle logical;
  pango_layout_get_pixel_extents(layout.get(), &ink, &logical);
  const int x = box.x - std::min(ink.x, 0) + (style.centred ? (box.width - logical.width) / 2 : 0);
  const int y = top_in(box, layout.get(), style.face, em.value_or(style.em_min));
  const int tails = style.face == Face::number ? em.value_or(style.em_min) / 4 : 0;  // of Q and J
  cairo_t* pen = sheet_->pen.get();
  cairo_save(pen);
  cairo_rectangle(pen, box.x, box.y, box.width, box.height + tails);
  cairo_clip(pen);
  cairo_move_to(pen, x, y);
  pango_cairo_show_layout(pen, layout.get());
  cairo_restore(pen);
  return {};
}

int Canvas::width_of(const std::string& text, Face face, int em) {
  const Owned<PangoLayout> layout = new_layout(sheet_->pen.get());
  set_text(layout.get(), text);
  set_size(layout.get(), face, em);
  int width = 0;
  pango_layout_get_pixel_size(layout.get(), &width, nullptr);
  return width;
}

LabelBitmap Canvas::bitmap() const {
  cairo_surface_t* surface = sheet_->surface.get();
  cairo_surface_flush(surface);
  const int width = cairo_image_surface_get_width(surface);
  const int height = cairo_image_surface_get_height(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  const unsigned char* covered = cairo_image_surface_get_data(surface);
  LabelBitmap bitmap = LabelBitmap::blank(width, height, sheet_->dots_per_mm);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (covered[y * stride + x] >= 128) bitmap.darken(x, y);
    }
  }
  return bitmap;
}

}  // namespace lab::label
