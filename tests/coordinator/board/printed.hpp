#pragma once
// What other people's programs say of a PDF.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::board {

// `program` has {} where the file is named, such as "pdftotext -raw '{}' -".
inline std::string said_of(const Bytes& pdf, const std::string& program, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "printed.pdf";
  std::ofstream{file, std::ios::binary} << pdf;
  FILE* pipe = ::popen(fmt::format(fmt::runtime(program), file.string()).c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::string text;
  char part[4096];
  for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, got);
  EXPECT_EQ(::pclose(pipe), 0) << program;
  return text;
}

// Lines are broken where the page ends them.
inline std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\f' || c == '\r'; });
  for (std::size_t at = 0; (at = text.find("　", at)) != std::string::npos;) text.erase(at, 3);
  return text;
}

inline std::string words_of_pdf(const Bytes& pdf, const std::filesystem::path& folder) {
  return without_blanks(said_of(pdf, "pdftotext -raw '{}' -", folder));
}

// Embedded, a subset, with a way back to Unicode.
inline void expect_whole_fonts(const Bytes& pdf, const std::filesystem::path& folder) {
  const std::string fonts = said_of(pdf, "pdffonts '{}' | tail -n +3", folder);
  EXPECT_FALSE(fonts.empty());
  for (std::size_t at = 0; at < fonts.size();) {
    const std::size_t end = std::min(fonts.find('\n', at), fonts.size());
    EXPECT_THAT(fonts.substr(at, end - at), ::testing::HasSubstr("yes yes yes"));
    at = end + 1;
  }
}

}  // namespace lab::board
