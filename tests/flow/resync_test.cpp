// A bench PC is put back from a backup, or copied: what is held of it comes back, what contradicts it is evidence, and
// nothing counts twice.

#include <gtest/gtest.h>

#include <algorithm>

#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/results.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "tests/flow/restored_stores.hpp"
#include "tests/flow/stations.hpp"

namespace lab::flow {
namespace {

class Resync : public ::testing::Test {
 protected:
  Resync() : number(stations.granted("CNF")) {}

  void put_back(const Records& backup) {
    stations.first.store = store_of(backup);
    stations.restart(stations.first);
    for (int round = 0; round < 20; ++round) {
      stations.talk();
      stations.now += Milliseconds{600};
      stations.at(stations.first, [](journal::Draft&) {});
    }
    stations.talk();
  }

  [[nodiscard]] std::uint64_t counted() const {
    const auto verdicts = reports::summarize(*stations.store->read(), {}, {}).total.counts;
    return verdicts.pass + verdicts.fail;
  }
  [[nodiscard]] model::Sample sample() const { return Stations::sample(stations.first, number); }
  void judge_it() {
    stations.draw(stations.first, number, "菠菜");
    stations.receive(stations.first, number, "封条完好");
    stations.analyser(stations.first, number, {{"铅", "0.12"}, {"涕灭威", "ND"}});
    EXPECT_EQ(stations.review(stations.first, number), "");
    stations.approve(stations.first, number);
  }

  Stations stations;
  std::string number;
};

TEST_F(Resync, GivesANodeBackWhatItsBackupDoesNotHave) {
  const Records backup = records_of(*stations.first.store);
  judge_it();
  stations.talk();
  ASSERT_EQ(counted(), 1U);
  const model::Sample before = sample();

  put_back(backup);

  const auto view = stations.first.store->read();
  EXPECT_FALSE(session::is_rehydrating(*view));
  EXPECT_EQ(session::stream_head(*view).incarnation, 2U);
  model::Sample after = sample();
  EXPECT_EQ(after.state, model::SampleState::approved);
  EXPECT_EQ(after.disposition, model::Disposition::counted);
  EXPECT_EQ(after.record, before.record);
  EXPECT_EQ(after.measured, before.measured);
  EXPECT_EQ(after.history, before.history);
  EXPECT_EQ(after, before);
  EXPECT_EQ(counted(), 1U);
  const auto held = session::cursor(*stations.store->read(), stations.first.entry.id, 1);
  ASSERT_GT(held.sequence, 0U);
  for (std::uint64_t sequence = 1; sequence <= held.sequence; ++sequence) {
    EXPECT_EQ(session::event_bytes(*view, 1, sequence),
              session::held_event(*stations.store->read(), stations.first.entry.id, 1, sequence))
        << "event " << sequence << " has to be at its node as well, or a restore of the coordinator loses it";
  }
}

TEST_F(Resync, KeepsWhatWasWrittenMeanwhileAsEvidenceAndLetsTheWorkGoOn) {
  const Records backup = records_of(*stations.first.store);
  stations.draw(stations.first, number, "菠菜");
  stations.talk();
  // Put back, and worked with before anybody was asked: the sample is drawn again, otherwise.
  stations.first.store = store_of(backup);
  stations.first.link.reset();
  stations.draw(stations.first, number, "青菜");
  put_back(records_of(*stations.first.store));

  EXPECT_EQ(sample().sampled.sample_name, "菠菜") << "what the coordinator holds is the truth";
  std::vector<coordinator::tables::Exception> evidence;
  coordinator::tables::for_each_exception(*stations.store->read(), model::Disposition::quarantined, {},
                                          [&](const auto& one) {
                                            evidence.push_back(one);
                                            return true;
                                          });
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_EQ(evidence[0].kind, "forked");
  EXPECT_NE(evidence[0].reason.find("分叉"), std::string::npos);

  stations.receive(stations.first, number, "封条完好");
  stations.analyser(stations.first, number, {{"铅", "0.12"}, {"涕灭威", "ND"}});
  EXPECT_EQ(stations.review(stations.first, number), "");
  stations.approve(stations.first, number);
  stations.talk();
  EXPECT_EQ(sample().disposition, model::Disposition::counted);
  EXPECT_EQ(counted(), 1U);
}

TEST_F(Resync, PlacesTheSameExportAgainWhenItsResultsWereDisplaced) {
  stations.draw(stations.first, number, "菠菜");
  stations.receive(stations.first, number, "封条完好");
  stations.talk();
  const Records backup = records_of(*stations.first.store);
  stations.analyser(stations.first, number, {{"铅", "0.11"}});
  stations.talk();
  // Put back, and another report is taken before anybody was asked.
  stations.first.store = store_of(backup);
  stations.first.link.reset();
  const bench::Capture second = stations.report(number, {{"涕灭威", "ND"}});
  ASSERT_EQ(stations.send(stations.first, second).entry.taken, 1U);
  put_back(records_of(*stations.first.store));
  ASSERT_EQ(sample().measured.size(), 1U) << "what the coordinator holds is the truth";

  const auto id = node::tables::capture_of(*stations.first.store->read(), second.raw);
  ASSERT_TRUE(id);
  EXPECT_NE(node::tables::capture(*stations.first.store->read(), *id)->entry.refused, "") << "somebody has to see it";
  const bench::CaptureOutcome again = stations.send(stations.first, second);
  EXPECT_FALSE(again.repeated);
  EXPECT_EQ(again.capture, *id);
  EXPECT_EQ(again.entry.taken, 1U);
  EXPECT_EQ(sample().measured.size(), 2U);
  EXPECT_TRUE(stations.send(stations.first, second).repeated);
}

TEST_F(Resync, StopsTheNodeUntilItHasAsked) {
  const Records backup = records_of(*stations.first.store);
  judge_it();
  stations.talk();
  stations.first.store = store_of(backup);
  stations.restart(stations.first);
  stations.carry_from(stations.first);  // HELLO; the refusal is still under way
  stations.at(stations.first, [](journal::Draft& draft) { session::begin_rehydration(draft); });
  const auto refused = stations.at(stations.first, [&](journal::Draft& draft) {
    return stations.first.node.on_declined(
        draft, {.number = number, .what = {.reason = "无样品", .cause = "no_product", .second_sampler = "wang"}},
        model::PersonId{"zhao"}, stations.now);
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "rehydrating");
}

}  // namespace
}  // namespace lab::flow
