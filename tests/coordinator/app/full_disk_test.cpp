// The real program on a disk that runs full under it.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/coordinator/app/peer.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/procs/private_disks.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::uint64_t disk_octets = std::uint64_t{32} << 20;

TEST(FullDisk, StopsNothingLosesNothingAcknowledgedAndIsOverWhenThereIsRoom) {
  if (const std::string why = procs::own_mounts(); !why.empty()) GTEST_SKIP() << why;
  CoordinatorProgram program;
  std::filesystem::create_directories(program.folder() / "data");
  const procs::SmallDisk disk{program.folder() / "data", disk_octets};
  program.set_up();
  program.set_up_province();
  Peer peer{program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
  peer.connect();
  peer.say_hello();
  ASSERT_TRUE(peer.hear<model::Welcome>());
  program.post("/api/v1/plans/1/allocation", json::object());
  program.post("/api/v1/plans/1/dispatch", json::object());
  const auto orders = peer.hear<model::Orders>();
  ASSERT_TRUE(orders.has_value());
  const auto grants = grants_in(*orders);
  ASSERT_EQ(grants.size(), 4U);
  peer.say(model::OrdersAck{.upto = 4});
  peer.conclude(grants[0], model::SampleOutcome::pass);
  peer.say(peer.events());
  ASSERT_TRUE(peer.hear<model::Ack>());
  EXPECT_EQ(program.api().get("/api/v1/status").value().at("store").at("room"), "enough");

  disk.fill();
  peer.conclude(grants[1], model::SampleOutcome::fail);
  peer.say(peer.events());
  ASSERT_TRUE(eventually([&] { return program.log().find("the disk is full") != std::string::npos; })) << program.log();
  const char* const more = "编号,实验室,市州代码,容量,检测包\n2,绵阳站,510700,100,VEGA\n";
  const http::Response refused = program.post_bytes("/api/v1/laboratories", more);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(json::parse(refused.body).at("code"), "no_room");
  const json full = program.api().get("/api/v1/status").value();
  EXPECT_EQ(full.at("store").at("room"), "reserved");
  EXPECT_EQ(full.at("laboratories").size(), 1U);
  EXPECT_EQ(program.tasks_in("judged"), 1U) << "what is not stored is not counted";
  ASSERT_TRUE(program.is_running());

  disk.give_room();
  ASSERT_TRUE(eventually([&] { return program.post_bytes("/api/v1/laboratories", more).status < 400; }));
  peer.say_hello();
  const auto welcome = peer.hear<model::Welcome>();
  ASSERT_TRUE(welcome.has_value());
  ASSERT_EQ(welcome->cursors.size(), 1U);
  EXPECT_GE(welcome->cursors[0].sequence, 3U) << "what was acknowledged is there";
  peer.say(peer.events());
  const auto ack = peer.hear<model::Ack>();
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->upto, 6U);
  EXPECT_EQ(program.tasks_in("judged"), 2U);
  EXPECT_THAT(program.log(), HasSubstr("there is room again"));

  const json before = program.durable_status();
  program.kill();
  program.start();
  EXPECT_EQ(program.durable_status(), before);
}

}  // namespace
}  // namespace lab::coordinator::app
