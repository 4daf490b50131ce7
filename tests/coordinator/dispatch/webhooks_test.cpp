#include "coordinator/dispatch/webhooks.hpp"

#include <gmock/gmock.h>

#include <random>

#include "coordinator/tables/announcements.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace std::chrono_literals;
using coordinator::testing::Bench;
using coordinator::testing::cell;
using coordinator::testing::World;
namespace rows = coordinator::tables;
using rows::Announced;
using rows::Subscription;
using rows::SubscriptionState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

rows::AnnouncedKinds kinds(std::initializer_list<Announced> all) {
  rows::AnnouncedKinds set;
  for (const Announced kind : all) set.add(kind);
  return set;
}

class Webhooks : public ::testing::Test {
 protected:
  std::uint32_t subscribe_to(std::initializer_list<Announced> all, const std::string& url = "http://h/") {
    const auto made = world.turn([&](journal::Draft& draft) {
      return subscribe(draft, {.url = url, .kinds = kinds(all), .person = model::PersonId{"c"}, .secret = "S"},
                       world.now);
    });
    return made.value().id;
  }
  void announce(Announced kind, int times = 1) {
    for (int i = 0; i < times; ++i) {
      world.turn([&](journal::Draft& draft) { rows::announce(draft, {.kind = kind, .at = world.now, .about = "x"}); });
    }
  }
  std::vector<Delivery> due(const std::set<std::uint32_t>& under_way = {}) {
    return world.turn([&](journal::Draft& draft) { return due_deliveries(draft, under_way, world.now); });
  }
  void confirm(const Delivery& one) { outcome(one, ""); }
  void outcome(const Delivery& one, const std::string& problem) {
    world.turn([&](journal::Draft& draft) {
      on_outcome(draft, {.subscription = one.to.id, .upto = one.to.upto, .problem = problem}, world.now);
    });
  }
  Subscription now_of(std::uint32_t id) { return rows::subscription(*world.view(), id).value(); }
  std::size_t kept() {
    std::size_t count = 0;
    rows::for_each_announcement(*world.view(), 0, [&](const auto&) { return ++count != 0; });
    return count;
  }
  /// "5,6": what a delivery holds.
  std::vector<std::uint64_t> sequences(const Delivery& one) {
    std::vector<std::uint64_t> all;
    rows::for_each_announcement(*world.view(), one.to.next, [&](const rows::Announcement& row) {
      if (row.sequence > one.to.upto) return false;
      if (one.to.kinds.has(row.kind)) all.push_back(row.sequence);
      return true;
    });
    return all;
  }

  World world;
};

TEST_F(Webhooks, NothingIsKeptWhileNobodyAsks) {
  announce(Announced::plan_imported);
  EXPECT_EQ(kept(), 0U);
  EXPECT_THAT(due(), IsEmpty());
  subscribe_to({Announced::plan_imported});
  announce(Announced::node_enrolled);
  EXPECT_EQ(kept(), 0U) << "nobody asks for this kind";
  announce(Announced::plan_imported);
  EXPECT_EQ(kept(), 1U);
}

TEST_F(Webhooks, AVerdictIsAnnouncedOnceHoweverOftenItComes) {
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(2)});
  subscribe_to({Announced::verdict_counted, Announced::notice_made});
  const auto grants = world.grants_of(bench);
  ASSERT_THAT(grants, SizeIs(2));
  bench.conclude(grants[0], model::SampleOutcome::fail);
  world.deliver(bench, bench.all_events());
  world.deliver(bench, bench.all_events());
  std::vector<rows::Announcement> all;
  rows::for_each_announcement(*world.view(), 0, [&](const rows::Announcement& one) {
    all.push_back(one);
    return true;
  });
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].kind, Announced::verdict_counted);
  EXPECT_EQ(all[0].task, grants[0].task);
  EXPECT_EQ(all[0].verdict, (rows::AnnouncedVerdict{model::SampleOutcome::fail, 1, true}));
  EXPECT_EQ(all[1].kind, Announced::notice_made);
  EXPECT_EQ(all[1].task, grants[0].task);
}

TEST_F(Webhooks, WhatPeopleWroteIsNotAnnounced) {
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  subscribe_to({Announced::node_revoked});
  world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_node_revoked(draft, bench.id(), "某某公司举报", world.now);
  });
  rows::for_each_announcement(*world.view(), 0, [&](const rows::Announcement& one) {
    EXPECT_EQ(one.about, "node 1");
    return true;
  });
  EXPECT_EQ(kept(), 1U);
}

TEST_F(Webhooks, ASubscriberHearsItsKindsInOrderAndNothingFromBefore) {
  const auto first = subscribe_to({Announced::plan_imported, Announced::report_frozen});
  announce(Announced::plan_imported, 2);
  const auto second = subscribe_to({Announced::report_frozen});
  announce(Announced::report_frozen);
  const auto deliveries = due();
  ASSERT_THAT(deliveries, SizeIs(2));
  EXPECT_EQ(deliveries[0].to.id, first);
  EXPECT_THAT(sequences(deliveries[0]), ElementsAre(1, 2, 3));
  EXPECT_EQ(deliveries[1].to.id, second);
  EXPECT_THAT(sequences(deliveries[1]), ElementsAre(3));
}

TEST_F(Webhooks, WhatIsSentAgainIsTheSame) {
  subscribe_to({Announced::plan_imported});
  announce(Announced::plan_imported, 2);
  const auto one = due();
  ASSERT_THAT(one, SizeIs(1));
  announce(Announced::plan_imported, 3);
  EXPECT_THAT(due({one[0].to.id}), IsEmpty()) << "one at a time";
  const auto again = due();  // as after a crash: nothing is under way
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(delivery_id(again[0].to, 1), delivery_id(one[0].to, 1));
  EXPECT_THAT(sequences(again[0]), ElementsAre(1, 2));
  confirm(again[0]);
  const auto rest = due();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_THAT(sequences(rest[0]), ElementsAre(3, 4, 5));
  confirm(one[0]);  // a late word about the first
  EXPECT_THAT(sequences(due().at(0)), ElementsAre(3, 4, 5));
}

TEST_F(Webhooks, ALongQueueGoesInSeveralDeliveries) {
  subscribe_to({Announced::plan_imported});
  announce(Announced::plan_imported, static_cast<int>(delivery_max) + 5);
  const auto one = due();
  EXPECT_THAT(sequences(one.at(0)), SizeIs(delivery_max));
  confirm(one.at(0));
  EXPECT_THAT(sequences(due().at(0)), SizeIs(5));
}

TEST_F(Webhooks, PausesDoubleUpToAnHour) {
  EXPECT_EQ(pause_after(0), 0s);
  EXPECT_EQ(pause_after(1), 2s);
  EXPECT_EQ(pause_after(2), 4s);
  EXPECT_EQ(pause_after(11), 2048s);
  EXPECT_EQ(pause_after(12), 3600s);
  EXPECT_EQ(pause_after(UINT32_MAX), 3600s);
}

TEST_F(Webhooks, AFailureIsTriedAgainAfterItsPause) {
  const auto id = subscribe_to({Announced::plan_imported});
  announce(Announced::plan_imported);
  outcome(due().at(0), "HTTP 500");
  EXPECT_EQ(now_of(id).failures, 1U);
  EXPECT_EQ(now_of(id).problem, "HTTP 500");
  EXPECT_THAT(due(), IsEmpty());
  world.now += 2s - 1ms;
  EXPECT_THAT(due(), IsEmpty());
  world.now += 1ms;
  const auto again = due();
  ASSERT_THAT(again, SizeIs(1));
  confirm(again[0]);
  EXPECT_EQ(now_of(id).failures, 0U);
  EXPECT_EQ(now_of(id).problem, "");
}

TEST_F(Webhooks, AfterADayOfFailuresItIsDeadUntilSomebodyResumesIt) {
  const auto id = subscribe_to({Announced::plan_imported});
  announce(Announced::plan_imported);
  const UtcTime begun = world.now;
  for (std::uint32_t attempt = 0; attempt < attempts_max; ++attempt) {
    const auto delivery = due();
    ASSERT_THAT(delivery, SizeIs(1)) << attempt;
    outcome(delivery[0], "nobody answers");
    if (attempt + 1 < attempts_max) world.now = now_of(id).next_try;
  }
  EXPECT_GT(world.now - begun, 24h);
  EXPECT_EQ(now_of(id).state, SubscriptionState::dead);
  announce(Announced::plan_imported);
  world.now += 100h;
  EXPECT_THAT(due(), IsEmpty());
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return resume(draft, id, world.now); }));
  const auto delivery = due();
  ASSERT_THAT(delivery, SizeIs(1));
  EXPECT_THAT(sequences(delivery[0]), ElementsAre(1)) << "the delivery that failed comes first";
  confirm(delivery[0]);
  EXPECT_THAT(sequences(due().at(0)), ElementsAre(2)) << "nothing is lost";
}

TEST_F(Webhooks, OneThatFailsKeepsNobodyElseWaiting) {
  const auto bad = subscribe_to({Announced::plan_imported}, "http://bad/");
  const auto good = subscribe_to({Announced::plan_imported}, "http://good/");
  announce(Announced::plan_imported);
  for (const Delivery& one : due()) outcome(one, one.to.id == bad ? "HTTP 500" : "");
  announce(Announced::plan_imported);
  const auto next = due();
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].to.id, good);
  EXPECT_THAT(sequences(next[0]), ElementsAre(2));
}

TEST_F(Webhooks, RowsThatEverybodyHasHeardAreTakenAway) {
  subscribe_to({Announced::plan_imported});
  const auto slow = subscribe_to({Announced::plan_imported});
  announce(Announced::plan_imported, 3);
  const auto both = due();
  confirm(both.at(0));
  due();
  EXPECT_EQ(kept(), 3U);
  confirm(both.at(1));
  due();
  EXPECT_EQ(kept(), 0U);
  announce(Announced::plan_imported, 2);
  world.turn([&](journal::Draft& draft) { return unsubscribe(draft, slow); });
  confirm(due({}).at(0));
  due();
  EXPECT_EQ(kept(), 0U) << "who has gone holds nothing back";
}

TEST_F(Webhooks, WhatASubscriberDoesNotWantDoesNotHoldItBack) {
  subscribe_to({Announced::plan_imported});
  const auto other = subscribe_to({Announced::report_frozen});
  announce(Announced::plan_imported, 250);
  for (int i = 0; i < 3; ++i) {
    for (const Delivery& one : due()) confirm(one);
  }
  EXPECT_GT(now_of(other).next, 200U) << "passed over, in large steps";
  EXPECT_LT(kept(), 2 * delivery_max);
  EXPECT_EQ(now_of(other).missed, 0U);
}

TEST_F(Webhooks, TheyAreFewAndWantSomething) {
  const auto ask = [&](const NewSubscription& asked) {
    return world.turn([&](journal::Draft& draft) { return subscribe(draft, asked, world.now); });
  };
  NewSubscription asked{.url = "http://h/", .kinds = {}, .person = model::PersonId{"c"}, .secret = "S"};
  EXPECT_EQ(ask(asked).error().code, ErrorCode::malformed);
  asked.kinds.add(Announced::plan_imported);
  asked.url = "http://h/" + std::string(2'000, 'x');
  EXPECT_EQ(ask(asked).error().code, ErrorCode::too_large);
  asked.url = "http://h/";
  for (std::size_t i = 0; i < rows::subscriptions_max; ++i) EXPECT_TRUE(ask(asked)) << i;
  EXPECT_EQ(ask(asked).error().code, ErrorCode::too_large);
}

// A subscriber that crashes, answers late or not at all, and a coordinator that forgets what was under way.
TEST_F(Webhooks, EverythingIsHeardInOrderWhateverFails) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    world = World{};
    std::mt19937 random{seed};
    const auto chance = [&](unsigned of_100) { return random() % 100 < of_100; };
    subscribe_to({Announced::plan_imported});
    std::uint64_t announced = 0;
    std::uint64_t heard = 0;
    std::vector<Delivery> under_way;
    const auto step = [&](bool calm) {
      if (!calm && chance(50)) announce(Announced::plan_imported), ++announced;
      if (!calm && chance(5)) under_way.clear();  // kill -9
      for (Delivery& one : due(under_way.empty() ? std::set<std::uint32_t>{} : std::set{under_way[0].to.id})) {
        under_way.push_back(std::move(one));
      }
      if (!under_way.empty() && (calm || chance(60))) {
        const Delivery one = under_way[0];
        under_way.clear();
        const bool arrives = calm || chance(70);
        const auto all = sequences(one);
        if (arrives) {
          ASSERT_LE(all.front(), heard + 1) << "seed " << seed << ": something was left out";
          heard = std::max(heard, all.back());
        }
        // The answer may be lost although it arrived; never the other way round.
        outcome(one, arrives && (calm || chance(80)) ? "" : "lost");
      }
      world.now += 1s;
    };
    for (int i = 0; i < 200; ++i) step(false);
    for (int i = 0; i < 20'000 && heard < announced; ++i) step(true);
    EXPECT_EQ(heard, announced) << "seed " << seed;
  }
}

TEST_F(Webhooks, APausedOneIsKeptEverythingAndWhatWasUnderWayStillCounts) {
  const auto id = subscribe_to({Announced::notice_made});
  announce(Announced::notice_made);
  const auto under_way = due();
  ASSERT_THAT(under_way, SizeIs(1));
  const auto paused = [&] { return world.turn([&](journal::Draft& draft) { return pause(draft, id); }); };
  ASSERT_TRUE(paused());
  confirm(under_way[0]);
  EXPECT_EQ(now_of(id).state, SubscriptionState::paused);
  announce(Announced::notice_made, 3);
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(kept(), 4U) << "the one that was confirmed goes with the next batch";
  EXPECT_EQ(now_of(id).missed, 0U);
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return resume(draft, id, world.now); }));
  EXPECT_EQ(now_of(id).state, SubscriptionState::active);
  const auto rest = due();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest[0].to.upto, 4U);
}

}  // namespace
}  // namespace lab::dispatch
