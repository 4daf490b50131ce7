#pragma once
// The built program, as a script drives it.

#include <gtest/gtest.h>
#include <unistd.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/where.hpp"

namespace lab::testing {

struct Answer {
  std::vector<std::string> lines;
  int exit_code = -1;
};

enum class Errors { dropped, among_the_lines };

/// Feeds `input` to `qlims arguments` through a file of its own, as a shell redirection would.
inline Answer run(const std::string& arguments, const std::string& input = {}, Errors errors = Errors::dropped) {
  const auto path = std::filesystem::temp_directory_path() / ("qlims_test_" + std::to_string(::getpid()));
  std::ofstream{path, std::ios::binary} << input;
  const std::string command = QLIMS_BIN_DIR "/qlims " + arguments + " < " + path.string() +
                              (errors == Errors::dropped ? " 2>/dev/null" : " 2>&1");
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::string output;
  std::array<char, 65536> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) output.append(buffer.data(), n);
  const int status = ::pclose(pipe);
  std::filesystem::remove(path);
  Answer answer{.lines = {}, .exit_code = WEXITSTATUS(status)};
  std::istringstream stream{output};
  for (std::string line; std::getline(stream, line);) answer.lines.push_back(line);
  return answer;
}

/// The text of a string field, the digits of a number, or true, false, null.
inline std::string field(const std::string& line, const std::string& name) {
  const auto at = line.find("\"" + name + "\":");
  if (at == std::string::npos) return "(absent)";
  const auto start = at + name.size() + 3;
  if (line[start] == '"') return line.substr(start + 1, line.find('"', start + 1) - start - 1);
  return line.substr(start, line.find_first_of(",}", start) - start);
}

inline std::string object(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    const bool bare = value == "true" || value == "false";
    text += (text.empty() ? "{\"" : ",\"") + name + "\":" + (bare ? value : "\"" + value + "\"");
  }
  return text + "}\n";
}

inline double number(const std::string& line, const std::string& name) {
  return std::strtod(field(line, name).c_str(), nullptr);
}

/// Every line of `input` is answered by an error in its place, which contains the word beside it.
inline void expect_errors(const std::string& command, const std::vector<std::pair<std::string, std::string>>& lines) {
  std::string input;
  for (const auto& [line, word] : lines) input += line + "\n";
  const Answer answer = run(command, input);
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_TRUE(answer.lines[i].starts_with("{\"error\":\"")) << lines[i].first << "\n" << answer.lines[i];
    EXPECT_EQ(field(answer.lines[i], "line"), std::to_string(i + 1));
    EXPECT_NE(answer.lines[i].find(lines[i].second), std::string::npos) << answer.lines[i];
  }
}

}  // namespace lab::testing
