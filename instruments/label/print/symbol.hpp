#pragma once
// Draws codes: modules and bars from zint, enlarged by a whole number of dots.

#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

enum class Symbology {
  qr,           // error correction level Q: a quarter of the code may be covered
  data_matrix,  // square
  code128,
  ean13,  // text: 12 or 13 digits
};

/// One row-major octet per module, 1 is dark, without quiet zone. Bar codes have one row.
struct Modules {
  int width = 0;
  int height = 0;
  Bytes dark;

  [[nodiscard]] bool is_dark(int x, int y) const {
    return dark[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] != 0;
  }
};

/// Malformed when the symbology cannot hold the text.
Result<Modules> encode_symbol(Symbology symbology, std::string_view ascii);

/// A lone symbol with its quiet zone as a PNG, such as a product's own bar code. `dots` per module, 1..32.
Result<Bytes> render_symbol_png(Symbology symbology, std::string_view ascii, int dots);

}  // namespace lab::label
