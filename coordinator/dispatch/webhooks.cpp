#include "coordinator/dispatch/webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/base/text.hpp"

namespace lab::dispatch {
namespace {

namespace tables = coordinator::tables;
using tables::Subscription;
using tables::SubscriptionState;

Result<void> check(const journal::View& store, const NewSubscription& asked) {
  if (asked.url.size() > tables::url_octets_max) {
    return fail(ErrorCode::too_large, fmt::format("地址最多 {} 个字节", tables::url_octets_max), "url");
  }
  if (asked.kinds.empty()) return fail(ErrorCode::malformed, "请写明要哪几种事件", "kinds");
  if (tables::subscriptions(store).size() < tables::subscriptions_max) return {};
  return fail(ErrorCode::too_large, fmt::format("最多 {} 个订阅，请先删除不用的", tables::subscriptions_max),
              "webhooks");
}

// Puts the next delivery together; false when there is nothing of its kinds. What it does not want is passed over.
bool compose(journal::Draft& draft, Subscription& to) {
  std::size_t wanted = 0;
  std::uint64_t looked_at = 0;
  std::size_t looked = 0;
  tables::for_each_announcement(draft, to.next, [&](const tables::Announcement& one) {
    looked_at = one.sequence;
    if (to.kinds.has(one.kind)) {
      to.upto = one.sequence;
      ++wanted;
    }
    return wanted < delivery_max && ++looked < delivery_scan_max;
  });
  if (wanted > 0) {
    tables::put_subscription(draft, to);
    return true;
  }
  // Not at every announcement that is none of its business: each would be a write.
  if (looked_at >= to.next + delivery_max) {
    to.next = looked_at + 1;
    tables::put_subscription(draft, to);
  }
  return false;
}

// Nobody needs what all have confirmed; and nobody's absence may fill the disk.
void forget_heard(journal::Draft& draft, std::vector<Subscription>& all, tables::Announcing& state) {
  std::uint64_t keep_from = state.last + 1;
  for (const Subscription& one : all) keep_from = std::min(keep_from, one.next);
  if (state.last - state.first >= announcements_kept) {
    keep_from = std::max(keep_from, state.last - announcements_kept + 1);
  }
  const std::uint64_t end = std::min(keep_from, state.first + forget_max);
  // In batches, so that single confirmations do not make single writes.
  if (end <= state.first || (end - state.first < delivery_max && end <= state.last)) return;
  for (Subscription& one : all) {
    if (one.next >= end) continue;
    one.missed += end - one.next;
    one.next = end;
    if (one.upto < end) one.upto = 0;
    tables::put_subscription(draft, one);
  }
  tables::forget_announcements(draft, state.first, end);
  state.first = end;
  tables::put_announcing(draft, state);
}

void confirm(Subscription& one, UtcTime now) {
  one.next = one.upto + 1;
  one.upto = 0;
  one.failures = 0;
  one.next_try = now;
  one.confirmed = now;
  one.problem.clear();
}

void put_off(journal::Draft& draft, Subscription& one, std::string_view problem, UtcTime now) {
  one.problem = tidy(problem, tables::problem_octets_max);
  ++one.failures;
  one.next_try = now + pause_after(one.failures);
  if (one.failures < attempts_max) return;
  one.state = SubscriptionState::dead;
  draft.tell(fmt::format("webhook {}", one.id), fmt::format("given up after {} attempts: {}", attempts_max, problem));
}

}  // namespace

Result<Subscription> subscribe(journal::Draft& draft, const NewSubscription& asked, UtcTime now) {
  if (auto good = check(draft, asked); !good) return fail(std::move(good));
  tables::Announcing state = tables::announcing(draft);
  Subscription subscription;
  subscription.id = state.next_subscription++;
  subscription.url = asked.url;
  subscription.kinds = asked.kinds;
  subscription.with_units = asked.with_units;
  subscription.by = asked.person;
  subscription.made = now;
  subscription.secret = asked.secret;
  subscription.next = state.last + 1;
  tables::put_announcing(draft, state);
  tables::put_subscription(draft, subscription);
  return subscription;
}

Result<void> unsubscribe(journal::Draft& draft, std::uint32_t id) {
  if (!tables::subscription(draft, id)) return fail(ErrorCode::not_found, "没有这个订阅", fmt::format("{}", id));
  tables::erase_subscription(draft, id);
  return {};
}

Result<Subscription> pause(journal::Draft& draft, std::uint32_t id) {
  auto subscription = tables::subscription(draft, id);
  if (!subscription) return fail(ErrorCode::not_found, "没有这个订阅", fmt::format("{}", id));
  if (subscription->state != SubscriptionState::active) return std::move(*subscription);
  subscription->state = SubscriptionState::paused;
  tables::put_subscription(draft, *subscription);
  return std::move(*subscription);
}

Result<Subscription> resume(journal::Draft& draft, std::uint32_t id, UtcTime now) {
  auto subscription = tables::subscription(draft, id);
  if (!subscription) return fail(ErrorCode::not_found, "没有这个订阅", fmt::format("{}", id));
  const bool is_well = subscription->state == SubscriptionState::active && subscription->failures == 0;
  if (is_well) return std::move(*subscription);
  subscription->state = SubscriptionState::active;
  subscription->failures = 0;
  subscription->next_try = now;
  tables::put_subscription(draft, *subscription);
  return std::move(*subscription);
}

std::string delivery_id(const Subscription& to, std::uint32_t generation) {
  return fmt::format("{}.{}.{}-{}", to.id, generation, to.next, to.upto);
}

std::vector<Delivery> due_deliveries(journal::Draft& draft, const std::set<std::uint32_t>& under_way, UtcTime now) {
  tables::Announcing state = tables::announcing(draft);
  if (state.last < state.first) return {};  // the usual case: one look
  auto all = tables::subscriptions(draft);
  std::vector<Delivery> due;
  for (Subscription& one : all) {
    const bool waits = one.state != SubscriptionState::active || one.next_try > now || under_way.contains(one.id);
    if (waits) continue;
    if (one.upto == 0 && !compose(draft, one)) continue;
    due.push_back({one});
  }
  forget_heard(draft, all, state);
  return due;
}

void on_outcome(journal::Draft& draft, const DeliveryOutcome& outcome, UtcTime now) {
  auto subscription = tables::subscription(draft, outcome.subscription);
  if (!subscription || subscription->upto == 0 || subscription->upto != outcome.upto) return;
  if (outcome.problem.empty()) {
    confirm(*subscription, now);
  } else if (subscription->state == SubscriptionState::active) {
    put_off(draft, *subscription, outcome.problem, now);
  }
  tables::put_subscription(draft, *subscription);
}

std::chrono::seconds pause_after(std::uint32_t failures) {
  constexpr std::uint32_t doublings_max = 12;  // beyond it the pause is the longest anyway
  if (failures == 0) return std::chrono::seconds{0};
  return std::min(first_pause * (std::int64_t{1} << std::min(failures - 1, doublings_max)), longest_pause);
}

}  // namespace lab::dispatch
