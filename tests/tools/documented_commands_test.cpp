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

// Options and arguments of which the help says nothing: words stand beside the name, or on the line below a long one.
std::vector<std::string> without_words(const Answer& help) {
  constexpr std::size_t column = 30;  // where CLI11 begins them
  std::vector<std::string> names;
  bool listed = false;
  for (std::size_t i = 0; i < help.lines.size(); ++i) {
    const std::string& line = help.lines[i];
    if (line == "Options:" || line == "Positionals:") listed = true;
    if (line.empty()) listed = false;
    if (!listed || !line.starts_with("  ") || line[2] == ' ') continue;
    const std::size_t end = line.find_last_not_of(' ') + 1;
    const bool beside = end > column && line[column - 1] == ' ';
    const bool below = i + 1 < help.lines.size() && help.lines[i + 1].starts_with(std::string(column, ' '));
    if (!beside && !below) names.push_back(line.substr(2, end - 2));
  }
  return names;
}

int check_help(const std::string& command) {
  const Answer help = run(command + " --help");
  EXPECT_EQ(help.exit_code, 0) << command;
  bool example = false;
  for (const std::string& line : help.lines) example = example || line.starts_with("Example");
  EXPECT_TRUE(example) << command;
  for (const std::string& name : without_words(help)) ADD_FAILURE() << command << ": no words of " << name;
  int commands = 1;
  for (const std::string& name : subcommands(help))
    commands += check_help(command.empty() ? name : command + " " + name);
  return commands;
}

struct Documented {
  std::string command;
  std::vector<std::string> answer;  // none where the document shows none
};

std::vector<Documented> documented_commands(const std::string& document = "commands.md") {
  std::ifstream file{QLIMS_SOURCE_DIR "/docs/" + document};
  std::vector<Documented> commands;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside && (line.starts_with("qlims ") || line.starts_with("echo "))) {
      commands.push_back({.command = line, .answer = {}});
    } else if (inside && !commands.empty()) {
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

// "qlims lab enrol 3 --name x" is good when "qlims lab enrol --help" knows both words and names --name.
TEST(Documented, TheAdministratorsPageNamesCommandsAndOptionsThatAreThere) {
  const std::vector<Documented> commands = documented_commands("administration.md");
  EXPECT_GE(commands.size(), 10U);
  for (const Documented& documented : commands) {
    std::istringstream words{documented.command.substr(0, documented.command.find(" #"))};
    std::string command;
    std::vector<std::string> options;
    words >> command;  // "qlims"
    if (command != "qlims") continue;
    words >> command;
    std::string help = command;
    const std::vector<std::string> below = subcommands(run(command + " --help"));
    for (std::string word; words >> word;) {
      if (std::find(below.begin(), below.end(), word) != below.end()) help = command + " " + word;
      if (word.starts_with("--")) options.push_back(word);
    }
    const Answer said = run(help + " --help");
    EXPECT_EQ(said.exit_code, 0) << documented.command;
    EXPECT_TRUE(below.empty() || help != command) << documented.command;
    for (const std::string& option : options) {
      const bool known = std::ranges::any_of(
          said.lines, [&](const std::string& line) { return line.find(option) != std::string::npos; });
      EXPECT_TRUE(known) << documented.command << ": " << option;
    }
  }
}

}  // namespace
}  // namespace lab::testing
