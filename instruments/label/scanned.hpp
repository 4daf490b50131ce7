#pragma once
// What a hand scanner types. It is a keyboard: the computer's input method, Caps Lock and the scanner's own settings
// all change the text on its way.

#include <string>
#include <string_view>

namespace lab::label {

constexpr std::size_t scan_octets_max = 256;  // the longest code of ours has 60

/// The text as the code had it: full-width characters of an input method become plain ones, small letters capitals;
/// blanks, tabs, line ends and control characters (a scanner's prefix and suffix) go, and so does a symbology
/// identifier in front ("]Q1"). Whether a number stands in what is left, its check character decides (payload.hpp).
/// Empty when it is no UTF-8 or too long.
std::string plain_scan(std::string_view typed);

}  // namespace lab::label
