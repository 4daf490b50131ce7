#pragma once
// Tables for a terminal: columns line up also when cells hold Chinese, and nothing but plain text is written.

#include <string>
#include <string_view>
#include <vector>

namespace lab::qlims {

/// Cells a terminal gives a UTF-8 text: two for Chinese and full-width characters, one for others.
std::size_t display_width(std::string_view utf8);

/// Header, a rule, and the rows; cells that are numbers stand right.
std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace lab::qlims
