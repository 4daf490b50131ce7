#include <gmock/gmock.h>

#include "coordinator/board/webhook_body.hpp"
#include "protocol/crypto/hmac.hpp"
#include "tests/coordinator/app/receiver.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class WebhookRoutes : public Board {
 protected:
  json add(json body, const std::string& token = {}) {
    const auto response = call(token.empty() ? coordinator_token : token, "POST", "/api/v1/webhooks", body.dump());
    last_status = response.status;
    return json::parse(response.body);
  }
  static json wanted(const char* url = "http://127.0.0.1:9000/hook") {
    return {{"url", url}, {"kinds", {"verdict_counted", "notice_made"}}};
  }
  std::vector<dispatch::Delivery> due() {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.deliveries(draft, world.now); });
  }
  json message(const dispatch::Delivery& delivery, bool with_units) {
    json body = json::parse(webhook_message(*world.view(), delivery.to, with_units).body);
    EXPECT_EQ(described().fault_of_value(body, "WebhookDelivery"), "");
    return body;
  }

  int last_status = 0;
};

TEST_F(WebhookRoutes, TheSecretIsShownOnceAndNowhereElse) {
  const json made = add(wanted());
  EXPECT_EQ(last_status, 201);
  const std::string secret = made.at("secret");
  EXPECT_EQ(secret.size(), 40U);
  const json list = get("/api/v1/webhooks").at("webhooks");
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_FALSE(list[0].contains("secret"));
  EXPECT_EQ(list[0].at("state"), "active");
  EXPECT_EQ(list[0].at("waiting"), 0);
  EXPECT_EQ(list[0].at("kinds"), json::array({"verdict_counted", "notice_made"}));
  EXPECT_THAT(get("/api/v1/diary").dump(), Not(HasSubstr(secret)));
}

TEST_F(WebhookRoutes, AWrongAddressOrKindIsRefused) {
  for (const char* url : {"ftp://h/", "https://", "http://", "http://h/\nx", "h", "http://user@h/"}) {
    add(wanted(url));
    EXPECT_EQ(last_status, 400) << url;
  }
  json body = wanted();
  body["kinds"] = {"verdict_counted", "everything"};
  EXPECT_THAT(add(body).at("detail").get<std::string>(), HasSubstr("everything"));
  body["kinds"] = json::array();
  add(body);
  EXPECT_EQ(last_status, 400);
  EXPECT_THAT(get("/api/v1/webhooks").at("webhooks"), SizeIs(0));
}

TEST_F(WebhookRoutes, AreForThoseWhoMaySubscribe) {
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/webhooks").status, 403);
  add(wanted(), administrator_token);
  EXPECT_EQ(last_status, 201);
  json body = wanted();
  body["units"] = true;
  add(body, administrator_token);
  EXPECT_EQ(last_status, 403) << "an administrator may not see whom samples were taken from";
  add(body);
  EXPECT_EQ(last_status, 201);
}

TEST_F(WebhookRoutes, OneThatIsGoneIsGone) {
  add(wanted());
  EXPECT_EQ(call(coordinator_token, "DELETE", "/api/v1/webhooks/1").status, 200);
  EXPECT_EQ(call(coordinator_token, "DELETE", "/api/v1/webhooks/1").status, 404);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/webhooks/1/resume").status, 404);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/webhooks/x/resume").status, 404);
  EXPECT_EQ(add(wanted()).at("id"), 2) << "a number is never given twice";
}

TEST_F(WebhookRoutes, ADeadOneIsShownAndResumed) {
  add(wanted());
  failed_sample();
  for (std::uint32_t attempt = 0; attempt < dispatch::attempts_max; ++attempt) {
    const auto deliveries = due();
    ASSERT_THAT(deliveries, SizeIs(1)) << attempt;
    world.turn([&](journal::Draft& draft) {
      world.coordinator.on_delivery(draft, {.subscription = 1, .upto = deliveries[0].to.upto, .problem = "HTTP 500"},
                                    world.now);
    });
    world.now += std::chrono::hours{1};
  }
  json shown = get("/api/v1/webhooks").at("webhooks").at(0);
  EXPECT_EQ(shown.at("state"), "dead");
  EXPECT_EQ(shown.at("problem"), "HTTP 500");
  EXPECT_EQ(shown.at("waiting"), 2);
  EXPECT_EQ(post("/api/v1/webhooks/1/resume", "", 200).at("state"), "active");
  EXPECT_THAT(due(), SizeIs(1));
}

TEST_F(WebhookRoutes, APausedOneHearsNothingUntilItIsResumedAndThenAllOfIt) {
  add(wanted());
  EXPECT_EQ(post("/api/v1/webhooks/1/pause", "", 200).at("state"), "paused");
  EXPECT_EQ(post("/api/v1/webhooks/1/pause", "", 200).at("state"), "paused") << "said again";
  failed_sample();
  EXPECT_THAT(due(), SizeIs(0));
  EXPECT_EQ(get("/api/v1/webhooks").at("webhooks").at(0).at("waiting"), 2);
  EXPECT_EQ(post("/api/v1/webhooks/1/resume", "", 200).at("state"), "active");
  const auto deliveries = due();
  ASSERT_THAT(deliveries, SizeIs(1));
  EXPECT_THAT(message(deliveries[0], false).at("events"), SizeIs(2));
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/webhooks/9/pause").status, 404);
}

TEST_F(WebhookRoutes, ATestIsSignedHoldsNoEventAndMovesNothing) {
  const coordinator::app::Receiver receiver;
  const std::string secret = add(wanted(receiver.url().c_str())).at("secret");
  failed_sample();
  const json before = get("/api/v1/webhooks");
  const json outcome = post("/api/v1/webhooks/1/test", "", 200);
  EXPECT_EQ(outcome.at("confirmed"), true);
  EXPECT_EQ(outcome.at("status"), 200);
  EXPECT_EQ(get("/api/v1/webhooks"), before);
  const auto heard = receiver.requests();
  ASSERT_THAT(heard, SizeIs(1));
  const json body = json::parse(heard[0].body);
  EXPECT_EQ(body.at("test"), true);
  EXPECT_THAT(body.at("events"), SizeIs(0));
  EXPECT_EQ(heard[0].headers.at("qlims-signature"), webhook_signature(secret, world.now, heard[0].body));
  EXPECT_THAT(get("/api/v1/diary").dump(), HasSubstr("c POST /api/v1/webhooks/1/test"));
}

TEST_F(WebhookRoutes, ATestThatNobodyTakesSaysWhy) {
  coordinator::app::Receiver receiver;
  receiver.set(coordinator::app::Receiver::Mood::fails);
  add(wanted(receiver.url().c_str()));
  EXPECT_EQ(post("/api/v1/webhooks/1/test", "", 200).at("problem"), "HTTP 500");
  add(wanted("http://127.0.0.1:1/nobody"));
  const json outcome = post("/api/v1/webhooks/2/test", "", 200);
  EXPECT_EQ(outcome.at("confirmed"), false);
  EXPECT_EQ(outcome.at("status"), nullptr);
  EXPECT_NE(outcome.at("problem"), "");
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/webhooks/9/test").status, 404);
}

TEST_F(WebhookRoutes, TheMessageSaysWhatHappenedAndNamesNoEnterpriseUnlessItMay) {
  add(wanted());
  const model::Grant grant = failed_sample();
  const json unit{
      {"task", to_text(grant.task)}, {"name", "CANARY-ENTERPRISE"}, {"licence", "L"}, {"address", "CANARY-ADDRESS"}};
  post("/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump(), 200);
  const auto deliveries = due();
  ASSERT_THAT(deliveries, SizeIs(1));
  const json bare = message(deliveries[0], false);
  EXPECT_EQ(bare.at("delivery"), "1.1.1-2");
  ASSERT_THAT(bare.at("events"), SizeIs(2));
  const json& verdict = bare["events"][0];
  EXPECT_EQ(verdict.at("kind"), "verdict_counted");
  EXPECT_EQ(verdict.at("id"), "1.1");
  EXPECT_EQ(verdict.at("number"), grant.number.text());
  EXPECT_EQ(verdict.at("outcome"), "fail");
  EXPECT_EQ(verdict.at("first"), true);
  EXPECT_EQ(bare["events"][1].at("kind"), "notice_made");
  EXPECT_THAT(bare.dump(), Not(HasSubstr("CANARY")));
  EXPECT_EQ(message(deliveries[0], true)["events"][0].at("unit").at("name"), "CANARY-ENTERPRISE");
}

TEST_F(WebhookRoutes, TheSignatureCoversTheTimeAndTheBody) {
  const std::string signature = webhook_signature("secret", from_unix_ms(1'370'246'400'999), "{}");
  EXPECT_EQ(signature, "t=1370246400,v1=" + to_hex(crypto::hmac_sha256("secret", "1370246400.{}").view()));
  EXPECT_NE(signature, webhook_signature("secret", from_unix_ms(1'370'246'401'000), "{}"));
  EXPECT_NE(signature, webhook_signature("secret2", from_unix_ms(1'370'246'400'999), "{}"));
}

}  // namespace
}  // namespace lab::board
