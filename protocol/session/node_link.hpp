#pragma once
// The node's end of the link, without a socket: what to say, when to say it again, and how long one may sleep.
//
// What must survive a restart is in the store; a link holds only what a new session finds out anew.

#include <optional>
#include <variant>
#include <vector>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/session/clock_skew.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/timing.hpp"

namespace lab::session {

/// What a message brought for the node itself; everything else the link has dealt with.
struct NewOrders {
  std::vector<model::Order> orders;  // consecutive, signed, not seen before
};
struct NewReference {
  Hash hash;
  Bytes bytes;  // complete, and its hash is right
};
/// A session has begun.
struct Welcomed {
  std::uint64_t session = 0;    // what the node says in answer is a part of it
  bool new_generation = false;  // the coordinator was put back from a backup since this node last heard it
  bool recovering = false;      // and does not yet know everything again
  Bytes node_key{};             // signing key that it knows this node by; empty: it does not say
  std::optional<model::NextServerKey> next_server{};  // signed by the coordinator
};
using Delivery = std::variant<std::monostate, NewOrders, model::Ack, NewReference, Welcomed, Rehydrated>;

class NodeLink {
 public:
  struct Options {
    crypto::SecretKey signing_key{};
    std::string build;       // version of this program
    std::uint64_t boot = 0;  // random per process start
  };

  explicit NodeLink(Options options) : options_(std::move(options)) {}

  /// The transport has, or has lost, a connection. A new one begins with HELLO. `reference` is the set in use, if any.
  journal::Effects on_linked(const journal::View& store, const Hash& reference, UtcTime now);
  void on_unlinked();
  /// Stream heads are signed with this key from now on.
  void set_signing_key(const crypto::SecretKey& key) { options_.signing_key = key; }

  /// Orders and acknowledgements are checked here, and their progress is noted in `draft`; what the node has to decide
  /// comes back as a Delivery, to be decided over the same draft.
  Delivery on_message(journal::Draft& draft, const model::Message& message, UtcTime now, std::uint64_t session = 0);

  /// Sends what the window allows; call it after every turn that appended events, and when `wake_at` has come.
  journal::Effects pump(const journal::View& store, UtcTime now);

  [[nodiscard]] UtcTime wake_at() const;
  [[nodiscard]] bool is_welcome() const { return welcome_; }
  /// Why the coordinator will not talk to this node; empty when it does.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  /// By how much this machine's clock is ahead of the coordinator's, negative when it is behind; zero when that is no
  /// matter, or not known in this session.
  [[nodiscard]] Milliseconds clock_ahead() const { return -clock_.ahead(); }

 private:
  Delivery on_welcome(journal::Draft& draft, const model::Welcome& welcome, UtcTime now);
  void on_refuse(journal::Draft& draft, const model::Refuse& refuse, UtcTime now, bool is_mine);
  Delivery on_resync(journal::Draft& draft, const model::Resync& piece, UtcTime now);
  void distrust_store(journal::Draft& draft, const std::string& why, UtcTime now);
  bool knows(journal::Draft& draft, const model::Welcome& welcome, UtcTime now);
  void choose_stream(const journal::View& store);
  void send_events(journal::Draft& draft, UtcTime now);
  void ask_what_is_held(journal::Draft& draft, UtcTime now);
  void send(journal::Draft& draft, model::Message message, UtcTime now);
  void keep_time(UtcTime now);
  void hear_clock(journal::Draft& draft, UtcTime theirs, UtcTime now);
  static void note_head(journal::Draft& draft, const model::ShownHead& shown, UtcTime now);
  Delivery on_ack(journal::Draft& draft, const model::Ack& ack, UtcTime now);
  Delivery on_orders(journal::Draft& draft, const model::Orders& orders);
  Delivery on_chunk(journal::Draft& draft, const model::BlobChunk& chunk);
  void say_hello(journal::Draft& draft, UtcTime now);

  Options options_;
  Hash reference_;  // in use
  Hash wanted_;     // being fetched; none when nothing is
  Bytes fetched_;
  bool linked_ = false;
  bool welcome_ = false;
  std::string refusal_;
  std::uint64_t session_ = 0;
  std::uint64_t sessions_ = 0;              // begun by this process
  std::vector<model::StreamHead> cursors_;  // what the coordinator held when the session began
  bool recovering_ = false;     // the coordinator: what it is told then may get lost, and so may the end of it
  bool may_flush_ = false;      // of a store that is not trusted: what it has still fits behind the cursor
  bool flush_refused_ = false;  // it turned out that it does not
  std::uint32_t sending_ = 1;   // incarnation whose events are being sent
  std::uint64_t sent_ = 0;      // highest sequence of it handed to the transport in this session
  std::uint64_t confirmed_ = 0;
  bool asking_ = false;  // what is held of this node
  Backoff ask_;
  Backoff resend_;
  AnswerTime answers_;
  ClockSkew clock_;
  UtcTime heard_{};
  UtcTime said_{};
  SteadyTime time_;
};

}  // namespace lab::session
