#pragma once
// Programs outside hear what was announced: in order, at least once, signed by the shell that sends it. What has been
// delivered is what was confirmed; everything else is sent again, after a pause that doubles, until it is confirmed or
// the subscription is given up and waits for a person. Pure: the time is an argument, the sending is somebody else's.

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "coordinator/tables/subscriptions.hpp"
#include "protocol/base/result.hpp"

namespace lab::dispatch {

/// Announcements in one delivery: some 30 KB of JSON, so that a day of a province is a few hundred requests.
constexpr std::size_t delivery_max = 100;
/// Announcements looked at for one delivery, when others want kinds that this one does not.
constexpr std::size_t delivery_scan_max = 1'000;
/// Pauses: 2 s, 4 s, ... one hour. A receiver may be away for a day (36 attempts take 25 hours) before it is given up.
constexpr std::chrono::seconds first_pause{2};
constexpr std::chrono::seconds longest_pause{3'600};
constexpr std::uint32_t attempts_max = 36;
/// Rows kept for those that are behind: ten times a province's year. Older ones are given up and counted as missed.
constexpr std::uint64_t announcements_kept = 1'000'000;
/// Rows taken away in one turn.
constexpr std::uint64_t forget_max = 1'000;

struct NewSubscription {
  std::string url;
  coordinator::tables::AnnouncedKinds kinds;
  bool with_units = false;
  model::PersonId person;
  std::string secret;
};

/// Hears everything of its kinds from now on. The address has been looked at by whoever speaks HTTP. Errors: malformed
/// without kinds; too_large for a long address, or when there are too many.
Result<coordinator::tables::Subscription> subscribe(journal::Draft& draft, const NewSubscription& asked, UtcTime now);
/// What it has not heard is given up. not_found.
Result<void> unsubscribe(journal::Draft& draft, std::uint32_t id);
/// Nothing is sent to it until it is resumed; a delivery that is under way may still arrive. not_found; nothing happens
/// to one that waits for a person already.
Result<coordinator::tables::Subscription> pause(journal::Draft& draft, std::uint32_t id);
/// Tries again at once, from where it stopped. not_found; nothing happens to one that is active and has not failed.
Result<coordinator::tables::Subscription> resume(journal::Draft& draft, std::uint32_t id, UtcTime now);

/// To be sent once the draft is durable.
struct Delivery {
  coordinator::tables::Subscription to;  // its announcements [next, upto] of its kinds
};

/// "7.1.5-17": subscription, generation of the store and the announcements in it. The same whenever it is sent again,
/// so that a receiver can tell.
std::string delivery_id(const coordinator::tables::Subscription& to, std::uint32_t generation);

/// Deliveries whose time has come, of subscriptions that are not `under_way`; takes away what everybody has heard.
std::vector<Delivery> due_deliveries(journal::Draft& draft, const std::set<std::uint32_t>& under_way, UtcTime now);

/// What became of a delivery.
struct DeliveryOutcome {
  std::uint32_t subscription = 0;
  std::uint64_t upto = 0;
  std::string problem{};  // empty: the receiver has confirmed it. Shown to people
};

/// Does nothing when the subscription is gone, or this delivery is not its present one.
void on_outcome(journal::Draft& draft, const DeliveryOutcome& outcome, UtcTime now);

/// The pause after so many failures in a row.
std::chrono::seconds pause_after(std::uint32_t failures);

}  // namespace lab::dispatch
