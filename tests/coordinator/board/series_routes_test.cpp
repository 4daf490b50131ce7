#include <gmock/gmock.h>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* lots_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数,批量,检验水平,AQL,受检单位\n"
    "LTS,510100,510104,V1,电线,流通,1,VEGA,9,1000,II,1.0,成都电缆厂\n"
    "LTS,510100,510104,V1,电线,流通,1,VEGA,1,1000,II,1.0,自贡电缆厂\n";

class SeriesRoutes : public Board {
 protected:
  SeriesRoutes() {
    set_up();
    import_plan(lots_csv, 201);
    for (std::uint32_t laboratory = 1; laboratory <= laboratories; ++laboratory) {
      benches.push_back(world.enrol(laboratory));
    }
    post("/api/v1/plans/1/allocation", "", 202);
    post("/api/v1/plans/1/dispatch", "{}", 202);
    world.work();
  }

  // The lot of the first series that is under way, judged and counted.
  void conclude(std::uint64_t nonconforming) {
    for (Bench& bench : benches) {
      const auto grant = world.open_lot_of(bench);
      if (!grant) continue;
      bench.conclude_lot(*grant, nonconforming);
      world.acknowledged(bench, bench.events(bench.size() - 2, 3));
      world.work();
      return;
    }
    FAIL() << "no lot is under way";
  }

  static constexpr std::uint32_t laboratories = 3;
  std::vector<Bench> benches;
};

TEST_F(SeriesRoutes, AreListedPageByPage) {
  const json page = get("/api/v1/series?limit=1");
  ASSERT_EQ(page["series"].size(), 1U);
  const json& row = page["series"][0];
  EXPECT_EQ(row["series"], 1);
  EXPECT_EQ(row["commodity"], "电线");
  EXPECT_EQ(row["aql"], "1.0");
  EXPECT_EQ(row["state"], "normal");
  EXPECT_EQ(row["lots"], 0);
  EXPECT_EQ(row["waiting"], 8);
  EXPECT_EQ(page["next"], 1);
  const json rest = get("/api/v1/series?after=1");
  ASSERT_EQ(rest["series"].size(), 1U);
  EXPECT_EQ(rest["series"][0]["enterprise"], "自贡电缆厂");
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/series/9").status, 404);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/series/x").status, 400);
}

TEST_F(SeriesRoutes, NameTheEnterpriseOnlyToWhoMaySeeIt) {
  EXPECT_EQ(get("/api/v1/series/1")["enterprise"], "成都电缆厂");
  for (const std::string target : {"/api/v1/series", "/api/v1/series/1", "/api/v1/tasks/T-1.1-1", "/api/v1/diary",
                                   "/api/v1/plans/1", "/api/v1/status"}) {
    const auto seen = call(viewer_token, "GET", target);
    EXPECT_EQ(seen.status, 200) << target;
    EXPECT_THAT(seen.body, Not(HasSubstr("电缆厂"))) << target;
  }
}

TEST_F(SeriesRoutes, ATaskShowsItsPlanOrWhyItWaits) {
  const json granted = get("/api/v1/tasks/T-1.1-1");
  EXPECT_EQ(granted["lot"]["order"]["n_to_inspect"], 80);
  EXPECT_THAT(granted["lot"]["order"]["explanation"].get<std::string>(), HasSubstr("正常检验"));
  EXPECT_TRUE(granted["waits"].is_null());
  const json waiting = get("/api/v1/tasks/T-1.1-2");
  EXPECT_TRUE(waiting["lot"]["order"].is_null());
  EXPECT_THAT(waiting["waits"].get<std::string>(), HasSubstr("T-1.1-1"));
}

TEST_F(SeriesRoutes, ACountedLotIsShownWithItsCountAndItsStep) {
  conclude(3);
  const json task = get("/api/v1/tasks/T-1.1-1");
  EXPECT_EQ(task["result"]["lot"], (json{{"inspected", 80}, {"nonconforming", 3}}));
  EXPECT_TRUE(task["result"]["failed"][0]["item"].is_null());
  EXPECT_EQ(task["result"]["failed"][0]["reason"], "lot_not_accepted");
  const json series = get("/api/v1/series/1");
  ASSERT_EQ(series["steps"].size(), 1U);
  EXPECT_EQ(series["steps"][0]["task"], "T-1.1-1");
  EXPECT_EQ(series["steps"][0]["nonconforming"], 3);
  EXPECT_EQ(series["steps"][0]["accepted"], false);
}

TEST_F(SeriesRoutes, ADiscontinuedSeriesIsInTheStatusUntilItsCorrectiveAction) {
  for (int lot = 0; lot < 7; ++lot) conclude(3);
  const json stopped = get("/api/v1/status")["series_discontinued"];
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0], (json{{"series", 1}, {"commodity", "电线"}, {"aql", "1.0"}, {"waiting", 2}}));
  EXPECT_THAT(get("/api/v1/tasks/T-1.1-8")["waits"].get<std::string>(), HasSubstr("已暂停检验"));

  const std::string action = "/api/v1/series/1/corrective-action";
  EXPECT_EQ(call(viewer_token, "POST", action, R"({"reason":"整改已验收"})").status, 403);
  EXPECT_EQ(call(administrator_token, "POST", action, R"({"reason":"整改已验收"})").status, 403);
  EXPECT_EQ(call(coordinator_token, "POST", action, "{}").status, 400);
  EXPECT_EQ(post(action, R"({"reason":"整改已验收"})", 200)["state"], "tightened");
  EXPECT_EQ(post(action, R"({"reason":"整改已验收"})", 409)["code"], "conflict");
  world.work();
  const json series = get("/api/v1/series/1");
  EXPECT_EQ(series["open"], "T-1.1-8");
  EXPECT_EQ(series["steps"].back()["person"], "c");
  EXPECT_EQ(series["steps"].back()["reason"], "整改已验收");
  EXPECT_TRUE(get("/api/v1/status")["series_discontinued"].empty());
}

TEST_F(SeriesRoutes, WhatIsSaidOfTheProductionIsKeptForTheNextLot) {
  const std::string conditions = "/api/v1/series/1/conditions";
  const json said = post(conditions, R"({"steady":true,"approved":true,"reason":"现场检查"})", 200);
  EXPECT_EQ(said["conditions"], (json{{"steady", true}, {"approved", true}}));
  EXPECT_TRUE(
      post(conditions, R"({"steady":null,"approved":false,"reason":"撤回"})", 200)["conditions"]["steady"].is_null());
  for (const char* bad :
       {R"({"approved":true,"reason":"x"})", R"({"steady":true,"reason":"x"})",
        R"({"steady":"yes","approved":true,"reason":"x"})", R"({"steady":true,"approved":1,"reason":"x"})",
        R"({"steady":true,"approved":true})", R"({"steady":true,"approved":true,"reason":""})"}) {
    EXPECT_EQ(call(coordinator_token, "POST", conditions, bad).status, 400) << bad;
  }
  EXPECT_EQ(
      call(coordinator_token, "POST", "/api/v1/series/9/conditions", R"({"steady":true,"approved":true,"reason":"x"})")
          .status,
      404);
}

}  // namespace
}  // namespace lab::board
