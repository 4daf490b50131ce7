// Programs outside that are told what happens: who listens, how far each has come, and what to do about one that does
// not answer.

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <mutex>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/webhook_body.hpp"
#include "coordinator/dispatch/webhooks.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/http/client.hpp"
#include "protocol/http/url.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

/// Less than the 5 s of a delivery: one of the few threads that answer pages waits for it.
constexpr std::chrono::milliseconds test_timeout{3'000};
constexpr std::size_t secret_length = 40;  // characters of 31: 198 bits

json to_json(const tables::Subscription& one, const tables::Announcing& state) {
  json kinds = json::array();
  for (unsigned i = 0; i <= static_cast<unsigned>(tables::announced_last); ++i) {
    const auto kind = static_cast<tables::Announced>(i);
    if (one.kinds.has(kind)) kinds.push_back(name_of(kind));
  }
  const auto time = [](UtcTime at) { return at == UtcTime{} ? json(nullptr) : json(to_text(at)); };
  return {{"id", one.id},
          {"url", one.url},
          {"kinds", std::move(kinds)},
          {"units", one.with_units},
          {"by", one.by.value()},
          {"made", to_text(one.made)},
          {"state", name_of(one.state)},
          {"waiting", state.last + 1 - one.next},
          {"failures", one.failures},
          {"next_try", one.failures == 0 ? json(nullptr) : time(one.next_try)},
          {"confirmed", time(one.confirmed)},
          {"problem", one.problem},
          {"missed", one.missed}};
}

void get_webhooks(Visit& visit) {
  const auto view = visit.office.store.read();
  const tables::Announcing state = tables::announcing(*view);
  json rows = json::array();
  for (const tables::Subscription& one : tables::subscriptions(*view)) rows.push_back(to_json(one, state));
  visit.respond(answer({{"webhooks", std::move(rows)}}));
}

Result<tables::AnnouncedKinds> kinds_in(const json& body) {
  tables::AnnouncedKinds kinds;
  const auto list = body.find("kinds");
  if (list == body.end() || !list->is_array()) return fail(ErrorCode::malformed, "应为事件种类的列表", "kinds");
  for (const json& name : *list) {
    const auto kind = name.is_string() ? tables::parse_announced(name.get<std::string>()) : std::nullopt;
    if (!kind) return fail(ErrorCode::malformed, "没有这种事件：" + name.dump(), "kinds");
    kinds.add(*kind);
  }
  return kinds;
}

Result<dispatch::NewSubscription> asked_in(const Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return tl::unexpected(body.error());
  auto url = text_of(*body, "url");
  if (!url) return fail(std::move(url));
  if (!http::parse_url(*url)) return fail(ErrorCode::malformed, "应形如 https://主机:端口/路径", "url");
  auto kinds = kinds_in(*body);
  if (!kinds) return fail(std::move(kinds));
  const auto units = body->find("units");
  if (units != body->end() && !units->is_boolean()) return fail(ErrorCode::malformed, "应为 true 或 false", "units");
  return dispatch::NewSubscription{.url = std::move(*url),
                                   .kinds = *kinds,
                                   .with_units = units != body->end() && units->get<bool>(),
                                   .person = visit.person->id,
                                   .secret = crypto::random_code(secret_length)};
}

void post_webhook(Visit& visit) {
  auto asked = asked_in(visit);
  if (!asked) return visit.respond(problem_of(asked.error()));
  // What this person may not see is sent to nobody in their name.
  if (asked->with_units && !may(*visit.person, Action::see_units)) return visit.respond(service::not_allowed());
  decide_in_loop(visit, [asked = *asked](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto made = coordinator.on_subscription(draft, asked, now);
    if (!made) return problem_of(made.error());
    json object = to_json(*made, tables::announcing(draft));
    object["secret"] = made->secret;  // here, and never again
    return answer(object, 201);
  });
}

Result<std::uint32_t> webhook_in(const http::Request& request) {
  const auto number = number_in(request, "webhook", 0);
  if (number && *number <= UINT32_MAX) return static_cast<std::uint32_t>(*number);
  return fail(ErrorCode::not_found, "没有这个订阅", "webhook");
}

void delete_webhook(Visit& visit) {
  const auto id = webhook_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  decide_in_loop(visit, [id = *id](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime) {
    const auto gone = coordinator.on_unsubscription(draft, id);
    return gone ? answer({{"removed", id}}) : problem_of(gone.error());
  });
}

void post_resumption(Visit& visit) {
  const auto id = webhook_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  decide_in_loop(visit, [id = *id](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    const auto resumed = coordinator.on_subscription_resumed(draft, id, now);
    return resumed ? answer(to_json(*resumed, tables::announcing(draft))) : problem_of(resumed.error());
  });
}

void post_pause(Visit& visit) {
  const auto id = webhook_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  decide_in_loop(visit, [id = *id](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime) {
    const auto paused = coordinator.on_subscription_paused(draft, id);
    return paused ? answer(to_json(*paused, tables::announcing(draft))) : problem_of(paused.error());
  });
}

json tested(const tables::Subscription& to, UtcTime now) {
  const WebhookMessage message = webhook_test_message(to, now);
  http::Call call{.method = "POST", .url = to.url, .body = message.body};
  call.timeout = test_timeout;
  call.headers = {{"idempotency-key", message.id}, {"qlims-signature", webhook_signature(to.secret, now, call.body)}};
  const auto answered = http::fetch(call);
  const bool is_confirmed = answered && answered->status >= 200 && answered->status < 300;
  return {{"delivery", message.id},
          {"confirmed", is_confirmed},
          {"status", answered ? json(answered->status) : json(nullptr)},
          {"problem",
           answered ? (is_confirmed ? "" : fmt::format("HTTP {}", answered->status)) : answered.error().message}};
}

// Into the diary, with the person.
void note_asked(const Visit& visit) {
  Visit noted = visit;
  noted.respond = [](const http::Response&) {};
  decide_in_loop(noted, [](coordinator::Coordinator&, journal::Draft&, UtcTime) { return answer(json::object()); });
}

// In this thread, since the loop must not wait for anybody; one at a time, since there are four such threads. Nothing
// of the subscription changes.
Handling testing() {
  return [one_at_a_time = std::make_shared<std::mutex>()](Visit& visit) {
    const auto id = webhook_in(visit.request);
    if (!id) return visit.respond(problem_of(id.error()));
    const auto one = tables::subscription(*visit.office.store.read(), *id);
    if (!one) return visit.respond(http::problem(404, "not_found", "没有这个订阅"));
    const std::unique_lock turn{*one_at_a_time, std::try_to_lock};
    if (!turn) return visit.respond(service::busy());
    note_asked(visit);
    visit.respond(answer(tested(*one, visit.office.clock())));
  };
}

}  // namespace

void add_webhook_routes(Routes& routes) {
  routes.add("GET", "/api/v1/webhooks", Action::subscribe, get_webhooks);
  routes.add("POST", "/api/v1/webhooks", Action::subscribe, post_webhook);
  routes.add("DELETE", "/api/v1/webhooks/{webhook}", Action::subscribe, delete_webhook);
  routes.add("POST", "/api/v1/webhooks/{webhook}/resume", Action::subscribe, post_resumption);
  routes.add("POST", "/api/v1/webhooks/{webhook}/pause", Action::subscribe, post_pause);
  routes.add("POST", "/api/v1/webhooks/{webhook}/test", Action::subscribe, testing());
}

}  // namespace lab::board
