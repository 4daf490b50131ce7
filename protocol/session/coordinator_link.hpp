#pragma once
// The coordinator's end of the link to one node, without a socket.

#include <optional>
#include <set>
#include <utility>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/session/clock_skew.hpp"
#include "protocol/session/policy.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/timing.hpp"

namespace lab::session {

/// What HELLO has come to.
enum class Admission : std::uint8_t {
  refused,
  welcome,
  outdated,  // the node has heard more of this coordinator than its store knows: the coordinator was put back
};

class CoordinatorLink {
 public:
  struct Options {
    crypto::SecretKey signing_key{};
    std::uint32_t generation = 1;
    Hash reference;                     // the set every node judges by
    std::uint64_t tokens = UINT64_MAX;  // given so far; no node has heard of one above, unless the store was put back
    Policy policy{};
    Bytes node_key{};  // signing key of the node; told to it
    std::optional<model::NextServerKey> next_server{};
  };

  CoordinatorLink(model::NodeId node, Options options) : node_(node), options_(std::move(options)) {}

  /// A session begins: WELCOME with the cursors, or REFUSE. Nothing is said when the coordinator is outdated.
  Admission on_hello(journal::Draft& draft, const model::Hello& hello, UtcTime now, std::uint64_t session = 0);
  /// Whether a message of that session is one of the session that is open. One of protocol 1 names none (zero): it may
  /// also speak before its first HELLO to this process, but for where two stations speak with the key.
  [[nodiscard]] bool is_current(const journal::View& store, std::uint64_t session) const;
  /// Tells whoever speaks in another session to say HELLO.
  void on_stranger(journal::Draft& draft, std::uint64_t session) const;
  /// "I hold your orders up to here", from OrdersAck or carried by Events.
  void on_orders_held(journal::Draft& draft, std::uint64_t upto, UtcTime now);
  void on_ping(journal::Draft& draft, const model::Ping& ping, UtcTime now);
  void on_heard(UtcTime now) {
    keep_time(now);
    heard_ = now;
  }
  /// What is held of the node, from where it asks, without the notes on it. Nothing while the coordinator is
  /// recovering.
  std::optional<model::Resync> on_resync_request(journal::Draft& draft, const model::ResyncRequest& request,
                                                 UtcTime now);

  /// Whether something this node had when it said HELLO is still to be pulled: the coordinator was put back.
  [[nodiscard]] bool is_pulling(const journal::View& store) const;
  /// Whether that is so for this node or any other: what it says is held, but not acknowledged.
  [[nodiscard]] bool is_recovering(const journal::View& store) const;
  /// The node has said what serials it holds.
  void on_inventory() { inventoried_ = true; }
  /// Notes when everything is pulled; `has_no_more` when the node itself says so. True when it just was.
  bool check_complete(journal::Draft& draft, bool has_no_more);
  void send_welcome(journal::Draft& draft, UtcTime now);
  /// For an acknowledgement: the tree's head, with the proof that it extends the one that the node names as its last.
  model::ShownHead show_head(const journal::View& store, std::uint64_t seen, UtcTime now);

  /// Sends orders as far as the window allows; call it after every turn that appended orders, and when wake_at has
  /// come.
  journal::Effects pump(const journal::View& store, UtcTime now);

  [[nodiscard]] UtcTime wake_at() const;
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] std::uint64_t session() const { return session_; }
  [[nodiscard]] UtcTime last_heard() const { return heard_; }
  /// By how much the node's clock is ahead of ours, as of what it said last, negative when it is behind; zero when that
  /// is no matter.
  [[nodiscard]] Milliseconds clock_ahead() const { return clock_.ahead(); }
  void set_reference(const Hash& reference) { options_.reference = reference; }
  void set_tokens(std::uint64_t given) { options_.tokens = given; }
  void set_node_key(Bytes key) { options_.node_key = std::move(key); }

 private:
  void keep_time(UtcTime now) {
    const Milliseconds by = time_.set_back(now);
    heard_ += by;
    suspect_.since += by;
    told_ += by;
    resend_.move(by);
  }
  struct Suspect {
    std::uint64_t boot = 0;
    UtcTime since{};
  };
  void hear_clock(journal::Draft& draft, UtcTime theirs, UtcTime now);
  bool admit(journal::Draft& draft, Standing& standing, const model::Hello& hello, UtcTime now);
  bool suspect(journal::Draft& draft, Standing& standing, const model::Hello& hello, UtcTime now);
  [[nodiscard]] bool is_outdated(const journal::View& store, const Standing& standing, const model::Hello& hello) const;
  [[nodiscard]] bool has_news(const journal::View& store, UtcTime now) const;
  void refuse(journal::Draft& draft, model::RefuseReason reason, std::string explanation) const;

  model::NodeId node_;
  Options options_;
  bool open_ = false;
  std::uint64_t boot_ = 0;
  std::uint64_t session_ = 0;
  std::uint64_t answering_ = 0;             // the session whose message is being decided
  std::set<std::uint64_t> greeted_;         // sessions that have said HELLO since the start, at most greeted_max
  std::vector<model::StreamHead> claimed_;  // what the node had when it said HELLO
  bool inventoried_ = false;
  Suspect suspect_;
  std::uint64_t tree_seen_ = 0;  // leaves of the last tree head that the node says it has kept
  std::uint64_t tree_told_ = 0;  // leaves of the last one that was shown, and when
  UtcTime told_{};
  std::uint64_t sent_ = 0;         // highest order handed to the transport in this session
  std::uint64_t confirmed_ = 0;    // highest order the node holds
  std::uint64_t orders_base_ = 0;  // where a node of an earlier generation goes on
  Backoff resend_;
  AnswerTime answers_;
  ClockSkew clock_;
  UtcTime heard_{};
  SteadyTime time_;
};

}  // namespace lab::session
