// The table of malformed inputs: tests/data/malformed/<reader>.tsv has one on each line, and the exact words of its
// refusal behind a tab. QLIMS_MALFORMED_RECORD=1 writes the words anew, to be read over in the difference.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "protocol/base/charset.hpp"
#include "protocol/base/text.hpp"
#include "tests/malformed/readers.hpp"
#include "tests/where.hpp"

namespace lab::malformed {
namespace {

namespace fs = std::filesystem;

fs::path folder() { return fs::path{QLIMS_SOURCE_DIR} / "tests" / "data" / "malformed"; }

// "\t", "\n", "\r", "\\" and "\xHH" stand for octets; everything else for itself.
Bytes unescaped(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char kind = text.at(++i);
    if (kind == 'x') {
      bytes += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
      i += 2;
    } else {
      bytes += kind == 't' ? '\t' : kind == 'n' ? '\n' : kind == 'r' ? '\r' : '\\';
    }
  }
  return bytes;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  const bool is_text = is_utf8(bytes);
  for (const char c : bytes) {
    if (c == '\\') {
      text += "\\\\";
    } else if (is_control(c) || (!is_text && static_cast<unsigned char>(c) >= 0x80)) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

struct Row {
  std::string input;  // escaped
  std::string words;  // escaped
};

std::vector<Row> rows_of(const std::string& reader) {
  std::ifstream file(folder() / (reader + ".tsv"), std::ios::binary);
  EXPECT_TRUE(file) << reader << " has no table";
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), tab == std::string::npos ? "" : line.substr(tab + 1)});
  }
  return rows;
}

TEST(Malformed, InputsAreRefusedWithExactlyTheseWords) {
  const bool records = std::getenv("QLIMS_MALFORMED_RECORD") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
  std::size_t all = 0;
  std::set<std::string> inputs;
  for (const auto& [name, read] : readers()) {
    std::string anew;
    const auto rows = rows_of(name);
    for (const Row& row : rows) {
      const std::string words = escaped(read(unescaped(row.input)));
      anew += row.input + '\t' + words + '\n';
      EXPECT_FALSE(words.empty()) << name << " takes " << row.input;
      EXPECT_TRUE(inputs.insert(name + '\t' + row.input).second) << name << " has twice " << row.input;
      if (!records) {
        EXPECT_EQ(words, row.words) << name << ": " << row.input;
      }
    }
    EXPECT_GE(rows.size(), 3U) << name;
    all += rows.size();
    if (records) std::ofstream(folder() / (name + ".tsv"), std::ios::binary) << anew;
  }
  fmt::print("{} malformed inputs of {} readers\n", all, readers().size());
  EXPECT_GE(all, 2'000U);
}

}  // namespace
}  // namespace lab::malformed
