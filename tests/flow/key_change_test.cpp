// Keys change while a province works: a node's own, and the coordinator's. Real programs over a real wire.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "protocol/base/time.hpp"
#include "tests/flow/bad_input.hpp"
#include "tools/process/child.hpp"

namespace lab::flow {
namespace {

namespace fs = std::filesystem;
using coordinator::app::eventually;
using coordinator::app::text_of;
using nlohmann::json;

class KeyChange : public BadInput {
 protected:
  [[nodiscard]] json station() const { return json::parse(text_of(node.data() / "station.json")); }
  [[nodiscard]] bool is_told() const {
    const json nodes = province().at("status").at("laboratories").at(0).at("nodes");
    return nodes.at(0).at("events") == node.get("chen", "/api/v1/status").body.at("stream").at("sequence");
  }
  // Something happens at the bench, and the coordinator takes it.
  void expect_work(std::size_t sample) {
    draw(numbers.at(sample));
    EXPECT_TRUE(eventually([this] { return is_told(); })) << node.log();
  }
  [[nodiscard]] std::uint64_t refused(const char* why) const {
    const json totals = coordinator.api().get("/api/v1/security-log").value().at("totals");
    return totals.value(why, std::uint64_t{0});
  }
  // The coordinator's program with one more argument, to its end.
  [[nodiscard]] std::pair<int, std::string> run_coordinator(const std::string& argument) const {
    auto arguments = coordinator.command();
    arguments.push_back(argument);
    const fs::path out = coordinator.folder() / "run.log";
    auto child = process::Child::start({.arguments = arguments, .log = out});
    if (!child) return {-1, to_text(child.error())};
    return {child->wait(std::chrono::seconds{30}).value_or(-1), text_of(out)};
  }
};

TEST_F(KeyChange, ANodeGoesOverWhenItsNewKeysAreTaken) {
  expect_work(0);
  const json before = station();
  EXPECT_NE(node.run({"--replace-keys"}).first, 0) << "not while it runs";
  ASSERT_EQ(node.stop(), 0);
  const auto [status, printed] = node.run({"--replace-keys"});
  ASSERT_EQ(status, 0) << printed;
  EXPECT_NE(node.run({"--replace-keys"}).first, 0) << "others wait already";
  EXPECT_EQ(station().at("curve_public_key"), before.at("curve_public_key")) << "nothing is used yet";
  node.start();
  ASSERT_TRUE(eventually([&] { return station().value("former_signing_key", "") == before.at("signing_key"); }))
      << node.log();
  EXPECT_THAT(printed, ::testing::HasSubstr(station().at("curve_public_key").get<std::string>()));
  EXPECT_NE(station().at("signing_key"), before.at("signing_key"));
  expect_work(1);
  const json diary = coordinator.api().get("/api/v1/diary?limit=1000").value().at("rows");
  EXPECT_TRUE(std::ranges::any_of(diary, [](const json& row) { return row.at("kind") == "keys_replaced"; }));
  // Both sides find each other again with what they have kept.
  coordinator.kill();
  coordinator.start();
  node.kill();
  node.start();
  expect_work(2);
  EXPECT_EQ(refused("unknown_key"), 0U);
  EXPECT_EQ(refused("bad_signature"), 0U);
}

TEST_F(KeyChange, ANodeFollowsTheCoordinatorToItsNextKey) {
  const json before = station();
  ASSERT_EQ(coordinator.stop(), 0);
  const auto [status, printed] = run_coordinator("--replace-curve-key");
  ASSERT_EQ(status, 0) << printed;
  const fs::path file = coordinator.folder() / "data" / "keys.json";
  json keys = json::parse(text_of(file));
  coordinator.start();
  ASSERT_TRUE(eventually([&] { return station().value("next_coordinator_key", "") == keys.at("next_curve_public"); }))
      << node.log();
  EXPECT_EQ(station().at("coordinator_key"), before.at("coordinator_key")) << "until it is needed";
  expect_work(0);
  ASSERT_EQ(coordinator.stop(), 0);
  keys["next_curve_from"] = "2020-01-01T00:00:00.000Z";  // the week is over
  std::ofstream{file} << keys.dump();
  coordinator.start();
  EXPECT_EQ(json::parse(text_of(file)).at("curve_public"), keys.at("next_curve_public"));
  ASSERT_TRUE(eventually([&] { return station().at("coordinator_key") == keys.at("next_curve_public"); }))
      << node.log();
  expect_work(1);
}

}  // namespace
}  // namespace lab::flow
