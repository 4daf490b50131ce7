// The register and credit classes over HTTP: from an imported list and a failed sample to a class that two people
// publish.

#include <gmock/gmock.h>

#include "coordinator/tables/clocks.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* code = "91350100M000100Y43";

class EnterpriseRoutes : public Board {
 protected:
  EnterpriseRoutes() {
    second_token = service::add_person(folder / "people.json", accounts, "d:D:coordinator").value();
    people = service::People::load(folder / "people.json", accounts).value();
  }

  // Five samples of a shop, the first of which failed; nobody could object in this programme.
  void a_shop_with_a_fail() {
    json files = reference_files();
    files.push_back({{"name", "credit_rules.csv"},
                     {"text",
                      "rule,from,to,class,blacklisted,programmes,role,measure,at_least,window_months,text_zh,text_en,"
                      "basis,assumption\nX1,2013-01-01,,C,1,*,any,failed,1,12,一次不合格,one fail,x,假定\n"}});
    post("/api/v1/reference", json{{"files", files}}.dump(), 201);
    post("/api/v1/laboratories", repository_file("coordinator/reference/sichuan_2013/laboratories.csv"), 201);
    import_plan(plan_csv, 201);
    Bench bench = world.enrol(3);
    post("/api/v1/plans/1/allocation", "", 202);
    post("/api/v1/plans/1/dispatch", "{}", 202);
    world.work();
    const auto grants = world.grants_of(bench);
    json units = json::array();
    for (const model::Grant& grant : grants) {
      units.push_back({{"task", to_text(grant.task)}, {"name", "便民超市"}, {"licence", code}, {"address", "人民路"}});
    }
    post("/api/v1/tasks/sampled-units", json{{"units", units}}.dump(), 200);
    for (const model::Grant& grant : grants) {
      const bool fails = grant.task == grants.front().task;
      bench.conclude(grant, fails ? model::SampleOutcome::fail : model::SampleOutcome::pass);
    }
    world.acknowledged(bench, bench.all_events());
    world.now = *parse_utc("2013-12-20T09:00:00Z");  // every sampling date lies behind
  }

  json as(const std::string& token, const std::string& target, const json& body, int status) {
    const auto response = call(token, "POST", target, body.dump());
    EXPECT_EQ(response.status, status) << response.body;
    return json::parse(response.body);
  }

  std::string second_token;
};

TEST_F(EnterpriseRoutes, AHistoryWithItsClassAndTheVerdictsThatLedToIt) {
  a_shop_with_a_fail();
  const json list = get("/api/v1/enterprises?q=便民");
  ASSERT_EQ(list["rows"].size(), 1U);
  EXPECT_EQ(list["rows"][0]["code"], code);
  EXPECT_EQ(list["rows"][0]["final"]["fail"], 1);
  EXPECT_EQ(get("/api/v1/enterprises?q=91350100m")["rows"].size(), 1U) << "by its code too";
  EXPECT_EQ(get("/api/v1/enterprises?q=没有这家")["rows"].size(), 0U);
  const json one = get("/api/v1/enterprises/1");
  EXPECT_EQ(one["evaluation"]["class"], "C");
  EXPECT_EQ(one["evaluation"]["blacklisted"], true);
  EXPECT_EQ(one["evaluation"]["rule"]["text"], "一次不合格");
  EXPECT_EQ(one["evaluation"]["verdicts"].size(), 1U);
  EXPECT_EQ(one["weight"]["percent"], 200);
  EXPECT_EQ(one["history"].size(), one["final"]["pass"].get<std::size_t>() + 1);
  EXPECT_EQ(one["published"], nullptr);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/enterprises/7").status, 404);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/enterprises").status, 403);
}

TEST_F(EnterpriseRoutes, AClassIsPublishedByTwoPeople) {
  a_shop_with_a_fail();
  const json proposal = as(coordinator_token, "/api/v1/enterprises/1/publications", {{"reason", "按规则"}}, 201);
  EXPECT_EQ(proposal["state"], "proposed");
  EXPECT_EQ(json::parse(call(viewer_token, "GET", "/api/v1/publications").body)["rows"].size(), 0U);
  const auto waiting = [&](const char* states) {
    return get("/api/v1/publications?state=" + std::string{states})["rows"].size();
  };
  EXPECT_EQ(waiting("proposed,withdrawal_proposed"), 1U);
  EXPECT_EQ(waiting("published,withdrawal_proposed"), 0U);
  const json same = as(coordinator_token, "/api/v1/publications/1/confirm", {{"reason", "核对"}}, 403);
  EXPECT_THAT(same.dump(), HasSubstr("另一人"));
  as(second_token, "/api/v1/publications/1/confirm", {{"reason", ""}}, 400);
  as(second_token, "/api/v1/publications/1/confirm", {{"reason", "核对"}}, 200);
  const auto seen = call(viewer_token, "GET", "/api/v1/publications");
  EXPECT_THAT(seen.body, HasSubstr("便民超市"));
  EXPECT_THAT(seen.body, Not(HasSubstr("T-1.1-"))) << "which sample it was is not for everybody";
  EXPECT_THAT(seen.body, Not(HasSubstr("按规则")));
  EXPECT_EQ(waiting("proposed,withdrawal_proposed"), 0U);
  as(coordinator_token, "/api/v1/publications/1/withdraw", {{"reason", "有误"}}, 200);
  EXPECT_EQ(waiting("proposed,withdrawal_proposed"), 1U);
  EXPECT_EQ(waiting("published,withdrawal_proposed"), 1U) << "public until it is withdrawn";
  EXPECT_EQ(as(second_token, "/api/v1/publications/1/keep", {{"reason", "无误"}}, 200)["state"], "published");
  as(coordinator_token, "/api/v1/publications/1/withdraw", {{"reason", "有误"}}, 200);
  as(second_token, "/api/v1/publications/1/confirm-withdrawal", {{"reason", "同意"}}, 200);
  EXPECT_EQ(json::parse(call(viewer_token, "GET", "/api/v1/publications").body)["rows"].size(), 0U);
  as(coordinator_token, "/api/v1/enterprises/1/publications", {{"reason", "按规则"}}, 201);
  EXPECT_EQ(as(second_token, "/api/v1/publications/2/refuse", {{"reason", "再等"}}, 200)["state"], "refused");
  as(second_token, "/api/v1/publications/9/confirm", {{"reason", "x"}}, 404);
}

TEST_F(EnterpriseRoutes, AListIsTakenWholeOrComesBackWithItsFaults) {
  set_up();
  const json bad = post("/api/v1/enterprises", "名称,统一社会信用代码\n甲,91350100M000100Y44\n", 422);
  EXPECT_EQ(bad["code"], "enterprises_rejected");
  EXPECT_EQ(bad["errors"][0]["row"], 2);
  EXPECT_EQ(get("/api/v1/enterprises")["rows"].size(), 0U);
  const std::string good = std::string{"名称,统一社会信用代码,类型\n甲,"} + code + ",生产者\n乙,,经营者\n";
  EXPECT_EQ(post("/api/v1/enterprises?dry_run=1", good, 200)["rows"], 2);
  EXPECT_EQ(get("/api/v1/enterprises")["rows"].size(), 0U);
  const json taken = post("/api/v1/enterprises", good, 201);
  EXPECT_EQ(taken["added"], 2);
  EXPECT_EQ(post("/api/v1/enterprises", good, 201)["known"], 2) << "twice is once";
  const json rows = get("/api/v1/enterprises")["rows"];
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["kinds"], json::array({"producer"}));
}

TEST_F(EnterpriseRoutes, TwoEntriesBecomeOne) {
  set_up();
  post("/api/v1/enterprises", "名称\n甲店\n甲店(新)\n", 201);
  as(coordinator_token, "/api/v1/enterprises/1/merge", {{"reason", "改名"}}, 400);
  as(coordinator_token, "/api/v1/enterprises/1/merge", {{"into", 2}, {"reason", "改名"}}, 200);
  EXPECT_EQ(get("/api/v1/enterprises")["rows"].size(), 1U);
  EXPECT_EQ(get("/api/v1/enterprises/2")["members"][0]["name"], "甲店");
  EXPECT_EQ(get("/api/v1/enterprises/1")["merged_into"], 2);
  const json diary = get("/api/v1/diary");
  EXPECT_THAT(diary.dump(), Not(HasSubstr("甲店")));
}

TEST_F(EnterpriseRoutes, AndTwoAgainWhenThatWasAMistake) {
  set_up();
  post("/api/v1/enterprises", "名称\n甲店\n甲店(新)\n", 201);
  as(coordinator_token, "/api/v1/enterprises/1/part", {{"reason", "查错了"}}, 409);
  as(coordinator_token, "/api/v1/enterprises/1/merge", {{"into", 2}, {"reason", "改名"}}, 200);
  as(second_token, "/api/v1/enterprises/1/part", {{"reason", ""}}, 400);
  EXPECT_EQ(as(second_token, "/api/v1/enterprises/1/part", {{"reason", "查错了"}}, 200)["enterprise"], 1);
  EXPECT_EQ(get("/api/v1/enterprises")["rows"].size(), 2U);
  const json one = get("/api/v1/enterprises/1");
  EXPECT_EQ(one["merged_into"], nullptr);
  ASSERT_EQ(one["partings"].size(), 1U);
  EXPECT_EQ(one["partings"][0]["merge_reason"], "改名");
  EXPECT_EQ(one["partings"][0]["parted_by"], "d");
  EXPECT_EQ(get("/api/v1/enterprises/2")["partings"], one["partings"]);
  EXPECT_TRUE(get("/api/v1/enterprises/2")["members"].empty());
  const json diary = get("/api/v1/diary?kind=enterprises_parted")["rows"];
  ASSERT_EQ(diary.size(), 1U);
  EXPECT_EQ(diary[0]["form"], "enterprises_parted");
  EXPECT_EQ(diary[0]["parts"]["person"], "d");
  EXPECT_THAT(diary.dump(), Not(HasSubstr("甲店")));
  as(second_token, "/api/v1/enterprises/9/part", {{"reason", "x"}}, 404);
}

TEST_F(EnterpriseRoutes, SamplesNameTheEntryThatStandsForWhomTheyWereTakenFrom) {
  a_shop_with_a_fail();
  const json failed = get("/api/v1/nonconforming")["rows"][0];
  EXPECT_EQ(failed["parties"]["unit"], (json{{"enterprise", 1}, {"name", "便民超市"}}));
  EXPECT_EQ(failed["parties"]["producer"], nullptr);
  const std::string task = failed["task"];
  EXPECT_EQ(get("/api/v1/tasks/" + task)["parties"], failed["parties"]);
  post("/api/v1/enterprises", "名称\n便民超市(总店)\n", 201);
  as(coordinator_token, "/api/v1/enterprises/1/merge", {{"into", 2}, {"reason", "同一家"}}, 200);
  EXPECT_EQ(get("/api/v1/tasks/" + task)["parties"]["unit"]["enterprise"], 2);
  for (const std::string& target : {std::string{"/api/v1/nonconforming"}, "/api/v1/tasks/" + task}) {
    EXPECT_THAT(call(viewer_token, "GET", target).body, Not(HasSubstr("便民"))) << target;
  }
  post("/api/v1/signals",
       json{{"source", "医院"},
            {"source_id", "1"},
            {"kind", "risk"},
            {"product", "童车"},
            {"maker", "便民超市"},
            {"happened", "2013-06-01"}}
           .dump(),
       201);
  EXPECT_EQ(get("/api/v1/signals")["rows"][0]["makers"][0]["enterprise"], 2);
}

TEST_F(EnterpriseRoutes, WeightsAreASuggestionWithReasons) {
  a_shop_with_a_fail();
  const json weights = get("/api/v1/plan-weights?programme=NCP");
  ASSERT_FALSE(weights["cells"].empty());
  EXPECT_THAT(weights["cells"][0]["weight"]["because"].get<std::string>(), HasSubstr("不合格"));
  ASSERT_EQ(weights["enterprises"].size(), 1U);
  EXPECT_EQ(weights["enterprises"][0]["weight"]["percent"], 200);
  const json viewed = json::parse(call(viewer_token, "GET", "/api/v1/plan-weights").body);
  EXPECT_FALSE(viewed.contains("enterprises"));
  EXPECT_TRUE(get("/api/v1/plan-weights?programme=XYZ")["cells"].empty());
  const auto text = call(viewer_token, "GET", "/api/v1/plan-weights?programme=NCP&format=csv&encoding=utf-8-bom");
  ASSERT_EQ(text.status, 200);
  const json& heaviest = weights["cells"][0];
  for (const std::string& said : {std::string{"\xEF\xBB\xBF# 下期计划建议权重\n# 筛选条件：项目："},
                                  "# 数据版本：" + get("/api/v1/summary")["data_version"].dump() + "\n",
                                  std::string{"\n市州代码,市州,产品类别,"}}) {
    EXPECT_THAT(text.body, HasSubstr(said));
  }
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/plan-weights?format=csv&bare=1").body, Not(HasSubstr("#")));
  EXPECT_THAT(text.body, HasSubstr(fmt::format("\n{},", heaviest["city"].get<int>())));
  EXPECT_THAT(text.body, HasSubstr(fmt::format(",{},", heaviest["weight"]["percent"].get<int>())));
  EXPECT_THAT(text.body, Not(HasSubstr("便民超市"))) << "no enterprise in what a viewer may fetch";
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/plan-weights?format=xlsx").status, 400);
}

TEST_F(EnterpriseRoutes, RulesThatCannotBeReadAreNotTaken) {
  json files = reference_files();
  files.push_back({{"name", "credit_rules.csv"}, {"text", "rule,class\nA,B\n"}});
  const auto refused = call(coordinator_token, "POST", "/api/v1/reference", json{{"files", files}}.dump());
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("credit_rules.csv"));
  set_up();
  const json rules = get("/api/v1/credit-rules");
  EXPECT_EQ(rules["credit"].size(), 5U);
  for (const json& rule : rules["credit"]) EXPECT_THAT(rule["assumption"].get<std::string>(), HasSubstr("假定"));
}

}  // namespace
}  // namespace lab::board
