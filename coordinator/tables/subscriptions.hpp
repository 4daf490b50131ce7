#pragma once
// Programs outside that are told what happens (webhooks), each with its own place in the announcements.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/announcements.hpp"

namespace lab::coordinator::tables {

/// Each costs a look at every turn and a line to somebody; a province has a handful.
constexpr std::size_t subscriptions_max = 16;
constexpr std::size_t url_octets_max = 1'024;
constexpr std::size_t problem_octets_max = 200;

/// Stored as its number: append only.
enum class SubscriptionState : std::uint8_t {
  active,
  dead,    // too many attempts have failed; waits for a person
  paused,  // a person wants it so; what happens meanwhile is kept for it
};
const char* name_of(SubscriptionState state);

struct Subscription {
  std::uint32_t id = 0;
  std::string url;
  AnnouncedKinds kinds;
  bool with_units = false;  // hears whom a sample was taken from, as long as who subscribed may see it
  model::PersonId by;
  UtcTime made{};
  std::string secret;  // of its signatures
  SubscriptionState state = SubscriptionState::active;
  std::uint64_t next = 1;  // first announcement that it has not confirmed
  /// The delivery that is under way ends here, whatever is announced meanwhile: what is sent again is the same. Zero:
  /// none has been put together.
  std::uint64_t upto = 0;
  std::uint32_t failures = 0;  // in a row
  UtcTime next_try{};
  UtcTime confirmed{};       // the last delivery; epoch: none yet
  std::string problem;       // of the last attempt, when it failed
  std::uint64_t missed = 0;  // announcements that were given up before it confirmed them

  bool operator==(const Subscription&) const = default;
};

std::optional<Subscription> subscription(const journal::View& store, std::uint32_t id);
std::vector<Subscription> subscriptions(const journal::View& store);
/// The kinds that anybody wants follow.
void put_subscription(journal::Draft& draft, const Subscription& subscription);
void erase_subscription(journal::Draft& draft, std::uint32_t id);

}  // namespace lab::coordinator::tables
