// Bad frames between node and coordinator under CURVE: each is named in the log of whoever got it, nothing is counted,
// and the same peer goes on.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>

#include "protocol/transport/limits.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/app/peer.hpp"
#include "tests/flow/bad_input.hpp"
#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::flow {
namespace {

using coordinator::app::eventually;
using coordinator::app::Peer;
using nlohmann::json;

// A message whose first octets say how many segments there are and how long each is.
Bytes with_segments(std::uint32_t segments_less_one, std::uint32_t words) {
  Bytes frame = wire::encode(model::Message{model::Ping{}});
  for (int octet = 0; octet < 4; ++octet) {
    frame[octet] = static_cast<char>(segments_less_one >> (8 * octet));
    frame[4 + octet] = static_cast<char>(words >> (8 * octet));
  }
  return frame;
}

class BadWire : public BadInput {
 protected:
  void SetUp() override {
    BadInput::SetUp();
    peer.emplace(coordinator.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench-2"}}));
    peer->connect();
    peer->say_hello();
    ASSERT_TRUE(peer->hear<model::Welcome>().has_value());
  }
  bool coordinator_says(const std::string& text) const {
    return eventually([&] { return coordinator.log().find(text) != std::string::npos; });
  }
  // How often the log names the peer's node.
  std::size_t complaints() const {
    const std::string name = fmt::format("node {}: ", peer->id().value());
    const std::string log = coordinator.log();
    std::size_t count = 0;
    for (auto at = log.find(name); at != std::string::npos; at = log.find(name, at + 1)) ++count;
    return count;
  }
  void expect_the_peer_is_heard() {
    peer->say(model::Ping{});
    EXPECT_TRUE(peer->hear<model::Pong>().has_value()) << coordinator.log();
  }

  std::optional<Peer> peer;
};

TEST_F(BadWire, FramesThatAreNoMessagesAreNamedWithTheirNode) {
  const json before = province();
  const Bytes ping = wire::encode(model::Message{model::Ping{}});
  struct Case {
    Bytes frame;
    const char* said;
  };
  for (const Case& bad :
       {Case{with_segments(0xFFFFFFFF, 1), "4294967296 segments, at most 16 are allowed"},
        Case{with_segments(0, 0x7FFFFFFF), "the segment table promises 17179869184 octets"},
        Case{with_segments(15, 1).substr(0, 16), "the segment table is cut off"}, Case{ping.substr(0, 12), "12 octets"},
        Case{Bytes{}, "0 octets are not a whole message"}, Case{Bytes(63, '\xFF'), "63 octets"}}) {
    const std::size_t named = complaints();
    peer->say_octets(bad.frame);
    EXPECT_TRUE(coordinator_says(bad.said)) << bad.said << coordinator.log();
    EXPECT_EQ(complaints(), named + 1) << bad.said;
  }
  EXPECT_EQ(province(), before);
  expect_the_peer_is_heard();
}

TEST_F(BadWire, AnOversizedFrameIsNamedAndAnEndlessOneEndsItsConnection) {
  const json before = province();
  peer->say_without_limits(Bytes(transport::frame_max + 8, 'x'));
  EXPECT_TRUE(coordinator_says(
      fmt::format("{} octets, at most {} are allowed", transport::frame_max + 8, transport::frame_max)))
      << coordinator.log();
  const std::size_t named = complaints();
  EXPECT_TRUE(peer->connection_ends_by(Bytes(8 * transport::frame_max, 'x')));
  EXPECT_EQ(province(), before);
  // The other connection of this key spoke last; a new one is heard like any other.
  peer->hang_up();
  peer->connect();
  peer->say_hello();
  EXPECT_TRUE(peer->hear<model::Welcome>().has_value());
  expect_the_peer_is_heard();
  EXPECT_EQ(complaints(), named) << "the frame was read: " << coordinator.log();
}

TEST_F(BadWire, AnUnknownKeyIsRefusedByName) {
  const json before = province();
  const transport::CurveKeys stranger = transport::make_curve_keys();
  const auto client = transport::Client::start({.endpoint = peer->endpoint(),
                                                .server_key = peer->server_key(),
                                                .keys = stranger,
                                                .on_frames = [](const std::vector<Bytes>&) {},
                                                .on_link = [](bool linked) { EXPECT_FALSE(linked); }});
  ASSERT_TRUE(client.has_value());
  EXPECT_TRUE(coordinator_says("refused key " + stranger.public_key)) << coordinator.log();
  EXPECT_TRUE(coordinator_says("not enrolled or revoked; give the node a ticket"));
  EXPECT_EQ(province(), before);
  expect_the_peer_is_heard();
}

TEST_F(BadWire, EventsWithABadSignatureOrChainAreAnsweredAndNotCounted) {
  const json before = province();
  peer->happen({}, "", model::Incident{.what = "clock jumped"});
  model::Events forged = peer->events();
  forged.signature.back() = static_cast<char>(forged.signature.back() ^ 1);
  peer->say(forged);
  const auto refused = peer->hear<model::Refuse>();
  ASSERT_TRUE(refused.has_value());
  EXPECT_FALSE(refused->explanation.empty());
  EXPECT_TRUE(coordinator_says(refused->explanation));
  model::Events garbled = peer->events();
  garbled.events.front()[20] = static_cast<char>(garbled.events.front()[20] ^ 1);
  peer->say(garbled);
  EXPECT_TRUE(peer->hear<model::Refuse>().has_value());
  EXPECT_EQ(province(), before);
  peer->say(peer->events());
  const auto ack = peer->hear<model::Ack>();
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->upto, 1U);
}

TEST(BadWireAtTheNode, FramesThatAreNoMessagesAreNamedAndTheNextGrantArrives) {
  crypto::start();
  node::app::Program node{"bad-wire"};
  node.add_person("chen", "technician");
  const auto reference = rules::bundle(node::small_reference());
  node::app::FakeCoordinator coordinator{node.port(6), reference};
  node.start({"--enrol", coordinator.ticket(), "--name", "bench-1", "--coordinator", coordinator.endpoint(),
              "--coordinator-key", coordinator.key()});
  ASSERT_TRUE(eventually([&] { return node.get("", "/api/v1/status").body.at("reference") != ""; })) << node.log();
  const json before = node.get("chen", "/api/v1/samples").body;
  for (const Bytes& frame : {with_segments(0xFFFFFFFF, 1), with_segments(0, 0x7FFFFFFF), Bytes(64, '\xFF'), Bytes{}}) {
    coordinator.say_octets(frame);
  }
  EXPECT_TRUE(eventually([&] { return node.log().find("0 octets are not a whole message") != std::string::npos; }));
  EXPECT_NE(node.log().find("a message of the coordinator cannot be read: "), std::string::npos);
  EXPECT_NE(node.log().find("4294967296 segments, at most 16 are allowed"), std::string::npos);
  EXPECT_EQ(node.get("chen", "/api/v1/samples").body, before);
  const node::World world;
  const model::Grant grant = world.make_grant(1, "VEG", 1);
  coordinator.grant(grant);
  EXPECT_TRUE(eventually([&] { return node.state_of(grant.number.text()) == "assigned"; })) << node.log();
}

}  // namespace
}  // namespace lab::flow
