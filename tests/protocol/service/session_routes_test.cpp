#include "protocol/service/session_routes.hpp"

#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>

#include "protocol/service/set_password.hpp"
#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> roles{"viewer", "boss"};
constexpr AccountRules rules{.roles = roles, .sign = true, .administrator = "boss"};
constexpr const char* long_enough = "correct horse battery";

struct Answer {
  int status = 0;
  json body;
  http::Headers headers;
  [[nodiscard]] std::string code() const { return body.is_object() && body.contains("code") ? body["code"] : ""; }
};

// A browser with its cookie and the secret it was told.
struct Browser {
  std::string cookie;
  std::string csrf;
};

class SessionRoutes : public Folder {
 protected:
  SessionRoutes() {
    crypto::start();
    people = People::load(folder / "people.json", rules).value();
    add_session_routes(router, access,
                       {.laboratory = "成都站",
                        .node = "7",
                        .actions_of = [](const Person&) { return std::vector<std::string>{"rule"}; },
                        .may_manage_people = [](const Person& person) { return person.has("boss"); },
                        .may_see_people = [](const Person& person) { return person.has("boss"); }});
  }
  Answer ask(const std::string& method, const std::string& path, const json& body = nullptr,
             const Browser& browser = {}, http::Headers headers = {}) {
    headers.emplace("host", "127.0.0.1:7081");
    if (!body.is_null()) headers.emplace("content-type", "application/json");
    if (!browser.cookie.empty()) headers["cookie"] = browser.cookie;
    if (!browser.csrf.empty()) headers["x-csrf-token"] = browser.csrf;
    Answer answer;
    router({.method = method,
            .path = path,
            .headers = std::move(headers),
            .body = body.is_null() ? "" : body.dump(),
            .peer = "127.0.0.1:50000"},
           [&](http::Response response) {
             answer = {response.status, json::parse(response.body, nullptr, false), response.headers};
           });
    return answer;
  }
  Answer set_up(http::Headers headers = {}) {
    return ask("POST", "/api/v1/setup", {{"person", "wang"}, {"name", "王"}, {"password", long_enough}}, {}, headers);
  }
  Browser sign_in(const std::string& person, const std::string& password = long_enough) {
    const Answer answer = ask("POST", "/api/v1/session", {{"person", person}, {"password", password}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    if (answer.status != 200) return {};
    const std::string cookie = answer.headers.at("set-cookie");
    return {.cookie = cookie.substr(0, cookie.find(';')), .csrf = answer.body.at("csrf")};
  }

  /// Signs in with what somebody else has set, and makes it their own.
  Browser take_over(const std::string& person, const std::string& given) {
    const Browser browser = sign_in(person, given);
    EXPECT_EQ(ask("POST", "/api/v1/session/password", {{"old", given}, {"new", own}}, browser).status, 204);
    return browser;
  }
  static constexpr const char* own = "nobody else knows this";

  People people;
  Access access{people, {}};
  http::Router router;
};

TEST_F(SessionRoutes, TheFirstMorningMakesOneAdministrator) {
  EXPECT_EQ(ask("GET", "/api/v1/setup").body, json({{"needed", true}}));
  const Answer first = set_up();
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.body.at("roles"), json({"boss"}));
  EXPECT_EQ(ask("GET", "/api/v1/setup").body, json({{"needed", false}}));
  EXPECT_EQ(set_up().code(), "already_set_up");
  EXPECT_NE(People::load(folder / "people.json", rules)->by_id("wang"), nullptr) << "durable";
}

TEST_F(SessionRoutes, SettingUpIsForABrowserOnThisMachine) {
  EXPECT_EQ(set_up({{"x-forwarded-for", "10.0.0.9"}}).code(), "not_local");
  EXPECT_EQ(set_up({{"host", "evil.example:7081"}}).code(), "not_local") << "another name of this address";
  EXPECT_EQ(set_up({{"content-type", "text/plain"}}).code(), "json_needed") << "a form of another page";
  EXPECT_EQ(ask("POST", "/api/v1/setup", {{"person", "wang"}, {"name", "王"}, {"password", "short"}}).code(),
            "weak_password");
  EXPECT_EQ(ask("POST", "/api/v1/setup", {{"person", ""}, {"name", "王"}, {"password", long_enough}}).code(),
            "bad_person");
  EXPECT_EQ(set_up({{"host", "localhost:7081"}}).status, 201);
}

TEST_F(SessionRoutes, SigningInGivesACookieThatScriptsOfThePageCannotRead) {
  set_up();
  const Answer answer = ask("POST", "/api/v1/session", {{"person", "wang"}, {"password", long_enough}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.headers.at("set-cookie"),
              testing::MatchesRegex("qlims_session=[0-9a-f]+; Path=/; HttpOnly; SameSite=Strict"));
  const json wanted{{"person", {{"id", "wang"}, {"name", "王"}, {"roles", {"boss"}}, {"may", {"rule"}}}},
                    {"csrf", answer.body.at("csrf")},
                    {"laboratory", "成都站"},
                    {"node", "7"},
                    {"demo", false},
                    {"must_change_password", false}};
  EXPECT_EQ(answer.body, wanted);
  const std::string cookie = answer.headers.at("set-cookie");
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, {.cookie = cookie.substr(0, cookie.find(';'))}).body, wanted);
  EXPECT_EQ(ask("GET", "/api/v1/session").code(), "not_signed_in");
}

TEST_F(SessionRoutes, BehindAProxyWithTlsTheCookieStaysOnIt) {
  set_up();
  const Answer answer = ask("POST", "/api/v1/session", {{"person", "wang"}, {"password", long_enough}}, {},
                            {{"x-forwarded-proto", "https"}});
  EXPECT_THAT(answer.headers.at("set-cookie"), testing::EndsWith("; Secure"));
}

TEST_F(SessionRoutes, SigningOutEndsTheSession) {
  set_up();
  const Browser browser = sign_in("wang");
  EXPECT_EQ(ask("DELETE", "/api/v1/session", nullptr, {.cookie = browser.cookie}).code(), "csrf");
  const Answer out = ask("DELETE", "/api/v1/session", nullptr, browser);
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(out.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, browser).code(), "session_expired");
}

TEST_F(SessionRoutes, AChangedPasswordEndsThePersonsOtherSessions) {
  set_up();
  const Browser here = sign_in("wang");
  const Browser elsewhere = sign_in("wang");
  const auto change = [&](const char* old, const char* fresh) {
    return ask("POST", "/api/v1/session/password", {{"old", old}, {"new", fresh}}, here);
  };
  EXPECT_EQ(change("wrong", "another long sentence").code(), "wrong_credentials");
  EXPECT_EQ(change(long_enough, "short").code(), "weak_password");
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, elsewhere).status, 200);
  EXPECT_EQ(change(long_enough, "another long sentence").status, 204);
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, here).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, elsewhere).code(), "session_expired");
  EXPECT_FALSE(sign_in("wang", "another long sentence").csrf.empty());
}

TEST_F(SessionRoutes, TheAdministratorKeepsTheAccounts) {
  set_up();
  const Browser boss = sign_in("wang");
  const json chen{{"person", "chen"}, {"name", "陈"}, {"roles", {"viewer"}}, {"password", "a sentence of chen"}};
  const Answer added = ask("POST", "/api/v1/people", chen, boss);
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(ask("POST", "/api/v1/people", chen, boss).code(), "person_exists");
  auto bad = chen;
  bad["person"] = "x";
  bad["roles"] = {"king"};
  EXPECT_EQ(ask("POST", "/api/v1/people", bad, boss).code(), "bad_person");
  bad["roles"] = "viewer";
  EXPECT_EQ(ask("POST", "/api/v1/people", bad, boss).code(), "bad_person");
  const Browser viewer = take_over("chen", "a sentence of chen");
  EXPECT_EQ(ask("GET", "/api/v1/people", nullptr, viewer).code(), "not_allowed");
  EXPECT_EQ(ask("POST", "/api/v1/people", chen, viewer).code(), "not_allowed");
  EXPECT_EQ(ask("GET", "/api/v1/people", nullptr, boss).body.at("people").size(), 2U);
  const std::string all = ask("GET", "/api/v1/people", nullptr, boss).body.dump();
  EXPECT_THAT(all, testing::Not(HasSubstr("argon2")));
}

TEST_F(SessionRoutes, AnAccountThatIsPutToSleepIsOutAtOnce) {
  set_up();
  const Browser boss = sign_in("wang");
  ask("POST", "/api/v1/people",
      {{"person", "chen"}, {"name", "陈"}, {"roles", {"viewer"}}, {"password", "a sentence of chen"}}, boss);
  const Browser chen = take_over("chen", "a sentence of chen");
  EXPECT_EQ(ask("PATCH", "/api/v1/people/chen", {{"active", false}}, boss).body.at("active"), false);
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, chen).code(), "session_expired");
  EXPECT_EQ(ask("PATCH", "/api/v1/people/chen", {{"active", 1}}, boss).code(), "bad_person");
  EXPECT_EQ(ask("PATCH", "/api/v1/people/none", {{"active", false}}, boss).code(), "unknown_person");
  EXPECT_EQ(ask("PATCH", "/api/v1/people/wang", {{"active", false}}, boss).code(), "last_administrator");
  EXPECT_EQ(ask("PATCH", "/api/v1/people/wang", {{"roles", {"viewer"}}}, boss).code(), "last_administrator");
  const json changes = ask("GET", "/api/v1/people/changes", nullptr, boss).body.at("changes");
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0].at("what"), "active");
  EXPECT_EQ(changes[0].at("by"), "wang");
  EXPECT_EQ(changes[0].at("person"), "chen");
}

TEST_F(SessionRoutes, APasswordThatSomebodyElseHasSetOpensNothingButItsReplacement) {
  set_up();
  const Browser boss = sign_in("wang");
  const char* given = "given on a slip of paper";
  ask("POST", "/api/v1/people", {{"person", "chen"}, {"name", "陈"}, {"roles", {"boss"}}, {"password", given}}, boss);
  const auto is_shut = [&](const Browser& browser) {
    EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, browser).body.at("must_change_password"), true);
    for (const auto& [method, path] :
         {std::pair{"GET", "/api/v1/people"}, std::pair{"GET", "/api/v1/people/changes"},
          std::pair{"POST", "/api/v1/people"}, std::pair{"PATCH", "/api/v1/people/wang"}}) {
      EXPECT_EQ(ask(method, path, json::object(), browser).code(), "must_change_password") << method << path;
    }
  };
  const Browser chen = sign_in("chen", given);
  is_shut(chen);
  EXPECT_EQ(ask("POST", "/api/v1/session/password", {{"old", given}, {"new", given}}, chen).code(), "weak_password")
      << "the same one again would still be known to another";
  EXPECT_EQ(ask("POST", "/api/v1/session/password", {{"old", given}, {"new", own}}, chen).status, 204);
  EXPECT_EQ(ask("GET", "/api/v1/people", nullptr, chen).status, 200);
  // Set once more, by the administrator: the session ends, and the new one is shut again; also after a restart.
  EXPECT_EQ(ask("PATCH", "/api/v1/people/chen", {{"password", given}}, boss).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, chen).code(), "session_expired");
  is_shut(sign_in("chen", given));
  people = People::load(folder / "people.json", rules).value();
  is_shut(sign_in("chen", given));
  // One's own is one's own.
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, boss).body.at("must_change_password"), false);
}

TEST_F(SessionRoutes, TheTokenOfAProgramIsReplacedAndRevoked) {
  const std::string first = add_person(folder / "people.json", rules, "upload:上报程序:boss").value();
  people = People::load(folder / "people.json", rules).value();
  const auto by = [&](const std::string& token, const char* method, const char* path) {
    return ask(method, path, nullptr, {}, {{"authorization", "Bearer " + token}});
  };
  const Visitor listener{.person = people.by_token(first)};
  const Answer made = by(first, "POST", "/api/v1/people/upload/token");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string second = made.body.at("token");
  EXPECT_EQ(by(first, "GET", "/api/v1/people").status, 401);
  EXPECT_FALSE(access.goes_on(listener)) << "nor is a stream fed that was opened with it";
  const Answer all = by(second, "GET", "/api/v1/people");
  ASSERT_EQ(all.status, 200);
  EXPECT_EQ(all.body.at("people")[0].at("has_token"), true);
  EXPECT_TRUE(access.goes_on({.person = people.by_token(second)}));
  EXPECT_EQ(by(second, "POST", "/api/v1/people/none/token").code(), "unknown_person");
  EXPECT_EQ(by(second, "DELETE", "/api/v1/people/none/token").code(), "unknown_person");
  EXPECT_EQ(by(second, "DELETE", "/api/v1/people/upload/token").status, 204);
  EXPECT_EQ(by(second, "GET", "/api/v1/people").status, 401);
}

TEST_F(SessionRoutes, TheTokenOfSomebodyWhoSignsInIsOnlyRevoked) {
  set_up();
  const Browser boss = sign_in("wang");
  const std::string token = add_person(folder / "people.json", rules, "li:Li:viewer").value();
  std::istringstream line{"a sentence from the shell\n"};
  ASSERT_TRUE(set_password(folder / "people.json", rules, "li", line));
  EXPECT_EQ(ask("POST", "/api/v1/people/li/token", nullptr, boss).code(), "signs_in");
  EXPECT_EQ(ask("POST", "/api/v1/people/wang/token", nullptr, boss).code(), "signs_in");
  EXPECT_EQ(ask("DELETE", "/api/v1/people/li/token", nullptr, boss).status, 204);
  EXPECT_EQ(ask("GET", "/api/v1/session", nullptr, {}, {{"authorization", "Bearer " + token}}).status, 401);
}

TEST_F(SessionRoutes, APasswordComesFromTheCommandLineToo) {
  ASSERT_TRUE(add_person(folder / "people.json", rules, "li:Li:boss"));
  std::istringstream weak{"short\n"};
  EXPECT_FALSE(set_password(folder / "people.json", rules, "li", weak));
  std::istringstream line{"a sentence from the shell\r\nrest"};
  ASSERT_TRUE(set_password(folder / "people.json", rules, "li", line));
  std::istringstream nobody{"a sentence from the shell\n"};
  EXPECT_EQ(set_password(folder / "people.json", rules, "none", nobody).error().code, ErrorCode::not_found);
  people = People::load(folder / "people.json", rules).value();
  EXPECT_EQ(ask("GET", "/api/v1/people", nullptr, sign_in("li", "a sentence from the shell")).status, 200)
      << "whoever has the machine needs no password";
}

}  // namespace
}  // namespace lab::service
