#include "instruments/label/print/symbol.hpp"

#include <fmt/format.h>
#include <zint.h>
#include <memory>

#include "instruments/label/print/label_bitmap.hpp"
#include "instruments/label/print/png.hpp"
#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

constexpr int qr_level_q = 3;  // zint's option_1: 1 to 4 for L, M, Q, H
constexpr int bar_height_modules = 40;
constexpr int quiet_zone_modules = 4;  // what QR asks for; enough for the others on white paper
constexpr std::size_t text_bytes_max = 512;

struct Release {
  void operator()(zint_symbol* symbol) const { ZBarcode_Delete(symbol); }
};

int zint_number(Symbology symbology) {
  switch (symbology) {
    case Symbology::qr:
      return BARCODE_QRCODE;
    case Symbology::data_matrix:
      return BARCODE_DATAMATRIX;
    case Symbology::code128:
      return BARCODE_CODE128;
    case Symbology::ean13:
      return BARCODE_EANX;
  }
  return BARCODE_QRCODE;
}

bool is_bar_code(Symbology symbology) { return symbology == Symbology::code128 || symbology == Symbology::ean13; }

Modules modules_of(const zint_symbol& symbol, bool one_row) {
  Modules modules{.width = symbol.width, .height = one_row ? 1 : symbol.rows, .dark = {}};
  modules.dark.reserve(static_cast<std::size_t>(modules.width) * static_cast<std::size_t>(modules.height));
  // EAN carries a second row for its guard bars only; the last one is the bars.
  const int first = symbol.rows - modules.height;
  for (int y = first; y < symbol.rows; ++y) {
    for (int x = 0; x < symbol.width; ++x) {
      modules.dark += static_cast<char>(symbol.encoded_data[y][x / 8] >> (x % 8) & 1);
    }
  }
  return modules;
}

/// Darkens a rectangle of dots. Precondition: it lies on the paper.
void fill(int left, int top, int width, int height, LabelBitmap& paper) {
  for (int y = top; y < top + height; ++y) {
    for (int x = left; x < left + width; ++x) paper.darken(x, y);
  }
}

}  // namespace

Result<Modules> encode_symbol(Symbology symbology, std::string_view ascii) {
  if (ascii.empty() || ascii.size() > text_bytes_max) {
    return fail(ErrorCode::malformed,
                fmt::format("a code holds 1 to {} characters, not {}", text_bytes_max, ascii.size()));
  }
  const std::unique_ptr<zint_symbol, Release> symbol{ZBarcode_Create()};
  LAB_CHECK(symbol != nullptr);
  symbol->symbology = zint_number(symbology);
  if (symbology == Symbology::qr) symbol->option_1 = qr_level_q;
  if (symbology == Symbology::data_matrix) symbol->option_3 = DM_SQUARE;
  const int code = ZBarcode_Encode(symbol.get(), reinterpret_cast<const unsigned char*>(ascii.data()),
                                   static_cast<int>(ascii.size()));
  // Warnings are failures too: a code that zint had to bend to its rules is not the code that was asked for.
  if (code != 0) return fail(ErrorCode::malformed, fmt::format("the code cannot be drawn: {}", symbol->errtxt));
  return modules_of(*symbol, is_bar_code(symbology));
}

Result<Bytes> render_symbol_png(Symbology symbology, std::string_view ascii, int dots) {
  LAB_CHECK(dots >= 1 && dots <= 32);
  const auto modules = encode_symbol(symbology, ascii);
  if (!modules) return fail(Result<Modules>{modules});
  const int height = is_bar_code(symbology) ? dots * bar_height_modules : dots;
  // Twice the quiet zone: EAN and Code 128 ask for more than QR does.
  const int margin = 2 * quiet_zone_modules * dots;
  auto paper =
      LabelBitmap::blank(modules->width * dots + 2 * margin, modules->height * height + 2 * margin, dots_per_mm_203);
  for (int y = 0; y < modules->height; ++y) {
    for (int x = 0; x < modules->width; ++x) {
      if (modules->is_dark(x, y)) fill(margin + x * dots, margin + y * height, dots, height, paper);
    }
  }
  return encode_png(paper);
}

}  // namespace lab::label
