// The laboratory's own deadlines: started by reception, met by approval, fired once.

#include <gmock/gmock.h>

#include "lab-node/tables/clocks.hpp"
#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using clocks::ClockState;
using clocks::Kind;
using nlohmann::json;
namespace tables = node::tables;

class DeskClocks : public testing::Test {
 protected:
  std::optional<clocks::Clock> clock(const std::string& number, Kind kind) {
    return tables::clock_table.find(*desk.world.store->read(), desk.world.sample(number).grant.task, kind);
  }
  void tick() {
    desk.world.decide([&](auto& draft) {
      desk.world.node.tick(draft, desk.world.now);
      return 0;
    });
  }
  json open() { return desk.get("/api/v1/clocks").body; }

  Desk desk;
};

TEST_F(DeskClocks, OfAReportRunFromReceptionToApproval) {
  const std::string number = desk.world.received(1);
  const json running = open();
  ASSERT_EQ(running["clocks"].size(), 1U) << running;
  EXPECT_EQ(running["clocks"][0]["number"], number);
  EXPECT_EQ(running["clocks"][0]["kind"], "report");
  EXPECT_EQ(running["clocks"][0]["state"], "running");
  EXPECT_EQ(running["counts"]["running"], 1);
}

TEST_F(DeskClocks, AreMetByApprovalAndThenTheReserveIsKept) {
  const std::string number = desk.world.judged(1);
  ASSERT_TRUE(desk.world.review(number, "li"));
  EXPECT_FALSE(clock(number, Kind::report)->met);
  ASSERT_TRUE(desk.world.approve(number, "sun"));
  EXPECT_EQ(clocks::state_of(*clock(number, Kind::report)), ClockState::met);
  const bool passed = desk.world.sample(number).judged.outcome == model::SampleOutcome::pass;
  const auto reserve = clock(number, passed ? Kind::reserve_pass : Kind::reserve_fail);
  ASSERT_TRUE(reserve);
  EXPECT_EQ(reserve->period, (clocks::Period{static_cast<std::uint16_t>(passed ? 3 : 6), clocks::Unit::months}));
  EXPECT_EQ(open()["clocks"], json::array());
  EXPECT_EQ(desk.get("/api/v1/clocks?state=all").body["clocks"].size(), 2U);
}

TEST_F(DeskClocks, ThatPassFireOnceAndStayLateUntilApproval) {
  const std::string number = desk.world.judged(1);
  desk.world.now += std::chrono::hours{24 * 60};
  tick();
  const auto fired = clock(number, Kind::report)->fired;
  ASSERT_TRUE(fired);
  desk.world.now += std::chrono::hours{1};
  tick();
  EXPECT_EQ(clock(number, Kind::report)->fired, fired);
  EXPECT_EQ(open()["counts"]["late"], 1);
  ASSERT_TRUE(desk.world.review(number, "li"));
  ASSERT_TRUE(desk.world.approve(number, "sun"));
  EXPECT_EQ(clocks::state_of(*clock(number, Kind::report)), ClockState::met_late);
}

TEST_F(DeskClocks, StopWhenTheGrantIsTakenBack) {
  const std::string number = desk.world.received(1);
  const model::Grant grant = desk.world.sample(number).grant;
  desk.world.order(model::Revocation{grant.task, grant.token, "to another laboratory"});
  EXPECT_EQ(open()["clocks"], json::array());
  EXPECT_FALSE(clock(number, Kind::report));
}

TEST_F(DeskClocks, AreAskedForInWordsThatAreKnown) { EXPECT_EQ(desk.get("/api/v1/clocks?state=late").status, 400); }

}  // namespace
}  // namespace lab::desk
