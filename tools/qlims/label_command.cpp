#include <CLI/CLI.hpp>

#include "tools/qlims/commands.hpp"
#include "tools/qlims/label_commands.hpp"

namespace lab::qlims {

void add_label_commands(CLI::App& app) {
  auto* label = app.add_subcommand("label", "Sample labels: read photographs, print labels");
  label->require_subcommand(1);
  add_label_read(*label);
  add_label_print(*label);
}

}  // namespace lab::qlims
