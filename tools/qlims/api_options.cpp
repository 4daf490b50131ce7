#include "tools/qlims/api_options.hpp"

#include <fmt/format.h>

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
  note_origin(options.origin);
  if (opened) return std::move(*opened);
  fail_command({opened.error().code, opened.error().message, options.origin});
}

nlohmann::json or_exit(Result<nlohmann::json> answer) {
  if (answer) return std::move(*answer);
  fail_answer(answer.error());
}

void fail_answer(const Error& error) {
  say_failure(error, api::refusal_code(error));
  throw CLI::RuntimeError(1);
}

Result<nlohmann::json> status_of(api::Api& api, const ApiOptions& options) {
  auto status = api.get("/api/v1/status");
  if (!status) return status;
  const auto has = [&](const char* field) { return status->is_object() && status->contains(field); };
  if (has("plans") && has("laboratories")) return status;
  const char* what = has("node") ? "这是一个检测站（lab-node）的地址，不是省平台" : "这里回答的不是省平台";
  return fail(ErrorCode::unsupported,
              fmt::format("{}；请用 --coordinator 或环境变量 QLIMS_COORDINATOR 给出省平台的地址", what),
              options.origin);
}

}  // namespace lab::qlims
