// A series of lots through the real program: killed between a verdict and its acknowledgement, and asked by `qlims`.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/coordinator/app/peer.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* lots_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数,批量,检验水平,AQL,受检单位\n"
    "LTS,510100,510104,V1,电线,流通,1,VEGA,12,1000,II,1.0,成都电缆厂\n";

class SeriesProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    program.set_up();
    program.set_up_province();
    ASSERT_TRUE(program.api().post_bytes("/api/v1/plans?title=lots&year=2013&due=2013-12-31", lots_csv, "text/csv"));
    peer.emplace(program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}}));
    come_back();
    program.post("/api/v1/plans/2/allocation", json::object());
    program.post("/api/v1/plans/2/dispatch", json::object());
    hear_a_grant();
  }

  void come_back() {
    peer->connect();
    peer->say_hello();
    ASSERT_TRUE(peer->hear<model::Welcome>().has_value());
  }
  // The next lot, which comes by itself; an order that is repeated on a slow machine is passed over.
  void hear_a_grant() {
    const model::TaskId before = grant.task;
    while (grant.task == before) {
      const auto orders = peer->hear<model::Orders>();
      ASSERT_TRUE(orders.has_value());
      const auto grants = grants_in(*orders);
      ASSERT_EQ(grants.size(), 1U);
      if (grants[0].token > grant.token) grant = grants[0];
    }
    peer->say(model::OrdersAck{.upto = ++orders_held});
  }
  void judge(std::uint64_t nonconforming) {
    const bool accepted = nonconforming <= grant.lot->ac;
    const auto outcome = accepted ? model::SampleOutcome::pass : model::SampleOutcome::fail;
    const Hash record = peer->happen(
        grant, "analyst",
        model::Judged{.number = grant.number,
                      .edition = {},
                      .judged_for = *parse_date("2013-06-01"),
                      .version = 1,
                      .outcome = outcome,
                      .items = {{.item = model::whole_sample,
                                 .outcome = accepted ? model::ItemOutcome::pass : model::ItemOutcome::fail,
                                 .reason = accepted ? model::Reason::lot_accepted : model::Reason::lot_not_accepted}},
                      .lot = model::LotCount{.inspected = grant.lot->to_inspect, .nonconforming = nonconforming}});
    peer->happen(grant, "reviewer",
                 model::Reviewed{.number = grant.number, .record = record, .agreed = true, .note = {}});
    peer->happen(grant, "approver",
                 model::Approved{.number = grant.number,
                                 .record = record,
                                 .reviewer = model::PersonId{"reviewer"},
                                 .version = 1,
                                 .outcome = outcome,
                                 .signature = Bytes(64, 's')});
  }
  json series() { return program.api().get("/api/v1/series/1").value(); }

  lab::testing::Answer qlims(const std::string& arguments) const {
    ::setenv("QLIMS_TOKEN", program.token().c_str(), 1);
    return lab::testing::run(
        fmt::format("series {} --json --coordinator http://127.0.0.1:{}", arguments, program.first_port()));
  }

  CoordinatorProgram program;
  std::optional<Peer> peer;
  model::Grant grant;
  std::uint64_t orders_held = 0;
};

TEST_F(SeriesProgram, MovesOnceHoweverOftenTheVerdictComesAndTheProgramDies) {
  judge(3);
  for (int kill = 0; kill < 3; ++kill) {
    peer->say(peer->events());
    if (kill == 1) {
      ASSERT_TRUE(peer->hear<model::Ack>().has_value());
    }
    program.kill();
    peer->hang_up();
    program.start();
    come_back();
  }
  peer->say(peer->events());
  ASSERT_TRUE(peer->hear<model::Ack>().has_value());
  ASSERT_TRUE(eventually([this] { return series()["open"] == "T-2.1-2"; })) << series();
  EXPECT_EQ(series()["lots"], 1);
  EXPECT_EQ(series()["steps"].size(), 1U);
}

TEST_F(SeriesProgram, IsShownAndResumedByQlims) {
  for (int lot = 0; lot < 7; ++lot) {
    judge(3);
    peer->say(peer->events());
    if (lot < 6) hear_a_grant();
  }
  ASSERT_TRUE(eventually([this] { return series()["state"] == "discontinued"; })) << series();
  const auto listed = qlims("list");
  ASSERT_EQ(listed.lines.size(), 1U);
  EXPECT_THAT(listed.lines[0], HasSubstr("成都电缆厂"));
  EXPECT_EQ(lab::testing::field(listed.lines[0], "waiting"), "5");
  EXPECT_EQ(qlims("resume 9 --reason x").exit_code, 1);
  const auto resumed = qlims("resume 1 --reason '整改已验收'");
  EXPECT_EQ(resumed.exit_code, 0);
  hear_a_grant();
  EXPECT_EQ(grant.lot->inspection, "tightened");
  EXPECT_EQ(qlims("conditions 1 --steady yes --approved --reason '现场检查'").exit_code, 0);
  EXPECT_EQ(series()["conditions"], (json{{"steady", true}, {"approved", true}}));
  EXPECT_NE(qlims("conditions 1 --steady perhaps --reason x").exit_code, 0);
  const auto shown = qlims("show 1");
  ASSERT_EQ(shown.lines.size(), 1U);
  EXPECT_EQ(json::parse(shown.lines[0])["steps"].size(), 9U);
}

}  // namespace
}  // namespace lab::coordinator::app
