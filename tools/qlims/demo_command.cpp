// qlims demo is a program of its own (demo_main.cpp). It takes photographs, and the libraries that write pictures would
// be loaded with every command: a hundred of them, a fifth of a second.

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/process/child.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"

namespace lab::qlims {
namespace {

[[noreturn]] void become_the_demo(std::vector<std::string> words) {
  std::string program = process::program_folder() / "qlims-demo";
  std::vector<char*> arguments{program.data()};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  fail_command({ErrorCode::not_found, "缺少这个程序；请先完整编译（tools/demo 会自动编译）", program});
}

}  // namespace

void add_demo_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("demo", "run a province on this machine, from plan to pass rate, and check the result");
  command->set_help_flag();  // the program has its own
  command->fallthrough(false)->prefix_command();
  command->callback([command] { become_the_demo(command->remaining()); });
}

}  // namespace lab::qlims
