// The same server and the same client behind TLS.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

#include "protocol/http/client.hpp"
#include "protocol/http/server.hpp"
#include "tests/protocol/http/certificate.hpp"
#include "tests/protocol/http/raw_client.hpp"

namespace lab::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

class HttpTls : public testing::Test {
 protected:
  void serve(Handler handler, ServerOptions options = {}) {
    options.tls = certificate.files();
    auto started = Server::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started) << to_text(started.error());
    server = std::move(*started);
  }
  static Result<std::unique_ptr<Server>> try_with(const TlsFiles& files) {
    return Server::start({.tls = files}, [](const Request&, const Respond& respond) { respond({}); });
  }

  Certificate certificate;
  Trusting trusting{certificate};
  std::unique_ptr<Server> server;
};

TEST_F(HttpTls, CarriesRequestsAndAnswersOfAnySizeOverOneKeptConnection) {
  std::mutex mutex;
  std::set<std::string> peers;
  serve([&](const Request& request, const Respond& respond) {
    const std::lock_guard lock(mutex);
    peers.insert(request.peer);
    respond({.body = request.body, .headers = {{"x-encrypted", request.is_encrypted ? "yes" : "no"}}});
  });
  EXPECT_EQ(server->origin(), fmt::format("https://127.0.0.1:{}", server->port()));
  auto client = Client::to(server->origin()).value();
  for (const std::size_t octets : {0UL, 1UL, 100'000UL, 5'000'000UL}) {
    const std::string body(octets, 'x');
    const auto answer = client.send({.method = "POST", .url = "/", .body = body});
    ASSERT_TRUE(answer) << to_text(answer.error());
    EXPECT_EQ(answer->body, body);
    EXPECT_EQ(answer->headers.at("x-encrypted"), "yes");
    EXPECT_EQ(answer->headers.at("strict-transport-security"), "max-age=31536000");
  }
  EXPECT_EQ(peers.size(), 1U);
}

TEST_F(HttpTls, WithoutItNothingIsSaidOfIt) {
  const auto plain = Server::start({}, [](const Request& request, const Respond& respond) {
    respond({.body = request.is_encrypted ? "yes" : "no"});
  });
  const auto answer = fetch({.url = (*plain)->origin() + "/"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "no");
  EXPECT_FALSE(answer->headers.contains("strict-transport-security"));
}

TEST_F(HttpTls, TheClientSpeaksWithNobodyItDoesNotTrust) {
  serve([](const Request&, const Respond& respond) { respond({.body = "secret"}); });
  const Certificate other;
  const Trusting somebody_else{other};
  const auto answer = fetch({.url = server->origin() + "/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("not trusted: self-signed certificate"));
}

TEST_F(HttpTls, TheClientSpeaksWithNobodyOfAnotherName) {
  const Certificate elsewhere{"elsewhere.example", "DNS"};
  const Trusting it{elsewhere};
  const auto impostor = try_with(elsewhere.files()).value();
  const auto by_address = fetch({.url = impostor->origin() + "/"});
  ASSERT_FALSE(by_address);
  EXPECT_THAT(by_address.error().message, HasSubstr("IP address mismatch"));
  const auto by_name = fetch({.url = fmt::format("https://localhost:{}/", impostor->port())});
  ASSERT_FALSE(by_name);
  EXPECT_THAT(by_name.error().message, HasSubstr("hostname mismatch"));
}

TEST_F(HttpTls, AnsweringPlainHttpSaysWhatToDo) {
  serve([](const Request&, const Respond& respond) { respond({.body = "secret"}); });
  const RawClient client(server->port());
  client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto heard = client.hear();
  EXPECT_TRUE(heard.closed);
  EXPECT_THAT(heard.text, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(heard.text, HasSubstr("https"));
  const auto length = heard.text.find("Content-Length: ") + 16;
  const auto body = heard.text.find("\r\n\r\n") + 4;
  EXPECT_EQ(std::stoul(heard.text.substr(length)), heard.text.size() - body);
}

TEST_F(HttpTls, WhoNeverShakesHandsIsLetGo) {
  serve([](const Request&, const Respond& respond) { respond({}); }, {.header_timeout = 100ms});
  const RawClient silent(server->port());
  EXPECT_TRUE(silent.hear().closed);
  const RawClient babbling(server->port());
  babbling.say(std::string(300, '\x16'));
  EXPECT_TRUE(babbling.hear().closed);
  EXPECT_TRUE(fetch({.url = server->origin() + "/"})) << "others are served";
}

TEST_F(HttpTls, AnAnswerBeforeTheWholeRequestArrives) {
  serve([](const Request&, const Respond& respond) { respond({}); }, {.body_max = 1'000});
  const auto answer = fetch({.method = "POST", .url = server->origin() + "/", .body = std::string(500'000, 'x')});
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->status, 413);
}

TEST_F(HttpTls, AnAnswerThatGoesOnArrivesPieceByPiece) {
  serve([](const Request&, const Respond& respond) {
    respond({.content_type = "text/event-stream", .body = "one;", .opened = [](const std::shared_ptr<Channel>& to) {
               EXPECT_TRUE(to->push("two;"));
               EXPECT_TRUE(to->push(std::string(100'000, 'x')));
               EXPECT_TRUE(to->push(";three"));
             }});
  });
  // Another program's client: ours waits for the end of an answer.
  const std::string command = fmt::format(
      "(printf 'GET / HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n'; sleep 1) | openssl s_client -quiet -no_ign_eof "
      "-verify_return_error -CAfile {} -connect 127.0.0.1:{} 2>/dev/null",
      certificate.files().certificate, server->port());
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::string heard;
  std::array<char, 4096> octets{};
  for (std::size_t n = 0; (n = std::fread(octets.data(), 1, octets.size(), pipe)) > 0;) heard.append(octets.data(), n);
  ::pclose(pipe);
  const auto body = heard.find("\r\n\r\n");
  ASSERT_NE(body, std::string::npos) << heard;
  EXPECT_EQ(heard.substr(body + 4), "one;two;" + std::string(100'000, 'x') + ";three");
}

TEST_F(HttpTls, StopsWhileConnectionsAreInEveryState) {
  std::mutex mutex;
  std::vector<Respond> kept;
  serve([&](const Request&, Respond respond) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(respond));
  });
  const RawClient before_the_handshake(server->port());
  std::thread waiting{[origin = server->origin()] { EXPECT_FALSE(fetch({.url = origin + "/"})); }};
  for (std::size_t asked = 0; asked == 0; std::this_thread::sleep_for(1ms)) {
    const std::lock_guard lock(mutex);
    asked = kept.size();
  }
  server.reset();
  waiting.join();
}

TEST_F(HttpTls, FilesThatCannotBeUsedAreNamedWithTheReason) {
  const Certificate other;
  const TlsFiles mine = certificate.files();
  const auto error_of = [](const TlsFiles& files) {
    const auto started = try_with(files);
    return started ? Error{} : started.error();
  };
  EXPECT_EQ(error_of({.certificate = "/nonexistent", .key = mine.key}).where, "/nonexistent");
  EXPECT_EQ(error_of({.certificate = mine.certificate, .key = "/nonexistent"}).code, ErrorCode::not_found);
  EXPECT_EQ(error_of({.certificate = mine.key, .key = mine.key}).where, mine.key) << "a key is no certificate";

  const Error of_another = error_of({.certificate = mine.certificate, .key = other.files().key});
  EXPECT_EQ(of_another.code, ErrorCode::malformed);
  EXPECT_EQ(of_another.where, other.files().key);

  std::filesystem::permissions(mine.key, std::filesystem::perms{0640});
  const Error readable = error_of(mine);
  EXPECT_EQ(readable.code, ErrorCode::conflict);
  EXPECT_THAT(readable.message, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace lab::http
