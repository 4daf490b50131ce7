#pragma once
// The shared collection of label photographs with their truth, for tests and benchmarks. Nothing is there when the
// collection is not beside the tree.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/csv.hpp"
#include "tests/where.hpp"

namespace lab::label {

inline const std::filesystem::path corpus = QLIMS_SOURCE_DIR "/../shared/corpus/labels";

struct CorpusPicture {
  std::string file;
  std::string group;
  std::string severity;  // synthetic ones only: "0" to "4"
  std::string symbology;
  std::set<std::string> expected;  // reading any of them counts; empty: there is no code
  std::set<std::string> present;   // these too are really there
  std::string printed_number;      // synthetic ones only
};

inline Bytes bytes_of(const std::filesystem::path& path) {
  std::ifstream stream{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Blanks at the ends and the kind of line end do not count.
inline std::string normal(std::string text) {
  std::erase(text, '\r');
  const auto first = text.find_first_not_of(" \n\t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \n\t") - first + 1);
}

inline std::set<std::string> texts_in(const std::string& json_list) {
  std::set<std::string> texts;
  for (const auto& text : nlohmann::json::parse(json_list)) texts.insert(normal(text.get<std::string>()));
  return texts;
}

/// The pictures belong to others and are no part of the project, so a clone alone has none of them; without them there
/// is nothing to hold the reader against, and the tests of its own drawings (read_test, number_line_test) remain.
inline bool has_corpus() { return std::filesystem::exists(corpus / "manifest.csv"); }

inline std::vector<CorpusPicture> corpus_pictures() {
  std::vector<CorpusPicture> list;
  const auto rows = parse_csv(bytes_of(corpus / "manifest.csv")).value();
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(rows.front().cells, name) - rows.front().cells.begin());
  };
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i].cells;
    list.push_back({.file = row[column("file")],
                    .group = row[column("group")],
                    .severity = row[column("severity")],
                    .symbology = row[column("symbology")],
                    .expected = texts_in(row[column("expected")]),
                    .present = texts_in(row[column("also_present")]),
                    .printed_number = row[column("printed_number")]});
  }
  return list;
}

}  // namespace lab::label
