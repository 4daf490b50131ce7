#pragma once
// The coordinator's end of the link to one node, without a socket.

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/message.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/session/timing.hpp"

namespace lab::session {

class CoordinatorLink {
 public:
  struct Options {
    crypto::SecretKey signing_key{};
    std::uint32_t generation = 1;
    Hash reference;  // the set every node judges by
  };

  CoordinatorLink(model::NodeId node, Options options) : node_(node), options_(options) {}

  /// A session begins: WELCOME with the cursors, or REFUSE.
  void on_hello(journal::Draft& draft, const model::Hello& hello, UtcTime now);
  /// "I hold your orders up to here", from OrdersAck or carried by Events.
  void on_orders_held(journal::Draft& draft, std::uint64_t upto, UtcTime now);
  void on_ping(journal::Draft& draft, UtcTime now);
  void on_heard(UtcTime now) { heard_ = now; }

  /// Sends orders as far as the window allows; call it after every turn that appended orders, and when wake_at has
  /// come.
  journal::Effects pump(const journal::View& store, UtcTime now);

  [[nodiscard]] UtcTime wake_at() const;
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] UtcTime last_heard() const { return heard_; }
  void set_reference(const Hash& reference) { options_.reference = reference; }

 private:
  model::NodeId node_;
  Options options_;
  bool open_ = false;
  std::uint64_t boot_ = 0;
  std::uint64_t sent_ = 0;       // highest order handed to the transport in this session
  std::uint64_t confirmed_ = 0;  // highest order the node holds
  Backoff resend_;
  AnswerTime answers_;
  UtcTime heard_{};
};

}  // namespace lab::session
