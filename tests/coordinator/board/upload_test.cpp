// Counted samples as an upload interface wants them.

#include <gmock/gmock.h>

#include "coordinator/documents/upload_profile.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* example = "coordinator/reference/upload/platform_example.json";

std::vector<json> lines_of(const std::string& ndjson) {
  std::vector<json> rows;
  for (std::size_t at = 0; at < ndjson.size();) {
    const std::size_t end = ndjson.find('\n', at);
    rows.push_back(json::parse(ndjson.substr(at, end - at)));
    at = end + 1;
  }
  return rows;
}

json columns(std::initializer_list<json> all, const char* rows = "samples") {
  return {{"profile", "p"}, {"rows", rows}, {"columns", all}};
}

class Upload : public Board {
 protected:
  http::Response upload(const json& profile, const std::string& query = {}, const std::string& token = {}) {
    return call(token.empty() ? coordinator_token : token, "POST", "/api/v1/export/upload" + query, profile.dump());
  }
  // Why a profile is refused.
  std::string refused(const json& profile) {
    const auto response = upload(profile);
    EXPECT_EQ(response.status, 400) << profile;
    return json::parse(response.body).at("detail");
  }
  // So many samples that passed.
  Bench passed(std::size_t count) {
    Bench bench = dispatched();
    const auto grants = world.grants_of(bench);
    for (std::size_t i = 0; i < count; ++i) bench.conclude(grants.at(i), model::SampleOutcome::pass);
    world.deliver(bench, bench.all_events());
    return bench;
  }
};

TEST_F(Upload, TheExampleGivesARowForEachItemWithTheNamesAndCodesOfThePlatform) {
  const model::Grant grant = failed_sample();
  auto profile = json::parse(repository_file(example));
  profile["columns"].erase(12);  // JCZ: the second item of this sample was not measured
  const auto response = upload(profile);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/x-ndjson");
  const auto rows = lines_of(response.body);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].at("YPBH"), grant.number.text());
  EXPECT_EQ(rows[0].at("SF"), "510000");
  EXPECT_EQ(rows[0].at("CYHJ"), "01");
  EXPECT_EQ(rows[0].at("CYRQ"), "20130415");
  EXPECT_EQ(rows[0].at("DXPD"), "0");
  EXPECT_EQ(rows[1].at("DXPD"), "1");
  EXPECT_EQ(rows[0].at("YPJL"), "0");
  EXPECT_EQ(response.headers.count("qlims-next"), 0U);
}

TEST_F(Upload, AMissingValueIsToldWithItsRowAndNothingIsGiven) {
  failed_sample();
  const auto response = upload(json::parse(repository_file(example)));
  EXPECT_EQ(response.status, 422);
  const json body = json::parse(response.body);
  EXPECT_EQ(body.at("code"), "upload_rejected");
  EXPECT_THAT(body.at("detail").get<std::string>(), AllOf(HasSubstr("第 2 行"), HasSubstr("JCZ"), HasSubstr("没有值")));
  ASSERT_THAT(body.at("errors"), SizeIs(1));
  EXPECT_EQ(body["errors"][0].at("row"), 2);
  EXPECT_EQ(body["errors"][0].at("column"), "JCZ");
}

TEST_F(Upload, AValueThatTheProfileDoesNotKnowIsToldToo) {
  passed(1);
  const auto response = upload(columns({{{"name", "A"}, {"field", "outcome"}, {"map", {{"fail", "0"}}}},
                                        {{"name", "B"}, {"field", "commodity"}, {"max", 1}}}));
  EXPECT_EQ(response.status, 422);
  const json errors = json::parse(response.body).at("errors");
  ASSERT_THAT(errors, SizeIs(2));
  EXPECT_THAT(errors[0].at("message").get<std::string>(), HasSubstr("pass"));
  EXPECT_THAT(errors[1].at("message").get<std::string>(), AllOf(HasSubstr("菠菜"), HasSubstr("1 个字")));
}

TEST_F(Upload, AsTextTheColumnsStandOnceAboveAllPages) {
  passed(3);
  const json profile =
      columns({{{"name", "编号"}, {"field", "number"}}, {{"name", "结论"}, {"field", "outcome_name"}}});
  std::string whole;
  std::string after;
  std::vector<std::string> pages;
  do {
    const auto page = upload(profile, "?format=csv&limit=2" + (after.empty() ? "" : "&after=" + after));
    ASSERT_EQ(page.status, 200) << page.body;
    pages.push_back(page.body);
    whole += page.body;
    after = page.headers.count("qlims-next") != 0 ? page.headers.at("qlims-next") : "";
  } while (!after.empty());
  EXPECT_THAT(pages, SizeIs(2));
  EXPECT_EQ(whole, upload(profile, "?format=csv").body);
  EXPECT_TRUE(whole.starts_with("编号,结论\n")) << whole;
  EXPECT_EQ(std::ranges::count(whole, '\n'), 4);
  EXPECT_THAT(upload(profile, "?format=csv&encoding=utf-8-bom").body, ::testing::StartsWith("\xEF\xBB\xBF编号"));
  EXPECT_EQ(upload(profile, "?after=T-1.1-1").status, 400);
  EXPECT_EQ(upload(profile, "?encoding=gb18030").status, 400) << "NDJSON has one encoding";
}

TEST_F(Upload, ARowOfALaterPageIsCountedFromTheBeginning) {
  passed(3);
  const json good = columns({{{"name", "A"}, {"field", "number"}}});
  const auto first = upload(good, "?limit=2");
  const json bad = columns({{{"name", "A"}, {"field", "outcome"}, {"map", {{"fail", "0"}}}}});
  const auto second = upload(bad, "?limit=2&after=" + first.headers.at("qlims-next"));
  EXPECT_EQ(json::parse(second.body).at("errors")[0].at("row"), 3);
}

TEST_F(Upload, OnlyWhoMaySeeUnitsMaySendThem) {
  const Bench bench = passed(1);
  const std::string task = to_text(world.grants_of(bench).at(0).task);
  const json profile = columns({{{"name", "DW"}, {"field", "unit_name"}}});
  EXPECT_EQ(upload(profile, "", viewer_token).status, 403);
  EXPECT_EQ(upload(profile).status, 422) << "nobody has registered whom it was taken from";
  const json unit{{"task", task}, {"name", "成都某某合作社"}, {"licence", "L"}, {"address", "A"}};
  post("/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump(), 200);
  EXPECT_THAT(lines_of(upload(profile).body), ElementsAre(json{{"DW", "成都某某合作社"}}));
  EXPECT_EQ(upload(columns({{{"name", "A"}, {"field", "number"}}}), "", viewer_token).status, 200);
}

TEST_F(Upload, TheFiltersAreThoseOfTheSummary) {
  passed(2);
  const json profile = columns({{{"name", "A"}, {"field", "number"}}});
  EXPECT_THAT(lines_of(upload(profile, "?city=510100").body), SizeIs(2));
  EXPECT_THAT(lines_of(upload(profile, "?city=510300").body), SizeIs(0));
}

TEST_F(Upload, AProfileWithAMistakeIsRefusedWithItsPlace) {
  const json good{{"name", "A"}, {"field", "number"}};
  EXPECT_THAT(refused({{"profile", "p"}, {"rows", "samples"}}), HasSubstr("columns"));
  EXPECT_THAT(refused({{"profile", "p"}, {"rows", "tasks"}, {"columns", {good}}}), HasSubstr("rows"));
  EXPECT_THAT(refused(columns({good, {{"name", "B"}, {"field", "nummer"}}})),
              AllOf(HasSubstr("columns[1].field"), HasSubstr("nummer"), HasSubstr("number")));
  EXPECT_THAT(refused(columns({good, good})), HasSubstr("columns[1].name"));
  EXPECT_THAT(refused(columns({{{"name", "A"}}})), HasSubstr("columns[0]"));
  EXPECT_THAT(refused(columns({{{"name", "A"}, {"field", "number"}, {"value", "x"}}})), HasSubstr("columns[0]"));
  EXPECT_THAT(refused(columns({{{"name", "A"}, {"field", "analyte"}}})), HasSubstr("items"));
  EXPECT_THAT(refused(columns({{{"name", "A"}, {"field", "number"}, {"maximum", 3}}})), HasSubstr("maximum"));
  EXPECT_THAT(refused(columns({{{"name", "A"}, {"field", "number"}, {"map", {{"a", 1}}}}})), HasSubstr("map.a"));
  EXPECT_THAT(refused(columns({{{"name", "A"}, {"field", "sampled_on"}, {"date", "iso"}}})), HasSubstr("date"));
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/export/upload", "no json").status, 400);
}

}  // namespace
}  // namespace lab::board
