#pragma once
// Internal to this folder: labels as pictures.

#include "instruments/label/print/label_bitmap.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

/// A PNG of black and white, one bit a dot, that says how large its dots are.
Result<Bytes> encode_png(const LabelBitmap& label);

}  // namespace lab::label
