#include "protocol/service/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "protocol/journal/view.hpp"

namespace lab::service {
namespace {

using nlohmann::json;

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::malformed:
    case ErrorCode::unsupported:
      return 400;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::not_allowed:
      return 403;
    case ErrorCode::unavailable:
    case ErrorCode::storage:
      return 503;
  }
  return 500;
}

}  // namespace

void guard_store(const http::Respond& respond, const std::function<void(const std::string& what)>& damaged,
                 const std::function<void()>& handle) {
  try {
    handle();
  } catch (const journal::Damage& damage) {
    respond(store_damaged());
    damaged(damage.what());
  }
}

std::string text_in(const http::Request& request, const std::string& field) {
  for (const auto* fields : {&request.parameters, &request.query}) {
    const auto found = fields->find(field);
    if (found != fields->end()) return found->second;
  }
  return {};
}

Result<std::uint64_t> number_in(const http::Request& request, const std::string& field, std::uint64_t otherwise) {
  const std::string text = text_in(request, field);
  if (text.empty()) return otherwise;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorCode::malformed, fmt::format("“{}”不是整数", text), field);
  }
  return number;
}

Result<std::size_t> limit_in(const http::Request& request, std::size_t page_max) {
  const auto limit = number_in(request, "limit", page_usual);
  if (!limit) return tl::unexpected(limit.error());
  return std::clamp<std::size_t>(*limit, 1, page_max);
}

Result<json> body_of(const http::Request& request) {
  if (request.body.empty()) return json::object();
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return fail(ErrorCode::malformed, "请求内容应为 JSON 对象", "body");
  return body;
}

http::Response answer(const json& body, int status) {
  // Texts come out of checked records, but a bad octet must not become an exception in the middle of an answer.
  return {.status = status, .body = body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

http::Response problem_of(const Error& error) {
  return http::problem(status_of(error.code), name_of(error.code), to_text(error));
}

http::Response not_allowed() {
  return http::problem(403, "not_allowed", "您的岗位不能进行此操作，请由相应岗位的人员办理");
}

http::Response busy() { return http::problem(503, "busy", "程序正忙或正在停止，请稍后重试"); }

http::Response store_damaged() { return http::problem(503, "store_damaged", "数据已损坏，程序即将停止，请联系管理员"); }

}  // namespace lab::service
