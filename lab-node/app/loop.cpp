#include "lab-node/app/loop.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "lab-node/app/station_keys.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::app {
namespace asio = boost::asio;

struct Loop::Timer {
  explicit Timer(asio::io_context& io) : steady(io) {}
  asio::steady_timer steady;
};

// What one turn gathers before its commit.
struct Loop::Turn {
  std::unique_ptr<journal::Batch> batch;
  UtcTime now;
  std::size_t changes = 0;
  std::size_t octets = 0;  // of the records put
  journal::Effects said;   // messages and notes, in order
  std::vector<desk::After> afters;
  desk::Changes changed;
  Result<void> good;

  [[nodiscard]] bool may_take_more() const { return good && changes < changes_per_turn && octets < octets_per_turn; }

  // Changes go into the batch at once, so that the next input sees them.
  void take(journal::Effects effects) {
    for (const journal::Effect& effect : effects) {
      if (const auto* put = std::get_if<journal::Put>(&effect)) octets += put->record.size();
      changes += std::holds_alternative<journal::Put>(effect) || std::holds_alternative<journal::Erase>(effect);
      changed.note(effect);
    }
    auto rest = journal::apply(std::move(effects), *batch);
    if (!rest) {
      good = fail(std::move(rest));
      return;
    }
    journal::append(said, std::move(*rest));
  }
};

Loop::Loop(asio::io_context& io, journal::Store& store, Options options)
    : io_(io), store_(store), options_(std::move(options)), link_(options_.link), timer_(std::make_unique<Timer>(io)) {
  status_.configured = options_.has_coordinator;
}

Loop::~Loop() = default;

bool Loop::post(desk::Input input) {
  {
    const std::lock_guard lock{mutex_};
    if (ended_ || queue_.size() >= queue_max) return false;
    queue_.push_back(std::move(input));
  }
  wake();
  return true;
}

void Loop::wake() {
  {
    const std::lock_guard lock{mutex_};
    if (turn_waits_ || ended_) return;
    turn_waits_ = true;
  }
  asio::post(io_, [this] { turn(); });
}

void Loop::on_link(bool linked) {
  asio::post(io_, [this, linked] {
    linked_ = linked;
    relink_ = linked;
    if (!linked) link_.on_unlinked();
    wake();
  });
}

std::size_t Loop::on_frames(std::vector<Bytes> frames) {
  std::size_t taken = 0;
  for (Bytes& frame : frames) {
    const std::size_t octets = frame.size();
    if (!reserve(octets)) continue;
    const bool posted =
        post([this, frame = std::move(frame)](Node&, journal::Draft& draft, UtcTime now) -> desk::After {
          release(frame.size());
          take_message(draft, frame, now);
          return {};
        });
    if (posted) {
      ++taken;
    } else {
      release(octets);
    }
  }
  const std::size_t dropped = frames.size() - taken;
  if (dropped > 0)
    log::warning("{} messages of the coordinator dropped: the queue is full; it sends them again", dropped);
  return taken;
}

bool Loop::reserve(std::size_t octets) {
  const std::lock_guard lock{mutex_};
  if (frame_octets_ + octets > frame_octets_max) return false;
  frame_octets_ += octets;
  return true;
}

void Loop::release(std::size_t octets) {
  const std::lock_guard lock{mutex_};
  frame_octets_ -= octets;
}

void Loop::take_message(journal::Draft& draft, const Bytes& frame, UtcTime now) {
  const auto envelope = wire::decode_envelope(frame);
  if (fails_at("node.message")) return;  // as if it had been lost on the way
  if (!envelope) {
    log::warning("a message of the coordinator cannot be read: {}", to_text(envelope.error()));
    return;
  }
  // What is not taken is sent again, for as long as it takes.
  if (room_ == journal::Room::reserved && std::holds_alternative<model::Orders>(envelope->message)) return;
  const session::Delivery delivery = link_.on_message(draft, envelope->message, now, envelope->session);
  if (const auto* orders = std::get_if<session::NewOrders>(&delivery)) {
    node_.on_orders(draft, orders->orders, now);
    node_.want_serials(draft, orders->orders, now);
  } else if (const auto* ack = std::get_if<model::Ack>(&delivery)) {
    node_.on_ack(draft, *ack);
  } else if (const auto* reference = std::get_if<session::NewReference>(&delivery)) {
    node_.on_reference(draft, reference->hash, reference->bytes);
  } else if (const auto* welcomed = std::get_if<session::Welcomed>(&delivery)) {
    if (options_.keys != nullptr) options_.keys->on_welcomed(draft, link_, *welcomed, now);
    node_.on_welcomed(draft, *welcomed, now);
  } else if (const auto* held = std::get_if<session::Rehydrated>(&delivery)) {
    node_.on_rehydrated(draft, *held, now);
  }
}

std::optional<desk::Input> Loop::take_next() {
  const std::lock_guard lock{mutex_};
  if (queue_.empty()) return std::nullopt;
  desk::Input input = std::move(queue_.front());
  queue_.pop_front();
  return input;
}

void Loop::turn() {
  pass("node.turn");
  look_at_room();
  Turn turn{.batch = store_.write(), .now = wall_clock()};
  bool stored = false;
  try {
    decide(turn);
    pump(turn);
    write_security(turn);
    stored = commit(turn);
  } catch (const journal::Damage& damage) {
    for (const desk::After& after : turn.afters) after(false);
    stop_damaged(damage.what());
    return;
  }
  if (stored && options_.index != nullptr) turn.changed.mark(*options_.index);  // before anybody is answered
  finish(turn, stored);  // outside: what is stored is never answered with "not stored"
  if (stored && options_.keys != nullptr) options_.keys->settle(linked_, turn.now);
  publish();
  if (options_.live != nullptr) tell_pages(link_status(), stored ? turn.changed : desk::Changes{});
  schedule();
}

// What comes in while the turn decides still shares its commit.
void Loop::decide(Turn& turn) {
  for (std::size_t taken = 0; taken < inputs_per_turn && turn.may_take_more(); ++taken) {
    auto input = take_next();
    if (!input) break;
    journal::Draft draft{*turn.batch};
    desk::After after = (*input)(node_, draft, turn.now);
    turn.take(draft.take());
    if (after) turn.afters.push_back(std::move(after));
  }
  if (turn.may_take_more()) {
    journal::Draft draft{*turn.batch};
    node_.tick(draft, turn.now);  // the next turn is a second away at most
    turn.take(draft.take());
  }
  const std::lock_guard lock{mutex_};
  turn_waits_ = false;  // later inputs need a turn of their own; schedule() finds those from just before
}

void Loop::pump(Turn& turn) {
  if (!turn.good) return;
  if (relink_) {
    relink_ = false;
    pass("node.linked");
    turn.take(link_.on_linked(*turn.batch, tables::current_reference(*turn.batch), turn.now));
  }
  if (turn.good) turn.take(link_.pump(*turn.batch, turn.now));
}

void Loop::write_security(Turn& turn) {
  if (!turn.good || options_.security == nullptr) return;
  journal::Draft draft{*turn.batch};
  options_.security->write(draft, turn.now);
  turn.take(draft.take());
}

bool Loop::commit(Turn& turn) {
  if (turn.good && turn.changes > 0) {
    pass("node.decided");
    turn.good = fails_at("node.commit") ? fail(ErrorCode::storage, "failpoint") : turn.batch->commit();
    pass("node.committed");
  }
  turn.batch.reset();
  if (options_.security != nullptr) options_.security->written(turn.good.has_value());
  if (turn.good) return true;
  log::error("a turn could not be stored: {}", to_text(turn.good.error()));
  relink_ = linked_;
  if (store_.figures().stopped) stop_damaged("the outcome of a commit is unknown; start again to look at the store");
  return false;
}

void Loop::finish(Turn& turn, bool stored) {
  if (stored) {
    std::vector<Bytes> frames;
    for (const journal::Effect& effect : turn.said) {
      if (const auto* send = std::get_if<journal::Send>(&effect))
        frames.push_back(wire::encode(send->message, send->session));
      if (const auto* tell = std::get_if<journal::Tell>(&effect)) log::warning("{}: {}", tell->about, tell->note);
    }
    if (!frames.empty() && options_.send) {
      if (!fails_at("node.send")) options_.send(std::move(frames));
      pass("node.sent");
    }
  }
  for (const desk::After& after : turn.afters) after(stored);
  if (!turn.afters.empty()) pass("node.answered");
}

// Before anything is lost for want of room, nothing new is begun: new tasks wait, results are still taken.
void Loop::look_at_room() {
  const journal::Room now = journal::room_of(store_.figures());
  if (now == room_) return;
  if (now > room_) {
    log::warning("the store has used over {} % of its room: {}",
                 now == journal::Room::reserved ? journal::reserved_percent : journal::little_percent,
                 now == journal::Room::reserved ? "no new tasks are taken until there is more" : "make room soon");
  } else if (room_ == journal::Room::reserved) {
    log::info("there is room again: new tasks are taken");
  }
  room_ = now;
}

void Loop::publish() {
  const std::lock_guard lock{mutex_};
  status_.linked = linked_;
  status_.welcome = link_.is_welcome();
  status_.refusal = link_.refusal();
  status_.clock_ahead = link_.clock_ahead();
  status_.room = room_;
}

// A page shows what it is told, so that a damaged record met here is the store's, not the page's.
void Loop::tell_pages(const desk::LinkStatus& link, const desk::Changes& changes) {
  try {
    changes.tell(*options_.live);
    std::string line = desk::link_line(link, *store_.read());
    if (line != told_link_) options_.live->tell("link", line);
    told_link_ = std::move(line);
  } catch (const journal::Damage& damage) {
    stop_damaged(damage.what());
  }
  options_.live->tick(monotonic_clock());
}

void Loop::schedule() {
  {
    const std::lock_guard lock{mutex_};
    if (!queue_.empty() && !turn_waits_) {
      turn_waits_ = true;
      asio::post(io_, [this] { turn(); });
      return;
    }
  }
  const UtcTime now = wall_clock();
  const UtcTime due = std::min(link_.wake_at(), now + Milliseconds{wake_at_most_ms});
  timer_->steady.expires_after(std::max(due - now, Milliseconds{0}));
  timer_->steady.async_wait([this](const boost::system::error_code& error) {
    if (!error) wake();
  });
}

bool Loop::run() {
  wake();
  io_.run();
  const std::lock_guard lock{mutex_};
  ended_ = true;
  queue_.clear();
  return !damaged_;
}

void Loop::stop() {
  asio::post(io_, [this] { io_.stop(); });
}

void Loop::stop_damaged(const std::string& what) {
  if (!damaged_.exchange(true)) log::error("the store cannot be worked on, the program stops: {}", what);
  stop();
}

desk::LinkStatus Loop::link_status() const {
  const std::lock_guard lock{mutex_};
  return status_;
}

}  // namespace lab::node::app
