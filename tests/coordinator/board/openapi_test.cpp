#include "coordinator/board/openapi.hpp"

#include <gmock/gmock.h>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

class OpenApi : public Board {};

TEST_F(OpenApi, DescribesEveryRouteAndNoOther) {
  const auto all = routes(office).routes();
  EXPECT_THAT(described().operations(), ::testing::UnorderedElementsAreArray(all));
}

TEST_F(OpenApi, IsServedToEverybody) {
  const auto response = call("", "GET", "/api/openapi.json");
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(json::parse(response.body).at("openapi"), "3.1.0");
}

TEST_F(OpenApi, IsWholeInItself) { described().expect_whole(); }

TEST_F(OpenApi, TheYardstickFindsWhatIsNotDescribed) {
  const auto fault = [](const char* method, const char* path, int status, const std::string& body) {
    return described().fault_of_answer(method, path, {.status = status, .body = body});
  };
  EXPECT_EQ(fault("POST", "/api/v1/tasks/T-1.1-1/retest", 200, R"({"task":"T-1.1-1","node":2})"), "");
  EXPECT_THAT(fault("POST", "/api/v1/tasks/T-1.1-1/retest", 200, R"({"task":"1","node":2})"), HasSubstr("answer.task"));
  EXPECT_THAT(fault("GET", "/api/v1/nowhere", 200, "{}"), HasSubstr("not described"));
  const auto problem = [](const char* code) {
    auto refused = http::problem(409, code, "x");
    return described().fault_of_answer("POST", "/api/v1/tickets", refused);
  };
  EXPECT_THAT(problem("conflict"), HasSubstr("the code \"conflict\" is not described"));
  EXPECT_EQ(problem("malformed"), "");
}

TEST_F(OpenApi, TheYardstickFindsWhatWasAskedWithoutADescription) {
  const auto fault = [](http::Request request) { return described().fault_of_request(request); };
  EXPECT_EQ(fault({.method = "GET", .path = "/api/v1/tasks", .query = {{"limit", "5"}}}), "");
  EXPECT_THAT(fault({.method = "GET", .path = "/api/v1/tasks", .query = {{"limit", "x"}}}), HasSubstr("query.limit"));
  EXPECT_THAT(fault({.method = "GET", .path = "/api/v1/tasks", .query = {{"sort", "x"}}}), HasSubstr("query.sort"));
  EXPECT_THAT(fault({.method = "POST", .path = "/api/v1/plans", .query = {{"title", "x"}}}), HasSubstr("no \"year\""));
  const auto revoked = [&](const char* body) {
    return fault({.method = "POST", .path = "/api/v1/nodes/1/revoke", .body = body});
  };
  EXPECT_EQ(revoked(R"({"reason":"x"})"), "");
  EXPECT_THAT(revoked(R"({"reason":1})"), HasSubstr("body.reason"));
  EXPECT_THAT(revoked(R"({"reason":"x","why":"y"})"), HasSubstr("body.why"));
  EXPECT_THAT(revoked(""), HasSubstr("no body"));
}

TEST_F(OpenApi, WhatIsNotDescribedIsRefusedAndTheNearestIsNamedFirst) {
  for (const char* target : {"/api/v1/summary?by=programme&programe=NCP",
                             "/api/v1/export/tables?table=rates&programe=NCP", "/api/v1/tasks?programe=NCP"}) {
    const auto refused = call(coordinator_token, "GET", target);
    EXPECT_EQ(refused.status, 400) << target;
    EXPECT_THAT(json::parse(refused.body).at("detail"), HasSubstr("programe: 没有这个参数；可用的参数：programme、"))
        << target;
  }
  const auto none = call(coordinator_token, "GET", "/api/v1/plans?year=2013");
  EXPECT_EQ(none.status, 400);
  EXPECT_THAT(json::parse(none.body).at("detail"), HasSubstr("这个地址不接受参数"));
  EXPECT_EQ(call("", "GET", "/api/v1/tasks?programe=NCP").status, 401) << "nothing is told to strangers";
}

TEST_F(OpenApi, ABodyThatIsNotReadIsRefused) {
  dispatched();
  const auto broken = call(coordinator_token, "POST", "/api/v1/reports?title=x", "{bad");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(json::parse(broken.body).at("code"), "malformed");
  const auto aside = call(coordinator_token, "POST", "/api/v1/reports?title=x", R"({"programme":"NCP"})");
  EXPECT_EQ(aside.status, 400);
  EXPECT_THAT(json::parse(aside.body).at("detail"), HasSubstr("programme"));
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/reports?title=x", "{}").status, 201);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/reports?title=x").status, 201);
}

// What the other tests of this folder do not ask for with success.
TEST_F(OpenApi, WhatIsSeldomAskedForIsAsDescribed) {
  const Bench bench = dispatched();
  post("/api/v1/plans/1/shares", json{{"cell", 1}, {"node", bench.id().value()}, {"count", 1}}.dump(), 200);
  for (const char* target :
       {"/api/v1/laboratories", "/api/v1/export/orders", "/api/v1/evidence/statement", "/api/v1/quarantine",
        "/api/v1/clocks?state=all", "/api/v1/summary?by=city,lab", "/api/v1/stream", "/metrics", "/api/v1/webhooks",
        "/api/v1/quarantine?open=1", "/api/v1/summary?by=county,round&county=510104&round=1",
        "/api/v1/tasks?node=1&city=510100&programme=NCP&category=V1&q=1&nobody=1&overdue=1",
        "/api/v1/warnings?county=510104&stage=farmers_market&round=1&month=2013-06&lab=3&verdicts=first",
        "/api/v1/plan-weights?programme=NCP&format=csv&encoding=utf-8-bom", "/api/v1/publications?state=proposed",
        "/api/v1/enterprise-template?encoding=gb18030",
        "/api/v1/public/statistics?programme=NCP&format=csv&verdicts=first&encoding=utf-8-bom"}) {
    EXPECT_EQ(call(coordinator_token, "GET", target).status, 200) << target;
  }
  for (const char* target : {"/api/v1/people", "/api/v1/people/changes", "/api/v1/security-log"}) {
    EXPECT_EQ(call(administrator_token, "GET", target).status, 200) << target;
  }
  EXPECT_EQ(call("", "GET", "/api/v1/setup").status, 200);
}

}  // namespace
}  // namespace lab::board
