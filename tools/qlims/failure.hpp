#pragma once
// How a command says that it failed: on standard error, and never with exit code 0.

#include <optional>
#include <string>

#include "protocol/base/result.hpp"

namespace CLI {
class App;
}

namespace lab::qlims {

/// Failures are one JSON object on a line from now on: {"error", "code"}. For scripts that asked for --json.
void say_failures_as_json();

/// Whether --json stands on the command line, of which `command` is any part.
bool wants_json(const CLI::App& command);

/// Says it and ends the command with exit code 1.
[[noreturn]] void fail_command(const Error& error);

/// "no command 'summry'; did you mean 'summary'?" of a command line that names none; nothing when it does.
std::optional<std::string> unknown_command(const CLI::App& app);

}  // namespace lab::qlims
