// The real program is killed between the commit of a request and its answer. The program that asked asks again: what it
// asked for was done once, and it hears so.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "protocol/http/client.hpp"
#include "tests/coordinator/app/program.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;

class RepeatedProgram : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { program.set_up(); }

  void start_with(const std::string& failpoints) {
    program.kill();
    ::setenv("QLIMS_FAILPOINTS", failpoints.c_str(), 1);
    program.start();
    ::unsetenv("QLIMS_FAILPOINTS");
  }
  // Nothing when the connection broke.
  std::optional<http::Response> make_report(const std::string& title, const std::string& key) {
    auto response =
        http::fetch({.method = "POST",
                     .url = fmt::format("http://127.0.0.1:{}/api/v1/reports?title={}", program.first_port(), title),
                     .body = "{}",
                     .headers = {{"authorization", "Bearer " + program.token()}, {"idempotency-key", key}}});
    if (!response) return std::nullopt;
    return *response;
  }
  std::size_t reports() { return program.api().get("/api/v1/reports").value().at("reports").size(); }

  CoordinatorProgram program;
};

// Before the commit nothing is done, behind it everything; which of them it was the one who asked cannot know.
TEST_P(RepeatedProgram, AKillBetweenCommitAndAnswerIsMadeGood) {
  start_with(std::string{GetParam()} + "=crash@1");
  EXPECT_FALSE(make_report("x", "key-1")) << "the connection must break";
  EXPECT_EQ(program.exit_code(), -1) << "killed";
  program.start();
  const bool was_stored = std::string_view{GetParam()} != "coordinator.commit";
  EXPECT_EQ(reports(), was_stored ? 1U : 0U);
  const auto again = make_report("x", "key-1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 201) << again->body;
  EXPECT_EQ(again->headers.contains("idempotency-replayed"), was_stored);
  EXPECT_EQ(reports(), 1U);
  program.kill();
  program.start();
  const auto later = make_report("x", "key-1");
  ASSERT_TRUE(later);
  EXPECT_EQ(later->status, 201);
  EXPECT_EQ(later->body, again->body);
  const auto other = make_report("y", "key-1");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->status, 409);
  EXPECT_EQ(json::parse(other->body).at("code"), "key_reused");
  EXPECT_EQ(reports(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Points, RepeatedProgram, ::testing::Values("coordinator.commit", "coordinator.answer"),
                         [](const auto& one) {
                           return std::string{one.param}.substr(std::string{"coordinator."}.size());
                         });

}  // namespace
}  // namespace lab::coordinator::app
