// Shares of quota cells and early warnings over HTTP, and the figures that are for everybody.

#include <gmock/gmock.h>

#include "coordinator/tables/count_log.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/session/standing.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace tables = coordinator::tables;

class ShareRoutes : public Board {
 protected:
  void use_rules(const std::string& rows) {
    world.turn([&](journal::Draft& draft) {
      tables::put_province_file(draft, tables::sampling_rules_file,
                                "rule,programme,kind,limit,from,until,reason\n" + rows);
    });
  }
  // So many samples of a category of a city, as if they had been counted.
  void count(std::uint32_t city, const std::string& category, std::uint64_t pass, std::uint64_t fail) {
    world.turn([&](journal::Draft& draft) {
      const tables::CellKey cell{.programme = model::ProgrammeCode{"NCP"},
                                 .city = model::CityCode{city},
                                 .county = model::CountyCode{city + 4},
                                 .category = model::CategoryCode{category},
                                 .round = 1,
                                 .month = 2013 * 12 + 5,
                                 .laboratory = model::LaboratoryId{1}};
      for (std::uint64_t i = 0; i < pass + fail; ++i) {
        const auto outcome = i < pass ? model::SampleOutcome::pass : model::SampleOutcome::fail;
        tables::log_change(draft,
                           {.programme = cell.programme,
                            .judged = 1,
                            .loses = {},
                            .gains = tables::CellChange{cell, outcome},
                            .is_first = true},
                           world.now);
        tables::count_first(draft, cell, outcome);
      }
    });
  }
};

TEST_F(ShareRoutes, AShareIsGivenAskedBackAndListed) {
  const Bench bench = dispatched();
  use_rules("E-1,NCP,escrow,,2013-01-01,,托管\n");
  const model::Grant grant = world.grants_of(bench).front();
  const std::string task = to_text(grant.task);
  const auto refused = post("/api/v1/tasks/" + task + "/revoke", R"({"reason":"急"})", 409);
  EXPECT_THAT(refused["detail"].get<std::string>(), HasSubstr("托管"));
  EXPECT_EQ(post("/api/v1/tasks/" + task + "/recall", R"({"reason":"另作安排"})", 200)["state"], "recalled");
  const json recalls = get("/api/v1/recalls");
  ASSERT_EQ(recalls["recalls"].size(), 1U);
  EXPECT_EQ(recalls["recalls"][0]["task"], task);
  EXPECT_EQ(recalls["recalls"][0]["node"], bench.id().value());
  post("/api/v1/tasks/" + task + "/recall", R"({"reason":""})", 400);
  const std::string plan = fmt::format("/api/v1/plans/{}/shares", grant.task.plan.value());
  post(plan, fmt::format(R"({{"cell":0,"node":{},"count":100}})", bench.id().value()), 409);  // the cell has three
  post(plan, R"({"cell":0,"count":1})", 400);
}

TEST_F(ShareRoutes, TheCellsSayWhoHoldsWhatAndTheSamplesOfOneWhatBecameOfThem) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  ASSERT_GE(grants.size(), 3U);
  const json before = get("/api/v1/plans/1/shares");
  ASSERT_EQ(before["cells"].size(), 2U);
  const json& first = before["cells"][0];
  EXPECT_EQ(first["quota"], 3);
  EXPECT_EQ(first["escrow"], false);
  EXPECT_EQ(first["blocked"], nullptr);
  ASSERT_EQ(first["nodes"].size(), 1U) << first.dump();
  EXPECT_EQ(first["nodes"][0], (json{{"node", bench.id().value()},
                                     {"undrawn", 3},
                                     {"recalled", 0},
                                     {"drawn", 0},
                                     {"declined", 0},
                                     {"judged", 0}}));
  EXPECT_EQ(first["free"], 0);

  use_rules("E-1,NCP,escrow,,2013-01-01,,托管\n");
  post("/api/v1/tasks/" + to_text(grants[0].task) + "/recall", R"({"reason":"另作安排"})", 200);
  bench.conclude(grants[1], model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  const json after = get("/api/v1/plans/1/shares?programme=NCP&limit=1")["cells"][0];
  EXPECT_EQ(after["escrow"], true);
  EXPECT_EQ(after["nodes"][0]["undrawn"], 2);
  EXPECT_EQ(after["nodes"][0]["recalled"], 1);
  EXPECT_EQ(after["nodes"][0]["judged"], 1);
  const json samples = get("/api/v1/plans/1/shares/0")["samples"];
  ASSERT_EQ(samples.size(), 3U);
  EXPECT_EQ(samples[0]["state"], "undrawn");
  EXPECT_EQ(samples[0]["recall"]["reason"], "另作安排");
  EXPECT_EQ(samples[1]["state"], "judged");
  EXPECT_EQ(samples[2]["recall"], nullptr);
}

TEST_F(ShareRoutes, ASampleThatWasTakenBackIsWhereItWasReceived) {
  Bench bench = dispatched();
  const model::Grant grant = world.grants_of(bench)[0];
  bench.happen(grant, "technician", model::Received{.number = grant.number});
  world.acknowledged(bench, bench.all_events());
  post("/api/v1/tasks/" + to_text(grant.task) + "/revoke", R"({"reason":"仪器故障"})", 200);
  const json cell = get("/api/v1/plans/1/shares")["cells"][0];
  EXPECT_EQ(cell["free"], 0);
  ASSERT_EQ(cell["nodes"].size(), 1U) << cell.dump();
  EXPECT_EQ(cell["nodes"][0]["drawn"], 1);
  const json samples = get("/api/v1/plans/1/shares/0")["samples"];
  EXPECT_EQ(samples[0]["state"], "drawn");
  EXPECT_EQ(samples[0]["node"], bench.id().value());
}

TEST_F(ShareRoutes, CellsComeInPagesUnderTheirFilters) {
  const Bench bench = dispatched();
  const json page = get("/api/v1/plans/1/shares?limit=1");
  ASSERT_EQ(page["next"], 1);
  EXPECT_EQ(get("/api/v1/plans/1/shares?limit=1&after=1")["next"], nullptr);
  EXPECT_EQ(get("/api/v1/plans/1/shares?city=510300")["cells"][0]["cell"], 1);
  EXPECT_EQ(get("/api/v1/plans/1/shares?category=V9")["cells"].size(), 0U);
  EXPECT_EQ(get(fmt::format("/api/v1/plans/1/shares?node={}", bench.id().value() + 7))["cells"].size(), 0U);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/plans/9/shares").status, 404);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/plans/1/shares/2").status, 404);
}

TEST_F(ShareRoutes, ACellSaysWhyNothingOfItCanBeGiven) {
  const Bench bench = dispatched();
  use_rules("E-1,NCP,escrow,,2013-01-01,,托管\n");
  world.turn([&](journal::Draft& draft) {
    session::Standing standing = session::standing(draft, bench.id());
    standing.waived = standing.complete + 1;
    session::set_standing(draft, bench.id(), standing);
  });
  EXPECT_EQ(get("/api/v1/plans/1/shares")["cells"][0]["blocked"], "unheard");
}

TEST_F(ShareRoutes, EachCellHasTheStandingOfItsOwnProgramme) {
  const Bench bench = dispatched();
  use_rules("E-1,NCP,escrow,,2013-01-01,,托管\n");
  world.turn([&](journal::Draft& draft) {
    session::Standing standing = session::standing(draft, bench.id());
    standing.waived = standing.complete + 1;
    session::set_standing(draft, bench.id(), standing);
  });
  model::PlanCell other = coordinator::testing::cell(2);
  other.programme = model::ProgrammeCode{"SPJ"};
  const auto mixed = coordinator::testing::plan_of(
      {coordinator::testing::cell(1), other, coordinator::testing::cell(3, "V2")}, "another plan");
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_plan(draft, mixed, crypto::sha256("another plan"), world.now);
  }));
  const auto cells = get("/api/v1/plans/2/shares")["cells"];
  ASSERT_EQ(cells.size(), 3U);
  for (const std::size_t of_escrow : {0U, 2U}) {
    EXPECT_EQ(cells[of_escrow]["escrow"], true);
    EXPECT_EQ(cells[of_escrow]["blocked"], "unheard");
  }
  EXPECT_EQ(cells[1]["escrow"], false);
  EXPECT_EQ(cells[1]["blocked"], nullptr);
}

TEST_F(ShareRoutes, ACategoryThatIsNoChanceWarnsRed) {
  dispatched();
  count(510100, "V1", 900, 100);  // 90 % against 96 %
  count(510100, "V2", 57, 3);     // 95 %, which may be chance
  count(510300, "V1", 5, 5);      // too few to say anything
  count(510300, "V2", 99, 1);
  const json all = get("/api/v1/warnings");
  ASSERT_EQ(all["warnings"].size(), 2U) << all.dump();
  EXPECT_EQ(all["warnings"][0]["level"], "red");
  EXPECT_EQ(all["warnings"][0]["city"], 510100);
  EXPECT_THAT(all["warnings"][0]["reason"].get<std::string>(), HasSubstr("合格率 90.0%，低于目标 96%"));
  EXPECT_EQ(all["warnings"][0]["programme_name"], "农产品质量安全例行监测");
  EXPECT_EQ(all["warnings"][1]["level"], "amber");
  EXPECT_THAT(call(viewer_token, "GET", "/metrics").body,
              HasSubstr("qlims_early_warnings{level=\"amber\"} 1\nqlims_early_warnings{level=\"red\"} 1\n"));
  EXPECT_EQ(all["warnings"][1]["category"], "V2");
  use_rules("W-1,NCP,warning,5,2013-01-01,,五个起\n");
  const json more = get("/api/v1/warnings");
  ASSERT_EQ(more["warnings"].size(), 3U);
  EXPECT_EQ(more["warnings"][1]["rule"], "W-1");
  EXPECT_EQ(get("/api/v1/warnings?city=510300")["warnings"].size(), 1U);
}

TEST_F(ShareRoutes, WhatEverybodyMaySeeHidesSmallFiguresAndWhatWouldGiveThemAway) {
  dispatched();
  count(510100, "V1", 50, 2);
  count(510100, "V2", 40, 0);
  count(510300, "V1", 30, 1);
  count(510300, "V2", 3, 1);  // too few
  const auto csv = call(viewer_token, "GET", "/api/v1/public/statistics?programme=NCP&format=csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_THAT(csv.body, HasSubstr("# 筛选条件：项目："));
  EXPECT_THAT(csv.body, HasSubstr("# 截至：2013-06-03 17:00:00（北京时间）\n"));
  EXPECT_THAT(csv.body, HasSubstr("# 公布规则：默认：少于 10 个样品的数字不公布\n"));
  const json shown = json::parse(call(viewer_token, "GET", "/api/v1/public/statistics?programme=NCP&format=json").body);
  std::size_t hidden = 0;
  for (const json& row : shown["rows"]) {
    hidden += row["published"] == false ? 1 : 0;
    if (row["city"] == "510300" && row["category"] == "V2") {
      EXPECT_TRUE(row["figures"].is_null());
    }
    if (row["city"].is_null() && row["category"].is_null()) {
      EXPECT_EQ(row["figures"]["judged"], 127);
    }
  }
  EXPECT_EQ(hidden, 4U) << "alone it would be the sum without its neighbours: " << shown.dump();
  EXPECT_EQ(shown["data_version"].dump(), get("/api/v1/summary")["data_version"].dump());
  use_rules("P-1,NCP,publish,3,2013-01-01,,三个起\n");
  const auto open = call(viewer_token, "GET", "/api/v1/public/statistics?programme=NCP&format=csv");
  EXPECT_THAT(open.body, Not(HasSubstr(",不公布\n")));
  EXPECT_THAT(open.body, HasSubstr("P-1：少于 3 个样品的数字不公布（三个起）"));
}

TEST_F(ShareRoutes, OneTableOfAProgrammeIsPublishedAndNoOtherOfTheSameSamples) {
  dispatched();
  count(510100, "V1", 50, 2);
  for (const char* wrong : {"format=csv", "programme=NCP&format=csv&city=510100", "programme=NCP&format=csv&by=month",
                            "programme=NCP&format=xlsx", "programme=NCP&format=csv&round=1"}) {
    EXPECT_EQ(call(viewer_token, "GET", std::string{"/api/v1/public/statistics?"} + wrong).status, 400) << wrong;
  }
  const json catalogue = get("/api/v1/public/catalogue");
  ASSERT_EQ(catalogue["datasets"].size(), 1U);
  const json& first = catalogue["datasets"][0];
  EXPECT_EQ(first["programme"], "NCP");
  // As JSON-LD every name has its word in DCAT or Dublin Core.
  const json& words = catalogue["@context"];
  EXPECT_EQ(words["datasets"], "dcat:dataset");
  for (const auto& [object, type] : {std::pair{catalogue, "dcat:Catalog"}, std::pair{first, "dcat:Dataset"},
                                     std::pair{first["distributions"][0], "dcat:Distribution"}}) {
    EXPECT_EQ(object["@type"], type);
    for (const auto& [name, value] : object.items()) EXPECT_TRUE(name.front() == '@' || words.contains(name)) << name;
  }
  ASSERT_EQ(first["distributions"].size(), 2U);
  for (const json& form : first["distributions"]) {
    EXPECT_EQ(call(viewer_token, "GET", form["address"].get<std::string>()).status, 200);
  }
}

}  // namespace
}  // namespace lab::board
