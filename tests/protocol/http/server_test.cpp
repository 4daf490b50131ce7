#include "protocol/http/server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "protocol/http/client.hpp"
#include "tests/protocol/http/raw_client.hpp"

namespace lab::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Says what it was asked, so that a test sees what a handler sees.
void echo(Request request, Respond respond) {
  std::string seen = fmt::format("{} {}", request.method, request.path);
  for (const auto& [name, value] : request.query) seen += fmt::format(" {}={}", name, value);
  respond({.status = 200, .content_type = "text/plain", .body = seen + " [" + request.body + "]"});
}

class HttpServer : public testing::Test {
 protected:
  void serve(Handler handler, ServerOptions options = {}) {
    auto started = Server::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started) << to_text(started.error());
    server_ = std::move(*started);
  }
  [[nodiscard]] std::string url(std::string_view target) const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), target);
  }
  // What one raw exchange on a fresh connection brings; the server is expected to close it.
  [[nodiscard]] std::string answer_to(std::string_view text) const {
    const RawClient client(server_->port());
    client.say(text);
    const auto heard = client.hear();
    EXPECT_TRUE(heard.closed) << "the connection was kept after: " << heard.text;
    return heard.text;
  }

  std::unique_ptr<Server> server_;
};

TEST_F(HttpServer, HandsOverMethodPathQueryAndBody) {
  serve(echo);
  const auto answer =
      fetch({.method = "POST", .url = url("/a/%E5%B7%9D?city=%E6%88%90%E9%83%BD&n=1+2"), .body = "text"});
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "POST /a/川 city=成都 n=1 2 [text]");
  EXPECT_EQ(answer->content_type, "text/plain");
}

TEST_F(HttpServer, JoinsFieldsOfOneNameAndLowersTheirNames) {
  serve([](const Request& request, const Respond& respond) { respond({.body = request.headers.at("x-note")}); });
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: h\r\nX-Note: one\r\nx-NOTE: two\r\nConnection: close\r\n\r\n"),
              HasSubstr("one, two"));
}

TEST_F(HttpServer, AddsProtectiveFieldsUnlessTheHandlerNamesItsOwn) {
  serve([](const Request&, const Respond& respond) {
    respond({.headers = {{"cache-control", "max-age=60"}, {"etag", "\"7\""}}});
  });
  const auto answer = fetch({.url = url("/")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer->headers.at("x-frame-options"), "DENY");
  EXPECT_EQ(answer->headers.at("content-security-policy"),
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
            "base-uri 'none'; frame-ancestors 'none'; form-action 'self'");
  EXPECT_EQ(answer->headers.at("cache-control"), "max-age=60");
  EXPECT_EQ(answer->headers.at("etag"), "\"7\"");
}

TEST_F(HttpServer, WithholdsAnAnswerWhoseFieldHoldsALineEnd) {
  serve([](const Request&, const Respond& respond) {
    respond({.headers = {{"location", "/x\r\nset-cookie: session=stolen"}}});
  });
  const auto answer = fetch({.url = url("/")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_FALSE(answer->headers.contains("set-cookie"));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrderOnOneConnection) {
  serve(echo);
  const RawClient client(server_->port());
  client.say(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
      "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto heard = client.hear_until("GET /3 []");
  EXPECT_FALSE(heard.closed);
  const auto first = heard.text.find("GET /1 []");
  const auto second = heard.text.find("POST /2 [body]");
  EXPECT_LT(first, second);
  EXPECT_LT(second, heard.text.find("GET /3 []"));
}

TEST_F(HttpServer, KeepsTheConnectionAfterAnErrorThatAHandlerAnswered) {
  serve([](const Request&, const Respond& respond) { respond(problem(404, "gone", "没有")); });
  const RawClient client(server_->port());
  for (int i = 0; i < 2; ++i) {
    client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto heard = client.hear_until("\"code\":\"gone\"}");
    EXPECT_THAT(heard.text, StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_FALSE(heard.closed);
  }
}

TEST_F(HttpServer, RefusesWhatIsNotAWellFormedRequestAndCloses) {
  std::atomic<int> handled = 0;
  serve([&](const Request&, const Respond& respond) {
    ++handled;
    respond({});
  });
  struct Row {
    const char* request;
    const char* status;
    const char* code;
  };
  const Row rows[] = {
      {"hello\r\n\r\n", "400", "bad_request"},
      {"GET / HTTP/1.1\r\nno colon here\r\n\r\n", "400", "bad_request"},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400", "bad_request"},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400", "bad_request"},
      {"GET / HTTP/1.0\r\nHost: h\r\n\r\n", "505", "version_not_supported"},
      {"GET / HTTP/1.1\r\n\r\n", "400", "bad_host"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400", "bad_host"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411", "length_required"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "411", "length_required"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: gzip\r\n\r\n", "400", "bad_request"},
      {"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "400", "bad_target"},
      {"GET /../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", "400", "bad_target"},
      {"GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n", "400", "bad_target"},
      {"GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", "400", "bad_target"},
      {"GET /?a=1&a=2 HTTP/1.1\r\nHost: h\r\n\r\n", "400", "bad_target"},
  };
  for (const Row& row : rows) {
    const auto answer = answer_to(row.request);
    EXPECT_THAT(answer, StartsWith(fmt::format("HTTP/1.1 {} ", row.status))) << row.request;
    EXPECT_THAT(answer, HasSubstr(fmt::format("\"code\":\"{}\"", row.code))) << row.request;
    EXPECT_THAT(answer, HasSubstr("Connection: close")) << row.request;
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServer, NeverReadsARequestSmuggledBehindTwoLengths) {
  std::atomic<int> handled = 0;
  serve([&](const Request&, const Respond& respond) {
    ++handled;
    respond({});
  });
  const auto answer = answer_to(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET /inner HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer.substr(1), Not(HasSubstr("HTTP/1.1 200")));
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServer, RefusesAHeaderOverItsLimit) {
  serve(echo, {.header_max = 1024});
  const auto with_padding = [](std::size_t size) {
    return "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Padding: " + std::string(size, 'x') + "\r\n\r\n";
  };
  EXPECT_THAT(answer_to(with_padding(900)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer_to(with_padding(2000)), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, RefusesABodyOverItsLimitBeforeItIsSent) {
  serve(echo, {.body_max = 100});
  const auto exact = fetch({.method = "POST", .url = url("/"), .body = std::string(100, 'x')});
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->status, 200);
  const auto answer = answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  // A client that sends all of it nevertheless reads the refusal instead of a reset.
  const auto whole = fetch({.method = "POST", .url = url("/"), .body = std::string(1 << 20, 'x')});
  ASSERT_TRUE(whole) << to_text(whole.error());
  EXPECT_EQ(whole->status, 413);
}

TEST_F(HttpServer, InvitesABodyThatWaitsToBeInvited) {
  serve(echo);
  const RawClient client(server_->port());
  client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.hear_until("\r\n\r\n").text, "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("body");
  EXPECT_THAT(client.hear().text, HasSubstr("POST / [body]"));
}

TEST_F(HttpServer, AnswersHeadWithTheLengthAndNoBody) {
  serve(echo);
  const auto answer = answer_to("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  const auto head = fetch({.method = "HEAD", .url = url("/x")});
  ASSERT_TRUE(head) << to_text(head.error());
  EXPECT_EQ(head->body, "");
}

TEST_F(HttpServer, ClosesOnAClientThatTricklesItsHeader) {
  serve(echo, {.header_timeout = 200ms});
  const RawClient client(server_->port());
  const auto started = std::chrono::steady_clock::now();
  bool open = client.say("GET / HTTP/1.1\r\n");
  // One octet every 20 ms would keep a timeout per read alive for ever.
  while (open && std::chrono::steady_clock::now() - started < 10s) {
    std::this_thread::sleep_for(20ms);
    open = client.say("X");
  }
  EXPECT_FALSE(open);
}

TEST_F(HttpServer, ClosesOnAClientThatStopsInItsBodyOrStaysSilent) {
  serve(echo, {.body_timeout = 100ms, .idle_timeout = 100ms});
  EXPECT_EQ(answer_to("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf"), "");
  EXPECT_EQ(answer_to(""), "");
}

TEST_F(HttpServer, TurnsAwayOneConnectionTooManyAndServesAgainAfterwards) {
  serve(echo, {.connections_max = 10, .connections_per_peer = 2});
  {
    const RawClient first(server_->port());
    const RawClient second(server_->port());
    first.say("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
    second.say("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(first.hear_until("[]").text, HasSubstr("GET /1"));
    EXPECT_THAT(second.hear_until("[]").text, HasSubstr("GET /2"));
    EXPECT_THAT(answer_to(""), StartsWith("HTTP/1.1 503 "));
  }
  // The two have closed; the server notices in its own time.
  Result<Response> answer = fetch({.url = url("/3")});
  for (int tries = 0; tries < 100 && !(answer && answer->status == 200); ++tries) {
    std::this_thread::sleep_for(20ms);
    answer = fetch({.url = url("/3")});
  }
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(HttpServer, TakesAnAnswerFromAnotherThreadAfterTheHandlerHasReturned) {
  std::jthread worker;
  serve([&](const Request&, Respond respond) {
    worker = std::jthread([respond = std::move(respond)] {
      std::this_thread::sleep_for(50ms);
      respond({.body = "late"});
      respond({.body = "twice"});
    });
  });
  const auto answer = fetch({.url = url("/")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "late");
}

TEST_F(HttpServer, AnswersFiveHundredWhenTheHandlerForgetsOrThrows) {
  serve([](const Request& request, const Respond&) {
    if (request.path == "/throws") throw std::runtime_error("broken on purpose");
  });
  const auto forgotten = fetch({.url = url("/forgets")});
  ASSERT_TRUE(forgotten);
  EXPECT_EQ(forgotten->status, 500);
  EXPECT_THAT(forgotten->body, HasSubstr("no_answer"));
  const auto thrown = fetch({.url = url("/throws")});
  ASSERT_TRUE(thrown);
  EXPECT_EQ(thrown->status, 500);
  EXPECT_THAT(thrown->body, HasSubstr("internal_error"));
  EXPECT_THAT(thrown->body, Not(HasSubstr("on purpose")));
}

TEST_F(HttpServer, ServesManyClientsAtOnceEachWithItsOwnAnswers) {
  serve(echo, {.threads = 4});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> clients;
    for (int c = 0; c < 8; ++c) {
      clients.emplace_back([&, c] {
        auto client = Client::to(url("/"));
        for (int i = 0; client && i < 100; ++i) {
          const auto answer = client->send({.method = "POST", .url = fmt::format("/{}/{}", c, i), .body = "x"});
          if (answer && answer->body == fmt::format("POST /{}/{} [x]", c, i)) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 800);
}

TEST_F(HttpServer, StopsWithOpenConnectionsAndAnswersStillOwed) {
  std::mutex mutex;
  std::vector<Respond> owed;
  serve([&](const Request&, Respond respond) {
    const std::lock_guard lock(mutex);
    owed.push_back(std::move(respond));
  });
  const RawClient silent(server_->port());
  const RawClient half(server_->port());
  half.say("GET / HT");
  const RawClient waiting(server_->port());
  waiting.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (bool arrived = false; !arrived; std::this_thread::sleep_for(1ms)) {
    const std::lock_guard lock(mutex);
    arrived = !owed.empty();
  }
  server_.reset();
  EXPECT_TRUE(silent.hear().closed);
  EXPECT_TRUE(half.hear().closed);
  EXPECT_TRUE(waiting.hear().closed);
  owed.front()({.body = "too late"});  // harmless
}

TEST_F(HttpServer, SaysWhatIsInTheWayWhenItCannotListen) {
  serve(echo);
  const auto taken = Server::start({.port = server_->port()}, echo);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::unavailable);
  EXPECT_THAT(to_text(taken.error()), HasSubstr("in use"));
  const auto nowhere = Server::start({.address = "elsewhere"}, echo);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace lab::http
