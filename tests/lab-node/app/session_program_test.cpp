// The real program and people at browsers: from an empty folder to an approved sample.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/crypto/crypto.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"
#include "tests/protocol/http/raw_client.hpp"

namespace lab::node::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

// A person's browser: keeps the cookie it is given and the secret it is told.
class Browser {
 public:
  explicit Browser(const Program& program) : origin_(fmt::format("http://127.0.0.1:{}", program.port(0))) {}

  Answer ask(const std::string& method, const std::string& target, const json& body = nullptr) {
    http::Call call{.method = method, .url = origin_ + target, .body = body.is_null() ? "" : body.dump()};
    if (!cookie.empty()) call.headers["cookie"] = cookie;
    if (!csrf.empty()) call.headers["x-csrf-token"] = csrf;
    call.headers["origin"] = origin_;
    const auto response = http::fetch(call);
    if (!response) return {.status = 0, .body = nullptr, .text = to_text(response.error())};
    if (const auto set = response->headers.find("set-cookie"); set != response->headers.end()) {
      set_cookie = set->second;
      cookie = set_cookie.substr(0, set_cookie.find(';'));
    }
    Answer answer{response->status, json::parse(response->body, nullptr, false), response->body};
    if (answer.body.is_object() && answer.body.contains("csrf")) csrf = answer.body["csrf"];
    return answer;
  }
  Answer sign_in(const std::string& person) { return sign_in(person, password_of(person)); }
  Answer sign_in(const std::string& person, const std::string& password) {
    return ask("POST", "/api/v1/session", {{"person", person}, {"password", password}});
  }
  static std::string password_of(const std::string& person) { return "a long sentence of " + person; }

  std::string cookie;
  std::string csrf;
  std::string set_cookie;

 private:
  std::string origin_;
};

class Browsers : public testing::Test {
 protected:
  void SetUp() override { crypto::start(); }

  // The first administrator, and through them everybody else.
  Browser set_up() {
    Browser boss{program};
    EXPECT_EQ(boss.ask("GET", "/api/v1/setup").body.at("needed"), true);
    EXPECT_EQ(boss.ask("POST", "/api/v1/setup",
                       {{"person", "boss"}, {"name", "王"}, {"password", Browser::password_of("boss")}})
                  .status,
              201);
    EXPECT_EQ(boss.sign_in("boss").status, 200);
    const std::string given = "given on a slip of paper";
    for (const auto& [id, role] : {std::pair{"zhao", "sampler"}, std::pair{"chen", "technician"},
                                   std::pair{"li", "reviewer"}, std::pair{"sun", "approver"}}) {
      const json person{{"person", id}, {"name", id}, {"roles", {role}}, {"password", given}};
      EXPECT_EQ(boss.ask("POST", "/api/v1/people", person).status, 201);
      Browser owner{program};
      EXPECT_EQ(owner.sign_in(id, given).status, 200);
      EXPECT_EQ(
          owner.ask("POST", "/api/v1/session/password", {{"old", given}, {"new", Browser::password_of(id)}}).status,
          204);
    }
    return boss;
  }
  Browser browser_of(const std::string& person) {
    Browser browser{program};
    const Answer answer = browser.sign_in(person);
    EXPECT_EQ(answer.status, 200) << answer.text;
    return browser;
  }

  Program program{"browsers"};
};

TEST_F(Browsers, FromAnEmptyFolderToPeopleWhoStayAcrossARestart) {
  program.start({"--demo"});
  Browser boss = set_up();
  EXPECT_THAT(boss.set_cookie, MatchesRegex("qlims_session_[0-9]+=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict"));
  const Answer session = boss.ask("GET", "/api/v1/session");
  EXPECT_EQ(session.body.at("demo"), true);
  EXPECT_THAT(session.body.at("person").at("may").dump(), HasSubstr("manage_people"));
  Browser again{program};
  EXPECT_EQ(again.ask("POST", "/api/v1/setup", {{"person", "x"}, {"name", "x"}, {"password", "x"}}).status, 409);
  EXPECT_EQ(program.stop(), 0);
  program.start();
  EXPECT_EQ(boss.ask("GET", "/api/v1/session").body.at("code"), "session_expired");
  EXPECT_EQ(boss.sign_in("boss").status, 200);
  EXPECT_EQ(boss.ask("GET", "/api/v1/people").body.at("people").size(), 5U);
  EXPECT_THAT(program.log(), Not(HasSubstr("a long sentence"))) << "no password in a log";
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(Browsers, ASampleIsTypedReviewedAndApprovedByThreePeopleAndEveryPageHearsOfIt) {
  World world;
  const auto coordinator = std::make_unique<FakeCoordinator>(program.port(6), rules::bundle(small_reference()));
  program.start({"--enrol", coordinator->ticket(), "--name", "bench-1", "--coordinator", coordinator->endpoint(),
                 "--coordinator-key", coordinator->key()});
  set_up();
  Browser zhao = browser_of("zhao");
  Browser chen = browser_of("chen");
  Browser li = browser_of("li");
  Browser sun = browser_of("sun");
  const http::RawClient page(program.port(0));
  page.say(fmt::format("GET /api/v1/stream HTTP/1.1\r\nHost: h\r\nCookie: {}\r\n\r\n", li.cookie));
  const auto opened = page.hear_until("event: open");
  EXPECT_THAT(opened.text, HasSubstr("text/event-stream"));
  EXPECT_THAT(opened.text, HasSubstr("x-accel-buffering: no"));

  const model::Grant grant = world.make_grant(1, "VEG", 1);
  const std::string number = grant.number.text();
  coordinator->grant(grant);
  EXPECT_THAT(page.hear_until(number).text, HasSubstr("event: samples"));
  ASSERT_TRUE(wait_until([&] { return chen.ask("GET", "/api/v1/status").body.at("reference") != ""; }));

  const json form{{"number", number},  {"sampled_on", "2013-06-20"}, {"sample_name", "菠菜"},   {"quantity", "2.5 kg"},
                  {"reserve", "1 kg"}, {"storage", "冷藏"},          {"second_sampler", "wang"}};
  EXPECT_EQ(zhao.ask("POST", "/api/v1/sampling-forms", {{"forms", json::array({form})}}).status, 200);
  const json reception{{"number", number}, {"condition", "完好"}, {"seal", "intact"}, {"reason", "标签受潮"}};
  EXPECT_EQ(chen.ask("POST", "/api/v1/receptions/typed", reception).status, 200);
  const json results = json::array({{{"number", number}, {"analyte", "铅"}, {"value", "0.1"}},
                                    {{"number", number}, {"analyte", "毒死蜱"}, {"value", "0.050"}}});
  const Answer typed = chen.ask("POST", "/api/v1/results", {{"results", results}});
  ASSERT_EQ(typed.body.at("judged"), json::array({number})) << typed.text;
  EXPECT_THAT(page.hear_until("event: captures").text, HasSubstr(number));

  const std::string record = li.ask("GET", "/api/v1/samples/" + number).body.at("record");
  json signature{{"samples", json::array({{{"number", number}, {"record", record}}})}, {"agreed", true}};
  EXPECT_EQ(li.ask("POST", "/api/v1/reviews", signature).body.at("code"), "wrong_credentials") << "not signed";
  signature["password"] = Browser::password_of("sun");
  EXPECT_EQ(li.ask("POST", "/api/v1/reviews", signature).status, 401) << "somebody else's";
  EXPECT_EQ(li.ask("GET", "/api/v1/samples/" + number).body.at("state"), "judged") << "nothing changes";
  signature["password"] = Browser::password_of("li");
  EXPECT_EQ(li.ask("POST", "/api/v1/reviews", signature).body.at("results").at(0).at("ok"), true);
  signature["password"] = Browser::password_of("sun");
  const std::string secret = std::exchange(sun.csrf, "");
  EXPECT_EQ(sun.ask("POST", "/api/v1/approvals", signature).body.at("code"), "csrf");
  sun.csrf = secret;
  EXPECT_EQ(sun.ask("POST", "/api/v1/approvals", signature).body.at("results").at(0).at("ok"), true);
  EXPECT_TRUE(
      wait_until([&] { return li.ask("GET", "/api/v1/samples/" + number).body.at("disposition") == "counted"; }));
  EXPECT_EQ(program.stop(), 0);
}

TEST_F(Browsers, APageHearsAtOnceThatTheCoordinatorIsGoneAndNothingAfterSigningOut) {
  auto coordinator = std::make_unique<FakeCoordinator>(program.port(6), rules::bundle(small_reference()));
  program.start({"--enrol", coordinator->ticket(), "--name", "bench-1", "--coordinator", coordinator->endpoint(),
                 "--coordinator-key", coordinator->key()});
  set_up();
  Browser li = browser_of("li");
  ASSERT_TRUE(wait_until([&] { return li.ask("GET", "/api/v1/status").body.at("welcome") == true; }));
  const http::RawClient page(program.port(0));
  page.say(fmt::format("GET /api/v1/stream HTTP/1.1\r\nHost: h\r\nCookie: {}\r\n\r\n", li.cookie));
  EXPECT_THAT(page.hear_until("event: open").text, HasSubstr("event: open"));
  coordinator.reset();
  EXPECT_THAT(page.hear_until("\"linked\":false").text, HasSubstr("event: link"));
  EXPECT_EQ(li.ask("DELETE", "/api/v1/session").status, 204);
  EXPECT_TRUE(page.hear().closed);
  EXPECT_EQ(program.stop(), 0);
}

}  // namespace
}  // namespace lab::node::app
