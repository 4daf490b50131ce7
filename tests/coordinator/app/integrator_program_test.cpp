// What programs outside ask of the real program: as `qlims` asks it, and over a stream that stays open.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "tests/coordinator/app/peer.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace fs = std::filesystem;

// A browser that listens.
class Stream {
 public:
  Stream(int port, const std::string& token, const std::string& last = {})
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    std::string request =
        fmt::format("GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n", port, token);
    if (!last.empty()) request += fmt::format("Last-Event-ID: {}\r\n", last);
    request += "\r\n";
    EXPECT_EQ(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { ::close(socket_); }

  /// Whether this comes, sooner or later.
  bool hears(const std::string& text) {
    return eventually([&] {
      std::array<char, 4096> octets{};
      const auto size = ::recv(socket_, octets.data(), octets.size(), MSG_DONTWAIT);
      if (size > 0) heard.append(octets.data(), static_cast<std::size_t>(size));
      return heard.find(text) != std::string::npos;
    });
  }
  /// Of the newest event.
  [[nodiscard]] std::string last_id() const {
    const auto at = heard.rfind("id: ") + 4;
    return heard.substr(at, heard.find('\n', at) - at);
  }

  std::string heard;

 private:
  int socket_;
};

class IntegratorProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    program.set_up();
    program.set_up_province();
  }
  [[nodiscard]] lab::testing::Answer qlims(const std::string& arguments) const {
    ::setenv("QLIMS_TOKEN", program.token().c_str(), 1);
    return lab::testing::run(fmt::format("{} --coordinator http://127.0.0.1:{}", arguments, program.first_port()));
  }
  // One sample that passed.
  void counts_a_verdict() {
    Peer peer{program.post("/api/v1/tickets", {{"laboratory", 1}, {"name", "bench"}})};
    peer.connect();
    peer.say_hello();
    ASSERT_TRUE(peer.hear<model::Welcome>().has_value());
    program.post("/api/v1/plans/1/allocation", json::object());
    program.post("/api/v1/plans/1/dispatch", json::object());
    const auto orders = peer.hear<model::Orders>();
    ASSERT_TRUE(orders.has_value());
    peer.say(model::OrdersAck{.upto = 4});
    peer.conclude(grants_in(*orders).front(), model::SampleOutcome::pass);
    peer.say(peer.events());
    ASSERT_TRUE(peer.hear<model::Ack>().has_value());
  }

  CoordinatorProgram program;
};

TEST_F(IntegratorProgram, AStreamTellsWhatChangesAndGoesOnAfterAnInterruption) {
  std::string last;
  {
    Stream stream{program.first_port(), program.token()};
    ASSERT_TRUE(stream.hears("event: open")) << stream.heard;
    EXPECT_THAT(stream.heard, ::testing::ContainsRegex("[Xx]-[Aa]ccel-[Bb]uff.*: no"));
    program.post("/api/v1/reports?title=x", json::object());
    EXPECT_TRUE(stream.hears("event: reports")) << stream.heard;
    last = stream.last_id();
  }
  counts_a_verdict();
  Stream again{program.first_port(), program.token(), last};
  EXPECT_TRUE(again.hears("event: verdicts")) << again.heard;
  EXPECT_EQ(again.heard.find("event: reset"), std::string::npos);
  program.kill();
  program.start();
  Stream after_a_restart{program.first_port(), program.token(), last};
  EXPECT_TRUE(after_a_restart.hears("event: reset")) << "what was told meanwhile is not known any more";
}

TEST_F(IntegratorProgram, WebhooksAreAddedShownResumedAndRemoved) {
  const auto added = qlims("webhook add http://127.0.0.1:1/ --kind report_frozen --kind notice_made");
  EXPECT_EQ(added.exit_code, 0);
  ASSERT_THAT(added.lines, SizeIs(1));
  EXPECT_EQ(added.lines[0].size(), 40U);
  const auto listed = qlims("webhook list");
  ASSERT_THAT(listed.lines, SizeIs(3));
  EXPECT_THAT(listed.lines[2], HasSubstr("http://127.0.0.1:1/"));
  EXPECT_EQ(qlims("webhook resume 1").exit_code, 0);
  EXPECT_EQ(qlims("webhook add ftp://h/ --kind report_frozen").exit_code, 1);
  EXPECT_EQ(qlims("webhook add http://h/ --kind whatever").exit_code, 1);
  EXPECT_EQ(qlims("webhook remove 1").exit_code, 0);
  EXPECT_EQ(qlims("webhook remove 1").exit_code, 1);
  EXPECT_THAT(qlims("webhook list").lines, SizeIs(2)) << "the heading only";
}

TEST_F(IntegratorProgram, AnUploadIsWrittenWholeOrNotAtAll) {
  counts_a_verdict();
  const fs::path profile = program.folder() / "profile.json";
  const fs::path out = program.folder() / "upload.csv";
  const auto upload = [&](const json& column) {
    std::ofstream(profile) << json{{"profile", "p"}, {"rows", "samples"}, {"columns", {column}}};
    return qlims(fmt::format("export upload --profile {} --out {}", profile.string(), out.string()));
  };
  EXPECT_EQ(upload({{"name", "A"}, {"field", "unit_name"}}).exit_code, 1) << "nobody has registered it";
  EXPECT_FALSE(fs::exists(out));
  EXPECT_FALSE(fs::exists(out.string() + ".part"));
  EXPECT_EQ(upload({{"name", "A"}, {"field", "nummer"}}).exit_code, 1);
  EXPECT_EQ(upload({{"name", "结论"}, {"field", "outcome_name"}}).exit_code, 0);
  EXPECT_EQ(text_of(out), "结论\n合格\n");
  const auto shown = qlims(fmt::format("export upload --profile {}", profile.string()));
  ASSERT_THAT(shown.lines, SizeIs(1));
  EXPECT_EQ(shown.lines[0], R"({"结论":"合格"})");
  EXPECT_EQ(qlims("export upload").exit_code, 1);
}

TEST_F(IntegratorProgram, MetricsCountCommits) {
  const auto metrics = program.api().download("/metrics");
  ASSERT_TRUE(metrics.has_value());
  EXPECT_THAT(*metrics, HasSubstr("\nqlims_commit_duration_seconds_count "));
  EXPECT_EQ(metrics->find("\nqlims_commit_duration_seconds_count 0\n"), std::string::npos);
  EXPECT_THAT(*metrics, HasSubstr("\nqlims_store_used_bytes "));
}

}  // namespace
}  // namespace lab::coordinator::app
