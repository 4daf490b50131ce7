// What people do about verdicts that were kept and not counted.

#include <gmock/gmock.h>

#include "coordinator/tables/tasks.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
namespace tables = coordinator::tables;

class ExceptionRoutes : public Board {
 protected:
  // A verdict whose task was taken back before it came.
  ExceptionRoutes() : bench(dispatched()), grant(world.grants_of(bench)[0]) {
    post(fmt::format("/api/v1/tasks/{}/revoke", to_text(grant.task)), R"({"reason":"停电"})", 200);
    bench.conclude(grant, model::SampleOutcome::pass);
    world.acknowledged(bench, bench.all_events());
    const json late = get("/api/v1/late");
    place = fmt::format("{}.{}.{}", late["rows"][0]["node"].dump(), late["rows"][0]["incarnation"].dump(),
                        late["rows"][0]["sequence"].dump());
  }
  json decide(const char* what, int status, const char* reason = "原站结果已齐") {
    return post(fmt::format("/api/v1/quarantine/{}", what), json{{"place", place}, {"reason", reason}}.dump(), status);
  }
  model::TaskState state() { return tables::task(*world.view(), grant.task)->state; }

  Bench bench;
  model::Grant grant;
  std::string place;
};

TEST_F(ExceptionRoutes, ALateVerdictGoesBackToItsNodeAndCountsWhenItIsSignedAnew) {
  EXPECT_EQ(get("/api/v1/late?open=1")["rows"].size(), 1U);
  const json answered = decide("resolve", 200);
  EXPECT_EQ(answered["node"], bench.id().value());
  EXPECT_EQ(state(), model::TaskState::granted);
  bench.conclude(world.grants_of(bench).back(), model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  EXPECT_EQ(state(), model::TaskState::judged);
  const json decision = get("/api/v1/late")["rows"][0]["decision"];
  EXPECT_EQ(decision["decided"], "returned");
  EXPECT_EQ(decision["person"], "c");
  EXPECT_EQ(decision["reason"], "原站结果已齐");
}

TEST_F(ExceptionRoutes, OneThatIsRejectedStaysUncountedAndSaysWhoDecided) {
  EXPECT_EQ(decide("reject", 200, "已由他站检测")["decided"], "rejected");
  EXPECT_EQ(state(), model::TaskState::allocated);
  const json row = get("/api/v1/late")["rows"][0];
  EXPECT_EQ(row["decision"]["decided"], "rejected");
  EXPECT_THAT(decide("resolve", 409)["detail"].get<std::string>(), HasSubstr("已由他站检测"));
  EXPECT_EQ(decide("reject", 409)["code"], "conflict");
  EXPECT_TRUE(get("/api/v1/late?open=1")["rows"].empty());
  EXPECT_THAT(get("/api/v1/diary?limit=1000")["rows"].back()["subject"].get<std::string>(),
              HasSubstr("rejected by c: 已由他站检测"));
}

TEST_F(ExceptionRoutes, AreForThoseWhoMayTakeBackAndNeedAReasonAndAPlace) {
  const std::string body = json{{"place", place}, {"reason", "x"}}.dump();
  for (const char* what : {"resolve", "reject", "replay"}) {
    const std::string target = fmt::format("/api/v1/quarantine/{}", what);
    EXPECT_EQ(call(viewer_token, "POST", target, body).status, 403);
    EXPECT_EQ(call("", "POST", target, body).status, 401);
    EXPECT_EQ(call(coordinator_token, "POST", target, R"({"place":"1.1","reason":"x"})").status, 400);
    EXPECT_EQ(call(coordinator_token, "POST", target, R"({"place":"9.1.1","reason":"x"})").status, 404);
  }
  decide("resolve", 400, "");
  decide("reject", 400, "");
  EXPECT_EQ(state(), model::TaskState::allocated);
}

}  // namespace
}  // namespace lab::board
