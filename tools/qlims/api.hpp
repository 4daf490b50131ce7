#pragma once
// The documented HTTP interface of a coordinator or a lab-node, as the command line uses it.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/http/client.hpp"

namespace CLI {
class App;
}

namespace lab::tools {

/// Where to ask and as whom. Filled in by the options of a command or by QLIMS_COORDINATOR and QLIMS_TOKEN.
struct ApiOptions {
  std::string origin = "http://127.0.0.1:7080";
  std::string token;
  bool json = false;
};

/// Adds --coordinator, --token-file and --json to a command. The token itself never stands on a command line.
void add_api_options(CLI::App& command, ApiOptions& options);

/// One kept connection. One thread at a time.
class Api {
 public:
  static Result<Api> to(const std::string& origin, std::string token);
  /// As the options say; ends the program's command with an error when the origin is no address.
  static Api open(const ApiOptions& options);

  Result<nlohmann::json> get(const std::string& target);
  Result<nlohmann::json> post(const std::string& target, const nlohmann::json& body);
  Result<nlohmann::json> post_bytes(const std::string& target, Bytes body, std::string content_type);
  /// The body as it is: exports and pictures.
  Result<Bytes> download(const std::string& target);

 private:
  Api(http::Client client, std::string token);
  Result<Bytes> send(http::Call call);
  Result<nlohmann::json> send_for_json(http::Call call);

  http::Client client_;
  std::string token_;
};

/// The value, or an end of the program with the error on standard error and exit code 1.
nlohmann::json or_exit(Result<nlohmann::json> answer);

}  // namespace lab::tools
