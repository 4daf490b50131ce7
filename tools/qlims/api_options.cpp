#include "tools/qlims/api_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tools/qlims/failure.hpp"

namespace lab::qlims {
namespace {

std::string read_token(const std::string& file) {
  std::ifstream stream(file);
  std::string token;
  std::getline(stream, token);
  return token;
}

}  // namespace

void add_api_options(CLI::App& command, ApiOptions& options) {
  command.add_option("--coordinator", options.origin, "address of the coordinator's HTTP interface")
      ->envname("QLIMS_COORDINATOR")
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--token-file", [&options](const std::string& file) { options.token = read_token(file); },
          "file whose first line is your token (default: the variable QLIMS_TOKEN)")
      ->check(CLI::ExistingFile);
  command.add_flag("--json", options.json, "print the server's answer as JSON");
}

api::Api open_api(const ApiOptions& options) {
  std::string token = options.token;
  const char* from_environment = std::getenv("QLIMS_TOKEN");  // NOLINT(concurrency-mt-unsafe): no thread has started
  if (token.empty() && from_environment != nullptr) token = from_environment;
  auto opened = api::Api::to(options.origin, std::move(token));
  if (opened) return std::move(*opened);
  fail_command({opened.error().code, opened.error().message, options.origin});
}

nlohmann::json or_exit(Result<nlohmann::json> answer) {
  if (answer) return std::move(*answer);
  fail_command(answer.error());
}

}  // namespace lab::qlims
