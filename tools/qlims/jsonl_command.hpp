#pragma once
// A command that is nothing but a batch of JSON Lines.

#include <string>

#include "tools/qlims/jsonl.hpp"

namespace CLI {
class App;
}

namespace lab::qlims {

/// Adds the command `name` to `family`; `help` is printed below its options and ends with an example.
void add_jsonl_command(CLI::App& family, const std::string& name, const std::string& what, const std::string& help,
                       const LineHandler& handler);

}  // namespace lab::qlims
