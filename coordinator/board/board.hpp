#pragma once
// The coordinator's HTTP interface (docs/api; every path begins with /api/v1). Reads answer from a snapshot of the
// store on the server's threads; commands are decided by the loop and answered after its commit.

#include <functional>
#include <string>
#include <vector>

#include "coordinator/board/commit_times.hpp"
#include "coordinator/coordinator.hpp"
#include "protocol/http/message.hpp"
#include "protocol/http/router.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/live.hpp"
#include "protocol/service/scrubber.hpp"
#include "protocol/service/session_routes.hpp"

namespace lab::board {

/// Decides one command over a draft. An answer of 400 or more means that nothing of the draft may be stored.
using Decide = std::function<http::Response(coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now)>;

struct Command {
  Decide decide;
  http::Respond respond;  // called after the commit
};

/// What a laboratory has to know to reach this coordinator.
struct Addresses {
  std::string endpoint;        // tcp://..., where nodes speak
  std::string enrol_endpoint;  // tcp://..., where tickets are used
  std::string curve_key;       // Z85, public
};

/// Everything the handlers use; must outlive the server.
struct Office {
  const journal::Store& store;
  service::Access& access;  // who asks
  service::Place place;     // where they sign in
  Addresses addresses;
  /// Hands a command to the loop; false when its queue is full or it has ended.
  std::function<bool(Command)> post;
  /// State of the sessions as of the loop's last turn.
  std::function<std::vector<coordinator::Session>()> sessions;
  /// How the reading through of the store stands.
  std::function<service::ScrubStatus()> scrub;
  std::function<UtcTime()> clock;
  /// The store is damaged: the process has to stop.
  std::function<void(const std::string& what)> damaged;
  crypto::KeyPair signing{};             // the coordinator's own, for what it hands out as evidence
  service::Live* live = nullptr;         // who listens to what happens
  const CommitTimes* commits = nullptr;  // how long the loop's commits take
  http::Handler pages{};                 // what no route of the interface answers: the files of the page
};

/// All routes, ready for http::Server::start. `office` is referred to, not copied.
http::Router routes(const Office& office);

}  // namespace lab::board
