#include "protocol/service/access.hpp"

#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>

#include "protocol/crypto/password.hpp"
#include "tests/protocol/service/folder.hpp"

namespace lab::service {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::array<std::string_view, 1> roles{"viewer"};
constexpr AccountRules rules{.roles = roles};

std::string code_of(const http::Response& response) { return json::parse(response.body).at("code"); }

class Admission : public Folder {
 protected:
  Admission() {
    crypto::start();
    token = add_person(folder / "people.json", rules, "anna:Anna:viewer").value();
    people = People::load(folder / "people.json", rules).value();
    static const std::string hash = crypto::hash_password("correct horse battery");
    people.change(anna, {.password = hash}, anna, UtcTime{}).value();
  }
  auto with(const std::string& authorization, bool allowed = true) {
    http::Request request{.method = "GET"};
    if (!authorization.empty()) request.headers["authorization"] = authorization;
    return access.admit(request, [&](const Person&) { return allowed; });
  }
  // The answer's code for a request of a browser; "" when it was let in.
  std::string by_cookie(const std::string& method, http::Headers headers) {
    headers["host"] = "127.0.0.1:7081";
    const auto visitor = access.admit({.method = method, .headers = std::move(headers), .peer = "127.0.0.1:5"},
                                      [](const Person&) { return true; });
    return visitor ? "" : code_of(visitor.error());
  }

  const model::PersonId anna{"anna"};
  std::string token;
  People people;
  UtcTime now{1h};
  Access access{people, {.cookie = "session_7", .clock = [this] { return now; }}};
};

TEST_F(Admission, KnowsThePersonByTheBearerToken) {
  ASSERT_TRUE(with("Bearer " + token).has_value());
  EXPECT_EQ(with("Bearer " + token)->person->id, anna);
}

TEST_F(Admission, RefusesEverybodyElse) {
  for (const std::string& header : {std::string{}, std::string{"Bearer "}, std::string{"Bearer x"}, token,
                                    "bearer" + token, "Basic " + token, "Bearer  " + token, "Bearer " + token + " "}) {
    const auto caller = with(header);
    ASSERT_FALSE(caller.has_value()) << header;
    EXPECT_EQ(caller.error().status, 401);
    EXPECT_EQ(code_of(caller.error()), "not_signed_in");
  }
}

TEST_F(Admission, ACookieGivenOverTlsGoesOverTlsOnly) {
  EXPECT_EQ(access.cookie("t", {}).find("Secure"), std::string::npos);
  EXPECT_TRUE(access.cookie("t", {.is_encrypted = true}).ends_with("; Secure"));
}

TEST_F(Admission, RefusesWhatTheirRoleMayNotDo) {
  const auto caller = with("Bearer " + token, false);
  ASSERT_FALSE(caller.has_value());
  EXPECT_EQ(caller.error().status, 403);
  EXPECT_EQ(code_of(caller.error()), "not_allowed");
}

TEST_F(Admission, ABrowserLooksWithItsCookieAndChangesWithItsSecretBesides) {
  const auto opened = access.open(*people.by_id("anna"));
  const std::string cookie = "theme=dark; session_7=" + opened.token;
  EXPECT_EQ(by_cookie("GET", {{"cookie", cookie}}), "");
  EXPECT_EQ(by_cookie("HEAD", {{"cookie", cookie}}), "");
  EXPECT_EQ(by_cookie("POST", {{"cookie", cookie}, {"x-csrf-token", opened.csrf}}), "");
  EXPECT_EQ(by_cookie("POST", {{"cookie", cookie}}), "csrf");
  EXPECT_EQ(by_cookie("POST", {{"cookie", cookie}, {"x-csrf-token", ""}}), "csrf");
  EXPECT_EQ(by_cookie("DELETE", {{"cookie", cookie}, {"x-csrf-token", opened.token}}), "csrf");
  EXPECT_EQ(by_cookie("PATCH", {{"cookie", cookie}, {"x-csrf-token", opened.csrf + "0"}}), "csrf");
  EXPECT_EQ(by_cookie("GET", {{"cookie", "session_8=" + opened.token}}), "not_signed_in");
  EXPECT_EQ(by_cookie("GET", {{"cookie", "session_7=" + opened.csrf}}), "session_expired");
  EXPECT_EQ(by_cookie("GET", {{"cookie", cookie}, {"authorization", "Bearer x"}}), "not_signed_in");
}

TEST_F(Admission, AnotherPageMayNotChangeAnythingEvenWithTheSecret) {
  const auto opened = access.open(*people.by_id("anna"));
  http::Headers headers{{"cookie", "session_7=" + opened.token}, {"x-csrf-token", opened.csrf}};
  headers["origin"] = "http://127.0.0.1:7081";
  EXPECT_EQ(by_cookie("POST", headers), "");
  for (const char* origin : {"http://127.0.0.1:7082", "http://evil.example", "null", "http://127.0.0.1:7081.evil"}) {
    headers["origin"] = origin;
    EXPECT_EQ(by_cookie("POST", headers), "csrf") << origin;
  }
}

TEST_F(Admission, ASessionEndsWithItsTimeAndWithItsPerson) {
  const auto opened = access.open(*people.by_id("anna"));
  const http::Headers headers{{"cookie", "session_7=" + opened.token}};
  now += 29min;
  EXPECT_EQ(by_cookie("GET", headers), "");
  now += 29min;
  auto by_page = headers;
  by_page["x-background"] = "1";
  EXPECT_EQ(by_cookie("GET", by_page), "");
  now += 2min;
  EXPECT_EQ(by_cookie("GET", headers), "session_expired");
  const http::Headers again{{"cookie", "session_7=" + access.open(*people.by_id("anna")).token}};
  EXPECT_EQ(by_cookie("GET", again), "");
  ASSERT_TRUE(people.change(anna, {.active = false}, anna, UtcTime{}));
  EXPECT_EQ(by_cookie("GET", again), "session_expired");
}

TEST_F(Admission, NobodyTheWrongPasswordAndAnAccountThatSleepsGetOneAnswer) {
  const auto answer = [&](const char* person, const char* password) {
    const auto checked = access.check(person, password, {.peer = "127.0.0.1:5"});
    return checked ? std::string{} : checked.error().body;
  };
  EXPECT_EQ(answer("anna", "correct horse battery"), "");
  const std::string wrong = answer("anna", "correct horse batterY");
  EXPECT_THAT(wrong, testing::HasSubstr("wrong_credentials"));
  EXPECT_EQ(answer("nobody", "correct horse battery"), wrong);
  EXPECT_EQ(answer("anna", ""), wrong);
  ASSERT_TRUE(people.change(anna, {.active = false}, anna, UtcTime{}));
  EXPECT_EQ(answer("anna", "correct horse battery"), wrong);
}

TEST_F(Admission, TooManyWrongAttemptsWaitAndARightOneIsRefusedMeanwhile) {
  const http::Request request{.peer = "127.0.0.1:5"};
  for (int i = 0; i < wrong_attempts_free; ++i) {
    EXPECT_EQ(code_of(access.check("anna", "wrong", request).error()), "wrong_credentials");
  }
  EXPECT_EQ(code_of(access.check("bob", "", request).error()), "wrong_credentials") << "no guess, and not counted";
  const auto refused = access.check("anna", "correct horse battery", request);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(refused.error().headers.at("retry-after"), "1");
  now += 1s;
  EXPECT_TRUE(access.check("anna", "correct horse battery", request).has_value());
}

TEST_F(Admission, ABrowserSignsWithThePasswordAndAScriptWithItsToken) {
  const Visitor script{.person = people.by_id("anna")};
  EXPECT_FALSE(access.check_signature(script, "", {}).has_value());
  const auto opened = access.open(*people.by_id("anna"));
  const Visitor browser{.person = people.by_id("anna"),
                        .session = access.sessions().find(opened.token, Sessions::Use::by_person, now)};
  const http::Request request{.peer = "127.0.0.1:5"};
  EXPECT_FALSE(access.check_signature(browser, "correct horse battery", request).has_value());
  EXPECT_EQ(code_of(*access.check_signature(browser, "", request)), "wrong_credentials");
}

TEST(Cookies, AreReadByTheirWholeName) {
  const auto found = [](const char* field) { return cookie_in({.headers = {{"cookie", field}}}, "s"); };
  EXPECT_EQ(found("s=1"), "1");
  EXPECT_EQ(found("a=2; s=1; b=3"), "1");
  EXPECT_EQ(found("a=2;s=1"), "1");
  EXPECT_EQ(found("s=a=b"), "a=b");
  for (const char* none : {"", "s", "s=", "ss=1", "as=1", "a=s=1", "; ;", "=1"}) EXPECT_EQ(found(none), "") << none;
}

}  // namespace
}  // namespace lab::service
