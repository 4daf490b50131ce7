// Each end of the link alone, against messages that its other end would not send, or sent before it forgot them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/journal/store.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/node_link.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

using model::Message;

const model::NodeId node_id{5};

// A store, a clock, and turns that commit; what they say is collected.
class End : public ::testing::Test {
 protected:
  template <class Decide>
  void turn(Decide decide) {
    const auto view = store->read();
    journal::Draft draft{*view};
    decide(draft);
    keep(draft.take());
  }
  void keep(journal::Effects effects) {
    auto batch = store->write();
    auto rest = journal::apply(std::move(effects), *batch);
    ASSERT_TRUE(rest && batch->commit());
    for (auto& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) said.push_back(std::move(send->message));
    }
  }
  template <class Kind>
  std::vector<Kind> take_said() {
    std::vector<Kind> found;
    for (const Message& message : std::exchange(said, {})) {
      if (const auto* one = std::get_if<Kind>(&message)) found.push_back(*one);
    }
    return found;
  }

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  UtcTime now = from_unix_ms(1'370'000'000'000);
  crypto::KeyPair coordinator_keys = crypto::make_key_pair();
  std::vector<Message> said;
};

class NodeEnd : public End {
 protected:
  NodeEnd() {
    turn([&](journal::Draft& draft) {
      set_identity(
          draft,
          {.node = node_id, .laboratory = model::LaboratoryId{1}, .coordinator_key = coordinator_keys.public_key});
    });
    keep(link.on_linked(*store->read(), {}, now));
  }

  Delivery hear(const Message& message) {
    Delivery delivery;
    turn([&](journal::Draft& draft) { delivery = link.on_message(draft, message, now); });
    return delivery;
  }
  void welcome(std::uint32_t generation = 1, model::Mode mode = model::Mode::normal) {
    hear(model::Welcome{.generation = generation, .mode = mode, .cursors = {{1, 0, {}}}});
  }
  void write(int events) {
    turn([&](journal::Draft& draft) {
      for (int i = 0; i < events; ++i) append(draft, {.what = model::Incident{fmt::format("event {}", i)}}, now);
    });
  }
  void pump() { keep(link.pump(*store->read(), now)); }
  [[nodiscard]] Hash hash_of(std::uint64_t sequence) const {
    return crypto::sha256(*event_bytes(*store->read(), 1, sequence));
  }
  [[nodiscard]] model::Orders one_order(std::uint32_t generation, const crypto::KeyPair& keys) const {
    model::Orders orders{
        .generation = generation,
        .orders = {wire::encode(model::Order{.sequence = 1, .at = now, .what = model::Revocation{.reason = "r"}})}};
    const auto signature = crypto::sign(wire::orders_to_sign(node_id, orders), keys.secret_key);
    orders.signature.assign(signature.begin(), signature.end());
    return orders;
  }

  NodeLink link{{.signing_key = crypto::make_key_pair().secret_key, .build = "test", .boot = 7}};
};

TEST_F(NodeEnd, NothingIsAppendedToAStreamThatIsAboutToBeSealed) {
  write(1);
  turn([](journal::Draft& draft) { begin_rehydration(draft); });
  EXPECT_DEATH(write(1), "is_rehydrating");
}

// Damaged where it comes from, it would be sent again as fast as the line allows, for ever.
TEST_F(NodeEnd, AReferenceSetThatArrivesDamagedIsAskedForByTheNextPingAndNotAtOnce) {
  const Bytes good = "reference set";
  hear(model::Welcome{.generation = 1, .cursors = {{1, 0, {}}}, .reference = crypto::sha256(good)});
  EXPECT_EQ(take_said<model::BlobWant>().size(), 1U);
  pump();
  take_said<model::BlobWant>();
  const auto arrives = [&](const Bytes& bytes) {
    return hear(model::BlobChunk{
        .hash = crypto::sha256(good), .offset = 0, .total = static_cast<std::uint64_t>(bytes.size()), .bytes = bytes});
  };
  arrives("another set..");
  EXPECT_TRUE(take_said<model::BlobWant>().empty());
  for (int waits = 0; waits < 3; ++waits) {
    now += ping_every;
    pump();
    const auto wanted = take_said<model::BlobWant>();
    ASSERT_EQ(wanted.size(), 1U);
    EXPECT_EQ(wanted[0].offset, 0U);
    arrives("another set..");
    pump();
    EXPECT_TRUE(take_said<model::BlobWant>().empty());
  }
  EXPECT_TRUE(std::holds_alternative<NewReference>(arrives(good)));
}

TEST_F(NodeEnd, AProvisionalAnswerThatComesAfterTheRecoveryIsNone) {
  welcome(1, model::Mode::recovery);
  write(2);
  pump();
  const model::Ack provisional{.upto = 2, .hash = hash_of(2), .first = 1, .provisional = true};
  hear(provisional);
  hear(model::Welcome{.generation = 1, .cursors = {{1, 2, hash_of(2)}}});
  hear(provisional);  // once more, and late
  take_said<model::Events>();
  pump();
  const auto again = take_said<model::Events>();
  ASSERT_EQ(again.size(), 1U) << "nobody would ever say what became of them";
  EXPECT_EQ(again[0].first, 1U);
  hear(model::Ack{.upto = 2, .hash = hash_of(2), .first = 1});
  EXPECT_EQ(acknowledged(*store->read()), 2U);
}

TEST_F(NodeEnd, AFinalAnswerDoesNotMakeUpForProvisionalOnes) {
  welcome(1, model::Mode::recovery);
  write(3);
  pump();
  hear(model::Ack{.upto = 3, .hash = hash_of(3), .first = 1, .provisional = true});
  write(1);
  pump();
  take_said<model::Events>();
  const auto answer =
      hear(model::Ack{.upto = 4, .notes = {{4, model::Disposition::late}}, .hash = hash_of(4), .first = 4});
  EXPECT_TRUE(std::holds_alternative<std::monostate>(answer)) << "what became of the first three was never said";
  EXPECT_EQ(acknowledged(*store->read()), 0U);
  now += resend_longest;
  pump();
  const auto again = take_said<model::Hello>();  // a minute of silence ends the session as well
  EXPECT_EQ(again.size(), 1U);
  welcome();
  pump();
  const auto events = take_said<model::Events>();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].first, 1U);
  EXPECT_EQ(events[0].events.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<model::Ack>(hear(model::Ack{.upto = 4, .hash = hash_of(4), .first = 1})));
  EXPECT_EQ(acknowledged(*store->read()), 4U);
}

TEST_F(NodeEnd, SendsAgainInTheSameSessionWhatHasNoFinalAnswer) {
  welcome();
  write(3);
  pump();
  hear(model::Ack{.upto = 3, .hash = hash_of(3), .first = 1, .provisional = true});
  write(1);
  pump();
  take_said<model::Events>();
  hear(model::Ack{.upto = 4, .hash = hash_of(4), .first = 4});
  now += resend_patient + resend_patient;
  pump();
  const auto events = take_said<model::Events>();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].first, 1U);
}

TEST_F(NodeEnd, AnAnswerBehindALostOneIsNotTaken) {
  welcome();
  write(4);
  pump();
  hear(model::Ack{.upto = 1, .hash = hash_of(1), .first = 1});
  EXPECT_TRUE(std::holds_alternative<std::monostate>(hear(model::Ack{.upto = 4, .hash = hash_of(4), .first = 3})));
  EXPECT_EQ(acknowledged(*store->read()), 1U);
}

TEST_F(NodeEnd, StopsWhenAnotherEventThanItsOwnIsAcknowledged) {
  welcome();
  write(2);
  pump();
  hear(model::Ack{.upto = 2, .hash = crypto::sha256("another"), .first = 1});
  EXPECT_TRUE(is_rehydrating(*store->read()));
  EXPECT_EQ(acknowledged(*store->read()), 0U);
}

TEST_F(NodeEnd, TakesOrdersOfItsCoordinatorOnly) {
  welcome();
  EXPECT_TRUE(std::holds_alternative<std::monostate>(hear(one_order(1, crypto::make_key_pair()))));
  EXPECT_EQ(orders_state(*store->read()).upto, 0U);
  EXPECT_TRUE(std::holds_alternative<NewOrders>(hear(one_order(1, coordinator_keys))));
  EXPECT_EQ(orders_state(*store->read()).upto, 1U);
}

TEST_F(NodeEnd, TakesOrdersOfItsGenerationOnly) {
  welcome(2);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(hear(one_order(1, coordinator_keys)))) << "void since the restore";
  EXPECT_TRUE(std::holds_alternative<std::monostate>(hear(one_order(3, coordinator_keys)))) << "begins with a WELCOME";
  EXPECT_EQ(orders_state(*store->read()).upto, 0U);
}

TEST_F(NodeEnd, FollowsNoCoordinatorThatKnowsLessThanItHasSeen) {
  welcome(2);
  ASSERT_TRUE(link.is_welcome());
  link.on_unlinked();
  keep(link.on_linked(*store->read(), {}, now));
  welcome(1);
  EXPECT_FALSE(link.is_welcome());
  EXPECT_NE(link.refusal().find("generation 1"), std::string::npos) << link.refusal();
}

class CoordinatorEnd : public End {
 protected:
  void open(std::uint32_t generation) {
    link.emplace(node_id, CoordinatorLink::Options{
                              .signing_key = coordinator_keys.secret_key, .generation = generation, .reference = {}});
  }
  Admission greet(const model::Hello& hello, std::uint64_t session) {
    Admission admission{};
    turn([&](journal::Draft& draft) { admission = link->on_hello(draft, hello, now, session); });
    return admission;
  }
  [[nodiscard]] static model::Hello hello(std::uint64_t boot) {
    return {.build = "test", .streams = {{1, 0, {}}}, .generation = 1, .boot = boot};
  }

  std::optional<CoordinatorLink> link;
};

// What the backup holds and the node never got is nowhere said again: that a task was taken back, for instance.
TEST_F(CoordinatorEnd, AfterARestoreSendsTheOrdersThatTheBackupHadAndTheNodeHadNot) {
  turn([&](journal::Draft& draft) {
    for (int i = 0; i < 3; ++i) append_order(draft, node_id, model::Revocation{.reason = "r"}, now);
    set_standing(draft, node_id, {.incarnation = 1, .orders_base = 3});
  });
  open(2);
  model::Hello first = hello(7);
  first.orders = 1;
  ASSERT_EQ(greet(first, 70), Admission::welcome);
  const auto welcomes = take_said<model::Welcome>();
  ASSERT_EQ(welcomes.size(), 1U);
  EXPECT_EQ(welcomes[0].orders_base, 1U);
  keep(link->pump(*store->read(), now));
  const auto orders = take_said<model::Orders>();
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].orders.size(), 2U);
}

TEST_F(CoordinatorEnd, OrdersThatCameAfterTheBackupAreVoid) {
  turn([&](journal::Draft& draft) {
    append_order(draft, node_id, model::Revocation{.reason = "r"}, now);
    set_standing(draft, node_id, {.incarnation = 1, .orders_base = 1});
  });
  open(2);
  model::Hello first = hello(7);
  first.orders = 6;
  ASSERT_EQ(greet(first, 70), Admission::welcome);
  EXPECT_EQ(take_said<model::Welcome>().at(0).orders_base, 1U);
}

// The next generation would have been 0: every token after it below all before it.
TEST_F(CoordinatorEnd, AGenerationThatNobodyCanHaveHeardOfBeginsNoOther) {
  open(2);
  model::Hello first = hello(7);
  first.generation = UINT32_MAX;
  EXPECT_EQ(greet(first, 70), Admission::refused);
  const auto refusals = take_said<model::Refuse>();
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_NE(refusals[0].explanation.find("4294967295"), std::string::npos) << refusals[0].explanation;
  first.generation = 3;
  EXPECT_EQ(greet(first, 71), Admission::outdated) << "this coordinator was put back, and the node has heard of it";
  EXPECT_EQ(greet(hello(7), 72), Admission::welcome);
}

TEST_F(CoordinatorEnd, ASecondStationWithTheKeyIsKeptOutUntilAPersonChooses) {
  open(1);
  ASSERT_EQ(greet(hello(7), 70), Admission::welcome);
  EXPECT_EQ(greet(hello(8), 80), Admission::refused) << "a copy, beside the first one";
  EXPECT_EQ(take_said<model::Refuse>().at(0).reason, model::RefuseReason::duplicate_session);
  for (int i = 0; i < 4; ++i) {
    now += ping_every;
    turn([&](journal::Draft& draft) { link->on_ping(draft, {.clock = now}, now); });
    EXPECT_EQ(greet(hello(8), 81 + static_cast<std::uint64_t>(i)), Admission::refused);
  }
  EXPECT_EQ(standing(*store->read(), node_id).doubt, Doubt::frozen) << "it goes on, so there are two of them";
  EXPECT_EQ(greet(hello(7), 71), Admission::refused) << "nobody knows which is the right one";
}

TEST_F(CoordinatorEnd, AnOldProgramIsKeptOutOfADoubtLikeAnyOther) {
  const auto old = [](std::uint64_t boot) {
    model::Hello greeting = hello(boot);
    greeting.protocol_min = greeting.protocol_max = 1;
    return greeting;
  };
  open(1);
  ASSERT_EQ(greet(old(7), 0), Admission::welcome);
  EXPECT_TRUE(link->is_current(*store->read(), 0));

  turn([&](journal::Draft& draft) { set_standing(draft, node_id, {.doubt = Doubt::frozen, .boots = {7, 8}}); });
  open(1);  // the coordinator was started again
  EXPECT_FALSE(link->is_current(*store->read(), 0)) << "nobody knows which is the right one";
  EXPECT_EQ(greet(old(8), 0), Admission::refused);
  EXPECT_EQ(greet(old(7), 0), Admission::refused);

  turn([&](journal::Draft& draft) {
    set_standing(draft, node_id, {.doubt = Doubt::decided, .chosen = 7, .boots = {7, 8}});
  });
  EXPECT_EQ(greet(old(8), 0), Admission::refused);
  EXPECT_FALSE(link->is_current(*store->read(), 0)) << "the one that was not chosen";
  EXPECT_EQ(greet(old(7), 0), Admission::welcome);
  EXPECT_TRUE(link->is_current(*store->read(), 0));
  ASSERT_EQ(greet(hello(7), 70), Admission::welcome);
  EXPECT_FALSE(link->is_current(*store->read(), 0)) << "a newer one is here, which names its sessions";
}

TEST_F(NodeEnd, AClockThatIsMinutesFromTheCoordinatorsIsToldOfAndChangesNothing) {
  const auto welcome_at = [&](Milliseconds ahead) {
    hear(model::Welcome{.generation = 1, .cursors = {{1, 0, {}}}, .clock = now - ahead});
  };
  welcome_at(5min);
  EXPECT_EQ(link.clock_ahead(), 0ms) << "that is what a message may take";
  welcome_at(5min + 1ms);
  EXPECT_EQ(link.clock_ahead(), 5min + 1ms);
  EXPECT_TRUE(link.is_welcome());
  hear(model::Pong{.clock = now + 48h});
  EXPECT_EQ(link.clock_ahead(), -48h) << "as it is now";
  hear(model::Pong{.clock = now});
  EXPECT_EQ(link.clock_ahead(), 0ms) << "somebody has set it right";
  hear(model::Pong{.clock = now + 48h});
  link.on_unlinked();
  EXPECT_EQ(link.clock_ahead(), 0ms) << "nothing is known of it without a line";
}

TEST_F(CoordinatorEnd, AClockThatIsMinutesFromOursIsToldOfAndChangesNothing) {
  open(1);
  model::Hello greeting = hello(7);
  ASSERT_EQ(greet(greeting, 70), Admission::welcome);
  EXPECT_EQ(link->clock_ahead(), 0ms) << "one that does not say";
  greeting.clock = now + 6min;
  ASSERT_EQ(greet(greeting, 71), Admission::welcome);
  EXPECT_EQ(link->clock_ahead(), 6min);
  const auto ping = [&](UtcTime clock) {
    turn([&](journal::Draft& draft) { link->on_ping(draft, {.clock = clock}, now); });
  };
  ping(now - 365 * 24h);
  EXPECT_EQ(link->clock_ahead(), -365 * 24h);
  ping(now - 5min);
  EXPECT_EQ(link->clock_ahead(), 0ms);
  EXPECT_TRUE(link->is_open());
}

TEST_F(CoordinatorEnd, AStationThatStartsAgainIsNoCopy) {
  open(1);
  ASSERT_EQ(greet(hello(7), 70), Admission::welcome);
  model::Hello again = hello(8);
  again.previous_boot = 7;
  EXPECT_EQ(greet(again, 80), Admission::welcome);
}

}  // namespace
}  // namespace lab::session
