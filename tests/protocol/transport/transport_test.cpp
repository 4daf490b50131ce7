// Real sockets on the loopback interface. Waiting is for events: that something did not come is seen by what came after
// it.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <random>
#include <thread>
#include <zmq.hpp>

#include "protocol/transport/client.hpp"
#include "protocol/transport/server.hpp"
#include "tests/protocol/transport/mailbox.hpp"

namespace lab::transport {
namespace {

using namespace std::chrono_literals;

template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds patience = 20s) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

struct Peer {
  CurveKeys keys = make_curve_keys();
  Mailbox<Bytes> frames;
  Mailbox<bool> links;
  std::unique_ptr<Client> client;

  void start(const std::string& endpoint, const std::string& server_key) {
    auto started = Client::start({.endpoint = endpoint,
                                  .server_key = server_key,
                                  .keys = keys,
                                  .on_frames = [this](std::vector<Bytes> f) { frames.add(std::move(f)); },
                                  .on_link = [this](bool up) { links.add(up); }});
    ASSERT_TRUE(started) << to_text(started.error());
    client = std::move(*started);
  }
  bool is_linked() { return links.wait_for(1) == std::vector{true}; }
};

class Transport : public testing::Test {
 protected:
  void SetUp() override { start_server(); }

  // Below the ephemeral range; another program may hold the port, so several are tried.
  void start_server() {
    static std::mt19937 random(std::random_device{}());
    for (int attempt = 0; attempt < 20; ++attempt) {
      const auto port = 20'000 + random() % 12'000;
      if (try_server(fmt::format("tcp://127.0.0.1:{}", port), fmt::format("tcp://127.0.0.1:{}", port + 1))) return;
    }
    FAIL() << "no free port";
  }
  bool try_server(const std::string& endpoint, const std::string& enrol_endpoint) {
    auto started = Server::start({.endpoint = endpoint,
                                  .enrol_endpoint = enrol_endpoint,
                                  .keys = server_keys_,
                                  .on_packets = [this](std::vector<Packet> p) { packets_.add(std::move(p)); },
                                  .on_enrol_packets = [this](std::vector<Packet> p) { enrol_.add(std::move(p)); },
                                  .on_stranger = [this](const Stranger& one) { strangers_.add({one}); }});
    if (!started) return false;
    server_ = std::move(*started);
    return true;
  }
  void start(Peer& peer) { peer.start(server_->endpoint(), server_keys_.public_key); }

  CurveKeys server_keys_ = make_curve_keys();
  Mailbox<Packet> packets_;
  Mailbox<Packet> enrol_;
  Mailbox<Stranger> strangers_;
  std::unique_ptr<Server> server_;
};

TEST_F(Transport, AnAllowedPeerIsKnownByItsKeyAndAnswered) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  peer.client->send({"hello", Bytes("\0\xFF", 2)});
  const auto packets = packets_.wait_for(2);
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0].peer, peer.keys.public_key);
  EXPECT_EQ(packets[0].frame, "hello");
  EXPECT_EQ(packets[1].frame, Bytes("\0\xFF", 2));
  server_->send({{peer.keys.public_key, "welcome"}});
  EXPECT_EQ(peer.frames.wait_for(1), std::vector<Bytes>{"welcome"});
  EXPECT_EQ(server_->counters().received, 2U);
  EXPECT_TRUE(eventually([&] { return server_->counters().sent == 1U; })) << "counted after it has left";
}

TEST_F(Transport, AnUnknownKeyIsRefusedAndComesInByItselfOnceAllowed) {
  Peer peer;
  start(peer);
  ASSERT_TRUE(eventually([&] { return server_->counters().refused_keys >= 1; }));
  const auto strangers = strangers_.wait_for(1);
  ASSERT_FALSE(strangers.empty());
  EXPECT_STREQ(strangers[0].what, "connect");
  EXPECT_EQ(strangers[0].address, "127.0.0.1");
  peer.client->send({"let me in"});
  EXPECT_TRUE(eventually([&] { return peer.client->counters().dropped_unlinked >= 1; }));

  Peer known;
  server_->allow(known.keys.public_key);
  start(known);
  ASSERT_TRUE(known.is_linked()) << "the refusal must not harm others";
  known.client->send({"known"});
  const auto packets = packets_.wait_for(1);
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].frame, "known") << "the first that came";
  EXPECT_TRUE(peer.links.wait_for(1, 0ms).empty());

  server_->allow(peer.keys.public_key);
  EXPECT_TRUE(peer.is_linked());
}

TEST_F(Transport, AClientDoesNotSpeakToAServerWithAnotherKey) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  peer.start(server_->endpoint(), make_curve_keys().public_key);
  EXPECT_TRUE(eventually([&] { return peer.client->counters().failed_attempts >= 1; }, 30s));
  EXPECT_TRUE(peer.links.wait_for(1, 0ms).empty());
  EXPECT_EQ(server_->counters().received, 0U);
}

TEST_F(Transport, AnUnknownKeyIsWelcomeOnTheEnrolmentSocketOnly) {
  const CurveKeys stranger = make_curve_keys();
  std::jthread clerk([&] {
    for (const Packet& packet : enrol_.wait_for(1)) {
      server_->send_enrol({{packet.peer, "certificate for " + packet.frame}});
    }
  });
  const auto answer = ask_once(server_->enrol_endpoint(), server_keys_.public_key, stranger, "token", 20s);
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(*answer, "certificate for token");

  const auto refused = ask_once(server_->endpoint(), server_keys_.public_key, stranger, "token", 1s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(packets_.wait_for(1, 0ms).empty());
}

TEST_F(Transport, ManyStrangersOnTheEnrolmentSocketAreEachAnswered) {
  std::jthread clerk([&] {
    for (int i = 0; i < 8; ++i) {
      for (const Packet& packet : enrol_.wait_for(1)) server_->send_enrol({{packet.peer, packet.frame + "!"}});
    }
  });
  for (int i = 0; i < 8; ++i) {
    const auto answer =
        ask_once(server_->enrol_endpoint(), server_keys_.public_key, make_curve_keys(), std::to_string(i), 20s);
    ASSERT_TRUE(answer) << to_text(answer.error());
    EXPECT_EQ(*answer, std::to_string(i) + "!");
  }
}

TEST_F(Transport, ThousandMessagesArriveInOrderBothWays) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  std::vector<Bytes> sent;
  for (int i = 0; i < 1000; ++i) sent.push_back(std::to_string(i) + Bytes(static_cast<std::size_t>(i), 'x'));
  peer.client->send(sent);
  // As sessions do: never more than a window of 64 on the way back.
  std::vector<Packet> arrived;
  std::vector<Bytes> back;
  while (back.size() < sent.size()) {
    auto packets = packets_.wait_for(1);
    ASSERT_FALSE(packets.empty());
    std::ranges::move(packets, std::back_inserter(arrived));
    while (back.size() < arrived.size()) {
      const std::size_t count = std::min<std::size_t>(64, arrived.size() - back.size());
      const auto first = arrived.begin() + static_cast<std::ptrdiff_t>(back.size());
      server_->send({first, first + static_cast<std::ptrdiff_t>(count)});
      for (std::size_t echoed = 0; echoed < count;) {
        auto frames = peer.frames.wait_for(1);
        ASSERT_FALSE(frames.empty());
        echoed += frames.size();
        std::ranges::move(frames, std::back_inserter(back));
      }
    }
  }
  EXPECT_TRUE(back == sent);
}

TEST_F(Transport, TheLargestFrameArrivesAndALargerOneIsNotSent) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  peer.client->send({Bytes(frame_max + 1, 'x'), Bytes(frame_max, 'y'), "small"});
  auto packets = packets_.wait_for(2);
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0].frame.size(), frame_max);
  EXPECT_EQ(packets[1].frame, "small");
  EXPECT_EQ(peer.client->counters().dropped_oversize, 1U);
  server_->send({{peer.keys.public_key, Bytes(frame_max + 1, 'x')}, {peer.keys.public_key, Bytes(frame_max, 'z')}});
  const auto frames = peer.frames.wait_for(1);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_TRUE(frames[0] == Bytes(frame_max, 'z'));
  EXPECT_EQ(server_->counters().dropped_oversize, 1U);
}

// A peer of our kind without our limits.
zmq::socket_t lawless_dealer(zmq::context_t& context, const CurveKeys& keys, const std::string& server_key) {
  zmq::socket_t socket(context, zmq::socket_type::dealer);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::curve_serverkey, server_key);
  socket.set(zmq::sockopt::curve_publickey, keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
  return socket;
}

TEST_F(Transport, AnOversizedFrameEndsTheConnectionAndTheNextOneWorks) {
  const CurveKeys keys = make_curve_keys();
  server_->allow(keys.public_key);
  zmq::context_t context;
  auto socket = lawless_dealer(context, keys, server_keys_.public_key);
  socket.connect(server_->endpoint());
  socket.send(zmq::buffer(std::string("before")), zmq::send_flags::none);
  ASSERT_EQ(packets_.wait_for(1).size(), 1U);
  socket.send(zmq::buffer(Bytes(frame_read_max + 1024, 'x')), zmq::send_flags::none);
  ASSERT_TRUE(eventually([&] { return server_->counters().disconnects >= 1; }));
  socket.send(zmq::buffer(std::string("after")), zmq::send_flags::none);
  const auto packets = packets_.wait_for(1);
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].frame, "after");
}

TEST_F(Transport, AFrameOverTheLimitIsHandedOnSoThatItsSenderCanBeNamed) {
  const CurveKeys keys = make_curve_keys();
  server_->allow(keys.public_key);
  zmq::context_t context;
  auto socket = lawless_dealer(context, keys, server_keys_.public_key);
  socket.connect(server_->endpoint());
  socket.send(zmq::buffer(Bytes(2 * frame_max, 'x')), zmq::send_flags::none);
  const auto packets = packets_.wait_for(1);
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].peer, keys.public_key);
  EXPECT_EQ(packets[0].frame.size(), 2 * frame_max);
  EXPECT_EQ(server_->counters().disconnects, 0U);
}

TEST_F(Transport, AMessageOfSeveralFramesIsDroppedAndCounted) {
  const CurveKeys keys = make_curve_keys();
  server_->allow(keys.public_key);
  zmq::context_t context;
  auto socket = lawless_dealer(context, keys, server_keys_.public_key);
  socket.connect(server_->endpoint());
  for (int i = 0; i < 3; ++i) socket.send(zmq::buffer(std::string("part")), zmq::send_flags::sndmore);
  socket.send(zmq::buffer(std::string("end")), zmq::send_flags::none);
  socket.send(zmq::buffer(std::string("whole")), zmq::send_flags::none);
  const auto packets = packets_.wait_for(1);
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].frame, "whole");
  EXPECT_EQ(server_->counters().malformed, 1U);
}

TEST_F(Transport, ARevokedKeyIsCutOffInBothDirectionsOnItsLiveConnection) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  peer.client->send({"before"});
  ASSERT_EQ(packets_.wait_for(1).size(), 1U);
  server_->revoke(peer.keys.public_key);
  peer.client->send({"after"});
  ASSERT_TRUE(eventually([&] { return server_->counters().revoked == 1; }));
  const auto live = strangers_.wait_for(1);
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].key, peer.keys.public_key);
  EXPECT_STREQ(live[0].what, "frame");
  EXPECT_TRUE(packets_.wait_for(1, 0ms).empty());
  server_->send({{peer.keys.public_key, "secret"}});
  ASSERT_TRUE(eventually([&] { return server_->counters().dropped_unknown == 1; }));
  server_->allow(peer.keys.public_key);
  peer.client->send({"again"});
  EXPECT_EQ(packets_.wait_for(1).size(), 1U);
  server_->send({{peer.keys.public_key, "welcome back"}});
  EXPECT_EQ(peer.frames.wait_for(1), std::vector<Bytes>{"welcome back"}) << "the first that came";
}

TEST_F(Transport, AClientFindsTheServerAgainAfterItsRestart) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  const std::string endpoint = server_->endpoint();
  const std::string enrol_endpoint = server_->enrol_endpoint();
  for (int restart = 0; restart < 2; ++restart) {
    server_.reset();
    ASSERT_EQ(peer.links.wait_for(1), std::vector{false});
    peer.client->send({"lost"});
    ASSERT_TRUE(eventually([&] { return peer.client->counters().dropped_unlinked == restart + 1U; }));
    ASSERT_TRUE(try_server(endpoint, enrol_endpoint));
    server_->allow(peer.keys.public_key);
    ASSERT_TRUE(peer.is_linked());
    peer.client->send({"found"});
    const auto packets = packets_.wait_for(1);
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(packets[0].frame, "found");
  }
  EXPECT_EQ(peer.client->counters().connects, 3U);
}

TEST_F(Transport, AClientMayStartBeforeItsServer) {
  const std::string endpoint = server_->endpoint();
  const std::string enrol_endpoint = server_->enrol_endpoint();
  server_.reset();
  Peer peer;
  peer.start(endpoint, server_keys_.public_key);
  ASSERT_TRUE(eventually([&] { return peer.client->counters().failed_attempts >= 1; }));
  ASSERT_TRUE(try_server(endpoint, enrol_endpoint));
  server_->allow(peer.keys.public_key);
  EXPECT_TRUE(peer.is_linked());
}

TEST_F(Transport, OfTwoConnectionsWithOneKeyTheOneThatSpokeLastIsAnswered) {
  Peer first;
  Peer second;
  second.keys = first.keys;
  server_->allow(first.keys.public_key);
  start(first);
  start(second);
  ASSERT_TRUE(first.is_linked());
  ASSERT_TRUE(second.is_linked());
  for (Peer* const peer : {&first, &second, &first}) {
    peer->client->send({"ping"});
    ASSERT_EQ(packets_.wait_for(1).size(), 1U);
    server_->send({{first.keys.public_key, "pong"}});
    EXPECT_EQ(peer->frames.wait_for(1).size(), 1U);
  }
  EXPECT_EQ(server_->counters().moved_peers, 2U);
}

TEST_F(Transport, SendingToAPeerThatNeverSpokeOrIsGoneIsCounted) {
  server_->send({{make_curve_keys().public_key, "nobody"}});
  ASSERT_TRUE(eventually([&] { return server_->counters().dropped_unknown == 1; }));
  auto peer = std::make_unique<Peer>();
  const std::string key = peer->keys.public_key;
  server_->allow(key);
  start(*peer);
  ASSERT_TRUE(peer->is_linked());
  peer->client->send({"here"});
  ASSERT_EQ(packets_.wait_for(1).size(), 1U);
  peer.reset();
  ASSERT_TRUE(eventually([&] { return server_->counters().disconnects == 1; }));
  server_->send({{key, "gone"}});
  EXPECT_TRUE(eventually([&] { return server_->counters().dropped_unknown == 2; }));
}

// More than connection and kernel hold, to a peer that does not read: dropped and counted, and nobody waits.
TEST_F(Transport, APeerThatDoesNotReadCostsOnlyItsOwnFrames) {
  Peer good;
  server_->allow(good.keys.public_key);
  start(good);
  ASSERT_TRUE(good.is_linked());
  good.client->send({"here"});
  const CurveKeys keys = make_curve_keys();
  server_->allow(keys.public_key);
  zmq::context_t context;
  auto deaf = lawless_dealer(context, keys, server_keys_.public_key);
  deaf.set(zmq::sockopt::rcvhwm, 1);
  deaf.connect(server_->endpoint());
  deaf.send(zmq::buffer(std::string("here")), zmq::send_flags::none);
  std::size_t here = 0;
  while (here < 2) here += packets_.wait_for(1).size();
  for (int i = 0; i < 40; ++i) server_->send(std::vector<Packet>(20, Packet{keys.public_key, Bytes(100'000, 'x')}));
  server_->send({{good.keys.public_key, "still served"}});
  EXPECT_EQ(good.frames.wait_for(1).size(), 1U);
  EXPECT_TRUE(eventually([&] { return server_->counters().dropped_full > 0; }));
}

int connect_plainly(const std::string& endpoint) {
  unsigned port = 0;
  const std::size_t colon = endpoint.rfind(':');
  std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return descriptor;
}

TEST_F(Transport, GarbageOnThePortHarmsNobody) {
  Peer peer;
  server_->allow(peer.keys.public_key);
  std::mt19937 random(5);
  for (const std::string& endpoint : {server_->endpoint(), server_->enrol_endpoint()}) {
    for (int i = 0; i < 40; ++i) {
      Bytes garbage(random() % 3000, '\0');
      for (char& c : garbage) c = static_cast<char>(random());
      // Half of them begin like the protocol does.
      if (i % 2 == 0)
        garbage.insert(0, Bytes("\xFF\0\0\0\0\0\0\0\1\x7F\3\1CURVE", 17) + Bytes(static_cast<std::size_t>(i), '\0'));
      const int descriptor = connect_plainly(endpoint);
      [[maybe_unused]] const auto sent = ::send(descriptor, garbage.data(), garbage.size(), MSG_NOSIGNAL);
      ::close(descriptor);
    }
  }
  start(peer);
  ASSERT_TRUE(peer.is_linked());
  peer.client->send({"still there"});
  EXPECT_EQ(packets_.wait_for(1).size(), 1U);
  EXPECT_EQ(server_->counters().received, 1U);
}

TEST_F(Transport, APlainPeerWithoutEncryptionIsRefused) {
  zmq::context_t context;
  for (const std::string& endpoint : {server_->endpoint(), server_->enrol_endpoint()}) {
    const auto failed = server_->counters().failed_handshakes;
    zmq::socket_t plain(context, zmq::socket_type::dealer);
    plain.set(zmq::sockopt::linger, 0);
    plain.connect(endpoint);
    plain.send(zmq::buffer(std::string("in clear")), zmq::send_flags::none);
    EXPECT_TRUE(eventually([&] { return server_->counters().failed_handshakes > failed; })) << endpoint;
  }
  EXPECT_TRUE(packets_.wait_for(1, 0ms).empty());
  EXPECT_TRUE(enrol_.wait_for(1, 0ms).empty());
}

TEST_F(Transport, ASecondServerInTheProcessOrOnThePortIsAConflict) {
  const auto second = Server::start({.endpoint = "tcp://127.0.0.1:*",
                                     .enrol_endpoint = "",
                                     .keys = server_keys_,
                                     .on_packets = {},
                                     .on_enrol_packets = {}});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST(TransportStart, APortThatIsTakenIsAConflict) {
  const int holder = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(holder, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(holder, 1), 0);
  socklen_t length = sizeof address;
  ASSERT_EQ(::getsockname(holder, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const auto started = Server::start({.endpoint = fmt::format("tcp://127.0.0.1:{}", ntohs(address.sin_port)),
                                      .enrol_endpoint = "",
                                      .keys = make_curve_keys(),
                                      .on_packets = {},
                                      .on_enrol_packets = {}});
  ::close(holder);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::conflict);
}

TEST(TransportStart, AWildcardPortIsToldAsItWasBound) {
  const auto started = Server::start({.endpoint = "tcp://127.0.0.1:*",
                                      .enrol_endpoint = "",
                                      .keys = make_curve_keys(),
                                      .on_packets = {},
                                      .on_enrol_packets = {}});
  ASSERT_TRUE(started) << to_text(started.error());
  EXPECT_TRUE((*started)->endpoint().starts_with("tcp://127.0.0.1:"));
  EXPECT_FALSE((*started)->endpoint().ends_with("*"));
}

TEST(TransportStart, BadKeysAndAddressesAreMalformed) {
  const CurveKeys keys = make_curve_keys();
  EXPECT_TRUE(is_curve_key(keys.public_key));
  EXPECT_FALSE(is_curve_key(keys.public_key.substr(1)));
  EXPECT_FALSE(is_curve_key(Bytes(40, '"')));
  const auto code_of_server = [&](const std::string& endpoint, const CurveKeys& with) {
    auto started = Server::start(
        {.endpoint = endpoint, .enrol_endpoint = "", .keys = with, .on_packets = {}, .on_enrol_packets = {}});
    return started ? "started" : name_of(started.error().code);
  };
  EXPECT_STREQ(code_of_server("tcp://127.0.0.1:*", {.public_key = "short", .secret_key = keys.secret_key}),
               "malformed");
  EXPECT_STREQ(code_of_server("ipc:///tmp/x", keys), "malformed");
  EXPECT_STREQ(code_of_server("tcp://127.0.0.1", keys), "malformed");
  EXPECT_STREQ(code_of_server("tcp://127.0.0.1:99999999", keys), "malformed");
  const auto code_of_client = [&](const std::string& endpoint, const std::string& server_key) {
    auto started =
        Client::start({.endpoint = endpoint, .server_key = server_key, .keys = keys, .on_frames = {}, .on_link = {}});
    return started ? "started" : name_of(started.error().code);
  };
  EXPECT_STREQ(code_of_client("tcp://127.0.0.1:20001", "short"), "malformed");
  EXPECT_STREQ(code_of_client("tcp://nowhere", keys.public_key), "malformed");
  EXPECT_STREQ(code_of_client("udp://127.0.0.1:20001", keys.public_key), "malformed");
}

TEST(TransportStart, AskingWhereNobodyListensIsUnavailableInTime) {
  const auto before = std::chrono::steady_clock::now();
  const CurveKeys keys = make_curve_keys();
  const auto answer = ask_once("tcp://127.0.0.1:1", keys.public_key, keys, "anybody?", 300ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

}  // namespace
}  // namespace lab::transport
