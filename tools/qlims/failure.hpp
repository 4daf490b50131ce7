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

/// Says it, with `code` instead of the error's own where a server has given one.
void say_failure(const Error& error, const std::string& code = {});

/// Says it and ends the command with exit code 1.
[[noreturn]] void fail_command(const Error& error);

/// A command line that is not as --help says: "usage" is its code.
void say_misuse(const std::string& what);

/// Where answers come from: named when one of them is not as expected.
void note_origin(const std::string& origin);
/// The error of an answer that has not the form a command reads; `problem` is what the reader of JSON says.
Error unexpected_answer(const std::string& problem);

/// "no command 'summry'; did you mean 'summary'?" of a command line that names none; nothing when it does.
std::optional<std::string> unknown_command(const CLI::App& app);

}  // namespace lab::qlims
