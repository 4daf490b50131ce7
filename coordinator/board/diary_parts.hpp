#pragma once
// What an entry of the diary says, taken apart, so that a page can say it in another language. Entries stay as they
// were written: they are chained by their octets. Private to this folder.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/tables/diary.hpp"

namespace lab::board {

struct DiaryParts {
  std::string_view form;  // which sentence it is: the kind's name, with an ending where a kind has several
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Nothing for words that no sentence of its kind fits, such as those of a later or a much earlier program. Put back
/// into its sentence, what it gives is the subject again.
std::optional<DiaryParts> diary_parts(coordinator::tables::DiaryKind kind, std::string_view subject);

}  // namespace lab::board
