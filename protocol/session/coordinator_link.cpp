#include "protocol/session/coordinator_link.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/session/intake.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

// What speaks against this node's streams; empty when they fit what is held here.
std::string contradiction(const journal::View& store, model::NodeId node, const model::Hello& hello) {
  for (const model::StreamHead& held : cursors(store, node)) {
    const auto offered = std::ranges::find(hello.streams, held.incarnation, &model::StreamHead::incarnation);
    if (offered == hello.streams.end() || offered->sequence < held.sequence) {
      return fmt::format("{} events of incarnation {} are held here, more than the node has", held.sequence,
                         held.incarnation);
    }
    if (offered->sequence == held.sequence && offered->hash != held.hash) {
      return fmt::format("event {} of incarnation {} is a different one here", held.sequence, held.incarnation);
    }
  }
  return {};
}

}  // namespace

void CoordinatorLink::on_hello(journal::Draft& draft, const model::Hello& hello, UtcTime now) {
  const bool another_lives = open_ && boot_ != hello.boot && now - heard_ < ping_every;
  heard_ = now;
  const auto refuse = [&](model::RefuseReason reason, std::string explanation) {
    draft.tell(fmt::format("node {}", node_.value()), explanation);
    draft.send(node_, model::Refuse{.reason = reason, .explanation = std::move(explanation)});
  };
  if (hello.protocol_min > model::protocol_version || hello.protocol_max < model::protocol_version) {
    refuse(model::RefuseReason::version, fmt::format("this coordinator speaks protocol {}, the node {} to {}",
                                                     model::protocol_version, hello.protocol_min, hello.protocol_max));
    return;
  }
  if (const std::string why = contradiction(draft, node_, hello); !why.empty()) {
    open_ = false;
    refuse(model::RefuseReason::resync_needed, why + ": was its store restored or copied?");
    return;
  }
  if (another_lives) {
    draft.tell(fmt::format("node {}", node_.value()),
               "a second session under the same key took over: restarted, or copied?");
  }
  open_ = true;
  boot_ = hello.boot;
  sent_ = confirmed_ = std::min(hello.orders, order_progress(draft, node_).last);
  set_orders_acknowledged(draft, node_, confirmed_);
  answers_.forget();
  resend_.restart(now);
  draft.send(node_, model::Welcome{.generation = options_.generation,
                                   .mode = model::Mode::normal,
                                   .cursors = cursors(draft, node_),
                                   .reference = options_.reference,
                                   .clock = now});
}

void CoordinatorLink::on_orders_held(journal::Draft& draft, std::uint64_t upto, UtcTime now) {
  heard_ = now;
  upto = std::min(upto, order_progress(draft, node_).last);
  if (upto <= confirmed_) return;
  confirmed_ = upto;
  sent_ = std::max(sent_, confirmed_);
  answers_.answered(confirmed_, now);
  resend_.restart(now, answers_.patience());
  set_orders_acknowledged(draft, node_, confirmed_);
}

void CoordinatorLink::on_ping(journal::Draft& draft, UtcTime now) {
  heard_ = now;
  draft.send(node_, model::Pong{.clock = now});
}

journal::Effects CoordinatorLink::pump(const journal::View& store, UtcTime now) {
  journal::Draft draft{store};
  if (open_ && now - heard_ >= silence_longest) open_ = false;
  if (!open_) return draft.take();
  const std::uint64_t last = order_progress(store, node_).last;
  if (sent_ > confirmed_ && now >= resend_.due()) {
    sent_ = confirmed_;
    resend_.next(now, boot_);
  } else if (sent_ == confirmed_) {
    resend_.restart(now, answers_.patience());
  }
  while (sent_ < last && sent_ - confirmed_ < window_orders) {
    model::Orders orders = orders_from(store, node_, sent_ + 1, options_.generation, options_.signing_key);
    if (orders.orders.empty()) break;
    sent_ += orders.orders.size();
    answers_.sent(sent_, now);
    draft.send(node_, std::move(orders));
  }
  return draft.take();
}

UtcTime CoordinatorLink::wake_at() const {
  if (!open_) return UtcTime::max();
  const UtcTime silence = heard_ + silence_longest;
  return sent_ > confirmed_ ? std::min(silence, resend_.due()) : silence;
}

}  // namespace lab::session
