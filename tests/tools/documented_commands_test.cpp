// What qlims says of itself, and what docs/commands.md says of it.

#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/qlims_program.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

// The names below "Subcommands:"; what stands further to the right explains them.
std::vector<std::string> subcommands(const Answer& help) {
  std::vector<std::string> names;
  bool listed = false;
  for (const std::string& line : help.lines) {
    if (line == "Subcommands:") {
      listed = true;
    } else if (listed && line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (line.empty()) {
      listed = false;
    }
  }
  return names;
}

int check_help(const std::string& command) {
  const Answer help = run(command + " --help");
  EXPECT_EQ(help.exit_code, 0) << command;
  bool example = false;
  for (const std::string& line : help.lines) example = example || line.starts_with("Example");
  EXPECT_TRUE(example) << command;
  int commands = 1;
  for (const std::string& name : subcommands(help))
    commands += check_help(command.empty() ? name : command + " " + name);
  return commands;
}

struct Documented {
  std::string command;
  std::vector<std::string> answer;  // none where the document shows none
};

std::vector<Documented> documented_commands() {
  std::ifstream file{QLIMS_SOURCE_DIR "/docs/commands.md"};
  std::vector<Documented> commands;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside && (line.starts_with("qlims ") || line.starts_with("echo "))) {
      commands.push_back({.command = line, .answer = {}});
    } else if (inside) {
      commands.back().answer.push_back(line);
    }
  }
  return commands;
}

// In a folder of its own, as somebody who types it.
std::vector<std::string> typed(const std::string& command, const std::filesystem::path& folder) {
  const std::string shell = "cd " + folder.string() + " && qlims() { " QLIMS_BIN_DIR "/qlims \"$@\"; }; " + command;
  std::FILE* const pipe = ::popen(shell.c_str(), "r");
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) output.push_back(static_cast<char>(c));
  ::pclose(pipe);
  std::vector<std::string> lines;
  std::istringstream stream{output};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The first word after each `qlims` of a line.
std::vector<std::string> commands_named(const std::string& line) {
  std::vector<std::string> names;
  const std::string_view program = "qlims ";
  for (auto at = line.find(program); at != std::string::npos; at = line.find(program, at + 1)) {
    const auto start = at + program.size();
    names.push_back(line.substr(start, line.find(' ', start) - start));
  }
  return names;
}

TEST(Documented, EveryCommandHasHelpWithAnExample) { EXPECT_GE(check_help(""), 60); }

TEST(Documented, TheTourShowsWhatTheCommandsAnswer) {
  const auto folder = std::filesystem::temp_directory_path() / ("qlims_tour_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  int shown = 0;
  std::string before;  // what the command works on may be what the one before it made
  for (const Documented& documented : documented_commands()) {
    if (documented.answer.empty()) {
      before = documented.command.starts_with("qlims label print") ? documented.command + " && " : "";
      continue;
    }
    std::vector<std::string> answer = typed(before + documented.command, folder);
    if (!before.empty() && !answer.empty()) answer.erase(answer.begin());
    EXPECT_EQ(answer, documented.answer) << documented.command;
    ++shown;
  }
  EXPECT_GE(shown, 8);
  std::filesystem::remove_all(folder);
}

TEST(Documented, TheTourNamesCommandsThatAreThere) {
  const std::vector<std::string> there = subcommands(run("--help"));
  for (const Documented& documented : documented_commands()) {
    for (const std::string& name : commands_named(documented.command)) {
      EXPECT_NE(std::find(there.begin(), there.end(), name), there.end()) << documented.command;
    }
  }
}

}  // namespace
}  // namespace lab::testing
