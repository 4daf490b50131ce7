#pragma once
// `qlims instrument decode`: what a capture or an export file says, without storing anything.

namespace CLI {
class App;
}

namespace lab::tools {

/// Adds `instrument` with its subcommands to the program. A failed command ends with CLI::RuntimeError(1).
void add_instrument_commands(CLI::App& app);

}  // namespace lab::tools
