// The MLLP server on real loopback TCP, fed by the simulated analyser and by bare octets.

#include <gtest/gtest.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <thread>

#include "instruments/drivers/decode.hpp"
#include "instruments/port/mllp_server.hpp"
#include "instruments/sim/hl7_analyser.hpp"

namespace lab::port {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto patience = 20s;  // far above what any step takes, below the limit of the test

// A message named by its control id.
std::string oru(const std::string& id, const std::string& conditions = "") {
  return "MSH|^~\\&|BS|LAB|LIS|LAB|1||ORU^R01|" + id + "|P|2.3.1" + conditions +
         "\rOBR|1||S-1\rOBX|1|NM|Pb||0.05|mg/kg|||||F\r";
}
std::string block(const std::string& text) { return "\x0B" + text + "\x1C\r"; }

class Mllp : public testing::Test {
 protected:
  void open(std::size_t message_octets = std::size_t{1} << 20) {
    // A port below the range from which the system gives out its own.
    for (std::uint16_t port = static_cast<std::uint16_t>(20'000 + ::getpid() % 10'000); port < 32'000; ++port) {
      auto server = MllpServer::open(
          io_,
          {.port_name = "hl7-1",
           .instrument = "BS-360",
           .address = "127.0.0.1",
           .tcp_port = port,
           .message_octets = message_octets},
          [this](Capture capture, Done done) { collect(std::move(capture), std::move(done)); },
          [this](const std::string&, const std::string& what) { troubles_.push_back(what); });
      if (!server) continue;
      server_ = std::move(*server);
      return;
    }
    FAIL() << "no free port";
  }

  void collect(Capture capture, Done done) {
    captures_.push_back(std::move(capture));
    if (hold_) {
      held_.push_back(std::move(done));
    } else {
      done(failures_left_ == 0 || failures_left_-- == 0);
    }
  }

  // Runs the loop until it is so, or patience ends.
  bool run_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    bool so = condition();
    while (!so && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_for(5ms);
      so = condition();
    }
    return so;
  }
  void run_for(Milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    run_until([&] { return std::chrono::steady_clock::now() >= end; });
  }

  Result<std::size_t> send(sim::MllpFaults faults, std::vector<sim::AnalyserMessage> messages) {
    Result<std::size_t> sent{0};
    std::atomic<bool> finished = false;
    std::jthread analyser{[&, port = server_->tcp_port()] {
      sent = sim::send_hl7({.port = port, .faults = faults}, messages);
      finished = true;
    }};
    EXPECT_TRUE(run_until([&] { return finished.load(); }));
    return sent;
  }

  tcp::socket connect() {
    tcp::socket socket{io_};
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server_->tcp_port()});
    socket.non_blocking(true);
    return socket;
  }

  // What has arrived, once it holds that many end marks.
  std::string answers(tcp::socket& socket, std::ptrdiff_t count) {
    std::string text;
    run_until([&] {
      char chunk[4096];
      error_code error;
      const std::size_t size = socket.read_some(boost::asio::buffer(chunk), error);
      text.append(chunk, size);
      return std::count(text.begin(), text.end(), '\x1C') >= count;
    });
    return text;
  }

  boost::asio::io_context io_;
  std::unique_ptr<MllpServer> server_;
  std::vector<Capture> captures_;
  std::vector<std::string> troubles_;
  std::vector<Done> held_;
  bool hold_ = false;
  int failures_left_ = 0;
};

// The codes and control ids of all answers in order: "AA M1 AE M2".
std::string codes_in(const std::string& text) {
  std::string codes;
  for (std::size_t at = text.find("\rMSA|"); at != std::string::npos; at = text.find("\rMSA|", at + 1)) {
    const std::string segment = text.substr(at + 5, text.find('\r', at + 1) - at - 5) + "|";
    const std::size_t first = segment.find('|');
    codes += (codes.empty() ? "" : " ") + segment.substr(0, first) + " " +
             segment.substr(first + 1, segment.find('|', first + 1) - first - 1);
  }
  return codes;
}

const std::vector<sim::AnalyserMessage> messages{{"S-1", {{"Pb", "0.05", "mg/kg"}, {"Cd", "ND", "mg/kg"}}},
                                                 {"S-2", {{"Pb", "1.2", "mg/kg"}}}};

TEST_F(Mllp, AnAnalyserOnABadLineDeliversEveryMessage) {
  open();
  const auto sent = send({.byte_at_a_time = true, .fill_with_nul = true}, messages);
  ASSERT_TRUE(sent) << to_text(sent.error());
  ASSERT_EQ(captures_.size(), 2U);
  ASSERT_TRUE(captures_[0].decoding) << "it was read for the answer, and need not be read again";
  EXPECT_EQ(captures_[0].decoding->observations.size(), 2U);
  EXPECT_EQ(captures_[0].port, "hl7-1");
  EXPECT_EQ(captures_[0].instrument, "BS-360");
  const auto decoding = drivers::decode(captures_[0].raw, "");
  ASSERT_EQ(decoding.observations.size(), 2U) << decoding.refused;
  EXPECT_EQ(decoding.observations[0].sample_id, "S-1");
  EXPECT_EQ(decoding.observations[0].value.text, "0.05");
  EXPECT_TRUE(troubles_.empty());
}

TEST_F(Mllp, AMessageThatComesAgainHasTheSameOctets) {
  open();
  ASSERT_TRUE(send({.lose_acks = true}, {messages[0]}));
  ASSERT_EQ(captures_.size(), 2U);
  EXPECT_EQ(captures_[0].raw, captures_[1].raw);
}

TEST_F(Mllp, PipelinedMessagesAreAnsweredInTheirOrder) {
  open();
  hold_ = true;
  auto socket = connect();
  boost::asio::write(socket, boost::asio::buffer(block(oru("M1")) + block(oru("M2")) + block(oru("M3"))));
  ASSERT_TRUE(run_until([&] { return held_.size() == 3; }));
  held_[2](true);
  held_[1](false);
  run_for(100ms);
  char octet = 0;
  error_code error;
  EXPECT_EQ(socket.read_some(boost::asio::buffer(&octet, 1), error), 0U) << "nothing before the first is durable";
  held_[0](true);
  EXPECT_EQ(codes_in(answers(socket, 3)), "AA M1 AE M2 AA M3");
}

TEST_F(Mllp, ManyPipelinedMessagesAreAllAnswered) {
  open();
  const auto sent = send({.pipelined = true}, std::vector<sim::AnalyserMessage>(2'000, messages[1]));
  ASSERT_TRUE(sent) << to_text(sent.error());
  EXPECT_EQ(*sent, 2'000U);
  EXPECT_EQ(captures_.size(), 2'000U);
}

// More than the server takes into its hands: the rest waits in the socket and is not lost.
TEST_F(Mllp, ASenderThatDoesNotWaitIsHeldBack) {
  open();
  hold_ = true;
  auto socket = connect();
  std::string all;
  for (int i = 0; i < 600; ++i) all += block(oru("M" + std::to_string(i)));
  boost::asio::async_write(socket, boost::asio::buffer(all), [](error_code, std::size_t) {});
  ASSERT_TRUE(run_until([&] { return held_.size() == MllpServer::messages_in_hand_max; }));
  run_for(100ms);
  EXPECT_EQ(held_.size(), MllpServer::messages_in_hand_max);
  hold_ = false;
  for (const Done& done : held_) done(true);
  EXPECT_EQ(std::ranges::count(answers(socket, 600), '\x1C'), 600);
  EXPECT_EQ(captures_.size(), 600U);
}

TEST_F(Mllp, WhatCannotBeReadIsKeptAndAnsweredWithTheReason) {
  open();
  auto socket = connect();
  const std::string admission = "MSH|^~\\&|BS|LAB|LIS|LAB|1||ADT^A01|M1|P|2.3\rPID|1\r";
  boost::asio::write(socket, boost::asio::buffer(block(admission) + block("no header\r")));
  const std::string text = answers(socket, 2);
  EXPECT_EQ(codes_in(text), "AE M1 AR ");
  EXPECT_NE(text.find("ADT"), std::string::npos);
  EXPECT_EQ(captures_.size(), 2U);
}

TEST_F(Mllp, WhatCannotBeStoredIsAnsweredSoAndTakenTheNextTime) {
  open();
  failures_left_ = 1;
  auto socket = connect();
  boost::asio::write(socket, boost::asio::buffer(block(oru("M1")) + block(oru("M1"))));
  EXPECT_EQ(codes_in(answers(socket, 2)), "AE M1 AA M1");
}

TEST_F(Mllp, TheEnhancedModeIsFollowed) {
  open();
  auto socket = connect();
  boost::asio::write(socket, boost::asio::buffer(block(oru("M1", "|||AL|NE")) + block(oru("M2", "|||AL|AL")) +
                                                 block(oru("M3", "|||NE|NE")) + block(oru("M4"))));
  EXPECT_EQ(codes_in(answers(socket, 4)), "CA M1 CA M2 AA M2 AA M4");
}

TEST_F(Mllp, AMessageOverTheLimitIsRefusedByItsName) {
  open(20'000);
  auto socket = connect();
  const std::string picture = "OBX|2|ED|x||" + std::string(100'000, 'A') + "\r";
  const std::string sent = block(oru("M1") + picture) + block(oru("M2"));
  boost::asio::async_write(socket, boost::asio::buffer(sent), [](error_code, std::size_t) {});
  EXPECT_EQ(codes_in(answers(socket, 2)), "AR M1 AA M2");
}

TEST_F(Mllp, ASenderThatClosesItsSideStillGetsItsAnswer) {
  open();
  hold_ = true;
  auto socket = connect();
  boost::asio::write(socket, boost::asio::buffer(block(oru("M1"))));
  socket.shutdown(tcp::socket::shutdown_send);
  ASSERT_TRUE(run_until([&] { return held_.size() == 1; }));
  run_for(100ms);
  held_[0](true);
  EXPECT_EQ(codes_in(answers(socket, 1)), "AA M1");
}

TEST_F(Mllp, AMessageBrokenOffIsNotDeliveredAndIsSaidSo) {
  open();
  {
    auto socket = connect();
    boost::asio::write(socket, boost::asio::buffer("\x0B" + oru("M1")));
  }
  EXPECT_TRUE(run_until([&] { return !troubles_.empty(); }));
  EXPECT_TRUE(captures_.empty());
}

TEST_F(Mllp, SeveralSendersAtTheSameTime) {
  open();
  std::atomic<int> finished = 0;
  std::vector<std::jthread> analysers;
  for (int i = 0; i < 8; ++i) {
    analysers.emplace_back([&, port = server_->tcp_port()] {
      const auto sent = sim::send_hl7({.port = port}, std::vector<sim::AnalyserMessage>(20, messages[0]));
      if (sent && *sent == 20U) ++finished;
    });
  }
  EXPECT_TRUE(run_until([&] { return finished == 8; }));
  EXPECT_EQ(captures_.size(), 160U);
}

TEST_F(Mllp, AClosedServerIgnoresAnswersThatComeLate) {
  open();
  hold_ = true;
  auto socket = connect();
  boost::asio::write(socket, boost::asio::buffer(block(oru("M1"))));
  ASSERT_TRUE(run_until([&] { return held_.size() == 1; }));
  server_.reset();
  run_for(50ms);
  held_[0](true);
  run_for(50ms);
}

TEST_F(Mllp, APortInUseIsSaidSo) {
  open();
  const auto second = MllpServer::open(
      io_, {.address = "127.0.0.1", .tcp_port = server_->tcp_port()}, [](Capture, Done) {},
      [](const std::string&, const std::string&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace lab::port
