#pragma once
// `qlims label read` and `qlims label print`.

namespace CLI {
class App;
}

namespace lab::tools {

/// Adds the `label` commands. They end the program through CLI::RuntimeError with exit code 1 when something fails.
void add_label_commands(CLI::App& app);

}  // namespace lab::tools
