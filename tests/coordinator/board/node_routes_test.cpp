// What people decide about nodes whose store was put back or copied.

#include <gmock/gmock.h>

#include "protocol/session/standing.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

class NodeRoutes : public Board {
 protected:
  NodeRoutes() : bench(dispatched()) {
    second_token = service::add_person(folder / "people.json", accounts, "b:B:administrator").value();
    people = service::People::load(folder / "people.json", accounts).value();
  }
  std::string path(const char* what) const { return fmt::format("/api/v1/nodes/{}/{}", bench.id().value(), what); }
  http::Response decide(const std::string& token, const char* what, const json& body) {
    return call(token, "POST", path(what), body.dump());
  }
  // Two machines spoke with the node's key.
  void freeze() {
    world.turn([&](journal::Draft& draft) {
      session::set_standing(draft, bench.id(),
                            {.doubt = session::Doubt::frozen, .chosen = 0, .boots = {11, 18'446'744'073'709'551'615U}});
    });
  }
  // The coordinator's store was put back, and no node has been heard.
  void recover() {
    world.turn([&](journal::Draft& draft) { session::set_recovery(draft, 2); });
  }

  Bench bench;
  std::string second_token;
};

TEST_F(NodeRoutes, ShowTheProcessesThatWereMetAndTheEvidence) {
  freeze();
  world.turn([&](journal::Draft& draft) {
    session::keep_fork(
        draft, bench.id(),
        {.incarnation = 1, .sequence = 7, .hash = crypto::sha256("other"), .at = world.now, .event = Bytes(8, 'x')});
  });
  const json standing = get(path("standing"));
  EXPECT_EQ(standing["frozen"], true);
  EXPECT_EQ(standing["boots"], json::array({"11", "18446744073709551615"}));
  ASSERT_EQ(standing["forks"].size(), 1U);
  EXPECT_EQ(standing["forks"][0]["sequence"], 7);
  EXPECT_EQ(standing["forks"][0]["hash"], to_hex(crypto::sha256("other").view()));
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/nodes/99/standing").status, 404);
}

TEST_F(NodeRoutes, ChooseTheStationByItsProcess) {
  const json choice{{"boot", "18446744073709551615"}, {"reason", "检测站的电脑,另一台是克隆盘"}};
  EXPECT_EQ(decide(administrator_token, "station", choice).status, 409) << "there is no doubt yet";
  freeze();
  EXPECT_EQ(decide(coordinator_token, "station", choice).status, 403);
  EXPECT_EQ(decide(administrator_token, "station", {{"boot", "12"}, {"reason", "x"}}).status, 404);
  EXPECT_EQ(decide(administrator_token, "station", {{"boot", "12x"}, {"reason", "x"}}).status, 400);
  EXPECT_EQ(decide(administrator_token, "station", {{"boot", "11"}, {"reason", ""}}).status, 400);
  EXPECT_EQ(get(path("standing"))["frozen"], true);
  ASSERT_EQ(decide(administrator_token, "station", choice).status, 200);
  const json standing = get(path("standing"));
  EXPECT_EQ(standing["frozen"], false);
  EXPECT_EQ(standing["chosen"], "18446744073709551615");
  EXPECT_THAT(get("/api/v1/diary?limit=1000")["rows"].back()["subject"].get<std::string>(), HasSubstr("克隆盘"));
}

TEST_F(NodeRoutes, TwoPeopleDoWithoutANode) {
  const json reason{{"reason", "检测站停业"}};
  EXPECT_EQ(decide(administrator_token, "waiver", reason).status, 409) << "nothing is being collected";
  recover();
  EXPECT_EQ(decide(viewer_token, "waiver", reason).status, 403);
  EXPECT_EQ(decide(administrator_token, "waiver", {{"reason", ""}}).status, 400);
  const auto first = decide(administrator_token, "waiver", reason);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(json::parse(first.body)["waived"], false);
  EXPECT_EQ(decide(administrator_token, "waiver", reason).status, 409) << "the second person has to be another";
  const auto second = decide(second_token, "waiver", reason);
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(json::parse(second.body)["waived"], true);
  EXPECT_THAT(get("/api/v1/diary?limit=1000")["rows"].back()["subject"].get<std::string>(), HasSubstr("by a and b"));
}

TEST_F(NodeRoutes, ATaskIsGivenToTheNodeThatIsNamed) {
  const std::string target = "/api/v1/tasks/T-1.1-1/";
  const auto ask = [&](const char* what, const json& body) {
    return call(coordinator_token, "POST", target + what, body.dump());
  };
  ASSERT_EQ(ask("revoke", {{"reason", "停电"}}).status, 200);
  EXPECT_EQ(ask("reassign", {{"reason", "来电了"}, {"node", "x"}}).status, 400);
  EXPECT_EQ(ask("reassign", {{"reason", "来电了"}, {"node", 99}}).status, 404);
  const auto given = ask("reassign", {{"reason", "来电了"}, {"node", bench.id().value()}});
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(json::parse(given.body)["node"], bench.id().value());
  ASSERT_EQ(ask("cancel", {{"reason", "产品停产"}}).status, 200);
  EXPECT_EQ(get("/api/v1/tasks/T-1.1-1")["state"], "cancelled");
}

TEST_F(NodeRoutes, NothingIsTakenBackWhileTheStoreCollects) {
  recover();
  const auto answer = call(coordinator_token, "POST", "/api/v1/tasks/T-1.1-1/cancel", R"({"reason":"停产"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("从备份恢复"));
}

}  // namespace
}  // namespace lab::board
