#pragma once
// The rules of the house, checked on the text of every file. Each finding says what, where, why and what to do.

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "tests/arch/level_table.hpp"
#include "tests/arch/source_text.hpp"

namespace lab::arch {

struct Finding {
  std::string where;  // "path:line"
  std::string what;
};

/// For the messages of failed tests.
inline std::ostream& operator<<(std::ostream& out, const Finding& finding) {
  return out << finding.where << ": " << finding.what;
}

/// By path. Product files and tests together: an include must find its file.
using Tree = std::map<std::string, SourceFile>;

constexpr std::size_t file_lines_max = 600;     // the largest a reader finds his way in
constexpr std::size_t function_lines_max = 70;  // one screen

/// Every folder with product code is in the table, and every row stands for such a folder.
std::vector<Finding> check_folders(const Tree& tree, const LevelTable& table);

/// Own includes: written from the root, to a lower level or the own folder, never from one process to the other, from
/// `protocol` to outside, or from `instruments` to a process; a foreign header reaches only folders that may include
/// it.
std::vector<Finding> check_own_includes(const Tree& tree, const LevelTable& table);

/// Every <header> is of the standard library, fmt, tl::expected, or a library that the table grants to the folder.
std::vector<Finding> check_foreign_includes(const Tree& tree, const LevelTable& table);

/// Pure folders: no sockets, files, threads, clocks, random devices or log, also not through an included header.
std::vector<Finding> check_purity(const Tree& tree, const LevelTable& table);

/// Sizes of files and functions and marks of unfinished work everywhere, banned calls in the product.
std::vector<Finding> check_form(const Tree& tree);

}  // namespace lab::arch
