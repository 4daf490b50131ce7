// The coordinator is put back from a backup: it collects what it has forgotten, gives nothing out meanwhile, and in the
// end everything counts once.

#include <gtest/gtest.h>

#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "tests/flow/restored_stores.hpp"
#include "tests/flow/stations.hpp"

namespace lab::flow {
namespace {

class Recovery : public ::testing::Test {
 protected:
  Recovery() : number(stations.granted("CNF")) {}

  void judge_it() {
    stations.draw(stations.first, number, "菠菜");
    stations.receive(stations.first, number, "封条完好");
    stations.analyser(stations.first, number, {{"铅", "0.12"}, {"涕灭威", "ND"}});
    EXPECT_EQ(stations.review(stations.first, number), "");
    stations.approve(stations.first, number);
    stations.talk();
  }
  void put_back(const Records& backup, bool noticed) {
    stations.store = store_of(backup);
    stations.coordinator = coordinator::Coordinator{stations.keys};
    if (!noticed) return;
    stations.at_coordinator(
        [&](journal::Draft& draft) { return stations.coordinator.on_restored(draft, 1, stations.now); });
  }
  void hear(Station& station) {
    stations.restart(station);
    stations.talk();
    stations.the_coordinator_works();
  }
  [[nodiscard]] std::uint64_t counted() const {
    return reports::summarize(*stations.store->read(), {}, {}).total.counts.pass;
  }
  [[nodiscard]] bool is_recovering() const { return dispatch::is_recovering(*stations.store->read()); }
  [[nodiscard]] model::Task task() const {
    const auto view = stations.store->read();
    return *coordinator::tables::task(*view, *coordinator::tables::task_by_number(*view, number));
  }

  Stations stations;
  std::string number;
};

TEST_F(Recovery, CountsAgainWhatWasCountedSinceTheBackupAndGivesItToNobody) {
  const Records backup = records_of(*stations.store);
  judge_it();
  ASSERT_EQ(counted(), 1U);
  put_back(backup, true);
  EXPECT_EQ(counted(), 0U);
  hear(stations.first);
  EXPECT_TRUE(is_recovering()) << "the second station has not been heard";
  EXPECT_EQ(counted(), 0U) << "it might know of a newer grant";
  hear(stations.second);
  EXPECT_FALSE(is_recovering());
  EXPECT_EQ(counted(), 1U);
  EXPECT_EQ(task().state, model::TaskState::judged);
  stations.talk();
  const auto view = stations.first.store->read();
  EXPECT_EQ(session::orders_state(*view).generation, 2U);
  EXPECT_EQ(session::acknowledged(*view), session::stream_head(*view).sequence);
  EXPECT_EQ(Stations::sample(stations.first, number).disposition, model::Disposition::counted);
}

TEST_F(Recovery, IsBegunByTheFirstNodeThatKnowsMoreThanTheStore) {
  const Records backup = records_of(*stations.store);
  judge_it();
  put_back(backup, false);
  EXPECT_FALSE(is_recovering());
  hear(stations.first);
  EXPECT_TRUE(is_recovering());
  EXPECT_TRUE(stations.coordinator.take_new_generation()) << "it is to be noted outside the store";
  hear(stations.second);
  hear(stations.first);
  EXPECT_EQ(counted(), 1U);
}

TEST_F(Recovery, GivesNothingOutAndAcknowledgesNothingUntilEverybodyWasHeard) {
  put_back(records_of(*stations.store), true);
  judge_it();
  stations.restart(stations.first);
  stations.talk();
  EXPECT_EQ(session::acknowledged(*stations.first.store->read()), 0U);
  const auto refused = stations.at_coordinator([&](journal::Draft& draft) {
    return stations.coordinator.on_reassign(draft, {.task = task().id, .reason = "仪器故障"}, stations.now);
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

TEST_F(Recovery, GivesOpenTasksANewToken) {
  const model::Token before = task().token;
  put_back(records_of(*stations.store), true);
  hear(stations.first);
  hear(stations.second);
  EXPECT_EQ(task().state, model::TaskState::granted);
  EXPECT_GT(task().token, before);
  EXPECT_EQ(task().token.generation, 2U);
  EXPECT_EQ(Stations::sample(stations.first, number).grant.token, task().token);
  judge_it();
  EXPECT_EQ(counted(), 1U);
}

TEST_F(Recovery, DoesWithoutANodeWhenTwoPeopleSaySo) {
  put_back(records_of(*stations.store), true);
  hear(stations.first);
  ASSERT_TRUE(is_recovering());
  const auto waive = [&](const char* person) {
    return stations.at_coordinator([&](journal::Draft& draft) {
      return stations.coordinator.on_waiver(draft, stations.second.entry.id, model::PersonId{person}, "检测站停业",
                                            stations.now);
    });
  };
  EXPECT_FALSE(waive("zhang").value()) << "a proposal";
  EXPECT_FALSE(waive("zhang").has_value()) << "not the same person twice";
  EXPECT_TRUE(waive("wei").value());
  stations.the_coordinator_works();
  EXPECT_FALSE(is_recovering());
  // It comes back after all, and is pulled by itself.
  hear(stations.second);
  const auto standing = session::standing(*stations.store->read(), stations.second.entry.id);
  EXPECT_EQ(standing.complete, 2U);
}

}  // namespace
}  // namespace lab::flow
