#pragma once
// The table of levels in docs/ARCHITECTURE.md: the one place that says which folder may use what.

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace lab::arch {

struct Folder {
  int level = 0;
  bool pure = false;
  std::set<std::string> libraries;  // foreign libraries it may include, by the names of foreign_libraries()
};

using LevelTable = std::map<std::string, Folder>;  // by path from the root

/// Reads the rows between the two marker comments. Malformed, with the row, when one does not have the five columns.
Result<LevelTable> parse_level_table(std::string_view markdown);

}  // namespace lab::arch
