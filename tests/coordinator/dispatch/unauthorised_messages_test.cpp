// Messages that must change nothing: of a node whose key was revoked, outside a session, that only a coordinator may
// say, forged, and sent a second time. Unknown keys do not come so far (tests/protocol/transport).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "coordinator/tables/registry.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;

// One of every kind, as far as the bench can make it.
std::vector<model::Message> of_every_kind(const Bench& bench) {
  const Bytes block(64, 'x');
  return {model::Hello{.build = "b", .streams = {{1, bench.size(), {}}}, .boot = 99},
          bench.all_events(),
          model::OrdersAck{1},
          model::BlobWant{.hash = crypto::sha256("x"), .offset = 0},
          model::Ping{},
          model::ResyncRequest{},
          model::Inventory{.serials = {{{13, model::ProgrammeCode{"NCP"}}, 99'999}}, .blocks = {}},
          model::Enrol{.ticket = "t", .curve_key = "k", .signing_key = block, .name = "n"},
          model::Welcome{.generation = 9},
          model::Refuse{},
          model::Ack{.incarnation = 1, .upto = 1'000},
          model::Orders{.generation = 9, .orders = {block}, .signature = block},
          model::Resync{.incarnation = 9},
          model::BlobChunk{},
          model::Pong{},
          model::Enrolled{.node = model::NodeId{1}}};
}

struct Scene {
  Scene() {
    world.add_laboratory(1);
    world.add_laboratory(2);
    bench.emplace(world.enrol(1));
    other.emplace(world.enrol(2));
    world.dispatched_plan({cell(4)});
    for (const model::Grant& grant : world.grants_of(*bench)) bench->conclude(grant, model::SampleOutcome::pass);
  }
  // What was said in answer; fails when anything was stored.
  Messages without_effect(const Bench& from, const model::Message& message, std::uint64_t session = 0) {
    const Bytes before = world.everything();
    const auto node = *coordinator::tables::node(*world.view(), from.id());
    world.turn([&](journal::Draft& draft) { world.coordinator.on_message(draft, node, message, world.now, session); });
    EXPECT_EQ(world.everything(), before) << model::name_of(message);
    ++attempts;
    return world.said;
  }

  World world;
  std::optional<Bench> bench;
  std::optional<Bench> other;
  std::uint64_t attempts = 0;
};

TEST(UnauthorisedMessages, OfARevokedNodeAreNotAnswered) {
  Scene scene;
  scene.world.deliver(*scene.bench, model::Hello{.build = "b", .streams = {{1, 12, {}}}, .boot = 1});
  scene.world.turn([&](journal::Draft& draft) {
    return scene.world.coordinator.on_node_revoked(draft, scene.bench->id(), "stolen", scene.world.now);
  });
  for (const std::uint64_t session : {0U, 1U, 77U}) {
    for (const model::Message& message : of_every_kind(*scene.bench)) {
      EXPECT_TRUE(scene.without_effect(*scene.bench, message, session).empty()) << model::name_of(message);
    }
  }
  EXPECT_EQ(scene.attempts, 3 * std::variant_size_v<model::Message>);
}

TEST(UnauthorisedMessages, OutsideASessionAreAnsweredWithTheWayIn) {
  Scene scene;
  for (const model::Message& message : of_every_kind(*scene.bench)) {
    if (std::holds_alternative<model::Hello>(message) || std::holds_alternative<model::Events>(message)) continue;
    const Messages said = scene.without_effect(*scene.bench, message, 5);
    ASSERT_EQ(said.size(), 1U) << model::name_of(message);
    EXPECT_EQ(std::get<model::Refuse>(said.front().second).reason, model::RefuseReason::no_session);
  }
}

// As a copy of the station would, whose own HELLO was refused.
TEST(UnauthorisedMessages, ThatNameNoSessionAreNotHeardBesideOneThatIsOpen) {
  Scene scene;
  const auto node = *coordinator::tables::node(*scene.world.view(), scene.bench->id());
  scene.world.turn([&](journal::Draft& draft) {
    const model::Hello hello{.build = "b", .streams = {{1, scene.bench->size(), {}}}, .boot = 1};
    scene.world.coordinator.on_message(draft, node, hello, scene.world.now, 70);
  });
  for (const model::Message& message : of_every_kind(*scene.bench)) {
    if (std::holds_alternative<model::Hello>(message) || std::holds_alternative<model::Events>(message)) continue;
    const Messages said = scene.without_effect(*scene.bench, message, 0);
    ASSERT_EQ(said.size(), 1U) << model::name_of(message);
    EXPECT_EQ(std::get<model::Refuse>(said.front().second).reason, model::RefuseReason::no_session);
  }
}

TEST(UnauthorisedMessages, ThatOnlyACoordinatorSaysAreIgnored) {
  Scene scene;
  for (const model::Message& message : of_every_kind(*scene.bench)) {
    if (message.index() < model::Message{model::Welcome{}}.index()) continue;
    const bool is_of_a_node =
        std::holds_alternative<model::ResyncRequest>(message) || std::holds_alternative<model::Inventory>(message);
    if (is_of_a_node) continue;
    EXPECT_TRUE(scene.without_effect(*scene.bench, message).empty()) << model::name_of(message);
  }
}

TEST(UnauthorisedMessages, WithAnyOctetOfTheSignatureForgedAreRefused) {
  Scene scene;
  const model::Events good = scene.bench->all_events();
  for (std::size_t i = 0; i < good.signature.size() * 8; ++i) {
    model::Events forged = good;
    forged.signature[i / 8] = static_cast<char>(static_cast<unsigned char>(forged.signature[i / 8]) ^ (1U << (i % 8)));
    const Messages said = scene.without_effect(*scene.bench, forged);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(std::get<model::Refuse>(said.front().second).reason, model::RefuseReason::bad_signature);
  }
  for (const std::size_t size : {0U, 1U, 63U, 65U}) {
    model::Events forged = good;
    forged.signature.resize(size, 'x');
    scene.without_effect(*scene.bench, forged);
  }
  // Of another laboratory, under its own key and under this one's name.
  scene.without_effect(*scene.other, good);
  EXPECT_EQ(scene.attempts, 64U * 8 + 4 + 1);
}

TEST(UnauthorisedMessages, WithAnyOctetOfAnEventChangedAreRefused) {
  Scene scene;
  const model::Events good = scene.bench->all_events();
  std::uint64_t tried = 0;
  for (std::size_t event = 0; event < good.events.size(); ++event) {
    for (std::size_t at = 0; at < good.events[event].size(); at += 5) {
      model::Events changed = good;
      changed.events[event][at] = static_cast<char>(static_cast<unsigned char>(changed.events[event][at]) ^ 4U);
      scene.without_effect(*scene.bench, changed);
      ++tried;
    }
  }
  fmt::print("{} changed events, none taken\n", tried);
  EXPECT_GT(tried, 500U);
}

TEST(UnauthorisedMessages, SentASecondTimeChangeNothing) {
  Scene scene;
  const model::Events good = scene.bench->all_events();
  scene.world.acknowledged(*scene.bench, good);
  for (int i = 0; i < 50; ++i) {
    const Messages said = scene.without_effect(*scene.bench, good);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(std::get<model::Ack>(said.front().second).upto, good.events.size());
  }
}

}  // namespace
}  // namespace lab::dispatch
