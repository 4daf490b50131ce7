// Tasks as they are looked for, what each laboratory has, and a plan by city and category.

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "coordinator/tables/tasks.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr const char* two_rounds_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,3\n"
    "NCP,510100,510104,V1,菠菜,农贸市场,2,VEGA,4\n"
    "NCP,510300,510302,V5,豇豆,农贸市场,1,VEGA,2\n";

class TaskList : public Board {
 protected:
  std::vector<std::string> listed(const std::string& query) {
    std::vector<std::string> found;
    const json page = get("/api/v1/tasks?" + query);
    for (const json& task : page["tasks"]) found.push_back(task["task"]);
    return found;
  }
  json load_of(int laboratory) {
    const json answer = get("/api/v1/workload");
    for (const json& row : answer["laboratories"]) {
      if (row["laboratory"] == laboratory) return row;
    }
    return nullptr;
  }
  // All of a plan at laboratory 3, which has one node.
  Bench all_at_one(const char* csv) {
    post("/api/v1/reference", json{{"files", reference_files()}}.dump(), 201);
    world.add_laboratory(3);
    import_plan(csv, 201);
    Bench bench = world.enrol(3);
    post("/api/v1/plans/1/allocation", "", 202);
    post("/api/v1/plans/1/dispatch", "{}", 202);
    world.work();
    return bench;
  }
  void draw(Bench& bench, const model::Grant& grant) {
    bench.happen(grant, "sampler",
                 model::Sampled{.number = grant.number,
                                .sampled_on = grant.due,
                                .sample_name = grant.commodity,
                                .quantity = "2 kg",
                                .reserve = "1 kg",
                                .storage = "冷藏",
                                .second_sampler = "吴"});
  }
};

TEST_F(TaskList, IsFilteredByStatePlaceAndWords) {
  Bench bench = all_at_one(two_rounds_csv);
  EXPECT_EQ(listed("limit=100").size(), 9U);
  EXPECT_THAT(listed("city=510300"), ElementsAre("T-1.1-8", "T-1.1-9"));
  EXPECT_THAT(listed("category=V5"), ElementsAre("T-1.1-8", "T-1.1-9"));
  EXPECT_THAT(listed("q=豇"), ElementsAre("T-1.1-8", "T-1.1-9"));
  EXPECT_EQ(listed("programme=NCP&state=granted").size(), 9U);
  EXPECT_TRUE(listed("programme=KJ").empty());
  EXPECT_TRUE(listed("laboratory=4").empty());
  EXPECT_EQ(listed(fmt::format("node={}", bench.id().value())).size(), 9U);
  const json one = get("/api/v1/tasks?limit=1")["tasks"][0];
  EXPECT_EQ(one["city_name"], "成都市");
  EXPECT_THAT(listed("q=" + one["number"].get<std::string>()), ElementsAre("T-1.1-1"));
  EXPECT_THAT(listed("q=" + one["blind_code"].get<std::string>()), ElementsAre("T-1.1-1"));
  EXPECT_EQ(get("/api/v1/tasks/" + one["blind_code"].get<std::string>())["task"], "T-1.1-1");
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/tasks?city=x").status, 400);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/tasks?state=lost").status, 400);
  EXPECT_EQ(call("", "GET", "/api/v1/workload").status, 401);
}

TEST_F(TaskList, PagesUnderAFilterLeaveNothingOut) {
  all_at_one(two_rounds_csv);
  std::vector<std::string> found;
  std::string after;
  do {
    const json page = get("/api/v1/tasks?category=V1&limit=2" + (after.empty() ? "" : "&after=" + after));
    for (const json& task : page["tasks"]) found.push_back(task["task"]);
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!after.empty());
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 7U);
  EXPECT_EQ(found.size(), 7U);
}

TEST_F(TaskList, OfAllPlansTheNewestStandsFirstAndEveryTaskOnce) {
  all_at_one(plan_csv);
  post("/api/v1/plans?title=2014&year=2014&due=2014-12-31", plan_csv, 201);
  world.work();
  EXPECT_EQ(listed("limit=100").size(), 5U) << "of the newest";
  std::vector<std::string> found;
  std::string after;
  do {
    const json page = get("/api/v1/tasks?plan=all&limit=3" + (after.empty() ? "" : "&after=" + after));
    for (const json& task : page["tasks"]) found.push_back(task["task"]);
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!after.empty());
  EXPECT_THAT(found, ElementsAre("T-2.1-1", "T-2.1-2", "T-2.1-3", "T-2.1-4", "T-2.1-5", "T-1.1-1", "T-1.1-2", "T-1.1-3",
                                 "T-1.1-4", "T-1.1-5"));
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/tasks?plan=all&after=T-7.1-1").status, 400);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/tasks?plan=1&after=T-2.1-1").status, 400);
}

TEST_F(TaskList, TasksOfARevokedNodeAreNobodysUntilAnotherOneHasThem) {
  Bench bench = all_at_one(two_rounds_csv);
  EXPECT_TRUE(listed("nobody=1").empty());
  EXPECT_EQ(load_of(3)["nobody"], 0);
  ASSERT_EQ(call(administrator_token, "POST", fmt::format("/api/v1/nodes/{}/revoke", bench.id().value()),
                 R"({"reason":"电脑失窃"})")
                .status,
            200);
  EXPECT_EQ(listed("nobody=1").size(), 9U);
  EXPECT_EQ(load_of(3)["nobody"], 9);
  const Bench other = world.enrol(3, "bench-2");
  EXPECT_EQ(listed("nobody=1").size(), 9U) << "they are still granted to the one that is gone";
  post("/api/v1/tasks/T-1.1-1/reassign", R"({"reason":"换了电脑"})", 200);
  post("/api/v1/tasks/T-1.1-2/revoke", R"({"reason":"换了电脑"})", 200);
  EXPECT_EQ(load_of(3)["nobody"], 7) << "one has the new node, one can be granted to it";
}

TEST_F(TaskList, TasksOfALaboratoryWithoutANodeAreNobodys) {
  all_at_one(plan_csv);
  post("/api/v1/tasks/T-1.1-1/revoke", R"({"reason":"停电"})", 200);
  EXPECT_TRUE(listed("nobody=1").empty());
  ASSERT_EQ(call(administrator_token, "POST", "/api/v1/nodes/1/revoke", R"({"reason":"停业"})").status, 200);
  EXPECT_EQ(listed("nobody=1&state=allocated"), std::vector<std::string>{"T-1.1-1"});
}

TEST_F(TaskList, TheWorkloadIsThatOfTheTasks) {
  Bench bench = all_at_one(plan_csv);
  bench.conclude(world.grants_of(bench)[0], model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  post("/api/v1/tasks/T-1.1-2/cancel", R"({"reason":"停产"})", 200);
  json load = load_of(3);
  EXPECT_EQ(load["tasks"], 4);
  EXPECT_EQ(load["judged"], 1);
  EXPECT_EQ(load["open"], 3);
  EXPECT_EQ(load["overdue"], 0);
  world.now = *parse_utc("2013-12-31T15:59:59Z");  // still the last day in China
  EXPECT_EQ(load_of(3)["overdue"], 0);
  world.now = *parse_utc("2013-12-31T16:00:00Z");
  EXPECT_EQ(load_of(3)["overdue"], 3);
  EXPECT_EQ(listed("overdue=1").size(), 3U);
}

TEST_F(TaskList, AGridHasQuotasAndWhatBecameOfThem) {
  Bench bench = all_at_one(two_rounds_csv);
  const auto grants = world.grants_of(bench);
  draw(bench, grants[0]);
  draw(bench, grants[1]);
  draw(bench, grants[7]);
  bench.conclude(grants[0], model::SampleOutcome::fail);
  bench.happen(grants[2], "sampler", model::Declined{.reason = "无产品"});
  world.acknowledged(bench, bench.all_events());
  post("/api/v1/tasks/T-1.1-9/cancel", R"({"reason":"停产"})", 200);
  const json grid = get("/api/v1/plans/1/grid");
  EXPECT_THAT(grid["rounds"], ElementsAre(1, 2));
  EXPECT_EQ(grid["stages"].size(), 2U);
  ASSERT_EQ(grid["cells"].size(), 2U);
  const json city = grid["cells"][0];
  EXPECT_EQ(city["city_name"], "成都市");
  EXPECT_EQ(city["quota"], 7);
  EXPECT_EQ(city["drawn"], 2);
  EXPECT_EQ(city["judged"], 1);
  EXPECT_EQ(city["declined"], 1);
  EXPECT_EQ(city["cancelled"], 0);
  EXPECT_EQ(grid["cells"][1]["quota"], 2);
  EXPECT_EQ(grid["cells"][1]["drawn"], 1);
  EXPECT_EQ(grid["cells"][1]["cancelled"], 1);

  const json second = get("/api/v1/plans/1/grid?round=2");
  ASSERT_EQ(second["cells"].size(), 1U);
  EXPECT_EQ(second["cells"][0]["quota"], 4);
  EXPECT_EQ(second["cells"][0]["drawn"], 0);
  const json market = get("/api/v1/plans/1/grid?stage=farmers_market");
  EXPECT_EQ(market["cells"][0]["quota"], 4);
  EXPECT_EQ(market["cells"][1]["drawn"], 1);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plans/1/grid?stage=moon").status, 400);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plans/9/grid").status, 404);
}

TEST_F(TaskList, TheDiaryIsReadFromItsEndUnderFilters) {
  all_at_one(plan_csv);
  for (int i = 0; i < 3; ++i) post("/api/v1/tasks/T-1.1-9/cancel", R"({"reason":"没有"})", 404);
  post("/api/v1/tasks/T-1.1-2/cancel", R"({"reason":"停产"})", 200);
  json forwards = get("/api/v1/diary?limit=1000")["rows"];
  json backwards = json::array();
  std::string before;
  do {
    const json page = get("/api/v1/diary?order=newest&limit=3" + before);
    for (const json& row : page["rows"]) backwards.push_back(row);
    before = page["next"].is_null() ? "" : "&before=" + page["next"].dump();
  } while (!before.empty());
  std::reverse(forwards.begin(), forwards.end());
  EXPECT_EQ(backwards, forwards);
  const json cancelled = get("/api/v1/diary?order=newest&kind=task_cancelled")["rows"];
  ASSERT_EQ(cancelled.size(), 1U);
  const json others = get("/api/v1/diary?order=newest&without=task_cancelled&limit=1000")["rows"];
  EXPECT_EQ(others.size(), forwards.size() - 1);
  EXPECT_TRUE(std::ranges::none_of(others, [](const json& row) { return row["kind"] == "task_cancelled"; }));
  EXPECT_EQ(get("/api/v1/diary?order=newest&q=停产")["rows"], cancelled);
  EXPECT_TRUE(get("/api/v1/diary?order=newest&to=2013-06-02")["rows"].empty());
  EXPECT_EQ(get("/api/v1/diary?order=newest&from=2013-06-03&to=2013-06-03&limit=1000")["rows"], forwards);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/diary?from=yesterday").status, 400);
}

}  // namespace
}  // namespace lab::board
