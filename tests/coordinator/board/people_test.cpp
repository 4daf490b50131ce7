// People at the coordinator's page: the same sessions and accounts as at a node.

#include <gmock/gmock.h>

#include "protocol/crypto/password.hpp"
#include "protocol/http/pages.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using testing::HasSubstr;

class BoardPeople : public Board {
 protected:
  http::Response by_browser(const std::string& method, const std::string& path, const json& body = nullptr) {
    http::Request request{.method = method,
                          .path = path,
                          .headers = {{"host", "127.0.0.1:7080"}, {"content-type", "application/json"}},
                          .body = body.is_null() ? "" : body.dump(),
                          .peer = "127.0.0.1:5"};
    if (!cookie.empty()) request.headers["cookie"] = cookie;
    if (!csrf.empty()) request.headers["x-csrf-token"] = csrf;
    http::Response given{.status = 0};
    handler(request, [&](http::Response response) { given = std::move(response); });
    return given;
  }
  void sign_in(const char* person) {
    const std::string hash = crypto::hash_password("correct horse battery");
    ASSERT_TRUE(people.change(model::PersonId{person}, {.password = hash}, model::PersonId{person}, world.now));
    const auto answer =
        by_browser("POST", "/api/v1/session", {{"person", person}, {"password", "correct horse battery"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    cookie = answer.headers.at("set-cookie").substr(0, answer.headers.at("set-cookie").find(';'));
    csrf = json::parse(answer.body).at("csrf");
  }

  std::string cookie;
  std::string csrf;
};

TEST_F(BoardPeople, SignInAndDoWhatTheirRoleMay) {
  sign_in("c");
  EXPECT_EQ(by_browser("GET", "/api/v1/laboratories").status, 200);
  EXPECT_EQ(by_browser("GET", "/api/v1/people").status, 403);
  const json session = json::parse(by_browser("GET", "/api/v1/session").body);
  EXPECT_EQ(session.at("node"), "coordinator");
  csrf.clear();
  EXPECT_THAT(by_browser("POST", "/api/v1/plans/1/dispatch", json::object()).body, HasSubstr("csrf"));
}

TEST_F(BoardPeople, AreManagedByTheAdministrator) {
  sign_in("a");
  const json person{{"person", "d"}, {"name", "丁"}, {"roles", {"viewer"}}, {"password", "a sentence of ding"}};
  EXPECT_EQ(by_browser("POST", "/api/v1/people", person).status, 201);
  EXPECT_EQ(json::parse(by_browser("GET", "/api/v1/people").body).at("people").size(), 4U);
  EXPECT_EQ(by_browser("PATCH", "/api/v1/people/a", {{"active", false}}).status, 409) << "the last administrator";
}

TEST_F(BoardPeople, WhatCannotBeUndoneAboutANodeIsSignedWithThePassword) {
  const Bench bench = dispatched();
  sign_in("a");
  const std::string path = fmt::format("/api/v1/nodes/{}/revoke", bench.id().value());
  EXPECT_THAT(by_browser("POST", path, {{"reason", "失窃"}}).body, HasSubstr("wrong_credentials"));
  EXPECT_EQ(by_browser("POST", path, {{"reason", "失窃"}, {"password", "wrong horse battery"}}).status, 401);
  for (const char* what : {"waiver", "station"}) {
    EXPECT_EQ(by_browser("POST", fmt::format("/api/v1/nodes/{}/{}", bench.id().value(), what),
                         {{"reason", "x"}, {"boot", "1"}, {"password", "wrong horse battery"}})
                  .status,
              401);
  }
  EXPECT_EQ(get("/api/v1/status")["laboratories"][2]["nodes"][0]["revoked"], false);
  EXPECT_EQ(by_browser("POST", path, {{"reason", "失窃"}, {"password", "correct horse battery"}}).status, 200);
  EXPECT_EQ(get("/api/v1/status")["laboratories"][2]["nodes"][0]["revoked"], true);
}

TEST_F(BoardPeople, APageStandsBehindTheInterface) {
  office.pages = http::pages({});
  handler = routes(office);
  EXPECT_THAT(by_browser("GET", "/").body, HasSubstr("QLIMS_WEB"));
  EXPECT_EQ(by_browser("GET", "/api/v1/none").status, 404);
}

}  // namespace
}  // namespace lab::board
