#include "coordinator/app/loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "coordinator/tables/registry.hpp"
#include "protocol/base/clock.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/service/request.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::coordinator::app {

// One turn's batch, and what may leave only after its commit.
struct Loop::Turn {
  Loop& loop;
  std::unique_ptr<journal::Batch> batch;
  UtcTime now;
  std::size_t inputs = 0;
  std::size_t records = 0;
  std::size_t octets = 0;
  Result<void> good{};         // until a change cannot be written
  bool stored = false;         // the commit has succeeded
  bool nodes_changed = false;  // somebody enrolled, or a command may have revoked a node
  std::vector<journal::Tell> notes;
  std::vector<journal::Send> sends;
  std::vector<transport::Packet> enrol_answers;
  std::vector<std::pair<http::Respond, http::Response>> answers;
  std::vector<dispatch::Delivery> deliveries;

  [[nodiscard]] bool is_full() const {
    return inputs >= inputs_per_turn || records >= records_per_turn || octets >= octets_per_turn;
  }

  void take(journal::Effects&& effects) {
    for (const journal::Effect& effect : effects) {
      if (const auto* put = std::get_if<journal::Put>(&effect)) octets += put->record.size();
      records += std::holds_alternative<journal::Put>(effect) || std::holds_alternative<journal::Erase>(effect);
      loop.feed_.note(effect);
    }
    auto rest = journal::apply(std::move(effects), *batch);
    if (!rest) {
      good = fail(std::move(rest));
      return;
    }
    for (journal::Effect& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) sends.push_back(std::move(*send));
      if (auto* tell = std::get_if<journal::Tell>(&effect)) notes.push_back(std::move(*tell));
    }
  }
};

namespace {

// What only a coordinator says.
struct IsForNodes {
  template <class Kind>
  bool operator()(const Kind&) const {
    return false;
  }
  bool operator()(const model::Welcome&) const { return true; }
  bool operator()(const model::Refuse&) const { return true; }
  bool operator()(const model::Ack&) const { return true; }
  bool operator()(const model::Orders&) const { return true; }
  bool operator()(const model::BlobChunk&) const { return true; }
  bool operator()(const model::Pong&) const { return true; }
  bool operator()(const model::Enrolled&) const { return true; }
  bool operator()(const model::Resync&) const { return true; }
};

}  // namespace

Loop::Loop(journal::Store& store, crypto::KeyPair signing, Outlets outlets)
    : store_(store), coordinator_(signing, {}, outlets.try_event), outlets_(std::move(outlets)) {}

void Loop::on_packets(std::vector<transport::Packet> packets) {
  std::size_t dropped = 0;
  {
    const std::lock_guard lock{mutex_};
    for (transport::Packet& packet : packets) {
      if (inputs_.packets.size() >= frames_max || inputs_.octets + packet.frame.size() > frame_octets_max) {
        ++dropped;
        continue;
      }
      inputs_.octets += packet.frame.size();
      inputs_.packets.push_back(std::move(packet));
    }
  }
  if (dropped > 0) log::warning("{} frames dropped: the queue is full; their nodes will send them again", dropped);
  work_.notify_one();
}

void Loop::on_enrol_packets(std::vector<transport::Packet> packets) {
  for (transport::Packet& packet : packets) {
    if (packet.frame.size() > enrolment_octets_max) {
      refuse_enrolment(packet.peer,
                       fmt::format("{} octets, at most {} are allowed", packet.frame.size(), enrolment_octets_max));
      continue;
    }
    std::unique_lock lock{mutex_};
    if (inputs_.enrolments.size() < enrolments_max) {
      inputs_.enrolments.push_back(std::move(packet));
      continue;
    }
    lock.unlock();
    refuse_enrolment(packet.peer, "too many wait; try again later");
  }
  work_.notify_one();
}

void Loop::refuse_enrolment(const std::string& peer, const std::string& why) {
  note({.who = {}, .from = peer, .what = "enrol", .why = "malformed"});
  std::uint64_t before = 0;
  {
    const std::lock_guard lock{mutex_};
    before = refused_enrolments_++;
    const UtcTime now = monotonic_clock();
    if (now < next_refusal_log_) return;
    next_refusal_log_ = now + refusal_log_interval;
  }
  log::warning("enrolment of key {} refused: {} ({} refused before)", peer, why, before);
}

bool Loop::post(board::Command command) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || inputs_.commands.size() >= commands_max) return false;
    inputs_.commands.push_back(std::move(command));
  }
  work_.notify_one();
  return true;
}

std::vector<Session> Loop::sessions() const {
  const std::lock_guard lock{mutex_};
  return sessions_;
}

void Loop::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  work_.notify_one();
}

void Loop::stop_damaged(const std::string& what) {
  log::error("the store is damaged: {}", what);
  {
    const std::lock_guard lock{mutex_};
    damaged_ = true;
  }
  stop();
}

bool Loop::run(const Arrival& arrival) {
  {
    pass("coordinator.start");
    Turn first{.loop = *this, .batch = store_.write(), .now = wall_clock()};
    journal::Draft draft{*first.batch};
    coordinator_.on_start(draft, arrival.secret);
    if (arrival.next_curve) coordinator_.announce(arrival.next_curve->public_key, arrival.next_curve->from);
    if (arrival.put_back) coordinator_.on_restored(draft, arrival.generation, first.now);
    first.take(draft.take());
    first.nodes_changed = true;
    if (!finish(first)) return false;
    if (!first.stored) return false;  // what it has decided is not decided again
  }
  bool jobs_wait = true;
  while (wait_for_work(jobs_wait)) {
    if (!turn(jobs_wait)) return false;
  }
  const std::lock_guard lock{mutex_};
  return !damaged_;
}

// Sleeps until there is something to do; false when the loop is to end.
bool Loop::wait_for_work(bool jobs_wait) {
  const UtcTime now = wall_clock();
  const UtcTime wake = std::min(coordinator_.wake_at(), now + sleep_max);
  std::unique_lock lock{mutex_};
  if (const Milliseconds wait = try_again_ - monotonic_clock(); wait > Milliseconds{0}) {
    work_.wait_for(lock, wait, [this] { return stopping_ || !inputs_.commands.empty(); });
    return !stopping_;
  }
  const auto has_work = [this] { return stopping_ || !inputs_.empty(); };
  if (!jobs_wait && wake > now) work_.wait_for(lock, wake - now, has_work);
  return !stopping_;
}

bool Loop::turn(bool& jobs_wait) {
  pass("coordinator.turn");
  Turn turn{.loop = *this, .batch = store_.write(), .now = wall_clock()};
  try {
    decide(turn, jobs_wait);
    if (turn.records > 0) pass("coordinator.decided");
    return finish(turn);
  } catch (const journal::Damage& damage) {
    give_up(turn, damage.what());
    return false;
  }
}

// Whoever waits is answered with what is true: the commit may have succeeded before the damage was met.
void Loop::give_up(Turn& turn, const std::string& what) {
  stop_damaged(what);
  outlets_.events_done();  // the store is to blame, and no event
  for (auto& [respond, response] : turn.answers) {
    respond(turn.stored ? std::move(response) : service::store_damaged());
  }
}

void Loop::decide(Turn& turn, bool& jobs_wait) {
  const bool has_room = monotonic_clock() >= try_again_;
  while (turn.good && !turn.is_full() && take_next(turn, has_room)) ++turn.inputs;
  if (!has_room) return;  // people are answered, everything else waits
  if (turn.good && !turn.is_full()) {
    journal::Draft draft{*turn.batch};
    jobs_wait = coordinator_.tick(draft, turn.now);
    if (outlets_.deliver) turn.deliveries = coordinator_.deliveries(draft, turn.now);
    turn.take(draft.take());
  }
  if (turn.good) turn.take(coordinator_.pump(*turn.batch, turn.now));
  if (!turn.good || outlets_.security == nullptr) return;
  journal::Draft draft{*turn.batch};
  outlets_.security->write(draft, turn.now);
  turn.take(draft.take());
}

void Loop::note(service::Attempt attempt) {
  if (outlets_.security != nullptr) outlets_.security->note(std::move(attempt), wall_clock());
}

// What nodes are told that they may not do; written with one of the next turns.
void Loop::note_refused(const Turn& turn) {
  for (const journal::Send& send : turn.sends) {
    const auto* refuse = std::get_if<model::Refuse>(&send.message);
    if (refuse == nullptr) continue;
    const auto key = keys_.find(send.to);
    note({.who = fmt::format("node {}", send.to.value()),
          .from = key == keys_.end() ? std::string{} : key->second,
          .what = "message",
          .why = model::name_of(refuse->reason)});
  }
}

// One input; commands first, because a person waits for them, and without room nothing else. False when there is none.
bool Loop::take_next(Turn& turn, bool has_room) {
  std::optional<board::Command> command;
  std::optional<transport::Packet> enrolment;
  std::optional<transport::Packet> packet;
  {
    const std::lock_guard lock{mutex_};
    const auto pop = [](auto& queue, auto& place) {
      if (queue.empty()) return false;
      place = std::move(queue.front());
      queue.pop_front();
      return true;
    };
    if (!pop(inputs_.commands, command)) {
      if (!has_room || (!pop(inputs_.enrolments, enrolment) && !pop(inputs_.packets, packet))) return false;
    }
    if (packet) inputs_.octets -= packet->frame.size();
  }
  if (command) take_command(turn, std::move(*command));
  if (enrolment) take_enrolment(turn, *enrolment);
  if (packet) take_packet(turn, *packet);
  return true;
}

void Loop::tell(const std::string& about, const std::string& note) {
  if (const auto line = telling_.line(about, note, monotonic_clock())) log::warning("{}", *line);
}

void Loop::take_packet(Turn& turn, const transport::Packet& packet) {
  const auto node = by_key_.find(packet.peer);
  if (node == by_key_.end()) return;  // revoked while this was under way
  const auto envelope = wire::decode_envelope(packet.frame);
  if (fails_at("coordinator.message")) return;  // as if it had been lost on the way
  if (!envelope) {
    note({.who = fmt::format("node {}", node->second.id.value()),
          .from = packet.peer,
          .what = "message",
          .why = "malformed"});
    return tell(fmt::format("node {}", node->second.id.value()), to_text(envelope.error()));
  }
  journal::Draft draft{*turn.batch};
  // A command of this turn may have revoked it.
  if (const auto known = tables::node(draft, node->second.id); !known || known->is_revoked()) {
    return note({.who = fmt::format("node {}", node->second.id.value()),
                 .from = packet.peer,
                 .what = "message",
                 .why = "revoked_key"});
  }
  if (std::visit(IsForNodes{}, envelope->message)) {
    note({.who = fmt::format("node {}", node->second.id.value()),
          .from = packet.peer,
          .what = model::name_of(envelope->message),
          .why = "not_of_a_node"});
  }
  keys_[node->second.id] = packet.peer;
  coordinator_.on_message(draft, node->second, envelope->message, turn.now, envelope->session);
  turn.take(draft.take());
}

void Loop::take_enrolment(Turn& turn, const transport::Packet& packet) {
  const auto message = wire::decode_message(packet.frame);
  if (!message) return refuse_enrolment(packet.peer, to_text(message.error()));
  const auto* request = std::get_if<model::Enrol>(&*message);
  // The key that is enrolled must be the one that speaks, or a ticket would work for somebody else's key.
  if (request == nullptr || request->curve_key != packet.peer) {
    return refuse_enrolment(packet.peer, "no request, or one for another key");
  }
  if (fails_at("coordinator.enrolment")) return;
  journal::Draft draft{*turn.batch};
  const model::Message answer = coordinator_.on_enrol(draft, *request, turn.now);
  if (std::holds_alternative<model::Refuse>(answer)) {
    note({.who = {}, .from = packet.peer, .what = "enrol", .why = "bad_ticket"});
  }
  turn.take(draft.take());
  turn.nodes_changed = true;
  turn.enrol_answers.push_back({.peer = packet.peer, .frame = wire::encode(answer)});
}

void Loop::take_command(Turn& turn, board::Command command) {
  journal::Draft draft{*turn.batch};
  // Before the decision, which may meet damage: then it is answered as well.
  auto& response = turn.answers.emplace_back(std::move(command.respond), http::Response{}).second;
  response = command.decide(coordinator_, draft, turn.now);
  constexpr int first_refusal = 400;
  if (response.status < first_refusal) turn.take(draft.take());
  turn.nodes_changed = true;
}

// Commits, and lets out what waited for it. False when nothing can be worked on any more.
bool Loop::finish(Turn& turn) {
  const Result<void> stored = commit(turn);
  turn.batch.reset();
  if (outlets_.security != nullptr) outlets_.security->written(stored.has_value());
  if (!stored) return drop(turn, stored.error());
  turn.stored = true;
  for (const journal::Tell& note : turn.notes) tell(note.about, note.note);
  if (turn.records > 0 && try_again_ != UtcTime{} && monotonic_clock() >= try_again_) {
    log::info("there is room again: work goes on");
    try_again_ = {};
  }
  outlets_.events_done();
  if (turn.records > 0) pass("coordinator.committed");
  if (coordinator_.take_new_generation()) {
    const bool noted =
        !fails_at("coordinator.generation") && outlets_.note_generation(tables::numbers(*store_.read()).generation);
    if (!noted) return false;
  }
  // Before the answers: a node that hears "enrolled" may come at once, and a person who revoked one relies on it.
  if (coordinator_.take_keys_replaced() || turn.nodes_changed || turn.now > next_expiry_) {
    pass("coordinator.nodes");
    know_nodes(*store_.read(), turn.now);
  }
  publish();
  note_refused(turn);
  hand_over(turn);
  return true;
}

// Nothing of this turn has happened: nodes say again what nobody acknowledges. False when the outcome is unknown, or
// when it would be the same another time.
bool Loop::drop(Turn& turn, const Error& error) {
  outlets_.events_done();
  const bool lacks_room = error.code == ErrorCode::storage && !store_.figures().stopped;
  if (!lacks_room || try_again_ == UtcTime{}) log::error("{}", to_text(error));
  for (auto& [respond, response] : turn.answers) {
    respond(lacks_room ? http::problem(503, "no_room", "空间不足，未能保存；腾出空间后自动恢复，请稍后重试")
                       : http::problem(503, "not_stored", "未能保存；请检查磁盘，程序即将停止"));
  }
  if (!lacks_room) return false;
  if (monotonic_clock() >= try_again_) try_again_ = monotonic_clock() + room_wait;  // people do not put it off
  coordinator_.on_not_stored(turn.deliveries);
  publish();
  return true;
}

Result<void> Loop::commit(Turn& turn) {
  if (!turn.good || turn.records == 0) return turn.good;
  if (fails_at("coordinator.commit")) return fail(ErrorCode::storage, "a change could not be written: failpoint");
  const auto begun = std::chrono::steady_clock::now();
  auto stored = turn.batch->commit();
  if (outlets_.commits != nullptr) outlets_.commits->note(std::chrono::steady_clock::now() - begun);
  return stored;
}

// Everything that had to wait for the commit.
void Loop::hand_over(Turn& turn) {
  std::vector<transport::Packet> packets;
  for (journal::Send& send : turn.sends) {
    const auto key = keys_.find(send.to);
    if (key != keys_.end()) packets.push_back({.peer = key->second, .frame = wire::encode(send.message, send.session)});
  }
  if (!packets.empty()) {
    if (!fails_at("coordinator.send")) outlets_.send(std::move(packets));
    pass("coordinator.sent");
  }
  if (!turn.enrol_answers.empty() && !fails_at("coordinator.enrolled")) {
    outlets_.send_enrol(std::move(turn.enrol_answers));
  }
  if (!turn.answers.empty()) pass("coordinator.answer");
  for (auto& [respond, response] : turn.answers) respond(std::move(response));
  if (!turn.answers.empty()) pass("coordinator.answered");
  if (!turn.deliveries.empty()) outlets_.deliver(std::move(turn.deliveries));
  if (outlets_.live != nullptr) {
    feed_.tell(*outlets_.live, monotonic_clock());
    outlets_.live->tick(monotonic_clock());
  }
}

void Loop::know_nodes(const journal::View& store, UtcTime now) {
  std::map<std::string, model::NodeEntry> live;
  std::map<model::NodeId, std::string> keys;
  next_expiry_ = UtcTime::max();
  for (model::NodeEntry& node : tables::nodes(store)) {
    if (node.is_revoked()) continue;
    for (const model::FormerKeys& former : node.former) {
      if (now > former.until) continue;
      live.emplace(former.curve_key, node);
      next_expiry_ = std::min(next_expiry_, former.until);
    }
    live.emplace(node.curve_key, node);
    const auto spoke = keys_.find(node.id);
    const bool may_go_on = spoke != keys_.end() && live.contains(spoke->second);
    keys.emplace(node.id, may_go_on ? spoke->second : node.curve_key);
  }
  for (const auto& [key, node] : live) {
    if (!by_key_.contains(key)) outlets_.allow(key);
  }
  for (const auto& [key, node] : by_key_) {
    if (!live.contains(key)) outlets_.revoke(key);
  }
  by_key_ = std::move(live);
  keys_ = std::move(keys);
}

void Loop::publish() {
  auto sessions = coordinator_.sessions();
  const auto same = [](const Session& a, const Session& b) {
    const bool agree = (a.clock_ahead == Milliseconds{0}) == (b.clock_ahead == Milliseconds{0});
    return a.node == b.node && a.open == b.open && agree;
  };
  const std::lock_guard lock{mutex_};
  if (!std::ranges::equal(sessions, sessions_, same)) feed_.note("nodes");
  sessions_ = std::move(sessions);
}

}  // namespace lab::coordinator::app
