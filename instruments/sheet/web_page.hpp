#pragma once
// Tables in web pages, which some programs save under the name ".xls".

#include <string_view>

#include "instruments/sheet/sheet.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// Whether a text begins as a web page does.
bool looks_like_web_page(std::string_view utf8);

/// All rows of all its tables, one behind the other; what stands outside tables is left out. A cell over several rows
/// or columns has its text in the first one. Malformed when a tag or the page is not closed; TooLarge beyond
/// cells_max.
Result<Sheet> read_web_page(std::string_view utf8);

}  // namespace lab::sheet
