// Samples that were counted before items were, with so many events that their file has noted the first of them only:
// what is entered is what had been counted all along.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/item_counts.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/varied.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::SampleOutcome;

class LongDispute : public ::testing::Test {
 protected:
  LongDispute() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    world.dispatched_plan({cell(1)});
    grant = world.grants_of(*bench).front();
  }

  // The whole file, or what is left of it.
  void fill() {
    for (std::size_t i = 0; i < tables::places_max; ++i) {
      bench->happen(grant, "technician", model::Received{.number = grant.number});
    }
    send();
    ASSERT_EQ(file().places().size(), tables::places_max);
  }
  // Of each version other items, whatever became of the sample.
  void conclude(SampleOutcome outcome, std::uint16_t version) {
    conclude_varied(*bench, grant, outcome, version, version);
    send();
    ASSERT_EQ(file().result()->counted_version, version);
  }
  void amend_behind_the_last_place() {
    conclude(SampleOutcome::fail, 1);
    fill();
    conclude(SampleOutcome::pass, 2);
  }
  void judge(SampleOutcome outcome, std::uint16_t version) {
    waiting = bench->happen(grant, "analyst", varied(judged(grant, outcome, version), version));
    send();
    ASSERT_EQ(file().result()->version, version);
  }
  void sign(SampleOutcome outcome, std::uint16_t version) {
    bench->happen(grant, "reviewer", reviewed(grant, waiting));
    bench->happen(grant, "approver", approved(grant, waiting, outcome, version));
    send();
    ASSERT_EQ(file().result()->counted_version, version);
  }
  void send() { world.acknowledged(*bench, bench->all_events()); }

  tables::TaskFile file() const { return tables::task_file(*world.view(), grant.task); }
  bool has_noted_counted() const {
    const auto counted = tables::counted_result(*world.view(), file());
    const auto places = file().places();
    return counted && std::ranges::any_of(places, [&](const tables::EventPlace& place) {
             return place.node == counted->node && place.sequence == counted->judged_at;
           });
  }
  // Of the newest verdict, the first and the one that counts.
  using Said = std::array<tables::Profile, 3>;
  Said said() const {
    const auto view = world.view();
    const tables::ItemProfiles numbers = file().profiles();
    return {tables::profile(*view, numbers.judged), tables::profile(*view, numbers.first),
            tables::profile(*view, numbers.final)};
  }
  tables::Profile of(SampleOutcome outcome, std::uint16_t version) const {
    const model::Judged verdict = varied(judged(grant, outcome, version), version);
    return tables::profile_of(verdict.edition, model::PanelCode{"VEGA"}, verdict.items);
  }
  void expect_recounted() const {
    const auto view = world.view();
    const auto from_bytes = recount_of(*view);
    for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
      EXPECT_EQ(item_rows(*view, verdicts), item_rows(*view, from_bytes, verdicts));
    }
  }
  void enter_anew() {
    forget_items(world);
    open_anew(world);
    world.work();
  }

  World world;
  std::optional<Bench> bench;
  model::Grant grant;
  Hash waiting;
};

TEST_F(LongDispute, AnAmendmentBehindTheLastNotedPlaceIsTheOneThatCounts) {
  amend_behind_the_last_place();
  ASSERT_FALSE(has_noted_counted());
  const Said before{of(SampleOutcome::pass, 2), of(SampleOutcome::fail, 1), of(SampleOutcome::pass, 2)};
  ASSERT_EQ(said(), before);
  ASSERT_NE(before[1], before[2]);
  enter_anew();
  EXPECT_EQ(said(), before);
  expect_recounted();
}

TEST_F(LongDispute, ANewerVerdictThatNobodyHasSignedDoesNotCountInItsPlace) {
  amend_behind_the_last_place();
  judge(SampleOutcome::problem, 3);
  ASSERT_FALSE(has_noted_counted());
  const Said before{of(SampleOutcome::problem, 3), of(SampleOutcome::fail, 1), of(SampleOutcome::pass, 2)};
  ASSERT_EQ(said(), before);
  enter_anew();
  EXPECT_EQ(said(), before);
  expect_recounted();
  sign(SampleOutcome::problem, 3);
  EXPECT_EQ(said()[2], of(SampleOutcome::problem, 3));
  expect_recounted();
}

TEST_F(LongDispute, TheSignatureMayComeBeforeTheSampleIsEntered) {
  amend_behind_the_last_place();
  judge(SampleOutcome::problem, 3);
  forget_items(world);
  open_anew(world);
  sign(SampleOutcome::problem, 3);
  const Said now{of(SampleOutcome::problem, 3), of(SampleOutcome::fail, 1), of(SampleOutcome::problem, 3)};
  EXPECT_EQ(said(), now);
  world.work();
  EXPECT_EQ(said(), now);
  expect_recounted();
}

// Which verdict was the first is known from the noted places alone; the one that counts is known all the same.
TEST_F(LongDispute, OfWhichNothingWasNotedHasTheItemsOfTheVerdictThatCounts) {
  fill();
  conclude(SampleOutcome::fail, 1);
  enter_anew();
  EXPECT_EQ(said()[1], of(SampleOutcome::fail, 1));
  expect_recounted();
  conclude(SampleOutcome::pass, 2);
  enter_anew();
  EXPECT_EQ(said()[2], of(SampleOutcome::pass, 2));
}

}  // namespace
}  // namespace lab::ledger
