#include "tools/qlims/jsonl_command.hpp"

#include <CLI/CLI.hpp>

namespace lab::qlims {

void add_jsonl_command(CLI::App& family, const std::string& name, const std::string& what, const std::string& help,
                       const LineHandler& handler) {
  auto* const command = family.add_subcommand(name, what);
  command->footer(help);
  command->callback([handler] {
    if (const int code = run_jsonl(handler); code != 0) throw CLI::RuntimeError{code};
  });
}

}  // namespace lab::qlims
