#include "lab-node/desk/request.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/session/stream.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

const Person* caller_of(const Office& office, const http::Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end() || !header->second.starts_with(scheme)) return nullptr;
  return office.people.by_token(std::string_view{header->second}.substr(scheme.size()));
}

}  // namespace

http::Handler guarded(const Office& office, Action action, Handling handling) {
  return [&office, action, handling = std::move(handling)](http::Request request, const http::Respond& respond) {
    const Person* person = caller_of(office, request);
    if (!person) {
      return respond(http::problem(401, "not_signed_in", "请先登录：请求中没有有效的人员令牌"));
    }
    if (!may(*person, action)) {
      return respond(http::problem(403, "not_allowed", "您的岗位不能进行此操作，请由相应岗位的人员办理"));
    }
    try {
      handling({.id = person->id, .signing = person->signing}, std::move(request), respond);
    } catch (const journal::Damage& damage) {
      respond(http::problem(503, "store_damaged", "本站数据已损坏，程序即将停止，请联系管理员"));
      office.damaged(damage.what());
    }
  };
}

std::uint64_t number_in(const http::Request& request, const std::string& field, std::uint64_t otherwise) {
  const auto& fields = request.parameters.contains(field) ? request.parameters : request.query;
  const auto found = fields.find(field);
  if (found == fields.end() || found->second.empty()) return otherwise;
  std::uint64_t number = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [stop, error] = std::from_chars(found->second.data(), end, number);
  return error == std::errc{} && stop == end ? number : 0;
}

std::size_t limit_in(const http::Request& request) {
  return std::clamp<std::size_t>(number_in(request, "limit", page_usual), 1, page_max);
}

std::optional<json> body_of(const http::Request& request) {
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  return body;
}

std::string text_in(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::vector<json>> list_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array() || found->size() > batch_max) return std::nullopt;
  if (!std::ranges::all_of(*found, [](const json& entry) { return entry.is_object(); })) return std::nullopt;
  return std::vector<json>(found->begin(), found->end());
}

http::Response answer(const json& body, int status) {
  // Texts come out of checked records, but a bad octet must not become an exception in the middle of an answer.
  return {.status = status, .body = body.dump(-1, ' ', false, json::error_handler_t::replace)};
}

http::Response bad_request(const char* detail) { return http::problem(400, "bad_request", detail); }

http::Response refused(const node::Refusal& refusal) { return http::problem(422, refusal.code, refusal.detail); }

void decide_in_loop(const Office& office, http::Respond respond, Decide decide) {
  const bool taken = office.post([respond, decide = std::move(decide)](node::Node& node, journal::Draft& draft,
                                                                       UtcTime now) -> After {
    if (!session::identity(draft)) {
      return [respond](bool) {
        respond(http::problem(409, "not_enrolled", "本站尚未入网，请用协调端发放的凭证（--enrol）启动后再工作"));
      };
    }
    return [respond, response = decide(node, draft, now)](bool stored) {
      respond(stored ? response : http::problem(503, "not_stored", "未能保存，什么也没有改变；请检查磁盘空间后重试"));
    };
  });
  if (!taken) respond(http::problem(503, "busy", "本站正忙，请稍后重试"));
}

}  // namespace lab::desk
