#pragma once
// One form of a word for comparing.

#include <string>
#include <string_view>

namespace lab::profiles {

/// Lower case (ASCII), blanks and line ends inside run together to one blank, none at the ends, no-break and
/// ideographic spaces taken for blanks: "Sample  ID\n" is "sample id".
std::string fold(std::string_view text);

/// Whether it folds to this folded word, told without folding when its beginning differs.
bool folds_to(std::string_view text, std::string_view word);

}  // namespace lab::profiles
