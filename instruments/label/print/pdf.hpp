#pragma once
// Labels as PDF, for printers with a driver. Each dot of a label is one sample of a 1-bit image that is drawn at its
// exact size and never smoothed.

#include <span>

#include "instruments/label/print/label_bitmap.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

/// As many labels of one size as an A4 page holds, in rows from the upper left, with ticks in the margin to cut along.
/// Precondition: all of one size, smaller than the page within its margins.
Result<Bytes> to_pdf_sheets(std::span<const LabelBitmap> labels);

/// A page for each label.
Result<Bytes> to_pdf_roll(std::span<const LabelBitmap> labels);

}  // namespace lab::label
