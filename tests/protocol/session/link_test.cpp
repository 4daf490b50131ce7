// Both ends of the link over a network that loses, repeats and reorders, with processes that die between turns: in the
// end the coordinator holds every event of the node, the node every order, once and in order.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <deque>
#include <memory>
#include <random>

#include "protocol/journal/store.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using namespace std::chrono_literals;
using model::Message;

const model::NodeId node_id{5};

std::vector<Message> commit(journal::Store& store, journal::Effects effects) {
  auto batch = store.write();
  auto rest = journal::apply(std::move(effects), *batch);
  EXPECT_TRUE(rest && batch->commit());
  std::vector<Message> messages;
  for (auto& effect : *rest) {
    if (auto* send = std::get_if<journal::Send>(&effect)) messages.push_back(std::move(send->message));
  }
  return messages;
}

struct World {
  explicit World(std::uint64_t seed) : random(seed) {
    const auto view = node_store->read();
    journal::Draft draft{*view};
    set_identity(
        draft, {.node = node_id, .laboratory = model::LaboratoryId{1}, .coordinator_key = coordinator_keys.public_key});
    commit(*node_store, draft.take());
    restart_node();
    restart_coordinator();
  }

  bool chance(int percent) { return static_cast<int>(random() % 100) < percent; }

  void restart_node() {
    node = std::make_unique<NodeLink>(
        NodeLink::Options{.signing_key = node_keys.secret_key, .build = "test", .boot = random()});
    to_node.clear();
    post(to_coordinator, commit(*node_store, node->on_linked(*node_store->read(), {}, now)));
  }

  void restart_coordinator() {
    coordinator = std::make_unique<CoordinatorLink>(
        node_id,
        CoordinatorLink::Options{.signing_key = coordinator_keys.secret_key, .generation = 1, .reference = {}});
    to_coordinator.clear();
  }

  // Loses, repeats and reorders while the weather is bad.
  void post(std::deque<Message>& queue, std::vector<Message> messages) {
    for (Message& message : messages) {
      if (bad_weather && chance(20)) continue;
      if (bad_weather && chance(10)) queue.push_back(message);
      const auto place = bad_weather && chance(20) ? random() % (queue.size() + 1) : queue.size();
      queue.insert(queue.begin() + static_cast<std::ptrdiff_t>(place), std::move(message));
    }
  }

  void node_turn() {
    const auto view = node_store->read();
    journal::Draft draft{*view};
    if (!to_node.empty()) {
      const Message message = std::move(to_node.front());
      to_node.pop_front();
      const Delivery delivery = node->on_message(draft, message, now);
      if (const auto* orders = std::get_if<NewOrders>(&delivery)) {
        for (const auto& order : orders->orders) received_orders.push_back(order.sequence);
      }
    }
    if (events_made < events_wanted && chance(30)) {
      append(draft, {.person = model::PersonId{"p"}, .what = model::Incident{fmt::format("event {}", ++events_made)}},
             now);
    }
    auto messages = commit(*node_store, draft.take());
    for (auto& more : commit(*node_store, node->pump(*node_store->read(), now))) messages.push_back(std::move(more));
    post(to_coordinator, std::move(messages));
  }

  void take(journal::Draft& draft, const model::Events& events) {
    coordinator->on_orders_held(draft, events.orders, now);
    const auto taken = take_events(draft, entry(), events);
    if (const auto* refuse = std::get_if<model::Refuse>(&taken)) {
      ADD_FAILURE() << refuse->explanation;
      return;
    }
    draft.send(node_id, model::Ack{.incarnation = 1, .upto = cursor(draft, node_id, 1).sequence});
  }

  void coordinator_turn() {
    const auto view = coordinator_store->read();
    journal::Draft draft{*view};
    if (!to_coordinator.empty()) {
      const Message message = std::move(to_coordinator.front());
      to_coordinator.pop_front();
      if (const auto* hello = std::get_if<model::Hello>(&message)) coordinator->on_hello(draft, *hello, now);
      if (const auto* held = std::get_if<model::OrdersAck>(&message))
        coordinator->on_orders_held(draft, held->upto, now);
      if (const auto* ping = std::get_if<model::Ping>(&message)) coordinator->on_ping(draft, *ping, ping->clock);
      if (const auto* events = std::get_if<model::Events>(&message)) take(draft, *events);
    }
    if (orders_made < orders_wanted && chance(30)) {
      append_order(draft, node_id, model::Revocation{.reason = fmt::format("order {}", ++orders_made)}, now);
    }
    auto messages = commit(*coordinator_store, draft.take());
    for (auto& more : commit(*coordinator_store, coordinator->pump(*coordinator_store->read(), now))) {
      messages.push_back(std::move(more));
    }
    post(to_node, std::move(messages));
  }

  model::NodeEntry entry() const {
    return {.id = node_id, .signing_key = Bytes(node_keys.public_key.begin(), node_keys.public_key.end())};
  }

  bool is_quiet() const {
    return events_made == events_wanted && orders_made == orders_wanted &&
           acknowledged(*node_store->read()) == events_wanted &&
           order_progress(*coordinator_store->read(), node_id).acknowledged == orders_wanted;
  }

  std::mt19937_64 random;
  UtcTime now = from_unix_ms(1'370'000'000'000);
  bool bad_weather = true;
  crypto::KeyPair node_keys = crypto::make_key_pair();
  crypto::KeyPair coordinator_keys = crypto::make_key_pair();
  std::unique_ptr<journal::Store> node_store = journal::make_memory_store();
  std::unique_ptr<journal::Store> coordinator_store = journal::make_memory_store();
  std::unique_ptr<NodeLink> node;
  std::unique_ptr<CoordinatorLink> coordinator;
  std::deque<Message> to_node;
  std::deque<Message> to_coordinator;
  std::uint64_t events_wanted = 150;
  std::uint64_t events_made = 0;
  std::uint64_t orders_wanted = 60;
  std::uint64_t orders_made = 0;
  std::vector<std::uint64_t> received_orders;
};

void expect_everything_arrived_once(const World& world) {
  const auto at_node = world.node_store->read();
  const auto at_coordinator = world.coordinator_store->read();
  for (std::uint64_t sequence = 1; sequence <= world.events_wanted; ++sequence) {
    const auto made = event_bytes(*at_node, 1, sequence);
    ASSERT_TRUE(made);
    EXPECT_EQ(held_event(*at_coordinator, node_id, 1, sequence), made) << "event " << sequence;
  }
  EXPECT_EQ(cursor(*at_coordinator, node_id, 1), stream_head(*at_node));
  ASSERT_EQ(world.received_orders.size(), world.orders_wanted);
  for (std::uint64_t i = 0; i < world.orders_wanted; ++i) EXPECT_EQ(world.received_orders[i], i + 1);
}

class LinkUnderFaults : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(LinkUnderFaults, DeliversEveryEventAndOrderOnceAndInOrder) {
  World world{GetParam()};
  for (int turn = 0; turn < 200'000 && !world.is_quiet(); ++turn) {
    if (turn == 4'000) world.bad_weather = false;  // from here on only progress can be the answer
    if (world.bad_weather && world.chance(1)) world.restart_node();
    if (world.bad_weather && world.chance(1)) world.restart_coordinator();
    world.now += Milliseconds{world.random() % 100};
    if (world.chance(50)) {
      world.node_turn();
    } else {
      world.coordinator_turn();
    }
  }
  ASSERT_TRUE(world.is_quiet()) << "seed " << GetParam();
  expect_everything_arrived_once(world);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LinkUnderFaults, ::testing::Range<std::uint64_t>(1, 41));

class Intake : public ::testing::Test {
 protected:
  // Three events of the node, signed, as one message.
  model::Events three_events() {
    const auto before = world.node_store->read();
    journal::Draft draft{*before};
    for (int i = 0; i < 3; ++i) append(draft, {.what = model::Incident{fmt::format("{}", i)}}, world.now);
    commit(*world.node_store, draft.take());
    const auto view = world.node_store->read();
    model::Events events{.incarnation = 1, .first = 1};
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence)
      events.events.push_back(*event_bytes(*view, 1, sequence));
    sign(events, stream_head(*view));
    return events;
  }

  void sign(model::Events& events, const model::StreamHead& head) {
    const auto signature = crypto::sign(wire::head_to_sign(node_id, head), world.node_keys.secret_key);
    events.signature.assign(signature.begin(), signature.end());
  }

  std::variant<std::vector<Accepted>, model::Refuse, Evidence> take(const model::Events& events) {
    const auto view = world.coordinator_store->read();
    journal::Draft draft{*view};
    auto taken = take_events(draft, world.entry(), events);
    commit(*world.coordinator_store, draft.take());
    return taken;
  }

  std::uint64_t held() { return cursor(*world.coordinator_store->read(), node_id, 1).sequence; }

  World world{1};
};

TEST_F(Intake, TakesASignedRunOfEventsOnce) {
  const auto events = three_events();
  EXPECT_EQ(std::get<0>(take(events)).size(), 3u);
  EXPECT_EQ(std::get<0>(take(events)).size(), 0u);
  EXPECT_EQ(held(), 3u);
}

TEST_F(Intake, RefusesAWrongSignatureAndKeepsNothing) {
  auto events = three_events();
  events.signature[5] ^= 1;
  ASSERT_TRUE(std::holds_alternative<model::Refuse>(take(events)));
  EXPECT_EQ(held(), 0u);
  EXPECT_EQ(held_event(*world.coordinator_store->read(), node_id, 1, 1), std::nullopt);
}

TEST_F(Intake, RefusesABrokenChain) {
  auto events = three_events();
  std::swap(events.events[0], events.events[1]);
  EXPECT_EQ(std::get<model::Refuse>(take(events)).reason, model::RefuseReason::bad_signature);
  EXPECT_EQ(held(), 0u);
}

// In its place and signed, and written after another event than the one that is held there.
TEST_F(Intake, RefusesAnEventThatDoesNotFollowFromTheOneBeforeIt) {
  auto events = three_events();
  auto last = *wire::decode_event(events.events[2]);
  last.previous = crypto::sha256("another event");
  events.events[2] = wire::encode(last);
  sign(events, {.incarnation = 1, .sequence = 3, .hash = crypto::sha256(events.events[2])});
  EXPECT_EQ(std::get<model::Refuse>(take(events)).reason, model::RefuseReason::bad_signature);
  EXPECT_EQ(held(), 0u);
}

TEST_F(Intake, RefusesADifferentEventAtAHeldPlace) {
  const auto events = three_events();
  take(events);
  auto forged = events;
  forged.events[2] = forged.events[1];
  EXPECT_EQ(std::get<model::Refuse>(take(forged)).reason, model::RefuseReason::bad_signature);
  EXPECT_EQ(fork_count(*world.coordinator_store->read(), node_id), 0u) << "only what is signed is evidence";
}

TEST_F(Intake, KeepsASignedEventAtAHeldPlaceAsEvidenceAndCountsItNever) {
  const auto events = three_events();
  take(events);
  // The same node from a backup of before the third event: another third one.
  model::Events forked = events;
  auto other = *wire::decode_event(events.events[2]);
  other.what = model::Incident{"written after the store was put back"};
  forked.events[2] = wire::encode(other);
  sign(forked, {.incarnation = 1, .sequence = 3, .hash = crypto::sha256(forked.events[2])});
  const auto evidence = std::get<Evidence>(take(forked));
  EXPECT_EQ(evidence.events, 1u);
  EXPECT_FALSE(evidence.beyond_seal);
  take(forked);
  const auto view = world.coordinator_store->read();
  const auto kept = forks(*view, node_id);
  ASSERT_EQ(kept.size(), 1u) << "the same evidence is kept once";
  EXPECT_EQ(kept[0].sequence, 3u);
  EXPECT_EQ(kept[0].event, forked.events[2]);
  EXPECT_EQ(held_event(*view, node_id, 1, 3), events.events[2]);
}

TEST_F(Intake, TakesNothingMoreIntoAnIncarnationThatHasEnded) {
  const auto events = three_events();
  auto first = events;
  first.events.resize(2);
  sign(first, {.incarnation = 1, .sequence = 2, .hash = crypto::sha256(first.events[1])});
  take(first);
  const auto view = world.coordinator_store->read();
  journal::Draft draft{*view};
  set_standing(draft, node_id, {.incarnation = 2});
  commit(*world.coordinator_store, draft.take());
  EXPECT_TRUE(std::get<Evidence>(take(events)).beyond_seal);
  EXPECT_EQ(held(), 2u);
  EXPECT_EQ(forks(*world.coordinator_store->read(), node_id).at(0).event, events.events[2]);
}

TEST_F(Intake, IgnoresAGapAndAsksFromTheCursor) {
  auto events = three_events();
  events.events.erase(events.events.begin());
  events.first = 2;
  EXPECT_TRUE(std::get<0>(take(events)).empty());
  EXPECT_EQ(held(), 0u);
}

TEST_F(Intake, KeepsAnEventItCannotReadAndSaysSo) {
  auto events = three_events();
  events.events.push_back(Bytes(24, '\x7F'));
  sign(events, {.incarnation = 1, .sequence = 4, .hash = crypto::sha256(events.events.back())});
  const auto taken = std::get<0>(take(events));
  ASSERT_EQ(taken.size(), 4u);
  EXPECT_FALSE(taken[3].event);
  EXPECT_FALSE(taken[3].problem.empty());
  EXPECT_EQ(held_event(*world.coordinator_store->read(), node_id, 1, 4), events.events.back());
}

TEST_F(Intake, RefusesAnIncarnationThatWasNeverGivenOut) {
  auto events = three_events();
  events.incarnation = 2;
  EXPECT_EQ(std::get<model::Refuse>(take(events)).reason, model::RefuseReason::resync_needed);
}

}  // namespace
}  // namespace lab::session
