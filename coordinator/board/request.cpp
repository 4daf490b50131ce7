#include "coordinator/board/request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/openapi.hpp"
#include "coordinator/board/repeated.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
using nlohmann::json;
namespace {

// Before anything is looked at: what is not new is not decided again. False when it has been answered.
bool is_new(const Visit& visit) {
  const auto once = once_of(visit.request, visit.person->id);
  if (!once) {
    visit.respond(problem_of(once.error()));
    return false;
  }
  auto before = *once ? answered_before(*visit.office.store.read(), **once) : std::nullopt;
  if (!before) return true;
  visit.respond(*std::move(before));
  return false;
}

// False, and answered, when something is asked that this address does not know: the figures would be of all.
bool takes_query(const Visit& visit, std::vector<std::string> known) {
  const auto& query = visit.request.query;
  const auto unknown =
      std::ranges::find_if(query, [&](const auto& one) { return std::ranges::find(known, one.first) == known.end(); });
  if (unknown == query.end()) return true;
  std::ranges::stable_sort(known, {}, [&](const std::string& name) { return edit_distance(unknown->first, name); });
  const std::string name = tidy(unknown->first);
  visit.respond(http::problem(400, "malformed",
                              known.empty()
                                  ? fmt::format("{}: 没有这个参数；这个地址不接受参数", name)
                                  : fmt::format("{}: 没有这个参数；可用的参数：{}", name, fmt::join(known, "、"))));
  return false;
}

Result<model::TaskId> task_of(const std::string& text, const char* where) {
  const auto task = model::parse_task_id(text);
  if (!task) return fail(ErrorCode::malformed, fmt::format("“{}”不是任务编号，应形如 T-1.1-42", text), where);
  return *task;
}

}  // namespace

void Routes::put(std::string method, std::string_view pattern, Handling handling) {
  router_.add(std::move(method), pattern,
              [&office = office_, provinces = provinces_, handling = std::move(handling)](http::Request request,
                                                                                          http::Respond respond) {
                Visit visit{office, *provinces, {}, {}, std::move(request), std::move(respond)};
                service::guard_store(visit.respond, office.damaged, [&] { handling(visit); });
              });
}

void Routes::open(std::string method, std::string_view pattern, Handling handling) {
  auto known = described_query(method, pattern).value_or(std::vector<std::string>{});
  put(std::move(method), pattern, [known = std::move(known), handling = std::move(handling)](Visit& visit) {
    if (takes_query(visit, known)) handling(visit);
  });
}

void Routes::add(std::string method, std::string_view pattern, Action action, Handling handling) {
  auto known = described_query(method, pattern).value_or(std::vector<std::string>{});
  put(std::move(method), pattern, [action, known = std::move(known), handling = std::move(handling)](Visit& visit) {
    const auto visitor =
        visit.office.access.admit(visit.request, [&](const service::Person& person) { return may(person, action); });
    if (!visitor) return visit.respond(visitor.error());
    visit.person = visitor->person;
    visit.visitor = *visitor;
    if (takes_query(visit, known) && is_new(visit)) handling(visit);
  });
}

void decide_in_loop(const Visit& visit, Decide decide) {
  // Not what they sent itself: that may name an enterprise, and the diary is open to everybody who may look.
  std::string asked = fmt::format("{} {} {} sha256 {}", visit.person->id.value(), visit.request.method,
                                  visit.request.path, to_hex(crypto::sha256(visit.request.body).view()));
  Decide noted = [asked = std::move(asked), decide = std::move(decide),
                  once = once_of(visit.request, visit.person->id).value_or(std::nullopt)](
                     coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    // The first of two that came at once may have been decided since this one was let in.
    if (auto before = once ? answered_before(draft, *once) : std::nullopt) return *std::move(before);
    coordinator::tables::write_diary(draft, coordinator::tables::DiaryKind::person_decided, asked, now);
    http::Response response = decide(coordinator, draft, now);
    constexpr int first_refusal = 400;  // of which nothing is stored: it is decided anew
    if (once && response.status < first_refusal) keep(draft, *once, response, now);
    return response;
  };
  if (!visit.office.post({.decide = std::move(noted), .respond = visit.respond})) {
    visit.respond(service::busy());
  }
}

bool is_signed(const Visit& visit, const json& body) {
  const auto password = body.find("password");
  const bool given = password != body.end() && password->is_string();
  auto refusal =
      visit.office.access.check_signature(*visit.visitor, given ? password->get<std::string>() : "", visit.request);
  if (!refusal) return true;
  visit.respond(*std::move(refusal));
  return false;
}

Result<model::TaskId> task_in(const http::Request& request) { return task_of(text_in(request, "task"), "task"); }

Result<model::TaskId> task_after_in(const http::Request& request) {
  const std::string text = text_in(request, "after");
  return text.empty() ? model::TaskId{} : task_of(text, "after");
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

Result<std::string> text_of(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) return fail(ErrorCode::malformed, "缺少此项，或不是文字", field);
  return found->get<std::string>();
}

std::string text_or_empty(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<std::optional<bool>> flag_in(const json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end()) return std::optional<bool>{};
  if (!found->is_boolean()) return fail(ErrorCode::malformed, "应为 true 或 false", field);
  return std::optional{found->get<bool>()};
}

}  // namespace lab::board
