// What a node says without being asked: its events, and what it wants to know.

#include <algorithm>

#include "protocol/session/kept_heads.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {

void NodeLink::ask_what_is_held(journal::Draft& draft, UtcTime now) {
  const auto state = rehydration(draft);
  if (!state || now < ask_.due()) return;
  ask_.restart(now, answers_.patience());
  send(draft,
       model::ResyncRequest{.incarnation = state->incarnation,
                            .from_incarnation = state->next_incarnation,
                            .from_sequence = state->next_sequence},
       now);
}

namespace {

model::Events next_events(const journal::View& store, std::uint32_t incarnation, std::uint64_t first,
                          const crypto::SecretKey& key) {
  model::Events events{.incarnation = incarnation, .first = first, .events = {}, .signature = {}};
  std::size_t octets = 0;
  for (std::uint64_t sequence = first; events.events.size() < wire::events_per_message_max; ++sequence) {
    auto bytes = event_bytes(store, incarnation, sequence);
    if (!bytes) break;
    octets += bytes->size();
    if (!events.events.empty() && octets > wire::events_bytes_max) break;
    events.events.push_back(std::move(*bytes));
  }
  if (events.events.empty()) return events;
  const model::StreamHead reached{.incarnation = incarnation,
                                  .sequence = first + events.events.size() - 1,
                                  .hash = crypto::sha256(events.events.back())};
  const auto signature = crypto::sign(wire::head_to_sign(identity(store)->node, reached), key);
  events.signature.assign(signature.begin(), signature.end());
  events.orders = orders_state(store).upto;
  const auto kept = last_head(store);
  events.tree = kept ? kept->size : 0;
  return events;
}

}  // namespace

void NodeLink::send_events(journal::Draft& draft, UtcTime now) {
  if (sent_ > confirmed_ && now >= resend_.due()) {
    sent_ = confirmed_;
    resend_.next(now, options_.boot);
  } else if (sent_ == confirmed_) {
    resend_.restart(now, answers_.patience());
  }
  while (sent_ - confirmed_ < window_events) {
    model::Events events = next_events(draft, sending_, sent_ + 1, options_.signing_key);
    if (events.events.empty()) break;
    sent_ += events.events.size();
    answers_.sent(sent_, now);
    send(draft, std::move(events), now);
  }
}

void NodeLink::keep_time(UtcTime now) {
  const Milliseconds by = time_.set_back(now);
  heard_ += by;
  said_ += by;
  resend_.move(by);
  ask_.move(by);
}

journal::Effects NodeLink::pump(const journal::View& store, UtcTime now) {
  keep_time(now);
  journal::Draft draft{store};
  if (!linked_ || !identity(store)) return draft.take();
  if (!welcome_) {
    if (now >= resend_.due()) {
      const Backoff kept = resend_;
      say_hello(draft, now);
      resend_ = kept;
      resend_.next(now, options_.boot);
    }
    return draft.take();
  }
  if (now - heard_ >= silence_longest) {  // nobody there, whatever the transport believes
    say_hello(draft, now);
    return draft.take();
  }
  const model::StreamHead head = stream_head(store);
  const bool flushed = sending_ == head.incarnation && confirmed_ >= head.sequence;
  asking_ = is_rehydrating(store) && (flushed || !may_flush_);
  if (asking_) {
    ask_what_is_held(draft, now);
  } else {
    send_events(draft, now);
  }
  if (now - said_ >= ping_every && recovering_) {
    say_hello(draft, now);  // tells everything again, and hears whether it is over
  } else if (now - said_ >= ping_every) {
    send(draft, model::Ping{.clock = now}, now);
    if (!wanted_.is_zero()) send(draft, model::BlobWant{.hash = wanted_, .offset = fetched_.size()}, now);
  }
  return draft.take();
}

UtcTime NodeLink::wake_at() const {
  if (!linked_) return UtcTime::max();
  if (!welcome_) return resend_.due();
  const UtcTime idle = std::min(said_ + ping_every, heard_ + silence_longest);
  const UtcTime due = asking_ ? std::min(idle, ask_.due()) : idle;
  return sent_ > confirmed_ ? std::min(due, resend_.due()) : due;
}

}  // namespace lab::session
