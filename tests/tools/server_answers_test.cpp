// What commands make of a server's answers: of refusals, of another program's, and of those that ask for more.

#include <map>

#include "protocol/http/router.hpp"
#include "protocol/http/server.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

// Answers what a test puts there.
class ServerAnswers : public ::testing::Test {
 protected:
  ServerAnswers() {
    http::Router router;
    router.otherwise([this](const http::Request& request, const http::Respond& respond) {
      const auto found = answers.find(request.method + " " + request.path);
      respond(found == answers.end() ? http::problem(404, "no_such_address", "nothing is there") : found->second);
    });
    server = http::Server::start({.address = "127.0.0.1", .port = 0, .threads = 1}, router).value();
    origin = "http://127.0.0.1:" + std::to_string(server->port());
  }
  [[nodiscard]] Answer ask(const std::string& arguments) const {
    return run(arguments + " --coordinator " + origin, {}, Errors::among_the_lines);
  }

  std::map<std::string, http::Response> answers;  // method and path -> answer; filled in before anything is asked
  std::unique_ptr<http::Server> server;
  std::string origin;
};

TEST_F(ServerAnswers, ANodeThatIsTakenForTheCoordinatorIsCalledOne) {
  answers["GET /api/v1/status"] = {.body = R"({"enrolled":true,"node":3,"laboratory":1})"};
  for (const char* command : {"status", "lab list"}) {
    const Answer answer = ask(command);
    EXPECT_EQ(answer.exit_code, 1) << command;
    ASSERT_EQ(answer.lines.size(), 1U) << command;
    EXPECT_NE(answer.lines[0].find(origin), std::string::npos) << answer.lines[0];
    EXPECT_NE(answer.lines[0].find("检测站（lab-node）的地址"), std::string::npos) << answer.lines[0];
  }
  const Answer doctor = ask("doctor");
  EXPECT_EQ(doctor.exit_code, 1);
  bool told = false;
  for (const std::string& line : doctor.lines) told = told || line.find("检测站（lab-node）") != std::string::npos;
  EXPECT_TRUE(told);
}

TEST_F(ServerAnswers, OneThatLacksAFieldIsNamedWithTheAddress) {
  answers["GET /api/v1/webhooks"] = {.body = "{}"};
  const Answer answer = ask("webhook list");
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 1U);
  EXPECT_NE(answer.lines[0].find(origin), std::string::npos) << answer.lines[0];
  EXPECT_NE(answer.lines[0].find("'webhooks'"), std::string::npos) << answer.lines[0];
}

TEST_F(ServerAnswers, ARefusalKeepsTheServersCode) {
  answers["GET /api/v1/summary"] = http::problem(400, "malformed", "by: 没有这个");
  const Answer answer = ask("--json summary");
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 1U);
  EXPECT_EQ(field(answer.lines[0], "code"), "malformed");
  EXPECT_EQ(field(answer.lines[0], "error"), "by: 没有这个");
}

TEST_F(ServerAnswers, ADispatchSaysWhoseEnrolmentItWaitsFor) {
  answers["POST /api/v1/plans/1/dispatch"] = {.status = 202, .body = R"({"plan":1,"job":"dispatch"})"};
  answers["GET /api/v1/plans/1/allocation"] = {
      .body = R"({"rows":[{"laboratory":3,"count":5},{"laboratory":4,"count":9},{"laboratory":3,"count":2}]})"};
  answers["GET /api/v1/status"] = {
      .body = R"({"plans":[],"laboratories":[{"id":3,"name":"绵阳中心","nodes":[{"revoked":true}]},)"
              R"({"id":4,"name":"乐山中心","nodes":[{"revoked":false}]},{"id":5,"name":"无任务","nodes":[]}]})"};
  const Answer answer = ask("dispatch 1");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 2U);
  EXPECT_NE(answer.lines[1].find("实验室 3（绵阳中心）还没有入网的检测站，7 项任务在等"), std::string::npos)
      << answer.lines[1];
  const Answer object = ask("dispatch 1 --json");
  ASSERT_EQ(object.lines.size(), 1U);
  EXPECT_EQ(field(object.lines[0], "tasks"), "7");
}

TEST_F(ServerAnswers, ALaboratoryWithoutANodeIsListed) {
  answers["GET /api/v1/status"] = {.body = R"({"plans":[],"laboratories":[{"id":3,"name":"绵阳中心","nodes":[]}]})"};
  const Answer answer = ask("lab list");
  ASSERT_EQ(answer.lines.size(), 3U) << "a header, a rule and the one row";
  EXPECT_NE(answer.lines[2].find("未入网"), std::string::npos) << answer.lines[2];
}

TEST_F(ServerAnswers, WhatWasNotCountedIsATable) {
  answers["GET /api/v1/quarantine"] = {
      .body = R"({"count":1,"rows":[{"node":5,"incarnation":1,"sequence":42,"received":"2013-06-03T09:00:00Z",)"
              R"("task":null,"kind":"judged","reason":"no_task"}],"next":null})"};
  answers["GET /api/v1/late"] = {.body = R"({"count":0,"rows":[],"next":null})"};
  const Answer answer = ask("quarantine list");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 3U) << "a header, a rule and the one row";
  EXPECT_NE(answer.lines[2].find("5.1.42"), std::string::npos) << answer.lines[2];
  EXPECT_NE(answer.lines[2].find("待处理"), std::string::npos) << answer.lines[2];
}

}  // namespace
}  // namespace lab::testing
