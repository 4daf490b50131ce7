// The real program and a receiver that is down, hangs, or is there: everything is heard, in order, whatever is killed.

#include <gmock/gmock.h>

#include "coordinator/board/webhook_body.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/coordinator/app/receiver.hpp"
#include "tests/protocol/http/certificate.hpp"

namespace lab::coordinator::app {
namespace {

using nlohmann::json;

class WebhookProgram : public ::testing::Test {
 protected:
  void SetUp() override { program.set_up(); }

  json subscribe(const Receiver& to) {
    return program.post("/api/v1/webhooks", {{"url", to.url()}, {"kinds", {"report_frozen"}}});
  }
  // One event of the province.
  void happens() {
    const json report = program.post("/api/v1/reports?title=x", json::object());
    program.post("/api/v1/reports/" + report.at("report").dump() + "/freeze", {{"revision", 1}});
  }
  json state_of(int webhook) {
    const auto answer = program.api().get("/api/v1/webhooks");
    for (const json& one : answer.value().at("webhooks")) {
      if (one.at("id") == webhook) return one;
    }
    return nullptr;
  }
  static std::vector<std::string> upto(int last) {
    std::vector<std::string> ids;
    for (int i = 1; i <= last; ++i) ids.push_back("1." + std::to_string(i));
    return ids;
  }

  CoordinatorProgram program;
  Receiver receiver;
};

TEST_F(WebhookProgram, SignsWhatItTellsAndSaysWhatWasConfirmed) {
  const json made = subscribe(receiver);
  happens();
  ASSERT_TRUE(eventually([&] { return state_of(1).at("waiting") == 0; }));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1U);
  const std::string& signature = requests[0].headers.at("qlims-signature");
  const auto seconds = std::stoll(signature.substr(2));
  EXPECT_EQ(signature, board::webhook_signature(made.at("secret").get<std::string>(), from_unix_ms(seconds * 1'000),
                                                requests[0].body));
  EXPECT_EQ(requests[0].headers.at("idempotency-key"), "1.1.1-1");
  EXPECT_EQ(requests[0].headers.at("content-type").substr(0, 16), "application/json");
  EXPECT_FALSE(state_of(1).at("confirmed").is_null());
}

TEST_F(WebhookProgram, AKillInBetweenLosesNothingAndKeepsTheOrder) {
  subscribe(receiver);
  receiver.set(Receiver::Mood::fails);
  for (int i = 0; i < 3; ++i) happens();
  ASSERT_TRUE(eventually([&] { return state_of(1).at("failures") != 0; }));
  program.kill();
  program.start();
  for (int i = 0; i < 2; ++i) happens();
  receiver.set(Receiver::Mood::hangs);
  ASSERT_TRUE(eventually([&] { return receiver.hanging() > 0; })) << "a delivery is under way";
  program.kill();
  receiver.set(Receiver::Mood::takes);
  program.start();
  happens();
  program.post("/api/v1/webhooks/1/resume", json::object());
  ASSERT_TRUE(eventually([&] { return receiver.heard().size() == 6; }))
      << ::testing::PrintToString(receiver.heard()) << state_of(1) << program.log();
  EXPECT_EQ(receiver.heard(), upto(6));
  ASSERT_TRUE(eventually([&] { return state_of(1).at("waiting") == 0; }));
}

TEST_F(WebhookProgram, AReceiverThatNeverAnswersKeepsNobodyWaiting) {
  Receiver silent;
  silent.set(Receiver::Mood::hangs);
  subscribe(silent);
  subscribe(receiver);
  happens();
  ASSERT_TRUE(eventually([&] { return silent.hanging() == 1; }));
  // While it hangs, the loop decides, and the other one hears of it.
  happens();
  ASSERT_TRUE(eventually([&] { return receiver.heard().size() == 2; }));
  EXPECT_EQ(receiver.heard(), upto(2));
  ASSERT_TRUE(eventually([&] { return state_of(1).at("failures") != 0; })) << "it is given up after a while";
  EXPECT_FALSE(state_of(1).at("problem").get<std::string>().empty());
  EXPECT_EQ(program.stop(), 0);
}

TEST(EncryptedProgram, ServesItsPagesAndCallsReceiversByHttpsOnly) {
  const http::Certificate certificate;
  const http::Certificate of_another;
  const http::Trusting trusting{certificate};
  CoordinatorProgram program;
  program.use_tls(certificate.files());
  program.set_up();
  EXPECT_EQ(json::parse(text_of(program.folder() / "data/coordinator.json")).at("http"), program.origin());
  const auto plain = http::fetch({.url = "http://127.0.0.1:" + std::to_string(program.first_port()) + "/"});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->status, 400);

  const Receiver known{certificate.files()};
  const Receiver stranger{of_another.files()};
  for (const Receiver* to : {&known, &stranger}) {
    program.post("/api/v1/webhooks", {{"url", to->url()}, {"kinds", {"report_frozen"}}});
  }
  const json report = program.post("/api/v1/reports?title=x", json::object());
  program.post("/api/v1/reports/" + report.at("report").dump() + "/freeze", {{"revision", 1}});
  ASSERT_TRUE(eventually([&] { return known.heard().size() == 1; })) << program.log();
  const auto problem_of = [&](std::size_t webhook) {
    return program.api().get("/api/v1/webhooks").value().at("webhooks").at(webhook).at("problem").get<std::string>();
  };
  ASSERT_TRUE(eventually([&] { return !problem_of(1).empty(); }));
  EXPECT_THAT(problem_of(1), ::testing::HasSubstr("not trusted"));
  EXPECT_TRUE(stranger.heard().empty());
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(WebhookProgram, WhereNobodyListensIsShownAndRemoved) {
  program.post("/api/v1/webhooks", {{"url", "http://127.0.0.1:1/"}, {"kinds", {"report_frozen"}}});
  happens();
  ASSERT_TRUE(eventually([&] { return state_of(1).at("failures") != 0; }));
  EXPECT_NE(state_of(1).at("problem"), "");
  EXPECT_TRUE(program.api().remove("/api/v1/webhooks/1"));
  EXPECT_TRUE(state_of(1).is_null());
}

}  // namespace
}  // namespace lab::coordinator::app
