// The entry points about programs outside that are told what happens.

#include "coordinator/coordinator.hpp"

namespace lab::coordinator {

Result<tables::Subscription> Coordinator::on_subscription(journal::Draft& draft, const dispatch::NewSubscription& asked,
                                                          UtcTime now) const {
  return dispatch::subscribe(draft, asked, now);
}

Result<void> Coordinator::on_unsubscription(journal::Draft& draft, std::uint32_t id) const {
  return dispatch::unsubscribe(draft, id);
}

Result<tables::Subscription> Coordinator::on_subscription_resumed(journal::Draft& draft, std::uint32_t id,
                                                                  UtcTime now) const {
  return dispatch::resume(draft, id, now);
}

Result<tables::Subscription> Coordinator::on_subscription_paused(journal::Draft& draft, std::uint32_t id) const {
  return dispatch::pause(draft, id);
}

std::vector<dispatch::Delivery> Coordinator::deliveries(journal::Draft& draft, UtcTime now) {
  auto due = dispatch::due_deliveries(draft, under_way_, now);
  for (const dispatch::Delivery& one : due) under_way_.insert(one.to.id);
  return due;
}

void Coordinator::on_delivery(journal::Draft& draft, const dispatch::DeliveryOutcome& outcome, UtcTime now) {
  under_way_.erase(outcome.subscription);
  dispatch::on_outcome(draft, outcome, now);
}

}  // namespace lab::coordinator
