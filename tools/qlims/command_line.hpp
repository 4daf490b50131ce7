#pragma once

namespace CLI {
class App;
}

namespace lab::qlims {

/// What a program of this folder does with its command line, and with --json, which all of them take: a failure of any
/// kind is said on standard error. Returns the exit code, 0 on success and 1 otherwise, whatever the parser calls its
/// errors; a command may choose its own.
int run_command_line(CLI::App& app, int argc, char** argv);

}  // namespace lab::qlims
