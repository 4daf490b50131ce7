#include "coordinator/board/webhook_body.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "coordinator/dispatch/webhooks.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/hmac.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

void add_task(json& event, const journal::View& store, const model::TaskId& id, bool with_units) {
  event["task"] = to_text(id);
  if (const auto task = tables::task(store, id)) {
    event["number"] = task->number.text();
    event["programme"] = task->programme.value();
    event["city"] = task->city.value();
    event["category"] = task->category.value();
    event["laboratory"] = task->laboratory.value();
  }
  if (!with_units) return;
  if (const auto unit = tables::sampled_unit(store, id)) {
    event["unit"] = {{"name", unit->name}, {"licence", unit->licence}, {"address", unit->address}};
  }
}

json to_json(const journal::View& store, const tables::Announcement& one, bool with_units) {
  json event{
      {"id", fmt::format("{}.{}", one.generation, one.sequence)}, {"kind", name_of(one.kind)}, {"at", to_text(one.at)}};
  if (!one.about.empty()) event["about"] = one.about;
  if (one.verdict) {
    event["outcome"] = model::name_of(one.verdict->outcome);
    event["version"] = one.verdict->version;
    event["first"] = one.verdict->is_first;
  }
  if (one.task) add_task(event, store, *one.task, with_units);
  return event;
}

}  // namespace

WebhookMessage webhook_message(const journal::View& store, const tables::Subscription& to, bool with_units) {
  json events = json::array();
  tables::for_each_announcement(store, to.next, [&](const tables::Announcement& one) {
    if (one.sequence > to.upto) return false;
    if (to.kinds.has(one.kind)) events.push_back(to_json(store, one, with_units));
    return true;
  });
  WebhookMessage message{.id = dispatch::delivery_id(to, tables::numbers(store).generation), .body = {}};
  message.events = events.size();
  message.body = json{{"delivery", message.id}, {"webhook", to.id}, {"events", std::move(events)}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
  return message;
}

WebhookMessage webhook_test_message(const tables::Subscription& to, UtcTime now) {
  WebhookMessage message{.id = fmt::format("{}.test-{}", to.id, to_unix_ms(now)), .body = {}};
  message.body = json{{"delivery", message.id}, {"webhook", to.id}, {"test", true}, {"events", json::array()}}.dump();
  return message;
}

std::string webhook_signature(std::string_view secret, UtcTime now, std::string_view body) {
  const std::int64_t seconds = to_unix_ms(now) / 1'000;
  const Hash hash = crypto::hmac_sha256(secret, fmt::format("{}.{}", seconds, body));
  return fmt::format("t={},v1={}", seconds, to_hex(hash.view()));
}

}  // namespace lab::board
