#include "coordinator/board/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "coordinator/tables/plans.hpp"

namespace lab::board {
namespace {

using nlohmann::json;

const Person* caller_of(const Office& office, const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end() || !header->second.starts_with(scheme)) return nullptr;
  return office.people.by_token(std::string_view{header->second}.substr(scheme.size()));
}

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

void handle(const Handling& handling, Visit& visit) {
  try {
    handling(visit);
  } catch (const journal::Damage& damage) {
    visit.respond(http::problem(503, "store_damaged", "数据已损坏,程序即将停止,请联系管理员"));
    visit.office.damaged(damage.what());
  }
}

}  // namespace

void Routes::open(std::string method, std::string_view pattern, Handling handling) {
  router_.add(std::move(method), pattern,
              [&office = office_, provinces = provinces_, handling = std::move(handling)](http::Request request,
                                                                                          http::Respond respond) {
                Visit visit{office, *provinces, nullptr, std::move(request), std::move(respond)};
                handle(handling, visit);
              });
}

void Routes::add(std::string method, std::string_view pattern, Action action, Handling handling) {
  open(std::move(method), pattern, [action, handling = std::move(handling)](Visit& visit) {
    visit.person = caller_of(visit.office, visit.request);
    if (visit.person == nullptr) {
      return visit.respond(http::problem(401, "not_signed_in", "请先登录:请求中没有有效的人员令牌"));
    }
    if (!may(*visit.person, action)) {
      return visit.respond(http::problem(403, "not_allowed", "您的岗位不能进行此操作,请由相应岗位的人员办理"));
    }
    handling(visit);
  });
}

http::Response answer(const json& body, int status) {
  // Texts come out of checked records, but a bad octet must not become an exception in the middle of an answer.
  return {.status = status, .body = body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

http::Response problem_of(const Error& error) {
  return http::problem(status_of(error.code), name_of(error.code), to_text(error));
}

void decide_in_loop(const Visit& visit, Decide decide) {
  if (!visit.office.post({.decide = std::move(decide), .respond = visit.respond})) {
    visit.respond(http::problem(503, "busy", "协调端正忙或正在停止,请稍后重试"));
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

Result<std::size_t> limit_in(const http::Request& request) {
  const auto limit = number_in(request, "limit", page_usual);
  if (!limit) return tl::unexpected(limit.error());
  return std::clamp<std::size_t>(*limit, 1, page_max);
}

Result<model::TaskId> task_in(const http::Request& request) {
  const std::string text = text_in(request, "task");
  const auto task = model::parse_task_id(text);
  if (!task) return fail(ErrorCode::malformed, fmt::format("“{}”不是任务编号,应形如 T-1.1-42", text), "task");
  return *task;
}

Result<model::PlanEntry> plan_in(const http::Request& request, const journal::View& store) {
  const auto number = number_in(request, "plan", 0);
  if (!number) return tl::unexpected(number.error());
  auto plan = *number <= UINT32_MAX
                  ? coordinator::tables::plan(store, model::PlanId{static_cast<std::uint32_t>(*number)})
                  : std::nullopt;
  if (!plan) return fail(ErrorCode::not_found, "没有这个计划", fmt::format("plan {}", *number));
  return std::move(*plan);
}

Result<json> body_of(const http::Request& request) {
  if (request.body.empty()) return json::object();
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return fail(ErrorCode::malformed, "请求内容应为 JSON 对象", "body");
  return body;
}

Result<std::string> text_of(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) return fail(ErrorCode::malformed, "缺少此项,或不是文字", field);
  return found->get<std::string>();
}

}  // namespace lab::board
