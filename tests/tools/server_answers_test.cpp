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

TEST_F(ServerAnswers, ALaboratoryWithoutANodeIsListed) {
  answers["GET /api/v1/status"] = {.body = R"({"plans":[],"laboratories":[{"id":3,"name":"绵阳中心","nodes":[]}]})"};
  const Answer answer = ask("lab list");
  ASSERT_EQ(answer.lines.size(), 3U) << "a header, a rule and the one row";
  EXPECT_NE(answer.lines[2].find("未入网"), std::string::npos) << answer.lines[2];
}

}  // namespace
}  // namespace lab::testing
