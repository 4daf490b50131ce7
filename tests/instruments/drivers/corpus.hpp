#pragma once
// The shared corpus beside the tree: files by family, what is expected of each, one line per file in the output.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/model/reading.hpp"
#include "tests/where.hpp"

namespace lab::drivers {

namespace fs = std::filesystem;
using nlohmann::json;

inline const fs::path corpus = fs::path{QLIMS_SOURCE_DIR} / "../shared/corpus/instruments";

// The corpus is under mixed licences and cannot be part of this tree; a checkout without it has nothing to read. What
// the formats are is tested without it as well, by the test beside each driver.
#define SKIP_WITHOUT_CORPUS(family) \
  if (!fs::exists(corpus / (family))) GTEST_SKIP() << "the shared corpus is not beside the source tree"

inline Bytes read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

inline std::vector<fs::path> files_of(const char* family) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{corpus / family}) {
    const std::string name = entry.path().filename().string();
    if (name.find(".expected.") == std::string::npos && name != "README.md") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

inline json expectation_of(const fs::path& file) {
  const fs::path path = file.string() + ".expected.json";
  return fs::exists(path) ? json::parse(read(path)) : json::object();
}

inline void print_line(const fs::path& file, const model::Decoding& decoding, const char* verdict) {
  fmt::print("{:72} {:>6} obs {:>3} diag {:>6.1f} % {}  {}\n", file.filename().string(), decoding.observations.size(),
             decoding.diagnostics.size(),
             100.0 * static_cast<double>(decoding.covered_bytes) /
                 static_cast<double>(std::max<std::size_t>(1, decoding.total_bytes)),
             verdict, decoding.refused);
}

// What holds for every file, with or without an expectation.
inline void expect_sound(const model::Decoding& decoding, const fs::path& file) {
  EXPECT_NE(decoding.refused.empty(), decoding.observations.empty()) << file;
  EXPECT_LE(decoding.covered_bytes, decoding.total_bytes) << file;
  if (!decoding.refused.empty()) return;
  if (decoding.covered_bytes < decoding.total_bytes) {
    EXPECT_FALSE(decoding.diagnostics.empty()) << file;
  }
}

}  // namespace lab::drivers
