#pragma once
// What was refused: who tried what, from where, why it was refused, and when. Everything counts; what repeats is one
// entry with a number, so that somebody who tries without end fills neither the disk nor the log.
//
// Tables of the store of either daemon:
//   '#' entry -> Refused        '$' -> where the log begins and ends        '$' why -> how many there have been, for
//   ever

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/journal/store.hpp"

namespace lab::service {

/// Texts are cut at security_text_max octets, between characters.
struct Attempt {
  std::string who{};   // person or node; behind "?" one that was only claimed; empty: nobody knows
  std::string from{};  // address, or the key that spoke
  std::string what{};  // "POST /api/v1/approvals", "connect", "events"
  std::string why{};   // stable code: "not_allowed", "wrong_state", "unknown_key"

  auto operator<=>(const Attempt&) const = default;
};
constexpr std::size_t security_text_max = 160;

/// An entry of the log.
struct Refused {
  std::uint64_t sequence = 0;
  Attempt attempt;
  UtcTime first{};
  UtcTime last{};
  std::uint64_t count = 0;
};

struct SecurityLimits {
  std::uint64_t entries = 100'000;  // kept; at most 50 MB, the oldest goes first
  /// New entries of one place of origin in a minute; further ones are counted as "*" of it, by their reasons. That
  /// leaves room for everybody else's, and 100,000 entries cannot be pushed out in less than a day by one.
  std::size_t per_origin = 60;
  std::size_t per_minute = 600;            // of all; further ones are counted by their reasons alone
  std::chrono::minutes alike{10};          // what repeats within this time is one entry
  std::chrono::milliseconds pause{1'000};  // between two times of writing: one commit a second at most
  std::size_t origins = 4'096;             // counted at the same time
};

/// Thread-safe. What is noted is durable with the turn of the loop that comes next behind `pause`.
class SecurityLog {
 public:
  explicit SecurityLog(SecurityLimits limits = {}) : limits_(limits) {}

  void note(Attempt attempt, UtcTime now, std::uint64_t count = 1);

  /// On the loop's thread, within its turn: what waits goes into the draft. Whether it was stored is said by `written`,
  /// after the commit; what was not waits again.
  void write(journal::Draft& draft, UtcTime now);
  void written(bool stored);

 private:
  struct Waiting {
    UtcTime first{};
    UtcTime last{};
    std::uint64_t count = 0;
  };
  struct Open {
    std::uint64_t sequence = 0;
    UtcTime first{};
    std::uint64_t count = 0;
  };
  using Attempts = std::map<Attempt, Waiting>;
  Attempt merged(Attempt attempt, UtcTime now);
  void put(journal::Draft& draft, const Attempt& attempt, const Waiting& waiting, std::uint64_t& last);

  SecurityLimits limits_;
  std::mutex mutex_;  // guards what follows
  Attempts waiting_;
  Attempts under_way_;
  std::map<Attempt, Open> open_;              // entries that what is alike is still added to
  std::map<std::string, std::size_t> fresh_;  // new entries of this minute, by origin
  std::size_t fresh_all_ = 0;
  UtcTime minute_{};
  UtcTime next_write_{};
};

/// Entries behind `after`, oldest first, at most `limit`.
std::vector<Refused> security_entries(const journal::View& store, std::uint64_t after, std::size_t limit);
/// Entries before `before` (0: from the end) that `takes` says yes to, newest first, at most `limit`.
std::vector<Refused> newest_security_entries(const journal::View& store, std::uint64_t before, std::size_t limit,
                                             const std::function<bool(const Refused& entry)>& takes);
/// How many attempts there have been, by reason.
std::map<std::string, std::uint64_t> security_totals(const journal::View& store);

}  // namespace lab::service
