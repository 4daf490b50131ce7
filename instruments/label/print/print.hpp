#pragma once
// Prints sample labels. A label is drawn once, as dots; these dots are read back by two decoders; and only then they
// become a PNG, a PDF, ZPL or TSPL, all of which carry the same dots.
//
// content (what it says) -> layout (what stands where) -> draw -> proof -> encode

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "instruments/label/print/content.hpp"
#include "instruments/label/print/label_bitmap.hpp"
#include "instruments/label/print/layout.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::label {

struct PrintOptions {
  std::string_view layout = "bench";
  int dots_per_mm = dots_per_mm_203;  // or dots_per_mm_300
};

/// The master of a label, already read back: it says `content.payload` and nothing else. Safe from several threads.
/// Malformed, with the field in `where`, for a content that check_content() or, on a blind layout, check_blindness()
/// refuses. Not_found: no such layout, or a font that is not installed. Unsupported: a character that the font does not
/// have, or another resolution. Too_large: a number too long for the layout. Conflict: a decoder reads something else.
Result<LabelBitmap> print_label(const LabelContent& content, const PrintOptions& options = {});

enum class PrintFormat : std::uint8_t {
  png,        // one label
  pdf_sheet,  // A4 pages full of labels
  pdf_roll,   // a page for each label, exactly as large as it
  zpl,
  tspl,
};

/// Octets for a file or a printer, from masters that were all made with the same options. Precondition: at least one,
/// and exactly one for PNG. Unavailable when the library that encodes cannot.
Result<Bytes> encode(std::span<const LabelBitmap> labels, PrintFormat format);

/// "png", "pdf", "zpl", "tspl"; of pdf the sheet. Nothing for other names.
std::optional<PrintFormat> parse_print_format(std::string_view name);

/// A PNG of one label: print_label and encode in one.
Result<Bytes> render_png(const LabelContent& content, const PrintOptions& options = {});

}  // namespace lab::label
