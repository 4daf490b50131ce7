#include "protocol/service/request_body.hpp"

#include "protocol/crypto/password.hpp"
#include "protocol/service/password_rules.hpp"

namespace lab::service {

using nlohmann::json;

tl::expected<json, http::Response> json_body(const http::Request& request) {
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || !type->second.starts_with("application/json")) {
    return tl::unexpected(http::problem(415, "json_needed", "请求的 Content-Type 须为 application/json"));
  }
  auto body = body_of(request);
  if (!body) return tl::unexpected(problem_of(body.error()));
  return std::move(*body);
}

std::string text_of(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

tl::expected<std::string, http::Response> hash_of_new(const std::string& password, const std::string& person) {
  if (const auto problem = problem_of_password(password, person)) {
    return tl::unexpected(http::problem(422, "weak_password", *problem));
  }
  std::string hash = crypto::hash_password(password);
  if (hash.empty()) return tl::unexpected(http::problem(503, "busy", "内存不足，请稍后重试"));
  return hash;
}

http::Response not_accepted(const Error& error) {
  using enum ErrorCode;
  if (error.code == conflict) return http::problem(409, "person_exists", "已有此编号的人员，请另选编号");
  if (error.code == not_allowed) return http::problem(409, "last_administrator", "至少须保留一名能登录的管理员");
  if (error.code == not_found) return http::problem(404, "unknown_person", "没有此编号的人员");
  if (error.code != malformed) return problem_of(error);
  return http::problem(422, "bad_person", "编号、姓名不能为空或含不可打印字符，岗位须为本系统所列：" + error.message);
}

}  // namespace lab::service
