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

/// Says what a server answered, as JSON with the server's own stable code; ends the command with exit code 1.
[[noreturn]] void fail_answer(const Error& error);

/// What a coordinator says of itself. Unsupported, with a sentence, when a laboratory's node answers at this address.
Result<nlohmann::json> status_of(api::Api& api, const ApiOptions& options);

}  // namespace lab::qlims
