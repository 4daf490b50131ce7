#pragma once
// What the turns of the loop changed, told to the pages that listen: which kind of thing, never how; a page asks again.

#include <map>
#include <set>
#include <string_view>

#include "protocol/base/time.hpp"
#include "protocol/journal/effects.hpp"
#include "protocol/service/live.hpp"

namespace lab::board {

/// A kind is told at once, and then at most so often: a plan that is handed out changes in every turn.
constexpr std::chrono::milliseconds live_interval{1'000};

/// "verdicts", "tasks", "plans", "nodes", "exceptions", "clocks", "notices", "objections", "series", "reports",
/// "reference", "webhooks"; "other" for a table that this list does not know; empty for what no page shows.
std::string_view live_kind_of(BytesView key);

/// One thread.
class LiveFeed {
 public:
  void note(const journal::Effect& effect);
  void note(std::string_view kind) { pending_.insert(kind); }
  /// What is due of it. To be called after the commit, and about once a second; `now` must not jump.
  void tell(service::Live& live, UtcTime now);

 private:
  std::set<std::string_view> pending_;
  std::map<std::string_view, UtcTime> told_;  // when last
};

}  // namespace lab::board
