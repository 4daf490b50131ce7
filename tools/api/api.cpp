#include "tools/api/api.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lab::api {
namespace {

using nlohmann::json;

// What a problem document says, in one line.
Error problem_of(const http::Response& response) {
  const json problem = json::parse(response.body, nullptr, false);
  std::string detail = fmt::format("the server answered {}", response.status);
  if (problem.is_object() && problem.contains("detail")) detail = problem["detail"].get<std::string>();
  const auto code = response.status == 404                             ? ErrorCode::not_found
                    : response.status == 401 || response.status == 403 ? ErrorCode::not_allowed
                    : response.status >= 500                           ? ErrorCode::unavailable
                                                                       : ErrorCode::conflict;
  if (problem.is_object() && problem.contains("errors") && problem["errors"].is_array()) {
    for (const json& one : problem["errors"]) {
      const auto text = [&](const char* field) { return one.value(field, ""); };
      detail += fmt::format("\n  {} {} {} {}", one.value("row", 0), text("number"), text("column"), text("message"));
    }
  }
  std::string where;
  if (problem.is_object() && problem.contains("code")) where = problem["code"].get<std::string>();
  return {code, std::move(detail), std::move(where)};
}

}  // namespace

// What problem_of puts into `where`; addresses, the other thing that stands there, have a dot, a colon or a slash.
std::string refusal_code(const Error& error) {
  return error.where.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos ? error.where : "";
}

Api::Api(http::Client client, std::string token) : client_(std::move(client)), token_(std::move(token)) {}

Result<Api> Api::to(const std::string& origin, std::string token) {
  auto client = http::Client::to(origin);
  if (!client) return fail(std::move(client));
  return Api{std::move(*client), std::move(token)};
}

Result<http::Response> Api::send(http::Call call) {
  if (!token_.empty()) call.headers["authorization"] = "Bearer " + token_;
  auto response = client_.send(call);
  if (!response) return fail(std::move(response));
  if (response->status >= 400) return tl::unexpected<Error>(problem_of(*response));
  return response;
}

Result<json> Api::send_for_json(http::Call call) {
  const std::string target = call.url;
  auto response = send(std::move(call));
  if (!response) return fail(std::move(response));
  json value = json::parse(response->body, nullptr, false);
  if (value.is_discarded()) return fail(ErrorCode::malformed, "the answer is not JSON", target);
  return value;
}

Result<json> Api::get(const std::string& target) { return send_for_json({.method = "GET", .url = target}); }

Result<json> Api::post(const std::string& target, const json& body) {
  return send_for_json({.method = "POST", .url = target, .body = body.dump()});
}

Result<json> Api::post_bytes(const std::string& target, Bytes body, std::string content_type) {
  return send_for_json(
      {.method = "POST", .url = target, .body = std::move(body), .content_type = std::move(content_type)});
}

Result<json> Api::submit(const std::string& target, Bytes body, std::string content_type) {
  http::Call call{.method = "POST", .url = target, .body = std::move(body), .content_type = std::move(content_type)};
  if (!token_.empty()) call.headers["authorization"] = "Bearer " + token_;
  const auto response = client_.send(call);
  if (!response) return tl::unexpected(response.error());
  json value = json::parse(response->body, nullptr, false);
  const bool tells_reasons = value.is_object() && value.contains("errors");
  if (response->status >= 400 && !tells_reasons) return tl::unexpected<Error>(problem_of(*response));
  if (value.is_discarded()) return fail(ErrorCode::malformed, "the answer is not JSON", target);
  return value;
}

Result<json> Api::remove(const std::string& target) { return send_for_json({.method = "DELETE", .url = target}); }

Result<Bytes> Api::download(const std::string& target) {
  auto page = download_page(target);
  if (!page) return fail(std::move(page));
  return std::move(page->bytes);
}

Result<Api::Page> Api::download_page(const std::string& target) {
  auto response = send({.method = "GET", .url = target});
  if (!response) return fail(std::move(response));
  return Page{.bytes = std::move(response->body), .next = response->headers["qlims-next"]};
}

Result<Api::Page> Api::post_page(const std::string& target, const json& body) {
  auto response = send({.method = "POST", .url = target, .body = body.dump()});
  if (!response) return fail(std::move(response));
  return Page{.bytes = std::move(response->body), .next = response->headers["qlims-next"]};
}

}  // namespace lab::api
