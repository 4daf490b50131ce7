#pragma once
// Labels in the languages of label printers. Pure.
//
// Both carry the master's dots as they are: a printer that drew the texts itself would need Chinese fonts of its own,
// and nobody could have read back what it draws.

#include <span>

#include "instruments/label/print/label_bitmap.hpp"

namespace lab::label {

/// ZPL II of Zebra and its many likes: ^XA .. ^GFA .. ^XZ for each label, ASCII. Rows are compressed as ^GF allows
/// (Zebra programming guide, "Alternative Data Compression Scheme"): counts G..Y and g..z before a digit, "," for white
/// and "!" for black up to the end of the row, ":" for the row above.
Bytes to_zpl(std::span<const LabelBitmap> labels);

/// TSPL of TSC, Gprinter and others: SIZE, GAP, CLS, BITMAP, PRINT for each label, CR LF, the dots as raw octets in
/// which 0 is black. `gap_mm`: the white between two labels on the roll.
Bytes to_tspl(std::span<const LabelBitmap> labels, int gap_mm = 2);

}  // namespace lab::label
