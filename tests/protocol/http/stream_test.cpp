// Answers that go on.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "protocol/http/client.hpp"
#include "protocol/http/server.hpp"
#include "tests/protocol/http/raw_client.hpp"

namespace lab::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class HttpStream : public testing::Test {
 protected:
  // "/stream" goes on, everything else is answered at once.
  void serve(ServerOptions options = {}) {
    auto started = Server::start(std::move(options), [this](const Request& request, const Respond& respond) {
      if (request.path != "/stream") return respond({.body = "plain"});
      respond(
          {.content_type = "text/event-stream", .body = "first;", .opened = [this](std::shared_ptr<Channel> channel) {
             const std::lock_guard lock(mutex_);
             channels_.push_back(std::move(channel));
             opened_.notify_all();
           }});
    });
    ASSERT_TRUE(started) << to_text(started.error());
    server_ = std::move(*started);
  }
  std::shared_ptr<Channel> channel(std::size_t number = 0) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(opened_.wait_for(lock, 5s, [&] { return channels_.size() > number; }));
    return channels_.at(number);
  }
  static void ask(const RawClient& client, const char* method = "GET") {
    client.say(fmt::format("{} /stream HTTP/1.1\r\nHost: h\r\n\r\n", method));
  }
  // Pushes until the server says no, or five seconds have passed.
  static bool ends(Channel& channel, const std::string& octets) {
    for (const auto until = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < until;) {
      if (!channel.push(octets)) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  }

  std::mutex mutex_;
  std::condition_variable opened_;
  std::vector<std::shared_ptr<Channel>> channels_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpStream, IsFedPieceByPieceInOrderWithoutALength) {
  serve();
  const RawClient client(server_->port());
  ask(client);
  const auto fed = channel();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(fed->push(fmt::format("{};", i)));
  fed->close();
  const auto heard = client.hear();
  EXPECT_TRUE(heard.closed);
  EXPECT_THAT(heard.text, HasSubstr("content-type: text/event-stream"));
  EXPECT_THAT(heard.text, HasSubstr("first;"));
  EXPECT_THAT(heard.text, Not(HasSubstr("Content-Length")));
  EXPECT_FALSE(fed->push("late"));
  EXPECT_FALSE(fed->is_open());
}

TEST_F(HttpStream, WhatWasPushedArrives) {
  serve();
  const RawClient client(server_->port());
  ask(client);
  const auto fed = channel();
  std::string wanted = "first;";
  for (int i = 0; i < 100; ++i) {
    fed->push(fmt::format("{};", i));
    wanted += fmt::format("{};", i);
  }
  EXPECT_THAT(client.hear_until("99;").text, HasSubstr(wanted));
}

TEST_F(HttpStream, ManyReadersHoldNoThread) {
  serve({.threads = 1});
  std::vector<std::unique_ptr<RawClient>> readers;
  for (int i = 0; i < 10; ++i) {
    ask(*readers.emplace_back(std::make_unique<RawClient>(server_->port())));
    channel(static_cast<std::size_t>(i));
  }
  const auto answer = fetch({.url = fmt::format("http://127.0.0.1:{}/plain", server_->port()), .timeout = 5s});
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->body, "plain");
  channel(9)->push("news");
  EXPECT_THAT(readers[9]->hear_until("news").text, HasSubstr("news"));
}

TEST_F(HttpStream, AReaderThatTakesNothingIsLetGoAndTheOthersAreNot) {
  serve({.stream_octets_max = 64 << 10});
  const RawClient slow(server_->port());
  ask(slow);
  const RawClient quick(server_->port());
  const auto to_slow = channel(0);
  ask(quick);
  const auto to_quick = channel(1);
  EXPECT_TRUE(ends(*to_slow, std::string(16 << 10, 'x'))) << "what waits for one reader is bounded";
  EXPECT_FALSE(to_slow->push("x")) << "and it does not come back";
  EXPECT_TRUE(to_quick->push("news"));
  EXPECT_THAT(quick.hear_until("news").text, HasSubstr("news"));
}

TEST_F(HttpStream, AReaderThatHasGoneIsNoticed) {
  serve();
  {
    const RawClient client(server_->port());
    ask(client);
    channel();
  }
  EXPECT_TRUE(ends(*channel(), "x"));
  EXPECT_FALSE(channel()->is_open());
}

TEST_F(HttpStream, HeadGetsTheHeadAlone) {
  serve();
  const RawClient client(server_->port());
  ask(client, "HEAD");
  EXPECT_THAT(client.hear().text, Not(HasSubstr("first;")));
  const std::lock_guard lock(mutex_);
  EXPECT_TRUE(channels_.empty());
}

TEST_F(HttpStream, AServerThatStopsEndsItAndAChannelKeptByOthersDoesNothing) {
  serve();
  const RawClient client(server_->port());
  ask(client);
  const auto fed = channel();
  std::jthread feeder([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) fed->push("x");
  });
  std::this_thread::sleep_for(5ms);
  server_.reset();
  feeder.request_stop();
  feeder.join();
  EXPECT_FALSE(fed->push("x"));
  fed->close();
}

}  // namespace
}  // namespace lab::http
