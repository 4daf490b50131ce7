#include <gmock/gmock.h>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

json signal(const std::string& id) {
  return {{"source", "哨点医院"}, {"source_id", id},        {"kind", "injury"},   {"product", "菠菜"},
          {"maker", "某某农场"},  {"city", "成都市"},       {"county", "锦江区"}, {"happened", "2013-06-01"},
          {"harmed", 2},          {"content", "食用后不适"}};
}

class SignalRoutes : public Board {
 protected:
  SignalRoutes() { set_up(); }

  static json plan() {
    return {{"title", "菠菜专项"}, {"year", 2013},        {"due", "2013-09-30"}, {"programme", "NCP"},
            {"category", "V1"},    {"stage", "农贸市场"}, {"panel", "VEGA"},     {"round", 3},
            {"samples", 4},        {"reason", "两人不适"}};
  }
};

TEST_F(SignalRoutes, TheSameReportIsReceivedOnce) {
  const json first = post("/api/v1/signals", signal("1").dump(), 201);
  EXPECT_EQ(first["already_received"], false);
  EXPECT_EQ(first["county_name"], "锦江区");
  EXPECT_EQ(post("/api/v1/signals", signal("1").dump(), 200)["already_received"], true);
  json other = signal("1");
  other["harmed"] = 3;
  EXPECT_EQ(post("/api/v1/signals", other.dump(), 409)["code"], "conflict");
  EXPECT_EQ(get("/api/v1/signals")["count"], 1);
}

TEST_F(SignalRoutes, WhatIsWrongIsSaidWithItsField) {
  for (const auto& [field, value] :
       {std::pair{"kind", json("other")}, std::pair{"happened", json("yesterday")}, std::pair{"harmed", json(-1)},
        std::pair{"city", json("北京")}, std::pair{"county", json("天河区")}, std::pair{"product", json("")}}) {
    json bad = signal("9");
    bad[field] = value;
    const auto answer = call(coordinator_token, "POST", "/api/v1/signals", bad.dump());
    EXPECT_EQ(answer.status, 400) << field << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(field));
  }
  EXPECT_EQ(get("/api/v1/signals")["count"], 0);
}

TEST_F(SignalRoutes, NearDuplicatesAreGroupedAndNoneIsDropped) {
  for (const char* id : {"1", "2", "3"}) post("/api/v1/signals", signal(id).dump(), 201);
  json far = signal("4");
  far["happened"] = "2013-03-01";
  post("/api/v1/signals", far.dump(), 201);
  const json rows = get("/api/v1/signals")["rows"];
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["signal"], 4) << "the newest first";
  EXPECT_EQ(rows[0]["group"], 4);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(rows[i]["group"], 1);
    EXPECT_EQ(rows[i]["group_size"], 3);
  }
  EXPECT_EQ(get("/api/v1/signals/2")["group"].size(), 3U);
  const json next = get("/api/v1/signals?limit=3");
  EXPECT_EQ(get("/api/v1/signals?limit=3&after=" + next["next"].dump())["rows"].size(), 1U);
}

TEST_F(SignalRoutes, APersonAssessesAGroup) {
  for (const char* id : {"1", "2"}) post("/api/v1/signals", signal(id).dump(), 201);
  post("/api/v1/signals/1/assess", R"({"state":"watched"})", 400);
  post("/api/v1/signals/1/assess", R"({"state":"planned","reason":"x"})", 400);
  const json done = post("/api/v1/signals/1/assess", R"({"state":"watched","group":true,"reason":"待核实"})", 200);
  EXPECT_EQ(done["assessed"].size(), 2U);
  EXPECT_EQ(get("/api/v1/signals?state=watched")["rows"].size(), 2U);
  EXPECT_EQ(get("/api/v1/signals?state=received")["rows"].size(), 0U);
  post("/api/v1/signals/9/assess", R"({"state":"watched","reason":"x"})", 404);
}

TEST_F(SignalRoutes, ATargetedPlanGoesTheWayOfEveryPlan) {
  post("/api/v1/signals", signal("1").dump(), 201);
  json asked = plan();
  asked["dry_run"] = true;
  const json shown = post("/api/v1/signals/1/plan", asked.dump(), 200);
  EXPECT_THAT(shown["file"].get<std::string>(), HasSubstr("NCP,510100,510104,V1,菠菜,农贸市场,3,VEGA,4\n"));
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 0U);
  json bad = plan();
  bad["panel"] = "NOPE";
  const json refused = post("/api/v1/signals/1/plan", bad.dump(), 422);
  EXPECT_EQ(refused["errors"][0]["column"], "检测包");
  EXPECT_EQ(get("/api/v1/signals/1")["state"], "received") << "nothing happened";
  const json opened = post("/api/v1/signals/1/plan", plan().dump(), 201);
  EXPECT_EQ(opened["tasks"], 4);
  world.work();
  const json there = get("/api/v1/plans/1");
  EXPECT_EQ(there["title"], "菠菜专项");
  EXPECT_EQ(there["tasks_total"], 4);
  const json signal_now = get("/api/v1/signals/1");
  EXPECT_EQ(signal_now["state"], "planned");
  EXPECT_EQ(signal_now["plan"], 1);
  asked = plan();
  asked["title"] = "又一个";
  post("/api/v1/signals/1/plan", asked.dump(), 409);
  EXPECT_EQ(get("/api/v1/plans")["plans"].size(), 1U);
}

TEST_F(SignalRoutes, PlacesMayBeOthersThanThatOfTheReport) {
  post("/api/v1/signals", signal("1").dump(), 201);
  json asked = plan();
  asked["places"] =
      json::array({{{"city", "成都市"}, {"county", "武侯区"}}, {{"city", "510300"}, {"county", "510302"}}});
  EXPECT_EQ(post("/api/v1/signals/1/plan", asked.dump(), 201)["tasks"], 8);
}

}  // namespace
}  // namespace lab::board
