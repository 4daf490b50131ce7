#pragma once
// What a printer makes of the octets it is sent: small readers of ZPL, TSPL, PDF and PNG that share no code with the
// product. Each fails the test, and answers what it has, when the octets are not what a printer would take.

#include <string>
#include <string_view>
#include <vector>

#include "instruments/label/print/label_bitmap.hpp"

namespace lab::label {

/// "#" and "." for each dot, a string for each row: readable when a comparison fails.
using Dots = std::vector<std::string>;

Dots dots_of(const LabelBitmap& label);
std::vector<Dots> dots_in_zpl(std::string_view octets);
std::vector<Dots> dots_in_tspl(std::string_view octets);
Dots dots_in_png(std::string_view octets);

/// A page rendered by pdftoppm (poppler), without smoothing, as a printer sees it that has `width` times `height` dots
/// there. Rendered with four pixels across a dot, of which the second counts: poppler begins an image up to a pixel
/// early and makes it a pixel wider than it is, which at one pixel a dot repeats a row in its middle. `page` from 1.
Dots dots_in_pdf(std::string_view octets, int page, int width, int height);
int pages_in_pdf(std::string_view octets);

/// A piece of a page.
Dots cut_out(const Dots& page, int x, int y, int width, int height);

}  // namespace lab::label
