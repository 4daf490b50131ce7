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
  http::Response pdf(const std::string& number) {
    http::Request request{.method = "GET", .path = "/api/v1/samples/" + number + "/report.pdf", .peer = "127.0.0.1:5"};
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

}  // namespace
}  // namespace lab::desk
