// A node as a witness of the coordinator's history: heads that follow from the last one are kept, everything else is an
// incident in the node's own stream. And the coordinator learns from a node's head that it has lost something.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/evidence/tree_head.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/session/coordinator_link.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/kept_heads.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::session {
namespace {

const model::NodeId node_id{5};
const UtcTime now = from_unix_ms(1'370'000'000'000);

struct Side {
  std::unique_ptr<journal::Store> store = journal::make_memory_store();

  template <class Act>
  auto turn(Act act) {
    auto batch = store->write();
    journal::Draft draft{*batch};
    auto result = act(draft);
    EXPECT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
    return result;
  }
};

// A coordinator's tree that grows by so many events of some node.
struct Tree : Side {
  explicit Tree(const char* name) : events(name) {}

  void grow(std::uint64_t count) {
    turn([&](journal::Draft& draft) {
      std::vector<Hash> hashes;
      for (std::uint64_t i = 0; i < count; ++i) {
        hashes.push_back(crypto::sha256(fmt::format("{} {}", events, ++made)));
      }
      grow_tree(draft, {.node = node_id, .incarnation = 1, .first = made - count + 1, .signature = "s"}, hashes);
      return true;
    });
  }
  model::ShownHead shown(std::uint64_t from, std::uint32_t generation = 1) const {
    const auto view = store->read();
    return shown_head(tree_head(*view, generation, now, keys().secret_key), *view, from);
  }
  void put_back() {
    turn([](journal::Draft& draft) {
      begin_tree_generation(draft, true);
      return true;
    });
  }

  static const crypto::KeyPair& keys() {
    static const crypto::KeyPair pair = crypto::make_key_pair();
    return pair;
  }

  const char* events;
  std::uint64_t made = 0;
};

struct Witness : Side {
  Witness() {
    turn([](journal::Draft& draft) {
      set_identity(draft, {.node = node_id, .coordinator_key = Tree::keys().public_key});
      return true;
    });
  }
  HeadFinding look(const model::ShownHead& shown) {
    return turn([&](journal::Draft& draft) { return take_head(draft, shown, now); });
  }
  std::uint64_t kept() const {
    const auto head = last_head(*store->read());
    return head ? head->size : 0;
  }
  std::vector<std::string> incidents() const {
    std::vector<std::string> found;
    const auto view = store->read();
    for (std::uint64_t i = 1; i <= stream_head(*view).sequence; ++i) {
      found.push_back(std::get<model::Incident>(wire::decode_event(*event_bytes(*view, 1, i))->what).what);
    }
    return found;
  }
};

TEST(Witness, KeepsHeadsThatFollowFromTheOneItHas) {
  Tree tree{"a"};
  Witness witness;
  EXPECT_EQ(witness.look({}), HeadFinding::none);
  for (const std::uint64_t count : {1U, 2U, 30U, 64U, 1U, 700U}) {
    tree.grow(count);
    EXPECT_EQ(witness.look(tree.shown(witness.kept())), HeadFinding::kept);
    EXPECT_EQ(witness.kept(), tree.made);
    EXPECT_EQ(witness.look(tree.shown(witness.kept())), HeadFinding::none);  // again
  }
  EXPECT_TRUE(witness.incidents().empty());
  EXPECT_TRUE(odd_heads(*witness.store->read()).empty());
}

TEST(Witness, TakesHeadsInAnyOrderWhileManyAreUnderWay) {
  Tree tree{"a"};
  Witness witness;
  tree.grow(3);
  witness.look(tree.shown(0));
  std::vector<model::ShownHead> under_way;
  for (int i = 0; i < 40; ++i) {
    tree.grow(5);
    under_way.push_back(tree.shown(3));  // all asked for with the same last head
  }
  EXPECT_EQ(witness.look(under_way[20]), HeadFinding::kept);
  EXPECT_EQ(witness.look(under_way[7]), HeadFinding::none);  // late
  EXPECT_EQ(witness.look(under_way[21]), HeadFinding::kept);
  EXPECT_EQ(witness.look(tree.shown(64)), HeadFinding::unproven);  // from a head this node never had
  EXPECT_EQ(witness.kept(), under_way[21].head.size);
  EXPECT_TRUE(witness.incidents().empty());
}

TEST(Witness, ForgetsOldHeadsAndNeverTheLast) {
  Tree tree{"a"};
  Witness witness;
  for (int i = 0; i < 100; ++i) {
    tree.grow(1);
    witness.look(tree.shown(witness.kept()));
  }
  EXPECT_EQ(heads_of_late(*witness.store->read()).size(), heads_kept_max);
  EXPECT_EQ(heads_of_late(*witness.store->read()).back(), last_head(*witness.store->read()));
  EXPECT_EQ(witness.kept(), 100U);
}

TEST(Witness, ReportsAHistoryThatWasWrittenAnewOnce) {
  Tree honest{"a"};
  Tree other{"b"};
  Witness witness;
  honest.grow(20);
  witness.look(honest.shown(0));
  other.grow(30);
  const model::ShownHead longer = other.shown(20);
  EXPECT_EQ(witness.look(longer), HeadFinding::contradicts);
  EXPECT_EQ(witness.look(longer), HeadFinding::contradicts);
  EXPECT_EQ(witness.kept(), 20U);
  ASSERT_EQ(witness.incidents().size(), 1U);
  EXPECT_NE(witness.incidents().front().find("不是同一段历史"), std::string::npos);
  EXPECT_EQ(odd_heads(*witness.store->read()), std::vector{longer.head});  // signed: it convicts who signed it
}

TEST(Witness, ReportsTwoRootsOfOneSize) {
  Tree honest{"a"};
  Tree other{"b"};
  Witness witness;
  honest.grow(20);
  other.grow(20);
  witness.look(honest.shown(0));
  EXPECT_EQ(witness.look(other.shown(0)), HeadFinding::contradicts);
  EXPECT_EQ(witness.kept(), 20U);
}

TEST(Witness, ReportsAHeadThatSomebodyElseSigned) {
  Tree tree{"a"};
  Witness witness;
  tree.grow(20);
  witness.look(tree.shown(0));
  tree.grow(1);
  model::ShownHead forged = tree.shown(20);
  evidence::sign(forged.head, crypto::make_key_pair().secret_key);
  EXPECT_EQ(witness.look(forged), HeadFinding::contradicts);
  EXPECT_EQ(witness.kept(), 20U);
  EXPECT_EQ(witness.incidents().size(), 1U);
}

TEST(Witness, TellsWhatACoordinatorThatWasPutBackHadForgotten) {
  Tree tree{"a"};
  Witness witness;
  tree.grow(10);
  witness.look(tree.shown(0));
  Tree backup{"a"};
  backup.grow(10);
  tree.grow(25);
  witness.look(tree.shown(10));
  ASSERT_EQ(witness.kept(), 35U);

  backup.put_back();
  backup.events = "collected in another order";
  backup.grow(40);
  EXPECT_EQ(witness.look(backup.shown(0, 2)), HeadFinding::departs);
  EXPECT_EQ(witness.kept(), 10U);  // what both ways have in common
  EXPECT_EQ(witness.look(backup.shown(10, 2)), HeadFinding::kept);
  EXPECT_EQ(witness.kept(), 50U);
  ASSERT_EQ(witness.incidents().size(), 1U);
  EXPECT_NE(witness.incidents().front().find("已知当时缺失 25 条"), std::string::npos) << witness.incidents().front();
  EXPECT_EQ(odd_heads(*witness.store->read()).front().size, 35U);
  // What comes late from the time before changes nothing.
  EXPECT_EQ(witness.look(tree.shown(10)), HeadFinding::none);
}

TEST(Witness, FollowsAPutBackThatLostNothingItSaw) {
  Tree tree{"a"};
  Witness witness;
  tree.grow(10);
  witness.look(tree.shown(0));
  tree.put_back();
  EXPECT_EQ(witness.look(tree.shown(10, 2)), HeadFinding::kept);
  tree.grow(5);
  EXPECT_EQ(witness.look(tree.shown(10, 2)), HeadFinding::kept);
  EXPECT_TRUE(witness.incidents().empty());
}

TEST(Tree, OfAnOlderStoreIsMadeFromWhatItHolds) {
  Side side;
  const crypto::KeyPair keys = crypto::make_key_pair();
  Side node;
  node.turn([&](journal::Draft& draft) {
    set_identity(draft, {.node = node_id});
    for (int i = 0; i < 5'000; ++i) {
      append(draft, {.task = {}, .token = {}, .person = {}, .what = model::Incident{fmt::format("{}", i)}}, now);
    }
    return true;
  });
  const auto send = [&](std::uint64_t first, std::uint64_t count) {
    model::Events events{.first = first, .events = {}, .signature = {}};
    for (std::uint64_t i = 0; i < count; ++i) events.events.push_back(*event_bytes(*node.store->read(), 1, first + i));
    const auto signature = crypto::sign(
        wire::head_to_sign(node_id, {1, first + count - 1, crypto::sha256(events.events.back())}), keys.secret_key);
    events.signature = Bytes{view_of(signature)};
    side.turn([&](journal::Draft& draft) {
      return take_events(draft, {.id = node_id, .signing_key = Bytes{view_of(keys.public_key)}}, events);
    });
  };
  for (std::uint64_t first = 1; first <= 4'800; first += 200) send(first, 200);
  const Hash root = tree_head(*side.store->read(), 1, now, keys.secret_key).root;
  // As an older program would have left it.
  side.turn([](journal::Draft& draft) {
    std::vector<Bytes> keys_of_tree;
    for (const char* table : {"M", "T", "N"}) {
      draft.scan(table, journal::after_prefix(table), [&](BytesView key, BytesView) {
        keys_of_tree.emplace_back(key);
        return true;
      });
    }
    for (Bytes& key : keys_of_tree) draft.erase(std::move(key));
    return true;
  });
  int steps = 0;
  while (side.turn([](journal::Draft& draft) { return make_tree(draft); })) {
    if (steps == 0) {
      EXPECT_EQ(tree_head(*side.store->read(), 1, now, keys.secret_key).generation, 0U);
    }
    if (steps++ == 1) send(4'801, 200);  // while it is being made
  }
  EXPECT_GT(steps, 2);
  EXPECT_EQ(tree_state(*side.store->read()).size, 5'000U);
  const auto view = side.store->read();
  EXPECT_EQ(evidence::root_at(tree_tiles(*view), 4'800), root);
  std::uint64_t next = 0;
  for_each_stretch(*view, 0, [&](const Stretch& stretch) {
    EXPECT_EQ(stretch.position, next);
    EXPECT_EQ(stretch.first, next + 1);
    next += stretch.count;
    return true;
  });
  EXPECT_EQ(next, 5'000U);
}

TEST(Tree, TellsFromAHeadOfItsOwnThatTheStoreWasPutBack) {
  Tree tree{"a"};
  Tree backup{"a"};
  tree.grow(30);
  backup.grow(20);
  const auto& key = Tree::keys().secret_key;
  const model::TreeHead kept = tree.shown(0).head;
  EXPECT_FALSE(contradicts_tree(*tree.store->read(), kept, 1, key));
  EXPECT_TRUE(contradicts_tree(*backup.store->read(), kept, 1, key));
  model::TreeHead forged = kept;  // a node cannot make the coordinator believe it
  forged.size = 1'000;
  EXPECT_FALSE(contradicts_tree(*backup.store->read(), forged, 1, key));
  Tree other{"b"};
  other.grow(40);
  EXPECT_TRUE(contradicts_tree(*other.store->read(), kept, 1, key));

  backup.put_back();
  const auto note = [&](const model::TreeHead& head) {
    return backup.turn([&](journal::Draft& draft) { return note_known_loss(draft, head, 2, key); });
  };
  EXPECT_FALSE(note(forged));
  EXPECT_TRUE(note(kept));
  EXPECT_FALSE(note(kept));
  EXPECT_EQ(tree_state(*backup.store->read()).seen, 30U);
}

// A coordinator that had 30 events of node 5 and was put back to 20.
class KnownLosses : public ::testing::Test {
 protected:
  KnownLosses() {
    Tree tree{"a"};
    tree.grow(30);
    backup.grow(20);
    kept = tree.shown(0).head;
  }
  void put_back(bool follows = true) {
    backup.turn([&](journal::Draft& draft) {
      begin_tree_generation(draft, follows);
      return note_known_loss(draft, kept, 2, Tree::keys().secret_key);
    });
  }
  // The node has so many, and so many of them were acknowledged to it.
  void claims(std::uint64_t last, std::uint64_t acknowledged, bool is_sure = true) {
    backup.turn([&](journal::Draft& draft) {
      const model::StreamHead stream{.incarnation = 1, .sequence = last, .hash = {}};
      note_claim(draft, node_id, {&stream, 1}, acknowledged, is_sure);
      return true;
    });
  }
  std::optional<KnownLoss> close() {
    return backup.turn([](journal::Draft& draft) { return close_known_loss(draft); });
  }
  KnownLoss loss() const { return known_loss(*backup.store->read()); }

  Tree backup{"a"};
  model::TreeHead kept;
};

TEST_F(KnownLosses, AreAsManyAsThereWereUntilEverythingIsCollected) {
  EXPECT_EQ(loss(), (KnownLoss{0, 0}));
  put_back();
  EXPECT_EQ(loss(), (KnownLoss{0, 10}));
  claims(24, 24);
  backup.grow(4);
  EXPECT_EQ(loss(), (KnownLoss{0, 10}));
  EXPECT_EQ(close(), (KnownLoss{6, 6}));
  EXPECT_EQ(close(), std::nullopt);
  EXPECT_EQ(loss(), (KnownLoss{6, 6}));
}

TEST_F(KnownLosses, AreNoneWhenEverythingWasCollectedAgain) {
  put_back();
  claims(30, 30);
  backup.grow(10);
  EXPECT_EQ(close(), (KnownLoss{0, 0}));
  EXPECT_EQ(loss(), (KnownLoss{0, 0}));
}

TEST_F(KnownLosses, AreNotMadeFewerByWhatIsNew) {
  put_back();
  claims(22, 22);
  backup.grow(2);
  backup.grow(100);  // written since
  EXPECT_EQ(close(), (KnownLoss{8, 8}));
  backup.grow(50);
  EXPECT_EQ(loss(), (KnownLoss{8, 8}));
}

TEST_F(KnownLosses, AreARangeWhenANodeHadEventsThatNobodyHadAcknowledged) {
  put_back();
  claims(27, 23);
  backup.grow(7);
  EXPECT_EQ(close(), (KnownLoss{3, 7}));
}

TEST_F(KnownLosses, HaveNoSureUpperEndAfterALifeThatThisStoreDoesNotKnow) {
  put_back(false);
  claims(30, 30);
  backup.grow(10);
  EXPECT_EQ(close(), (KnownLoss{0, 10}));
}

TEST_F(KnownLosses, AreCountedAgainWhenANodeThatWasNotWaitedForComes) {
  put_back();
  EXPECT_EQ(close(), (KnownLoss{10, 10}));
  claims(25, 25);
  backup.grow(5);
  EXPECT_EQ(close(), (KnownLoss{5, 5}));
}

TEST_F(KnownLosses, GoOnBeingCollectedWhenTheStoreIsPutBackMeanwhile) {
  put_back();
  claims(24, 24);
  backup.grow(4);
  backup.turn([&](journal::Draft& draft) {  // its node has heard of the generation, and shows that head no more
    begin_tree_generation(draft, false);
    return true;
  });
  EXPECT_EQ(loss(), (KnownLoss{0, 10}));
  claims(27, 27);
  backup.grow(3);
  EXPECT_EQ(close(), (KnownLoss{3, 10}));
}

// The generation that began to collect took new events as well, and its tree, which a node has seen, had them. This
// store was put back to a time when it had them, and their node to one when it did not.
TEST_F(KnownLosses, AreNotWhatTheStoreHadWhenItWasPutBackMeanwhile) {
  put_back();
  claims(22, 22);
  backup.grow(2);
  backup.grow(4);  // written since
  model::TreeHead later = kept;
  later.generation = 2;
  later.size = 32;
  evidence::sign(later, Tree::keys().secret_key);
  backup.turn([&](journal::Draft& draft) {
    begin_tree_generation(draft, false);
    return note_known_loss(draft, later, 3, Tree::keys().secret_key);
  });
  EXPECT_EQ(loss(), (KnownLoss{0, 12}));
  backup.grow(1);  // written since that: in no tree of before
  EXPECT_EQ(close(), (KnownLoss{6, 12}));
}

TEST_F(KnownLosses, AreKeptWithTheirTasksWhenTheStoreIsPutBackOnceMore) {
  put_back();
  claims(25, 25);
  backup.grow(5);
  ASSERT_EQ(close(), (KnownLoss{5, 5}));
  const std::vector<model::TaskId> tasks{{.plan = model::PlanId{1}, .revision = 1, .number = 7}};
  backup.turn([&](journal::Draft& draft) {
    note_doubtful_tasks(draft, node_id, tasks);
    return true;
  });
  put_back();  // to 25 of 30
  EXPECT_EQ(loss(), (KnownLoss{5, 10}));
  EXPECT_EQ(close(), (KnownLoss{10, 10})) << "what was claimed in another generation is of no use";
  EXPECT_EQ(doubtful_tasks(*backup.store->read()), tasks);
}

}  // namespace
}  // namespace lab::session
