#include "instruments/label/print/printer_languages.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

namespace lab::label {
namespace {

constexpr char digits[] = "0123456789ABCDEF";

Bytes hex_of(BytesView octets) {
  Bytes hex;
  hex.reserve(2 * octets.size());
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    hex += digits[octet >> 4];
    hex += digits[octet & 0xF];
  }
  return hex;
}

/// `count` times `digit`: g..z are 20 to 400 in steps of 20, G..Y are 1 to 19; they add up.
void put_run(Bytes& out, std::size_t count, char digit) {
  constexpr std::size_t step = 20;
  constexpr std::size_t most = 400;
  for (; count > most; count -= most) (out += 'z') += digit;
  if (count >= step) out += static_cast<char>('g' + (count / step - 1));
  if (count > 1 && count % step > 0) out += static_cast<char>('G' + (count % step - 1));
  out += digit;
}

/// One row; white or black up to its end is one sign.
Bytes compressed(const Bytes& hex) {
  Bytes out;
  std::size_t at = 0;
  while (at < hex.size()) {
    const char digit = hex[at];
    const auto end = std::min(hex.find_first_not_of(digit, at), hex.size());
    if (end == hex.size() && (digit == '0' || digit == 'F')) return out + (digit == '0' ? ',' : '!');
    put_run(out, end - at, digit);
    at = end;
  }
  return out;
}

Bytes graphic_field(const LabelBitmap& label) {
  Bytes out;
  for (int y = 0; y < label.height_dots; ++y) {
    if (y > 0 && label.row(y) == label.row(y - 1)) {
      out += ':';
    } else {
      out += compressed(hex_of(label.row(y)));
    }
  }
  return out;
}

}  // namespace

Bytes to_zpl(std::span<const LabelBitmap> labels) {
  Bytes out;
  for (const LabelBitmap& label : labels) {
    const std::size_t octets = label.rows.size();
    // ^PW and ^LL in dots: without them the printer cuts at what it was last set to. ^FS ends the graphic.
    fmt::format_to(std::back_inserter(out), "^XA\n^PW{}\n^LL{}\n^LH0,0\n^FO0,0^GFA,{},{},{},{}^FS\n^PQ1\n^XZ\n",
                   label.width_dots, label.height_dots, octets, octets, label.row_octets(), graphic_field(label));
  }
  return out;
}

Bytes to_tspl(std::span<const LabelBitmap> labels, int gap_mm) {
  Bytes out;
  for (const LabelBitmap& label : labels) {
    fmt::format_to(std::back_inserter(out),
                   "SIZE {} mm,{} mm\r\nGAP {} mm,0 mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,{},{},0,",
                   label.width_dots / label.dots_per_mm, label.height_dots / label.dots_per_mm, gap_mm,
                   label.row_octets(), label.height_dots);
    std::ranges::transform(label.rows, std::back_inserter(out), [](char octet) { return static_cast<char>(~octet); });
    out += "\r\nPRINT 1,1\r\n";
  }
  return out;
}

}  // namespace lab::label
