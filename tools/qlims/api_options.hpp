#pragma once
// Where the running system is and as whom to ask it.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tools/api/api.hpp"

namespace CLI {
class App;
}

namespace lab::qlims {

struct ApiOptions {
  std::string origin = "http://127.0.0.1:7080";
  std::string token;  // of --token-file; empty: the variable QLIMS_TOKEN
  bool json = false;
};

/// Adds --coordinator, --token-file and --json to a command. The token itself never stands on a command line.
void add_api_options(CLI::App& command, ApiOptions& options);

/// As the options say; ends the command with exit code 1 when the origin is no address.
api::Api open_api(const ApiOptions& options);

/// The value, or the end of the command with the error on standard error and exit code 1.
nlohmann::json or_exit(Result<nlohmann::json> answer);

}  // namespace lab::qlims
