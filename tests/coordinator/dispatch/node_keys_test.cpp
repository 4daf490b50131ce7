// A node goes on with other keys: signed by the former ones, and by itself; both are accepted for a week.

#include "coordinator/ledger/node_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;

const std::string fresh_curve(40, 'n');

class NodeKeys : public ::testing::Test {
 protected:
  NodeKeys() : bench(enrolled()), former(bench.entry().signing_key) { hello(); }
  Bench enrolled() {
    world.add_laboratory(1);
    return world.enrol(1);
  }
  void hello() { world.deliver(bench, model::Hello{.build = "b", .streams = {{1, bench.size(), {}}}, .boot = 1}); }
  [[nodiscard]] model::NodeEntry node() const { return *tables::node(*world.view(), bench.id()); }
  Messages replace() {
    bench.happen({}, "", bench.replacement(fresh, fresh_curve, former));
    return world.deliver(bench, bench.events(bench.size(), 1));
  }
  // One more event, signed with the bench's key; whether the coordinator takes it.
  bool is_taken() { return is_taken(world.now); }
  bool is_taken(UtcTime at) {
    const std::uint64_t before = session::cursor(*world.view(), bench.id(), 1).sequence;
    bench.happen({}, "", model::Incident{"anything"}, at);
    world.deliver(bench, bench.events(before + 1, 64));
    return session::cursor(*world.view(), bench.id(), 1).sequence == bench.size();
  }
  [[nodiscard]] std::string why_not() const {
    std::string why;
    tables::for_each_exception(*world.view(), model::Disposition::quarantined, {}, [&](const auto& one) {
      why = one.reason;
      return true;
    });
    return why;
  }

  World world;
  Bench bench;
  Bytes former;
  crypto::KeyPair fresh = crypto::make_key_pair();
};

TEST_F(NodeKeys, AreReplacedByTheOnesThatTheFormerHaveSigned) {
  const Messages said = replace();
  EXPECT_EQ(node().signing_key, Bytes{view_of(fresh.public_key)});
  EXPECT_EQ(node().curve_key, fresh_curve);
  ASSERT_EQ(node().former.size(), 1U);
  EXPECT_EQ(node().former[0].signing_key, former);
  EXPECT_EQ(node().former[0].until, world.now + ledger::keys_overlap);
  EXPECT_EQ(tables::node_by_key(*world.view(), fresh_curve)->id, bench.id());
  EXPECT_EQ(tables::node_by_key(*world.view(), bench.entry().curve_key)->id, bench.id()) << "never anybody else's";
  EXPECT_TRUE(world.coordinator.take_keys_replaced()) << "who may connect has changed";
  EXPECT_FALSE(world.coordinator.take_keys_replaced());
  const auto told =
      std::ranges::find_if(said, [](const auto& one) { return std::holds_alternative<model::Welcome>(one.second); });
  ASSERT_NE(told, said.end()) << "the node has to hear that it is known by its new key";
  EXPECT_EQ(std::get<model::Welcome>(told->second).node_key, node().signing_key);
}

TEST_F(NodeKeys, BothAreAcceptedForAWeekAndThenOnlyTheNew) {
  replace();
  EXPECT_TRUE(is_taken()) << "with the former key";
  bench.sign_with(fresh.secret_key);
  EXPECT_TRUE(is_taken()) << "with the new key";
  world.now += ledger::keys_overlap + Milliseconds{1};
  EXPECT_TRUE(is_taken()) << "the new key goes on";
}

TEST_F(NodeKeys, TheFormerOneIsRefusedWhenTheWeekIsOver) {
  replace();
  world.now += ledger::keys_overlap;
  EXPECT_TRUE(is_taken()) << "in its last millisecond";
  world.now += Milliseconds{1};
  EXPECT_FALSE(is_taken());
  bench.sign_with(fresh.secret_key);
  EXPECT_TRUE(is_taken()) << "what was refused comes again, signed with the new key";
}

TEST_F(NodeKeys, TheWeekIsOverByTheCoordinatorsClockAndByTheNodes) {
  replace();
  EXPECT_FALSE(is_taken(world.now + ledger::keys_overlap + Milliseconds{1})) << "made behind it, by the event itself";
  bench.sign_with(fresh.secret_key);
  ASSERT_TRUE(is_taken());
  bench.sign_with(bench.first_key());
  world.now += ledger::keys_overlap + Milliseconds{1};
  EXPECT_FALSE(is_taken(world.now - Milliseconds{2})) << "whatever a thief of the former key writes into the event";
}

TEST_F(NodeKeys, ANewKeyThatDoesNotShowItselfIsQuarantined) {
  auto keys = bench.replacement(fresh, fresh_curve, former);
  keys.possession[5] = static_cast<char>(keys.possession[5] ^ 1);
  bench.happen({}, "", keys);
  world.acknowledged(bench, bench.events(1, 1));
  EXPECT_EQ(node().signing_key, former);
  EXPECT_EQ(why_not(), "新密钥没有证明自己");
}

TEST_F(NodeKeys, AnotherKeyThanThePresentCannotBeReplaced) {
  replace();
  const crypto::KeyPair third = crypto::make_key_pair();
  bench.happen({}, "", bench.replacement(third, std::string(40, 'x'), former));
  world.acknowledged(bench, bench.events(2, 1));
  EXPECT_EQ(node().signing_key, Bytes{view_of(fresh.public_key)});
  EXPECT_EQ(why_not(), "所替换的不是当前的密钥");
}

TEST_F(NodeKeys, WhoHasOnlyTheNewKeyReplacesNothing) {
  bench.sign_with(fresh.secret_key);
  replace();
  EXPECT_EQ(node().signing_key, former);
  EXPECT_EQ(session::cursor(*world.view(), bench.id(), 1).sequence, 0U) << "the event itself is refused";
}

TEST_F(NodeKeys, TheCurveKeyOfAnotherNodeIsRefused) {
  const Bench other = world.enrol(1, "other");
  bench.happen({}, "", bench.replacement(fresh, other.entry().curve_key, former));
  world.acknowledged(bench, bench.events(1, 1));
  EXPECT_EQ(why_not(), "新的通信密钥已属于某个节点");
  EXPECT_EQ(tables::node_by_key(*world.view(), other.entry().curve_key)->id, other.id());
}

TEST_F(NodeKeys, SaidAgainChangeNothing) {
  replace();
  bench.happen({}, "", bench.replacement(fresh, fresh_curve, former));
  world.acknowledged(bench, bench.events(2, 1));
  EXPECT_EQ(node().former.size(), 1U);
  EXPECT_EQ(why_not(), "");
}

TEST_F(NodeKeys, TheCoordinatorsNextOneIsToldSigned) {
  world.coordinator.announce(std::string(40, 'z'), world.now + std::chrono::hours{1});
  hello();
  const auto& welcome = std::get<model::Welcome>(world.said.at(0).second);
  ASSERT_TRUE(welcome.next_server.has_value());
  EXPECT_EQ(welcome.next_server->curve_key, std::string(40, 'z'));
}

}  // namespace
}  // namespace lab::dispatch
