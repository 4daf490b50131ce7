#pragma once
// The words of MassHunter's batch table, in the language of its user interface. Unverified: the Chinese ones are the
// titles of the program's Chinese edition as its users write them; no such file was at hand. A title that is not here
// refuses the file, or its column is not read: it never becomes another column.

#include <string>
#include <string_view>

namespace lab::drivers::masshunter {

/// The normalised English title ("finalconc") of a normalised title; the same when it is not a Chinese one.
std::string_view english_title(std::string_view normalised);

/// The name of a group of columns as the English edition has it: "毒死蜱 结果" is "毒死蜱 Results", "样品" is "Sample".
std::string english_group(std::string_view name);

/// Whether two header rows are those of a Chinese edition: groups of results over a column of data files.
bool looks_chinese(std::string_view groups, std::string_view titles);

}  // namespace lab::drivers::masshunter
