#include "protocol/session/node_link.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

constexpr std::uint64_t reference_max = 16 * 1024 * 1024;  // limits of every standard in force are a few megabytes

}  // namespace

void NodeLink::say_hello(journal::Draft& draft, UtcTime now) {
  const auto me = identity(draft);
  if (!me) return;
  const OrdersState orders = orders_state(draft);
  draft.send(me->node, model::Hello{.build = options_.build,
                                    .streams = {stream_head(draft)},
                                    .orders = orders.upto,
                                    .highest_token = orders.highest_token,
                                    .generation = orders.generation,
                                    .reference = reference_,
                                    .clock = now,
                                    .boot = options_.boot});
  said_ = now;
  resend_.restart(now);
}

journal::Effects NodeLink::on_linked(const journal::View& store, const Hash& reference, UtcTime now) {
  on_unlinked();
  linked_ = true;
  reference_ = reference;
  heard_ = now;
  journal::Draft draft{store};
  say_hello(draft, now);
  return draft.take();
}

void NodeLink::on_unlinked() {
  linked_ = false;
  welcome_ = false;
  refusal_.clear();
  wanted_ = {};
  fetched_.clear();
  answers_.forget();
}

Delivery NodeLink::on_message(journal::Draft& draft, const model::Message& message, UtcTime now) {
  heard_ = now;
  if (const auto* welcome = std::get_if<model::Welcome>(&message)) return on_welcome(draft, *welcome, now);
  if (const auto* refuse = std::get_if<model::Refuse>(&message)) {
    welcome_ = false;
    refusal_ = fmt::format("{}: {}", name_of(refuse->reason), refuse->explanation);
    draft.tell("coordinator", "the coordinator refuses this node: " + refusal_);
    resend_.next(now, options_.boot);
    return {};
  }
  if (!welcome_) return {};  // from a session that is over
  if (const auto* ack = std::get_if<model::Ack>(&message)) return on_ack(draft, *ack, now);
  if (const auto* orders = std::get_if<model::Orders>(&message)) return on_orders(draft, *orders);
  if (const auto* chunk = std::get_if<model::BlobChunk>(&message)) return on_chunk(draft, *chunk);
  return {};  // PONG only shows that somebody is there; anything else is not for a node
}

Delivery NodeLink::on_welcome(journal::Draft& draft, const model::Welcome& welcome, UtcTime now) {
  const auto me = identity(draft);
  if (!me) return {};
  OrdersState orders = orders_state(draft);
  if (welcome.generation < orders.generation) {
    refusal_ = fmt::format("the coordinator is of generation {}, this node has seen {}", welcome.generation,
                           orders.generation);
    draft.tell("coordinator", "an older coordinator than before answers: " + refusal_);
    return {};
  }
  const model::StreamHead head = stream_head(draft);
  std::uint64_t held = 0;
  for (const model::StreamHead& cursor : welcome.cursors) {
    if (cursor.incarnation == head.incarnation) held = cursor.sequence;
  }
  if (held > head.sequence) {
    refusal_ = fmt::format("the coordinator holds {} events of this node, the store only {}", held, head.sequence);
    draft.tell("store", "this store is older than what it has already sent: " + refusal_);
    return {};
  }
  if (welcome.generation > orders.generation) {
    orders.generation = welcome.generation;
    set_orders_state(draft, orders);
  }
  welcome_ = true;
  refusal_.clear();
  // A coordinator restored from a backup may hold less than it once acknowledged; then it is all sent again. It holds
  // more when the answer was lost: only its answer to the same events tells what has become of them.
  sent_ = confirmed_ = std::min(held, acknowledged(draft));
  resend_.restart(now);
  if (!welcome.reference.is_zero() && welcome.reference != reference_) {
    wanted_ = welcome.reference;
    fetched_.clear();
    draft.send(me->node, model::BlobWant{.hash = wanted_, .offset = 0});
  }
  return {};
}

Delivery NodeLink::on_ack(journal::Draft& draft, const model::Ack& ack, UtcTime now) {
  const model::StreamHead head = stream_head(draft);
  if (ack.incarnation != head.incarnation || ack.upto > head.sequence) return {};
  if (ack.upto > confirmed_) {
    confirmed_ = ack.upto;
    sent_ = std::max(sent_, confirmed_);
    answers_.answered(confirmed_, now);
    resend_.restart(now, answers_.patience());
    if (confirmed_ > acknowledged(draft)) set_acknowledged(draft, confirmed_);
  }
  return ack;
}

Delivery NodeLink::on_orders(journal::Draft& draft, const model::Orders& orders) {
  const auto me = identity(draft);
  if (!me) return {};
  crypto::Signature signature{};
  if (!fill(signature, orders.signature)) return {};
  if (!crypto::verify(wire::orders_to_sign(me->node, orders), signature, me->coordinator_key)) {
    draft.tell("coordinator", "orders with a wrong signature were dropped");
    return {};
  }
  OrdersState state = orders_state(draft);
  if (orders.generation < state.generation) return {};
  state.generation = orders.generation;
  NewOrders fresh;
  for (const Bytes& bytes : orders.orders) {
    auto order = wire::decode_order(bytes);
    if (!order) {
      draft.tell("coordinator", "an order could not be read: " + order.error().message);
      break;  // what follows cannot be taken either: orders are taken in sequence
    }
    if (order->sequence <= state.upto) continue;
    if (order->sequence != state.upto + 1) break;
    state.upto = order->sequence;
    if (const auto* grant = std::get_if<model::Grant>(&order->what)) {
      state.highest_token = std::max(state.highest_token, grant->token);
    }
    fresh.orders.push_back(std::move(*order));
  }
  set_orders_state(draft, state);
  draft.send(me->node, model::OrdersAck{state.upto});
  return fresh;
}

Delivery NodeLink::on_chunk(journal::Draft& draft, const model::BlobChunk& chunk) {
  if (wanted_.is_zero() || chunk.hash != wanted_ || chunk.offset != fetched_.size()) return {};
  if (chunk.total > reference_max || chunk.bytes.empty() || chunk.offset + chunk.bytes.size() > chunk.total) return {};
  fetched_ += chunk.bytes;
  if (fetched_.size() < chunk.total) {
    if (const auto me = identity(draft))
      draft.send(me->node, model::BlobWant{.hash = wanted_, .offset = fetched_.size()});
    return {};
  }
  if (crypto::sha256(fetched_) != wanted_) {
    draft.tell("reference", "the reference set arrived damaged and is fetched anew");
    fetched_.clear();
    if (const auto me = identity(draft)) draft.send(me->node, model::BlobWant{.hash = wanted_, .offset = 0});
    return {};
  }
  reference_ = wanted_;
  wanted_ = {};
  return NewReference{.hash = reference_, .bytes = std::exchange(fetched_, {})};
}

model::Events NodeLink::next_events(const journal::View& store, std::uint64_t first, std::uint64_t last) const {
  const model::StreamHead head = stream_head(store);
  model::Events events{.incarnation = head.incarnation, .first = first, .events = {}, .signature = {}};
  std::size_t octets = 0;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    auto bytes = event_bytes(store, head.incarnation, sequence);
    if (!bytes || events.events.size() == wire::events_per_message_max) break;
    octets += bytes->size();
    if (!events.events.empty() && octets > wire::events_bytes_max) break;
    events.events.push_back(std::move(*bytes));
  }
  if (events.events.empty()) return events;
  const auto me = identity(store);
  const model::StreamHead reached{.incarnation = head.incarnation,
                                  .sequence = first + events.events.size() - 1,
                                  .hash = crypto::sha256(events.events.back())};
  const auto signature = crypto::sign(wire::head_to_sign(me->node, reached), options_.signing_key);
  events.signature.assign(signature.begin(), signature.end());
  events.orders = orders_state(store).upto;
  return events;
}

journal::Effects NodeLink::pump(const journal::View& store, UtcTime now) {
  journal::Draft draft{store};
  const auto me = identity(store);
  if (!linked_ || !me) return draft.take();
  if (!welcome_) {
    if (now >= resend_.due()) {
      say_hello(draft, now);
      resend_.next(now, options_.boot);
    }
    return draft.take();
  }
  if (now - heard_ >= silence_longest) {  // nobody there, whatever the transport believes
    welcome_ = false;
    say_hello(draft, now);
    return draft.take();
  }
  const std::uint64_t head = stream_head(store).sequence;
  if (sent_ > confirmed_ && now >= resend_.due()) {
    sent_ = confirmed_;
    resend_.next(now, options_.boot);
  } else if (sent_ == confirmed_) {
    resend_.restart(now, answers_.patience());
  }
  while (sent_ < head && sent_ - confirmed_ < window_events) {
    model::Events events = next_events(store, sent_ + 1, head);
    if (events.events.empty()) break;
    sent_ += events.events.size();
    answers_.sent(sent_, now);
    said_ = now;
    draft.send(me->node, std::move(events));
  }
  if (now - said_ >= ping_every) {
    said_ = now;
    draft.send(me->node, model::Ping{.clock = now});
    if (!wanted_.is_zero()) draft.send(me->node, model::BlobWant{.hash = wanted_, .offset = fetched_.size()});
  }
  return draft.take();
}

UtcTime NodeLink::wake_at() const {
  if (!linked_) return UtcTime::max();
  if (!welcome_) return resend_.due();
  const UtcTime idle = std::min(said_ + ping_every, heard_ + silence_longest);
  return sent_ > confirmed_ ? std::min(idle, resend_.due()) : idle;
}

}  // namespace lab::session
