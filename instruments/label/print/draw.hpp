#pragma once
// Internal to this folder: a content on a layout becomes dots.

#include "instruments/label/print/content.hpp"
#include "instruments/label/print/label_bitmap.hpp"
#include "instruments/label/print/layout.hpp"

namespace lab::label {

/// Precondition: check_content() is satisfied. `dots_per_mm`: 8 or 12. Not yet read back: see proof.hpp.
/// Too_large, with the field in `where`, when the number or its codes do not fit on this layout at a size that reads;
/// unsupported, with the field, when a character is in no font; not_found when a font is not installed.
Result<LabelBitmap> draw(const LabelContent& content, const Layout& layout, int dots_per_mm);

}  // namespace lab::label
