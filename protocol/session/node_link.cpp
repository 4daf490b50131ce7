#include "protocol/session/node_link.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "protocol/session/kept_heads.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

constexpr std::uint64_t reference_max = 16 * 1024 * 1024;  // limits of every standard in force are a few megabytes

// Odd, so that the sessions of one process are all different (2^64 divided by the golden ratio).
constexpr std::uint64_t session_step = 0x9E3779B97F4A7C15;

bool is_signed(const model::NextServerKey& next, const crypto::PublicKey& key) {
  crypto::Signature signature{};
  return fill(signature, next.signature) &&
         crypto::verify(wire::server_key_to_sign(next.curve_key, next.from), signature, key);
}

std::uint64_t held_of(const std::vector<model::StreamHead>& cursors, std::uint32_t incarnation) {
  const auto found = std::ranges::find(cursors, incarnation, &model::StreamHead::incarnation);
  return found == cursors.end() ? 0 : found->sequence;
}

// What speaks against this store being the one that the coordinator has heard; empty when nothing does.
std::string contradiction(const journal::View& store, const std::vector<model::StreamHead>& cursors) {
  const model::StreamHead head = stream_head(store);
  for (const model::StreamHead& cursor : cursors) {
    if (cursor.incarnation > head.incarnation) {
      return fmt::format("incarnation {} has ended, {} was given out", head.incarnation, cursor.incarnation);
    }
    if (cursor.incarnation != head.incarnation || cursor.sequence == 0) continue;
    if (cursor.sequence > head.sequence) {
      return fmt::format("the coordinator holds {} events of this node, the store only {}", cursor.sequence,
                         head.sequence);
    }
    const auto here = event_bytes(store, cursor.incarnation, cursor.sequence);
    if (!here || crypto::sha256(*here) != cursor.hash) {
      return fmt::format("event {} is a different one at the coordinator", cursor.sequence);
    }
  }
  return {};
}

}  // namespace

void NodeLink::send(journal::Draft& draft, model::Message message, UtcTime now) {
  said_ = now;
  draft.send(identity(draft)->node, std::move(message), session_);
}

void NodeLink::say_hello(journal::Draft& draft, UtcTime now) {
  if (!identity(draft)) return;
  const OrdersState orders = orders_state(draft);
  session_ = options_.boot + ++sessions_ * session_step;
  if (session_ == 0) session_ = 1;
  welcome_ = false;
  send(draft,
       model::Hello{.build = options_.build,
                    .streams = stream_heads(draft),
                    .orders = orders.upto,
                    .highest_token = orders.highest_token,
                    .generation = orders.generation,
                    .reference = reference_,
                    .clock = now,
                    .boot = options_.boot,
                    .previous_boot = boots(draft).previous,
                    .acknowledged = acknowledged(draft),
                    .resync = is_rehydrating(draft),
                    .tree = last_head(draft).value_or(model::TreeHead{})},
       now);
  resend_.restart(now);
}

journal::Effects NodeLink::on_linked(const journal::View& store, const Hash& reference, UtcTime now) {
  keep_time(now);
  on_unlinked();
  linked_ = true;
  reference_ = reference;
  heard_ = now;
  journal::Draft draft{store};
  if (boots(draft).current != options_.boot) restart_rehydration(draft);
  note_boot(draft, options_.boot);
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
  clock_.forget();
}

// Both clocks are recorded with what happens; nobody waits for them to agree.
void NodeLink::hear_clock(journal::Draft& draft, UtcTime theirs, UtcTime now) {
  if (!clock_.hear(theirs, now)) return;
  draft.tell("clock",
             fmt::format("this machine's clock is {} the coordinator's: set it right", words_of(clock_ahead())));
}

Delivery NodeLink::on_message(journal::Draft& draft, const model::Message& message, UtcTime now,
                              std::uint64_t session) {
  keep_time(now);
  const bool is_mine = session == 0 || session == session_;
  if (const auto* welcome = std::get_if<model::Welcome>(&message); welcome && is_mine) {
    heard_ = now;
    return on_welcome(draft, *welcome, now);
  }
  if (const auto* refuse = std::get_if<model::Refuse>(&message); refuse && is_mine) {
    heard_ = now;
    on_refuse(draft, *refuse, now, session != 0);
    return {};
  }
  if (!welcome_) return {};  // from a session that is over
  heard_ = now;
  if (const auto* ack = std::get_if<model::Ack>(&message)) return on_ack(draft, *ack, now);
  if (const auto* orders = std::get_if<model::Orders>(&message)) return on_orders(draft, *orders);
  if (const auto* chunk = std::get_if<model::BlobChunk>(&message)) return on_chunk(draft, *chunk);
  if (const auto* piece = std::get_if<model::Resync>(&message); piece && is_mine) return on_resync(draft, *piece, now);
  if (const auto* pong = std::get_if<model::Pong>(&message)) hear_clock(draft, pong->clock, now);
  return {};  // anything else is not for a node
}

void NodeLink::on_refuse(journal::Draft& draft, const model::Refuse& refuse, UtcTime now, bool is_mine) {
  welcome_ = false;
  if (refuse.reason == model::RefuseReason::no_session) return say_hello(draft, now);
  refusal_ = fmt::format("{}: {}", name_of(refuse.reason), refuse.explanation);
  draft.tell("coordinator", "the coordinator refuses this node: " + refusal_);
  resend_.next(now, options_.boot);
  // One of protocol 1 cannot give anything back: then the laboratory goes on by itself, as it always did.
  if (refuse.reason == model::RefuseReason::resync_needed && is_mine) distrust_store(draft, refuse.explanation, now);
}

// The node stops, and asks at once; a second time it waits for its turn.
void NodeLink::distrust_store(journal::Draft& draft, const std::string& why, UtcTime now) {
  if (is_rehydrating(draft)) {
    flush_refused_ = true;
    return;
  }
  draft.tell("store", why);
  begin_rehydration(draft);
  flush_refused_ = true;
  say_hello(draft, now);
}

// Whether this coordinator is one that the node may follow; and whether it knows this node's store.
bool NodeLink::knows(journal::Draft& draft, const model::Welcome& welcome, UtcTime now) {
  if (welcome.protocol < model::protocol_oldest || welcome.protocol > model::protocol_version) {
    refusal_ = fmt::format(
        "the coordinator speaks protocol {}, this program {} to {}: install the program that belongs "
        "to it; what is written here meanwhile is kept and sent then",
        welcome.protocol, model::protocol_oldest, model::protocol_version);
    draft.tell("coordinator", refusal_);
    resend_.next(now, options_.boot);
    return false;
  }
  const OrdersState orders = orders_state(draft);
  if (welcome.generation < orders.generation) {
    refusal_ = fmt::format("the coordinator is of generation {}, this node has seen {}", welcome.generation,
                           orders.generation);
    draft.tell("coordinator", "an older coordinator than before answers: " + refusal_);
    return false;
  }
  const std::string why = contradiction(draft, welcome.cursors);
  may_flush_ = why.empty() && !flush_refused_;
  if (why.empty() || is_rehydrating(draft)) return true;
  refusal_ = why;
  if (welcome.protocol < 2) {
    draft.tell("store", "this store is older than what it has already sent: " + why);
    return false;
  }
  distrust_store(draft, why, now);
  return false;
}

Delivery NodeLink::on_welcome(journal::Draft& draft, const model::Welcome& welcome, UtcTime now) {
  if (!identity(draft) || !knows(draft, welcome, now)) return {};
  OrdersState orders = orders_state(draft);
  Welcomed delivery{.session = session_,
                    .new_generation = orders.generation != 0 && welcome.generation > orders.generation,
                    .recovering = welcome.mode == model::Mode::recovery,
                    .node_key = welcome.node_key};
  if (welcome.next_server && is_signed(*welcome.next_server, identity(draft)->coordinator_key)) {
    delivery.next_server = welcome.next_server;
  }
  if (welcome.generation > orders.generation) {
    orders.generation = welcome.generation;
    orders.upto = welcome.orders_base;  // a new generation numbers its orders from here, whatever came before
    set_orders_state(draft, orders);
  }
  welcome_ = true;
  hear_clock(draft, welcome.clock, now);
  recovering_ = delivery.recovering;
  refusal_.clear();
  cursors_ = welcome.cursors;
  choose_stream(draft);
  resend_.restart(now);
  ask_.restart(now, Milliseconds{0});
  note_head(draft, welcome.tree, now);
  if (!welcome.reference.is_zero() && welcome.reference != reference_) {
    wanted_ = welcome.reference;
    fetched_.clear();
    send(draft, model::BlobWant{.hash = wanted_, .offset = 0}, now);
  }
  return delivery;
}

// The first stream of which the coordinator does not hold everything. Only one that was put back from a backup lacks
// something of a closed one.
void NodeLink::choose_stream(const journal::View& store) {
  for (const model::StreamHead& head : stream_heads(store)) {
    sending_ = head.incarnation;
    sent_ = confirmed_ = std::min(held_of(cursors_, sending_), head.sequence);
    if (confirmed_ < head.sequence) break;
  }
  // A coordinator restored from a backup may hold less than it once acknowledged; then it is all sent again. It holds
  // more when the answer was lost: only its answer to the same events tells what has become of them.
  if (sending_ == stream_head(store).incarnation) sent_ = confirmed_ = std::min(confirmed_, acknowledged(store));
}

// A store that is not trusted is no witness until it has been compared.
void NodeLink::note_head(journal::Draft& draft, const model::ShownHead& shown, UtcTime now) {
  if (!is_rehydrating(draft)) take_head(draft, shown, now);
}

Delivery NodeLink::on_ack(journal::Draft& draft, const model::Ack& ack, UtcTime now) {
  note_head(draft, ack.tree, now);
  const model::StreamHead head = stream_head(draft);
  if (ack.incarnation != sending_) return {};
  // Said before the recovery was over, and late: what came in then is asked about anew.
  if (ack.provisional && !recovering_) return {};
  const bool is_open = ack.incarnation == head.incarnation;
  // How far it is known what has become of the events. A provisional answer says that they came, and nothing more.
  const std::uint64_t answered = is_open ? std::min(confirmed_, acknowledged(draft)) : confirmed_;
  if (!ack.provisional && ack.first > answered + 1) {
    // An answer before this one was lost, and with it what has become of its events: they are sent again.
    confirmed_ = answered;
    return {};
  }
  if (!ack.hash.is_zero()) {
    const auto here = event_bytes(draft, ack.incarnation, ack.upto);
    if (!here || crypto::sha256(*here) != ack.hash) {
      distrust_store(draft, fmt::format("event {} is not the one the coordinator holds", ack.upto), now);
      return {};
    }
  } else if (ack.upto > head.sequence) {
    return {};
  }
  if (ack.upto > confirmed_) {
    confirmed_ = ack.upto;
    sent_ = std::max(sent_, confirmed_);
    answers_.answered(confirmed_, now);
    resend_.restart(now, answers_.patience());
    if (is_open && !ack.provisional && confirmed_ > acknowledged(draft)) set_acknowledged(draft, confirmed_);
    if (!is_open && !event_bytes(draft, sending_, confirmed_ + 1)) {
      const auto held = std::ranges::find(cursors_, sending_, &model::StreamHead::incarnation);
      if (held == cursors_.end()) {
        cursors_.push_back({.incarnation = sending_, .sequence = confirmed_, .hash = {}});
      } else {
        held->sequence = confirmed_;
      }
      choose_stream(draft);
    }
  }
  if (ack.provisional) return {};
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
  // Those of an older coordinator are void, and those of a newer one begin with its WELCOME.
  if (orders.generation != state.generation) return {};
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
  draft.send(me->node, model::OrdersAck{state.upto}, session_);
  return fresh;
}

Delivery NodeLink::on_chunk(journal::Draft& draft, const model::BlobChunk& chunk) {
  if (wanted_.is_zero() || chunk.hash != wanted_ || chunk.offset != fetched_.size()) return {};
  if (chunk.total > reference_max || chunk.bytes.empty() || chunk.offset + chunk.bytes.size() > chunk.total) return {};
  fetched_ += chunk.bytes;
  if (fetched_.size() < chunk.total) {
    if (const auto me = identity(draft))
      draft.send(me->node, model::BlobWant{.hash = wanted_, .offset = fetched_.size()}, session_);
    return {};
  }
  if (crypto::sha256(fetched_) != wanted_) {
    // Asked for by the next ping. At once, a set that is damaged where it comes from would travel without end.
    draft.tell("reference", "the reference set arrived damaged and is fetched anew");
    fetched_.clear();
    return {};
  }
  reference_ = wanted_;
  wanted_ = {};
  return NewReference{.hash = reference_, .bytes = std::exchange(fetched_, {})};
}

Delivery NodeLink::on_resync(journal::Draft& draft, const model::Resync& piece, UtcTime now) {
  auto state = rehydration(draft);
  if (!state) return {};
  // A coordinator that was put back has forgotten the incarnation it gave, and gives another one.
  if (state->incarnation != 0 && piece.incarnation > state->incarnation) {
    restart_rehydration(draft);
    state = Rehydration{};
  }
  const bool is_next = (state->incarnation == 0 || state->incarnation == piece.incarnation) &&
                       state->next_incarnation == piece.from_incarnation && state->next_sequence == piece.from_sequence;
  if (!is_next || piece.incarnation <= stream_head(draft).incarnation) return {};
  if (orders_state(draft).upto < piece.orders) return {};  // what was ordered comes before what was done
  Rehydrated taken = take_held(draft, piece, now);
  ask_.restart(now, Milliseconds{0});
  if (taken.last) {
    flush_refused_ = false;
    cursors_ = piece.seals;
    choose_stream(draft);
  }
  return taken;
}

}  // namespace lab::session
