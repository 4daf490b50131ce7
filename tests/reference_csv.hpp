#pragma once
// Reads a table of tests/data or of the product's reference folder, for tests that run over all of its rows.

#include <gtest/gtest.h>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "protocol/base/csv.hpp"
#include "tests/where.hpp"

namespace lab::testing {

inline std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>{file}, {}};
}

using NamedRow = std::map<std::string, std::string>;

/// Rows by column name; `path` from the root of the tree.
inline std::vector<NamedRow> read_table(const std::string& path) {
  std::vector<NamedRow> named;
  const auto rows = parse_csv(read_file(QLIMS_SOURCE_DIR "/" + path));
  if (!rows || rows->empty()) {
    ADD_FAILURE() << path << " is empty or no CSV";
    return named;
  }
  const auto& header = rows->front().cells;
  for (std::size_t r = 1; r < rows->size(); ++r) {
    NamedRow row;
    for (std::size_t c = 0; c < header.size(); ++c) {
      row[header[c]] = c < (*rows)[r].cells.size() ? (*rows)[r].cells[c] : std::string{};
    }
    named.push_back(std::move(row));
  }
  return named;
}

}  // namespace lab::testing
