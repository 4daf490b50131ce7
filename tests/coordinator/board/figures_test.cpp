// What is asked is what is answered: every filter is applied or refused, and a list has as many as the figure beside
// it.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace tables = coordinator::tables;

class Figures : public Board {
 protected:
  std::string refusal(const std::string& target, const char* method = "GET") {
    const auto response = call(coordinator_token, method, "/api/v1/" + target, "{}");
    EXPECT_EQ(response.status, 400) << target << response.body;
    const json problem = json::parse(response.body);
    return problem.value("detail", "");
  }
  // By a rule, as if another sample counted in its place.
  void set_aside(const model::TaskId& id) {
    world.turn([&](journal::Draft& draft) {
      const auto task = tables::task(draft, id);
      const auto file = tables::task_file(draft, id);
      const auto result = file.result();
      const tables::AsideVerdict verdict{tables::cell_of(*task, result->month, task->laboratory), result->final_outcome,
                                         file.profiles().final};
      model::TaskId instead = id;
      ++instead.number;
      tables::put_aside(draft, id, crypto::sha256("group"),
                        {.rule = "B-1", .reason = "同一批次每季度一次", .instead = instead});
      tables::count_aside(draft, id, verdict, verdict, true, world.now);
    });
  }
};

TEST_F(Figures, TheTableOfProgressHasItsFiltersOrIsRefused) {
  dispatched();
  const std::string one = "export/tables?format=csv&table=progress";
  const auto chengdu = call(viewer_token, "GET", "/api/v1/" + one + "&programme=NCP&city=510100");
  EXPECT_THAT(chengdu.body, HasSubstr("# 筛选条件：项目：农产品质量安全例行监测；市州：成都市\n"));
  EXPECT_THAT(chengdu.body, HasSubstr("\n合计,,3,"));
  for (const char* filter : {"county=510104", "category=V1", "stage=farmers_market", "round=1", "month=2013-06",
                             "lab=3", "analyte=%E7%94%B2%E8%83%BA%E7%A3%B7"}) {
    const std::string field{filter, std::string_view{filter}.find('=')};
    EXPECT_THAT(refusal(one + "&" + filter), StartsWith(field + ": 抽样情况表")) << filter;
    EXPECT_THAT(refusal("export/tables?format=xlsx&table=rates,progress&" + std::string{filter}),
                HasSubstr("抽样情况表"));
  }
}

TEST_F(Figures, ACodeThatNobodyKnowsIsRefusedWithWhatIsKnown) {
  dispatched();
  EXPECT_THAT(refusal("summary?programme=NCQ"), StartsWith("programme: 没有“NCQ”这个项目；可用的有 "));
  EXPECT_THAT(refusal("summary?programme=NCQ"), HasSubstr("NCP（农产品质量安全例行监测）"));
  EXPECT_THAT(refusal("summary?city=510101"), HasSubstr("510100（成都市）"));
  EXPECT_THAT(refusal("nonconforming?county=510199"), StartsWith("county: 没有“510199”这个区县；最接近的有 "));
  EXPECT_THAT(refusal("summary?city=510300&county=510104"), HasSubstr("510104（锦江区）属于市州 510100（成都市）"));
  EXPECT_THAT(refusal("export/tables?format=csv&table=rates&category=V99"), StartsWith("category: 没有“V99”这个类别"));
  EXPECT_THAT(refusal("warnings?lab=77"), StartsWith("lab: 没有“77”这个实验室"));
  EXPECT_THAT(refusal("summary?analyte=%E7%94%B2%E8%83%BA"), HasSubstr("甲胺磷")) << "the nearest of many";
  EXPECT_THAT(refusal("summary?round=5"), StartsWith("round: "));
  EXPECT_THAT(refusal("reports?title=T&city=1", "POST"), StartsWith("city: "));
  // What was counted under a code that has left the lists can still be asked for.
  world.turn([&](journal::Draft& draft) {
    tables::count_first(draft,
                        {.programme = model::ProgrammeCode{"OLD"},
                         .city = model::CityCode{511081},
                         .county = model::CountyCode{511082},
                         .category = model::CategoryCode{"V99"},
                         .round = 1,
                         .month = 2013 * 12,
                         .laboratory = model::LaboratoryId{1}},
                        model::SampleOutcome::pass);
  });
  EXPECT_EQ(get("/api/v1/summary?programme=OLD&city=511081&county=511082&category=V99")["total"]["pass"], 1);
}

TEST_F(Figures, ThePlanBesideARateIsThatOfTheSameFilters) {
  failed_sample();
  const json here = get("/api/v1/summary?city=510100");
  EXPECT_EQ(here["planned"], 3);
  EXPECT_EQ(here["judged"], 1);
  EXPECT_EQ(get("/api/v1/summary?city=510300")["judged"], 0);
  EXPECT_EQ(get("/api/v1/summary?stage=farmers_market&round=1")["planned"], 2);
  const json month = get("/api/v1/summary?month=2013-06");
  EXPECT_EQ(month["planned"], nullptr);
  const auto words = [&](const std::string& filter) {
    return post("/api/v1/reports?title=T&" + filter, "", 201)["content"]["sections"][0]["narrative"].get<std::string>();
  };
  EXPECT_THAT(words("city=510100"), StartsWith("计划抽检 3 批次，已判定 1 批次。参加统计的 1 批次"));
  EXPECT_THAT(words("lab=3"), StartsWith("已判定 1 批次。参加统计的 1 批次"));
}

TEST_F(Figures, WeightsAreRowsOfTheReferenceSetAndTheWeightedRateStandsBesideThePooled) {
  failed_sample();
  EXPECT_EQ(get("/api/v1/summary?programme=NCP")["weighted"], nullptr);
  EXPECT_THAT(get("/api/v1/summary?programme=NCP")["weighted_missing"].get<std::string>(), HasSubstr("没有导入"));
  const auto give = [&](const std::string& rows, int status) {
    json files = reference_files();
    files.push_back({{"name", "weights.csv"}, {"text", "programme,city,category,weight,source\n" + rows}});
    return post("/api/v1/reference", json{{"files", files}}.dump(), status);
  };
  const std::string wrong =
      give("NCP,510100,V1,many,年鉴\nNCP,成都,V99,5,\nNCP,510100,V1,1,年鉴\nNCP,510100,V1,1,年鉴\n", 422)["detail"];
  EXPECT_THAT(wrong, HasSubstr("weights.csv"));
  EXPECT_EQ(get("/api/v1/summary?programme=NCP")["weighted"], nullptr) << "nothing of a wrong table is taken";
  give("NCP,510100,V1,1,年鉴 2012\n", 201);
  const json weighted = get("/api/v1/summary?programme=NCP&by=city")["weighted"];
  EXPECT_EQ(weighted, (json{{"rate", "0.0"}, {"standard_error", "0.0"}, {"source", "年鉴 2012"}}));
  EXPECT_THAT(get("/api/v1/summary?programme=NCP&by=analyte")["weighted_missing"].get<std::string>(),
              HasSubstr("项次"));
  const json report = post("/api/v1/reports?title=T&programme=NCP", "", 201);
  EXPECT_THAT(report["content"]["sections"][0]["narrative"].get<std::string>(),
              HasSubstr("按产量加权的合格率为 0.0%（标准误 0.0 个百分点；权重来源：年鉴 2012）"));
  const json all = post("/api/v1/reports?title=T", "", 201);
  EXPECT_THAT(all["content"]["sections"][0]["narrative"].get<std::string>(), Not(HasSubstr("加权")))
      << "weights are of one programme";
}

TEST_F(Figures, AListHasAsManyAsItsFigureAndSaysWhatFailed) {
  own_limits = "甲胺磷,methamidophos,菠菜,<=,0.05,mg/kg,GB 2763-2012,4.1,2013-03-01,,,A,\n";
  const model::Grant grant = failed_sample();
  const json all = get("/api/v1/nonconforming");
  EXPECT_EQ(all["count"], 1);
  EXPECT_EQ(all["aside"], 0);
  const json& row = all["rows"][0];
  EXPECT_EQ(row["failed"], 1);
  ASSERT_EQ(row["failed_items"].size(), 1U);
  EXPECT_EQ(row["failed_items"][0]["analyte"], "甲胺磷");
  EXPECT_EQ(row["failed_items"][0]["value"], "0.35；确证 0.36");
  EXPECT_EQ(row["failed_items"][0]["unit"], "mg/kg");
  EXPECT_EQ(row["failed_items"][0]["limit"], "≤0.05 mg/kg");
  EXPECT_EQ(row["failed_items"][0]["retest"], false);
  EXPECT_EQ(row["aside"], nullptr);
  EXPECT_EQ(get("/api/v1/nonconforming?analyte=%E7%94%B2%E8%83%BA%E7%A3%B7")["count"], 1);
  EXPECT_EQ(get("/api/v1/nonconforming?county=510302")["count"], 0);

  const std::string before = to_text(world.now);
  world.now += std::chrono::hours{1};
  set_aside(grant.task);
  const json after = get("/api/v1/nonconforming");
  EXPECT_EQ(after["count"], get("/api/v1/summary")["total"]["fail"]);
  EXPECT_EQ(after["count"], 0);
  EXPECT_EQ(after["aside"], 1);
  EXPECT_EQ(after["rows"][0]["aside"]["reason"], "同一批次每季度一次");
  EXPECT_EQ(get("/api/v1/tasks/" + to_text(grant.task))["aside"][0]["rule"], "B-1");
  const json then = get("/api/v1/nonconforming?as_of=" + before);
  EXPECT_EQ(then["count"], get("/api/v1/summary?as_of=" + before)["total"]["fail"]);
  EXPECT_EQ(then["rows"][0]["aside"], nullptr);
  EXPECT_EQ(then["rows"][0]["failed_items"], row["failed_items"]);
  // Of a moment it is known that it was set aside, not by which rule.
  const json now = get("/api/v1/nonconforming?as_of=" + to_text(world.now));
  EXPECT_EQ(now["rows"][0]["aside"]["instead"].is_string(), false);
}

}  // namespace
}  // namespace lab::board
