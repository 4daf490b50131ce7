// The test report of a sample: from the interface's own figures, and only after approval.

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/lab-node/desk/desk_fixture.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Report : public testing::Test {
 protected:
  http::Response pdf(const std::string& number, const std::string& paper = "report.pdf", int version = 0) {
    http::Request request{.method = "GET", .path = "/api/v1/samples/" + number + "/" + paper, .peer = "127.0.0.1:5"};
    if (version > 0) request.query = {{"version", std::to_string(version)}};
    request.headers["authorization"] = "Bearer " + Accounts::all().token_of("technician");
    http::Response given;
    desk.router(request, [&](http::Response response) { given = std::move(response); });
    return given;
  }
  static std::string words_of(const std::string& octets) {
    const auto path = std::filesystem::temp_directory_path() / fmt::format("qlims-desk-report-{}.pdf", ::getpid());
    std::ofstream(path, std::ios::binary) << octets;
    std::string words;
    FILE* pipe = ::popen(("pdftotext -raw " + path.string() + " -").c_str(), "r");
    char block[4096];
    for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) words.append(block, n);
    EXPECT_EQ(::pclose(pipe), 0);
    std::filesystem::remove(path);
    std::erase_if(words, [](char c) { return c == ' ' || c == '\n' || c == '\f'; });
    return words;
  }

  Desk desk;
};

TEST_F(Report, IsNotGivenBeforeApproval) {
  EXPECT_EQ(pdf("NCP-13-0000000").status, 404);
  const std::string number = desk.world.judged(1);
  EXPECT_EQ(pdf(number).status, 409);
  ASSERT_TRUE(desk.world.review(number, "li"));
  EXPECT_EQ(pdf(number).status, 409);
  ASSERT_TRUE(desk.world.approve(number, "sun"));
  EXPECT_EQ(pdf(number).status, 200);
}

TEST_F(Report, HasEveryFigureOfTheSamplesPage) {
  const std::string number = desk.world.judged(1);
  ASSERT_TRUE(desk.world.review(number, "li"));
  ASSERT_TRUE(desk.world.approve(number, "sun"));
  const http::Response given = pdf(number);
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(given.content_type, "application/pdf");
  EXPECT_EQ(given.body, pdf(number).body) << "the same report is the same bytes";
  const std::string words = words_of(given.body);
  const json page = desk.get("/api/v1/samples/" + number).body;
  ASSERT_GT(page["items"].size(), 0U);
  for (const json& item : page["items"]) {
    for (std::string figure : {item["analyte"].get<std::string>(), item["method"].get<std::string>(),
                               item["value"].get<std::string>(), item["unit"].get<std::string>(),
                               item["limit"]["upper"].get<std::string>(), item["standard"].get<std::string>()}) {
      std::erase(figure, ' ');
      EXPECT_THAT(words, HasSubstr(figure));
    }
  }
  for (const json& event : page["events"]) {
    const std::string kind = event["kind"];
    if (kind == "judged" || kind == "reviewed" || kind == "approved") {
      EXPECT_THAT(words, HasSubstr(event["hash"].get<std::string>())) << kind;
    }
  }
  EXPECT_THAT(words, testing::AllOf(HasSubstr(page["blind_code"].get<std::string>()), HasSubstr("sun"), HasSubstr("li"),
                                    HasSubstr(page["edition"].get<std::string>())));
}

// An approved report was wrong: the second one says which it replaces, why and by whom, and the first stays readable.
TEST_F(Report, OfACorrectedVerdictNamesTheOneItReplaces) {
  const std::string number = desk.world.judged(1);
  ASSERT_TRUE(desk.world.review(number, "li"));
  ASSERT_TRUE(desk.world.approve(number, "sun"));
  const std::string first = words_of(pdf(number).body);
  const std::string record = desk.get("/api/v1/samples/" + number).body.at("record");
  ASSERT_EQ(desk.ask("approver", "POST", "/api/v1/amendments",
                     {{"number", number}, {"record", record}, {"reason", "稀释倍数有误"}})
                .status,
            200);
  EXPECT_EQ(words_of(pdf(number).body), first) << "it holds until the next one is approved";
  ASSERT_EQ(
      desk.ask("technician", "POST", "/api/v1/results",
               {{"results", {{{"number", number}, {"analyte", "铅"}, {"value", "0.45"}, {"reason", "稀释倍数"}}}}})
          .code(),
      "");
  ASSERT_EQ(desk.ask("technician", "POST", "/api/v1/rejudgements", {{"number", number}, {"reason", "更正"}}).status,
            200);
  ASSERT_TRUE(desk.world.review(number, "li"));
  ASSERT_TRUE(desk.world.approve(number, "sun"));

  const std::string second = words_of(pdf(number).body);
  EXPECT_THAT(second, testing::AllOf(HasSubstr(number + "-B2"), HasSubstr("代替" + number + "-B1"),
                                     HasSubstr("更正原因：稀释倍数有误"), HasSubstr("p-approver"), HasSubstr("0.45")));
  const std::string replaced = words_of(pdf(number, "report.pdf", 1).body);
  EXPECT_THAT(replaced, testing::AllOf(HasSubstr("0.12"), HasSubstr("已作废，由" + number + "-B2代替"),
                                       testing::Not(HasSubstr("0.45"))));
  EXPECT_EQ(pdf(number, "report.pdf", 3).status, 409);
  const json reports = desk.get("/api/v1/samples/" + number).body.at("reports");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].at("reason"), "稀释倍数有误");
  EXPECT_EQ(reports[1].at("amended_by"), "p-approver");
}

TEST_F(Report, TheSamplingFormHasWhatWasWrittenAndRoomForTheEnterprise) {
  model::Grant grant = desk.world.make_grant(1, "VEG", 1);
  grant.programme = model::ProgrammeCode{"NZS"};
  desk.world.order(grant);
  const std::string number = grant.number.text();
  json form{{"number", number},
            {"sampled_on", "2013-06-20"},
            {"sample_name", "复合肥料"},
            {"quantity", "2 kg"},
            {"reserve", "1 kg"},
            {"storage", "常温"},
            {"second_sampler", "wang"},
            {"fields", {{"lot_number", "B-77"}, {"specification", "50 kg"}, {"made_on", "2013-05-02"}}}};
  const auto file = [&] {
    return desk.ask("sampler", "POST", "/api/v1/sampling-forms", {{"forms", {form}}}).body["results"][0];
  };
  EXPECT_EQ(file().at("detail"), "请填写“抽样基数/批量(注明单位)”");
  form["fields"]["lot_size"] = "20 t";
  form["fields"]["sampling_body"] = "抽样一队";
  EXPECT_EQ(file().at("ok"), true);
  const http::Response given = pdf(number, "sampling-form.pdf");
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(given.body, pdf(number, "sampling-form.pdf").body);
  const std::string words = words_of(given.body);
  EXPECT_THAT(words, testing::AllOf(HasSubstr("B-77"), HasSubstr("20t"), HasSubstr("被抽样单位名称"),
                                    HasSubstr("标称生产者名称"), HasSubstr("抽样人签字"), HasSubstr("第1页共")));
  const json shown = desk.get("/api/v1/samples/" + number).body.at("sampling_form").at("fields");
  EXPECT_EQ(shown.size(), 5U);
  EXPECT_EQ(shown[0].at("name"), "规格型号");
}

}  // namespace
}  // namespace lab::desk
