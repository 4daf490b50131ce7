#include "coordinator/app/courier.hpp"

#include <fmt/format.h>

#include "coordinator/board/webhook_body.hpp"
#include "protocol/http/client.hpp"
#include "protocol/journal/view.hpp"

namespace lab::coordinator::app {

Courier::~Courier() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& [id, line] : lines_) line.thread.join();
}

void Courier::take(std::vector<dispatch::Delivery> deliveries) {
  std::unique_lock lock{mutex_};
  if (stopping_) return;
  for (dispatch::Delivery& delivery : deliveries) {
    const std::uint32_t id = delivery.to.id;
    if (!lines_.contains(id) && lines_.size() >= tables::subscriptions_max) let_idle_go(lock);
    const auto [place, is_new] = lines_.try_emplace(id);
    Line& line = place->second;
    line.waiting = std::move(delivery);
    if (is_new) line.thread = std::thread{[this, &line] { serve(line); }};
  }
  lock.unlock();
  changed_.notify_all();
}

// Idle threads end at once, so nothing is waited for.
void Courier::let_idle_go(std::unique_lock<std::mutex>& lock) {
  std::vector<std::uint32_t> idle;
  for (auto& [id, line] : lines_) {
    if (line.is_busy || line.waiting) continue;
    line.is_leaving = true;
    idle.push_back(id);
  }
  changed_.notify_all();
  lock.unlock();
  for (const std::uint32_t id : idle) lines_.at(id).thread.join();
  lock.lock();
  for (const std::uint32_t id : idle) lines_.erase(id);
}

void Courier::serve(Line& line) {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || line.is_leaving || line.waiting; });
    if (stopping_ || line.is_leaving) return;
    const dispatch::Delivery delivery = *std::exchange(line.waiting, std::nullopt);
    line.is_busy = true;
    lock.unlock();
    try {
      report(delivery, deliver(delivery));
    } catch (const journal::Damage& damage) {
      options_.damaged(damage.what());
      return;
    }
    lock.lock();
    line.is_busy = false;
  }
}

std::string Courier::deliver(const dispatch::Delivery& delivery) {
  const bool with_units = delivery.to.with_units && options_.may_see_units(delivery.to.by);
  board::WebhookMessage message = board::webhook_message(*options_.store.read(), delivery.to, with_units);
  if (message.events == 0) return {};  // given up meanwhile
  http::Call call{.method = "POST", .url = delivery.to.url, .body = std::move(message.body)};
  call.timeout = receiver_timeout;
  call.headers = {{"idempotency-key", message.id},
                  {"qlims-signature", board::webhook_signature(delivery.to.secret, options_.clock(), call.body)}};
  const auto answer = http::fetch(call);
  if (!answer) return answer.error().message;
  const bool is_confirmed = answer->status >= 200 && answer->status < 300;
  return is_confirmed ? std::string{} : fmt::format("HTTP {}", answer->status);
}

void Courier::report(const dispatch::Delivery& delivery, const std::string& problem) {
  const dispatch::DeliveryOutcome outcome{.subscription = delivery.to.id, .upto = delivery.to.upto, .problem = problem};
  const auto decide = [outcome](Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    coordinator.on_delivery(draft, outcome, now);
    return http::Response{};
  };
  while (!options_.post({.decide = decide, .respond = [](const http::Response&) {}})) {
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, post_retry, [this] { return stopping_; })) return;
  }
}

}  // namespace lab::coordinator::app
