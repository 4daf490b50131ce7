#include "protocol/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lab::http {
namespace {

Handler says(std::string text) {
  return [text = std::move(text)](const Request&, const Respond& respond) { respond({.body = text}); };
}

Response ask(const Router& router, std::string method, std::string path) {
  Response answer;
  router({.method = std::move(method), .path = std::move(path)}, [&](Response given) { answer = std::move(given); });
  return answer;
}

TEST(Router, FillsInWhatTheNamesStandFor) {
  Router router;
  router.add("GET", "/api/v1/tasks/{task}/label.png",
             [](const Request& request, const Respond& respond) { respond({.body = request.parameters.at("task")}); });
  EXPECT_EQ(ask(router, "GET", "/api/v1/tasks/T-17/label.png").body, "T-17");
  EXPECT_EQ(ask(router, "GET", "/api/v1/tasks//label.png").status, 404);
  EXPECT_EQ(ask(router, "GET", "/api/v1/tasks/T-17").status, 404);
  EXPECT_EQ(ask(router, "GET", "/api/v1/tasks/T-17/label.png/").status, 404);
}

TEST(Router, PrefersALiteralToANameInWhateverOrderTheyWereAdded) {
  for (const bool literal_first : {true, false}) {
    Router router;
    if (literal_first) router.add("GET", "/tasks/open", says("open"));
    router.add("GET", "/tasks/{task}", says("one"));
    if (!literal_first) router.add("GET", "/tasks/open", says("open"));
    EXPECT_EQ(ask(router, "GET", "/tasks/open").body, "open");
    EXPECT_EQ(ask(router, "GET", "/tasks/T-1").body, "one");
  }
}

TEST(Router, TellsAWrongMethodFromAWrongAddress) {
  Router router;
  router.add("GET", "/tasks", says("list"));
  router.add("POST", "/tasks", says("made"));
  const auto wrong_method = ask(router, "DELETE", "/tasks");
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.headers.at("allow"), "GET, POST");
  EXPECT_EQ(nlohmann::json::parse(wrong_method.body).at("code"), "method_not_allowed");
  const auto wrong_address = ask(router, "GET", "/task");
  EXPECT_EQ(wrong_address.status, 404);
  EXPECT_EQ(nlohmann::json::parse(wrong_address.body).at("code"), "no_such_address");
}

TEST(Router, AnswersHeadByTheRouteForGet) {
  Router router;
  router.add("GET", "/", says("page"));
  EXPECT_EQ(ask(router, "HEAD", "/").body, "page");
}

TEST(Router, LeavesUnknownPathsToTheFallbackButNotWrongMethods) {
  Router router;
  router.add("POST", "/tasks", says("made"));
  router.otherwise(says("file"));
  EXPECT_EQ(ask(router, "GET", "/index.html").body, "file");
  EXPECT_EQ(ask(router, "GET", "/tasks").status, 405);
}

TEST(RouterDeathTest, StopsTheProgramWhenOneRouteIsAddedTwice) {
  Router router;
  router.add("GET", "/tasks", says("a"));
  EXPECT_DEATH(router.add("GET", "/tasks", says("b")), "broken invariant");
}

TEST(Problem, IsAProblemDocumentWithAStableCodeAndAChineseSentence) {
  const auto answer = problem(409, "task_cancelled", "任务已取消");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  const auto document = nlohmann::json::parse(answer.body);
  EXPECT_EQ(document.at("title"), "Conflict");
  EXPECT_EQ(document.at("status"), 409);
  EXPECT_EQ(document.at("code"), "task_cancelled");
  EXPECT_EQ(document.at("detail"), "任务已取消");
}

TEST(Problem, QuotesOctetsOfAStrangerWithoutFailing) {
  const auto document = nlohmann::json::parse(problem(400, "bad", "\xff\"\n").body);
  EXPECT_EQ(document.at("detail"), "\xEF\xBF\xBD\"\n");
}

}  // namespace
}  // namespace lab::http
