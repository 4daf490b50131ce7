#include "protocol/http/client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

#include "protocol/http/server.hpp"

namespace lab::http {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Server> serve(Handler handler, ServerOptions options = {}) {
  return Server::start(std::move(options), std::move(handler)).value();
}

std::string origin(const Server& server) { return fmt::format("http://127.0.0.1:{}", server.port()); }

TEST(HttpClient, SaysThatNobodyAnswers) {
  const std::uint16_t port = serve([](const Request&, const Respond&) {})->port();  // closed again
  const auto answer = fetch({.url = fmt::format("http://127.0.0.1:{}/", port)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_EQ(answer.error().where, fmt::format("127.0.0.1:{}", port));
}

TEST(HttpClient, GivesUpAfterItsTimeout) {
  std::mutex mutex;
  std::vector<Respond> kept;
  const auto server = serve([&](const Request&, Respond respond) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  auto client = Client::to(origin(*server)).value();
  const auto answer = client.send({.url = "/", .timeout = 100ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_NE(answer.error().message.find("in time"), std::string::npos);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(kept.size(), 1U);  // a call that ran out of time is not sent again
}

TEST(HttpClient, KeepsOneConnectionForManyCalls) {
  std::mutex mutex;
  std::set<std::string> peers;
  const auto server = serve([&](const Request& request, const Respond& respond) {
    const std::lock_guard lock(mutex);
    peers.insert(request.peer);
    respond({});
  });
  auto client = Client::to(origin(*server)).value();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send({.url = "/"}));
  EXPECT_EQ(peers.size(), 1U);
}

TEST(HttpClient, ReconnectsWhenTheServerHasClosedTheKeptConnection) {
  const auto server =
      serve([](const Request&, const Respond& respond) { respond({.body = "here"}); }, {.idle_timeout = 50ms});
  auto client = Client::to(origin(*server)).value();
  ASSERT_TRUE(client.send({.url = "/"}));
  std::this_thread::sleep_for(300ms);
  const auto again = client.send({.method = "POST", .url = "/", .body = "x"});
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->body, "here");
}

TEST(HttpClient, SurvivesARestartOfTheServer) {
  auto server = serve([](const Request&, const Respond& respond) { respond({.body = "old"}); });
  const std::uint16_t port = server->port();
  auto client = Client::to(origin(*server)).value();
  ASSERT_TRUE(client.send({.url = "/"}));
  server.reset();
  EXPECT_FALSE(client.send({.url = "/"}));
  server = serve([](const Request&, const Respond& respond) { respond({.body = "new"}); }, {.port = port});
  const auto answer = client.send({.url = "/"});
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->body, "new");
}

TEST(HttpClient, SendsFieldsAndAContentTypeWithABody) {
  const auto server = serve([](const Request& request, const Respond& respond) {
    respond({.body = request.headers.at("content-type") + "|" + request.headers.at("idempotency-key")});
  });
  const auto answer = fetch({.method = "PUT",
                             .url = origin(*server) + "/",
                             .body = "a,b",
                             .content_type = "text/csv",
                             .headers = {{"idempotency-key", "k-1"}}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "text/csv|k-1");
}

TEST(HttpClient, RefusesAnAddressItCannotSpeakTo) {
  EXPECT_EQ(fetch({.url = "ftp://127.0.0.1/"}).error().code, ErrorCode::malformed);
  EXPECT_EQ(fetch({.url = "127.0.0.1:80"}).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace lab::http
