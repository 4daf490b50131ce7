#pragma once
// What poppler finds in a PDF.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::paper {

inline std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) out.append(block, n);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return out;
}

inline std::string about(const Bytes& pdf, const std::string& program, const std::string& after = "") {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("qlims-report-{}.pdf", ::getpid());
  std::ofstream(path, std::ios::binary) << pdf;
  std::string out = output_of(fmt::format("{} {} {}", program, path.string(), after));
  std::filesystem::remove(path);
  return out;
}
// Without blanks and line ends: a cell is broken into lines wherever it is full.
inline std::string words_of(const Bytes& pdf) {
  std::string words = about(pdf, "pdftotext -raw", "-");
  std::erase_if(words, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
  return words;
}

}  // namespace lab::paper
