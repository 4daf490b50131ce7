#include "instruments/label/print/label_bitmap.hpp"

#include "protocol/base/check.hpp"

namespace lab::label {
namespace {

std::size_t octet_of(const LabelBitmap& bitmap, int x, int y) {
  LAB_CHECK(x >= 0 && x < bitmap.width_dots && y >= 0 && y < bitmap.height_dots);
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(bitmap.row_octets()) + static_cast<std::size_t>(x / 8);
}

unsigned bit_of(int x) { return 0x80U >> (x % 8); }

}  // namespace

LabelBitmap LabelBitmap::blank(int width_dots, int height_dots, int dots_per_mm) {
  LAB_CHECK(width_dots > 0 && height_dots > 0 && dots_per_mm > 0);
  LabelBitmap bitmap{.width_dots = width_dots, .height_dots = height_dots, .dots_per_mm = dots_per_mm, .rows = {}};
  bitmap.rows.assign(static_cast<std::size_t>(bitmap.row_octets()) * static_cast<std::size_t>(height_dots), '\0');
  return bitmap;
}

BytesView LabelBitmap::row(int y) const {
  return BytesView{rows}.substr(octet_of(*this, 0, y), static_cast<std::size_t>(row_octets()));
}

bool LabelBitmap::is_dark(int x, int y) const {
  return (static_cast<unsigned char>(rows[octet_of(*this, x, y)]) & bit_of(x)) != 0;
}

void LabelBitmap::darken(int x, int y) {
  char& octet = rows[octet_of(*this, x, y)];
  octet = static_cast<char>(static_cast<unsigned char>(octet) | bit_of(x));
}

}  // namespace lab::label
