#pragma once
// An evidence export checked by itself.

#include <string>
#include <vector>

namespace lab::qlims {

struct VerifyOptions {
  std::string file;
  std::vector<std::string> heads;  // each a line that begins with "qlims-head", or a file of such lines
};

/// Prints the report. Returns the exit code: 0 when everything holds. Throws CLI::RuntimeError when a file is missing.
int verify_export(const VerifyOptions& options, bool as_json);

}  // namespace lab::qlims
