#pragma once
// From the values of a Code 128's characters to its text. Pure. Source: ISO/IEC 15417, table 1 and annex A.

#include <optional>
#include <span>
#include <string>

namespace lab::codes {

/// `values`: from the start character (103..105) to the last before the check character. UTF-8; what FNC4 selects is
/// Latin-1. FNC1 at the beginning only says that GS1 rules the text and leaves no trace; elsewhere it separates and is
/// a GS (0x1D). Nothing when the values are no text: empty, a start inside, or FNC2 and FNC3, which are meant for the
/// scanner.
std::optional<std::string> code128_text(std::span<const int> values);

}  // namespace lab::codes
