#pragma once
// What a receiver is sent, and how it can tell that it comes from here.

#include <string>
#include <string_view>

#include "coordinator/tables/subscriptions.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/view.hpp"

namespace lab::board {

struct WebhookMessage {
  std::string id;    // of the delivery: the same whenever it is sent again
  std::string body;  // JSON
  std::size_t events = 0;
};

/// The announcements [next, upto] of its kinds. `with_units`: with the name, licence and address of whom the sample was
/// taken from, which only who may see them may be sent.
WebhookMessage webhook_message(const journal::View& store, const coordinator::tables::Subscription& to,
                               bool with_units);

/// A delivery without events, by which a receiver and a person see that address and secret are right. It takes no place
/// among the deliveries and is never sent again.
WebhookMessage webhook_test_message(const coordinator::tables::Subscription& to, UtcTime now);

/// "t=1370246400,v1=5257a8...": HMAC-SHA-256 of "<t>.<body>" with the secret, t in seconds since 1970. A receiver
/// refuses a t that is minutes old, so that nobody can send again what was overheard.
std::string webhook_signature(std::string_view secret, UtcTime now, std::string_view body);

}  // namespace lab::board
