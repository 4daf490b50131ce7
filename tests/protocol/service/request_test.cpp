#include "protocol/service/request.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "protocol/journal/view.hpp"

namespace lab::service {
namespace {

using nlohmann::json;

std::string code_of(const http::Response& response) { return json::parse(response.body).at("code"); }

TEST(GuardStore, AnswersAndReportsADamagedStore) {
  http::Response given{.status = 0};
  std::string reported;
  guard_store([&](http::Response response) { given = std::move(response); },
              [&](const std::string& what) { reported = what; }, [] { throw journal::Damage("record 7"); });
  EXPECT_EQ(given.status, 503);
  EXPECT_EQ(code_of(given), "store_damaged");
  EXPECT_EQ(reported, "record 7");
}

TEST(Request, FieldsComeFromThePathBeforeTheQuery) {
  const http::Request request{.query = {{"task", "2"}, {"state", "open"}}, .parameters = {{"task", "1"}}};
  EXPECT_EQ(text_in(request, "task"), "1");
  EXPECT_EQ(text_in(request, "state"), "open");
  EXPECT_EQ(text_in(request, "none"), "");
}

TEST(Request, NumbersAreWholeOrMalformed) {
  const auto number = [](const char* text) { return number_in({.query = {{"n", text}}}, "n", 5); };
  EXPECT_EQ(number(""), 5U);
  EXPECT_EQ(number("0"), 0U);
  EXPECT_EQ(number("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"18446744073709551616", "-1", "+1", "1.0", " 1", "1 ", "0x1", "一"}) {
    ASSERT_FALSE(number(text).has_value()) << text;
    EXPECT_EQ(number(text).error().code, ErrorCode::malformed);
    EXPECT_EQ(number(text).error().where, "n");
  }
}

TEST(Request, LimitsStayWithinThePage) {
  const auto limit = [](const char* text) { return limit_in({.query = {{"limit", text}}}, 500); };
  EXPECT_EQ(limit(""), page_usual);
  EXPECT_EQ(limit("0"), 1U);
  EXPECT_EQ(limit("500"), 500U);
  EXPECT_EQ(limit("501"), 500U);
  EXPECT_FALSE(limit("all").has_value());
}

TEST(Request, BodiesAreJsonObjects) {
  EXPECT_EQ(body_of({.body = ""}).value(), json::object());
  EXPECT_EQ(body_of({.body = R"({"a":1})"})->at("a"), 1);
  for (const char* text : {"[]", "1", "null", "{", "{}x"}) {
    EXPECT_EQ(body_of({.body = text}).error().code, ErrorCode::malformed) << text;
  }
}

TEST(Answer, SurvivesATextThatIsNotUtf8) {
  const auto response = answer({{"name", "a\xFF"}}, 201);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(json::parse(response.body).at("name"), "a\uFFFD");
}

TEST(Answer, GivesEveryErrorItsStatusAndCode) {
  using enum ErrorCode;
  const std::vector<std::pair<ErrorCode, int>> statuses{{malformed, 400},   {unsupported, 400}, {not_allowed, 403},
                                                        {not_found, 404},   {conflict, 409},    {too_large, 413},
                                                        {unavailable, 503}, {storage, 503}};
  for (const auto& [code, status] : statuses) {
    const auto response = problem_of({code, "what", "where"});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(code_of(response), name_of(code));
  }
}

}  // namespace
}  // namespace lab::service
