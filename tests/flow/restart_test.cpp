// A bench PC dies at the worst moment: the coordinator has counted its verdict, and the answer has not been stored.

#include <gtest/gtest.h>

#include "coordinator/reports/summary.hpp"
#include "protocol/session/stream.hpp"
#include "tests/flow/stations.hpp"

namespace lab::flow {
namespace {

using model::Disposition;

class Restart : public ::testing::Test {
 protected:
  Restart() {
    number = stations.granted("CNF");
    stations.draw(stations.first, number, "菠菜");
    stations.receive(stations.first, number, "封条完好");
    stations.analyser(stations.first, number, {{"铅", "0.12"}, {"涕灭威", "ND"}});
    EXPECT_EQ(stations.review(stations.first, number), "");
    stations.approve(stations.first, number);
  }

  [[nodiscard]] std::optional<Disposition> disposition() const {
    return Stations::sample(stations.first, number).disposition;
  }
  [[nodiscard]] std::uint64_t counted() const {
    return reports::summarize(*stations.store->read(), {}, {}).total.counts.pass;
  }

  Stations stations;
  std::string number;
};

TEST_F(Restart, ANodeThatDiedBeforeTheAnswerLearnsThatItsVerdictCounts) {
  stations.carry_from(stations.first);
  EXPECT_EQ(counted(), 1U);
  EXPECT_EQ(disposition(), std::nullopt) << "the answer is under way";
  stations.restart(stations.first);
  stations.talk();
  EXPECT_EQ(disposition(), Disposition::counted);
  EXPECT_EQ(counted(), 1U);
  const auto view = stations.first.store->read();
  EXPECT_EQ(session::acknowledged(*view), session::stream_head(*view).sequence);
}

TEST_F(Restart, ANodeThatDiedBeforeItWasHeardSaysItAgain) {
  stations.restart(stations.first);
  EXPECT_EQ(counted(), 0U);
  stations.talk();
  EXPECT_EQ(disposition(), Disposition::counted);
  EXPECT_EQ(counted(), 1U);
}

}  // namespace
}  // namespace lab::flow
