// Runs over the documented HTTP interface of the real program.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "instruments/sim/masshunter_writer.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/run_world.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RunRoutes : public testing::Test {
 protected:
  RunRoutes() {
    crypto::start();
    for (const auto& [person, role] : {std::pair{"chen", "technician"}, {"li", "reviewer"}, {"sun", "approver"}}) {
      program.add_person(person, role);
    }
    auto store = journal::open_lmdb(program.data() / "store");
    EXPECT_TRUE(store.has_value());
    RunWorld world{std::move(*store)};
    number = world.received(1);
    world.capture({observation(number, "铅", "0.12"), RunWorld::check("QC-1", "QC", "铅", "0.2050")});
  }

  void SetUp() override {
    program.start();
    const sim::Batch batch{
        .analytes = {"毒死蜱"},
        .unit = "mg/kg",
        .rows = {{.name = "BLK", .data_file = "1.d", .type = "Blank", .values = {"ND"}},
                 {.name = number, .data_file = "2.d", .values = {"ND"}},
                 {.name = number + "-SP", .data_file = "3.d", .type = "MatrixSpike", .values = {"0.055"}}}};
    const Answer capture = program.post_bytes("chen", "/api/v1/captures?instrument=GCMS-01&new=1&name=batch.csv",
                                              sim::masshunter_csv(batch), "text/csv");
    ASSERT_EQ(capture.status, 200) << capture.text;
    EXPECT_EQ(capture.body.at("judged"), json::array({number}));
    EXPECT_TRUE(capture.body.at("quarantined").empty()) << capture.text;
  }

  json review() const {
    const std::string record = program.get("li", "/api/v1/samples/" + number).body.at("record");
    return program
        .post("li", "/api/v1/reviews",
              {{"samples", json::array({{{"number", number}, {"record", record}}})}, {"agreed", true}, {"note", ""}})
        .body.at("results")
        .at(0);
  }
  json open_runs() const { return program.get("li", "/api/v1/runs?open=1").body.at("runs"); }

  Program program{"runs"};
  std::string number;
};

TEST_F(RunRoutes, AFailedRunIsShownAndReleasedByAReviewerOnly) {
  const auto listed = [this] {
    return program.get("li", "/api/v1/samples?waits=to_review").body.at("samples").at(0).at("blocked");
  };
  EXPECT_EQ(listed(), "run_failed");
  const json blocked = review();
  EXPECT_EQ(blocked.at("code"), "run_failed");
  EXPECT_THAT(blocked.at("detail").get<std::string>(), HasSubstr("55.00 %，要求 70-110 %"));
  const json runs = open_runs();
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(program.get("", "/api/v1/status").body.at("runs_open"), 1);
  EXPECT_THAT(runs.at(0).at("problem").get<std::string>(), HasSubstr("55.00 %"));
  EXPECT_EQ(runs.at(0).at("released"), false);
  const std::string run = "/api/v1/runs/" + runs.at(0).at("capture").get<std::string>();
  const json page = program.get("chen", run).body;
  EXPECT_EQ(page.at("checks").at(0).at("figure"), "55.00 %");
  EXPECT_EQ(page.at("checks").at(0).at("reason"), "outside");

  json decision{{"record", page.at("record")}, {"release", true}, {"reason", "基质抑制"}};
  EXPECT_EQ(program.post("chen", run + "/decision", decision).status, 403);
  EXPECT_EQ(program.post("sun", run + "/decision", decision).status, 403);
  EXPECT_EQ(program.post("li", run + "/decision", {{"reason", "基质抑制"}}).status, 400);
  EXPECT_EQ(program.post("li", "/api/v1/runs/" + std::string(64, '0') + "/decision", decision).body.at("code"),
            "unknown_run");
  EXPECT_EQ(program.get("li", "/api/v1/runs/nonsense").status, 404);
  decision["record"] = "nonsense";
  EXPECT_EQ(program.post("li", run + "/decision", decision).body.at("code"), "stale_record");
  decision["record"] = page.at("record");
  const Answer decided = program.post("li", run + "/decision", decision);
  ASSERT_EQ(decided.status, 200) << decided.text;
  EXPECT_EQ(decided.body.at("released"), true);
  EXPECT_EQ(decided.body.at("reviewer"), "li");
  EXPECT_TRUE(open_runs().empty());
  EXPECT_EQ(listed(), "");
  EXPECT_EQ(program.get("", "/api/v1/status").body.at("runs_open"), 0);
  EXPECT_TRUE(review().at("ok").get<bool>());
  const json sample = program.get("li", "/api/v1/samples/" + number).body;
  ASSERT_EQ(sample.at("runs").size(), 2u) << "lead came with its control";
  EXPECT_EQ(sample.at("runs").at(1).at("reason"), "基质抑制");
}

TEST_F(RunRoutes, ListsEveryRunInPagesAndShowsControlCharts) {
  const json first = program.get("li", "/api/v1/runs?open=0&limit=1").body;
  ASSERT_EQ(first.at("runs").size(), 1u);
  EXPECT_EQ(first.at("runs").at(0).at("accepted"), true);
  const json second =
      program.get("li", fmt::format("/api/v1/runs?open=0&after={}", first.at("next").get<std::uint64_t>())).body;
  ASSERT_EQ(second.at("runs").size(), 1u);
  EXPECT_TRUE(second.at("next").is_null());
  EXPECT_EQ(second.at("runs").at(0).at("accepted"), false);
  const json charts = program.get("li", "/api/v1/control-charts").body.at("charts");
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts.at(0).at("material"), "QC-1");
  EXPECT_EQ(charts.at(0).at("mean"), "0.200");
  EXPECT_EQ(charts.at(0).at("shown").at(0).at("value"), "0.2050");
  EXPECT_EQ(charts.at(0).at("shown").at(0).at("released"), true);
}

}  // namespace
}  // namespace lab::node::app
