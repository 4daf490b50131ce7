// The real program on loopback ports, with a node that is a key pair and a socket.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "coordinator/app/keys.hpp"
#include "coordinator/tables/keys.hpp"
#include "tests/coordinator/app/peer.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/protocol/journal/spoil.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Program : public ::testing::Test {
 protected:
  void SetUp() override { program.set_up(); }

  CoordinatorProgram program;
};

TEST_F(Program, CarriesAPlanToItsVerdictsAndIsTheSameAfterAKill) {
  program.set_up_province();
  Peer peer{program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
  peer.connect();
  peer.say_hello();
  const auto welcome = peer.hear<model::Welcome>();
  ASSERT_TRUE(welcome.has_value());
  EXPECT_FALSE(welcome->reference.is_zero());

  program.post("/api/v1/plans/1/allocation", json::object());
  program.post("/api/v1/plans/1/dispatch", json::object());
  const auto orders = peer.hear<model::Orders>();
  ASSERT_TRUE(orders.has_value());
  const auto grants = grants_in(*orders);
  ASSERT_EQ(grants.size(), 4U);
  peer.say(model::OrdersAck{.upto = 4});
  peer.conclude(grants[0], model::SampleOutcome::pass);
  peer.conclude(grants[1], model::SampleOutcome::fail);
  peer.say(peer.events());
  const auto ack = peer.hear<model::Ack>();
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->upto, 6U);
  EXPECT_EQ(ack->notes.size(), 2U);
  EXPECT_EQ(program.tasks_in("judged"), 2U);

  const json before = program.durable_status();
  const json summary = program.api().get("/api/v1/summary?by=city,category").value().at("rows");
  program.kill();
  peer.hang_up();
  program.start();
  EXPECT_EQ(program.durable_status(), before);
  EXPECT_EQ(program.api().get("/api/v1/summary?by=city,category").value().at("rows"), summary);

  // The node comes back, says it all again, and hears the same of it.
  peer.connect();
  peer.say_hello();
  const auto again = peer.hear<model::Welcome>();
  ASSERT_TRUE(again.has_value());
  ASSERT_EQ(again->cursors.size(), 1U);
  EXPECT_EQ(again->cursors[0].sequence, 6U);
  peer.say(peer.events());
  auto repeated = peer.hear<model::Ack>();
  ASSERT_TRUE(repeated.has_value());
  EXPECT_EQ(repeated->tree.head.size, 6U);
  EXPECT_EQ(repeated->tree.head.root, ack->tree.head.root);
  repeated->tree = ack->tree;  // signed anew, at another time
  EXPECT_EQ(repeated, ack);
  EXPECT_EQ(program.tasks_in("judged"), 2U);
}

TEST_F(Program, FinishesALongJobAfterAKillInTheMiddle) {
  program.set_up_province();
  const std::string csv =
      "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
      "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,9999\nNCP,510100,510105,V1,菠菜,生产基地,1,VEGA,9999\n";
  ASSERT_TRUE(program.api().post_bytes("/api/v1/plans?title=large&year=2013&due=2013-12-31", csv, "text/csv"));
  program.kill();
  program.start();
  ASSERT_TRUE(eventually([this] { return program.api().get("/api/v1/plans/2").value().at("state") == "ready"; }));
  EXPECT_EQ(program.tasks_in("planned"), 19'998U);
  EXPECT_TRUE(program.api().get("/api/v1/tasks/T-2.1-19998"));
  EXPECT_FALSE(program.api().get("/api/v1/tasks/T-2.1-19999"));
}

TEST_F(Program, ARevokedNodeIsNotHeardAnyMore) {
  program.set_up_province();
  Peer peer{program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
  peer.connect();
  peer.say_hello();
  ASSERT_TRUE(peer.hear<model::Welcome>());
  Peer other{program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench-2"}})};
  other.connect();
  other.say_hello();
  ASSERT_TRUE(other.hear<model::Welcome>());
  program.post(fmt::format("/api/v1/nodes/{}/revoke", peer.id().value()), {{"reason", "stolen"}});
  peer.happen({}, "", model::Incident{.what = "still here"});
  peer.say(peer.events());
  // What came later over a live connection has been worked on, so what came before has been as well.
  other.happen({}, "", model::Incident{.what = "here too"});
  other.say(other.events());
  ASSERT_TRUE(other.hear<model::Ack>());
  const json status = program.api().get("/api/v1/status").value();
  const json& nodes = status.at("laboratories").at(0).at("nodes");
  EXPECT_EQ(nodes.at(0).at("events"), 0);
  EXPECT_EQ(nodes.at(1).at("events"), 1);
  const auto refused = [this](const char* why) {
    return program.api().get("/api/v1/security-log").value().at("totals").value(why, 0);
  };
  EXPECT_TRUE(eventually([&] { return refused("revoked_key") == 1; })) << "its message over the live connection";
}

TEST_F(Program, ShowsADamagedRecordGoesOnWithoutItAndStopsWhenItIsNeeded) {
  program.set_up_province();
  ASSERT_TRUE(eventually([this] { return program.tasks_in("planned") == 4; }));
  ASSERT_EQ(program.api().get("/api/v1/status").value().at("scrub").at("damage"), "");
  ASSERT_EQ(program.stop(), 0);
  const model::TaskId task{.plan = model::PlanId{1}, .revision = 1, .number = 3};
  ASSERT_GT(
      journal::spoil_record(program.folder() / "data/store", journal::Fields{tables::letter::task}.add(task).bytes()),
      0);
  program.start();
  const json scrub = program.api().get("/api/v1/status").value().at("scrub");
  EXPECT_THAT(scrub.at("damage").get<std::string>(), HasSubstr("damaged"));
  EXPECT_FALSE(scrub.at("running").get<bool>());
  EXPECT_THAT(program.log(), HasSubstr("reading through the store"));
  program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}});
  EXPECT_TRUE(program.api().get("/api/v1/tasks/T-1.1-1"));
  const auto refused = program.api().get("/api/v1/tasks/T-1.1-3");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(to_text(refused.error()), HasSubstr("数据已损坏"));
  EXPECT_EQ(program.exit_code(), 1);
}

TEST_F(Program, DoesNotStartOnAStoreThatHidesRecords) {
  program.set_up_province();
  ASSERT_EQ(program.stop(), 0);
  ASSERT_GT(journal::hide_a_record(program.folder() / "data/store", "categories.csv"), 0);
  auto started = process::Child::start({.arguments = program.command(), .log = program.folder() / "hidden.log"});
  ASSERT_TRUE(started.has_value());
  EXPECT_EQ(WEXITSTATUS(started->wait(60s).value_or(0)), 1);
  EXPECT_THAT(text_of(program.folder() / "hidden.log"), HasSubstr("restore the latest backup"));
}

TEST_F(Program, StopsCleanlyAndLeavesItsKeysToItselfOnly) {
  const json ready = json::parse(text_of(program.folder() / "data/coordinator.json"));
  EXPECT_EQ(ready.at("http"), fmt::format("http://127.0.0.1:{}", program.first_port()));
  EXPECT_THAT(text_of(fmt::format("/proc/{}/limits", program.pid())),
              ::testing::ContainsRegex("Max core file size +0 +0 +bytes"));
  EXPECT_EQ(program.stop(), 0) << program.log();
  struct stat status {};
  ASSERT_EQ(::stat((program.folder() / "data/keys.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  program.start();
  EXPECT_EQ(json::parse(text_of(program.folder() / "data/coordinator.json")).at("curve_public_key"),
            ready.at("curve_public_key"));
}

TEST_F(Program, ASecondOneOnTheSameFolderIsRefused) {
  auto arguments = program.command();
  arguments[4] = fmt::format("127.0.0.1:{}", program.first_port() + 9'000);
  auto second = process::Child::start({.arguments = arguments, .log = program.folder() / "second.log"});
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second->wait(patience).value_or(0), 0);
  EXPECT_TRUE(program.api().get("/api/v1/status"));
}

TEST_F(Program, DoesNotMakeItselfNewKeysWhenThoseOfItsNodesAreLost) {
  program.set_up_province();
  ASSERT_EQ(program.stop(), 0);
  const fs::path keys = program.folder() / "data/keys.json";
  const fs::path kept = program.folder() / "kept.json";
  fs::rename(keys, kept);
  for (const bool replaces : {false, true}) {
    const fs::path log = program.folder() / "lost.log";
    auto arguments = program.command();
    if (replaces) arguments.emplace_back("--replace-curve-key");
    auto started = process::Child::start({.arguments = arguments, .log = log});
    ASSERT_TRUE(started.has_value());
    EXPECT_EQ(WEXITSTATUS(started->wait(60s).value_or(0)), 1);
    EXPECT_THAT(text_of(log), HasSubstr("keys.json: the coordinator's keys are missing"));
    EXPECT_THAT(text_of(log), HasSubstr("restore this file from a backup"));
    EXPECT_FALSE(fs::exists(keys));
  }
  fs::rename(kept, keys);
  program.start();
}

TEST(Keys, AreMadeForAStoreThatHoldsNothingOnly) {
  const fs::path file = fs::temp_directory_path() / fmt::format("qlims-new-keys-{}.json", ::getpid());
  const UtcTime now{};
  EXPECT_EQ(keys_of(file, false, now).error().code, ErrorCode::not_found);
  EXPECT_EQ(plan_next_curve(file, now).error().code, ErrorCode::not_found);
  ASSERT_FALSE(fs::exists(file));
  const auto made = keys_of(file, true, now);
  ASSERT_TRUE(made.has_value());
  const auto again = keys_of(file, false, now);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->curve.public_key, made->curve.public_key);
  fs::remove(file);
}

TEST(Keys, ThatCannotBeReadAreNeverReplaced) {
  const fs::path file = fs::temp_directory_path() / fmt::format("qlims-keys-{}.json", ::getpid());
  std::ofstream{file} << R"({"curve_public": 5})";
  const auto keys = open_keys(file);
  ASSERT_FALSE(keys.has_value());
  EXPECT_EQ(keys.error().code, ErrorCode::malformed);
  EXPECT_EQ(text_of(file), R"({"curve_public": 5})");
  fs::remove(file);
}

}  // namespace
}  // namespace lab::coordinator::app
