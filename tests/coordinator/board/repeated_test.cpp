// A request that names an Idempotency-Key is done once and answered as often as it comes.

#include "coordinator/board/repeated.hpp"

#include "coordinator/tables/answers.hpp"
#include "coordinator/tables/diary.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

constexpr const char* key = "0b7c6a0e-3f53-4b4e-9c43-1d8f6c6b7a11";

class Repeated : public Board {
 protected:
  http::Response say(const std::string& token, const std::string& target, std::string body, const std::string& with) {
    http::Request request{.method = "POST", .path = target, .body = std::move(body)};
    request.headers = {{"authorization", "Bearer " + token}, {"idempotency-key", with}};
    http::Response given{.status = 0};
    handler(request, [&](http::Response response) { given = std::move(response); });
    described().expect_described(request, given);
    return given;
  }
  http::Response ask_for_ticket(const std::string& with, int laboratory = 1) {
    return say(administrator_token, "/api/v1/tickets", json{{"laboratory", laboratory}, {"name", "bench"}}.dump(),
               with);
  }
  static std::string code_of(const http::Response& response) { return json::parse(response.body).value("code", ""); }
  [[nodiscard]] std::uint64_t rows_of(const std::string& table) const {
    std::uint64_t rows = 0;
    const auto view = world.view();
    view->scan(table, journal::after_prefix(table), [&](BytesView, BytesView) { return ++rows > 0; });
    return rows;
  }
  [[nodiscard]] std::uint64_t tickets() const { return rows_of("i"); }
};

TEST_F(Repeated, IsDoneOnceAndAnsweredTheSame) {
  set_up();
  const auto first = ask_for_ticket(key);
  ASSERT_EQ(first.status, 201) << first.body;
  const std::uint64_t decisions = rows_of("y");
  for (int i = 0; i < 3; ++i) {
    const auto again = ask_for_ticket(key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.content_type, first.content_type);
    EXPECT_EQ(again.headers.at("idempotency-replayed"), "true");
  }
  EXPECT_EQ(tickets(), 1U);
  EXPECT_EQ(rows_of("y"), decisions) << "the diary speaks of what was done";
  EXPECT_NE(ask_for_ticket("another key").status, 201);
  EXPECT_EQ(ask_for_ticket("another-key").status, 201);
  EXPECT_EQ(tickets(), 2U);
}

TEST_F(Repeated, WithoutAKeyIsDoneAgain) {
  set_up();
  const std::string body = json{{"laboratory", 1}, {"name", "bench"}}.dump();
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/tickets", body).status, 201);
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/tickets", body).status, 201);
  EXPECT_EQ(tickets(), 2U);
}

TEST_F(Repeated, AnotherRequestUnderTheKeyIsRefused) {
  set_up();
  ASSERT_EQ(ask_for_ticket(key).status, 201);
  const auto other_body = ask_for_ticket(key, 2);
  EXPECT_EQ(other_body.status, 409);
  EXPECT_EQ(code_of(other_body), "key_reused");
  const auto other_address = say(administrator_token, "/api/v1/nodes/1/revoke", R"({"reason":"x"})", key);
  EXPECT_EQ(code_of(other_address), "key_reused");
  EXPECT_EQ(tickets(), 1U);
  EXPECT_EQ(ask_for_ticket(key).status, 201) << "the first one is answered as before";
}

TEST_F(Repeated, TheKeyIsThatOfOnePerson) {
  set_up();
  ASSERT_EQ(ask_for_ticket(key).status, 201);
  const auto by_another = say(coordinator_token, "/api/v1/laboratories",
                              repository_file("coordinator/reference/sichuan_2013/laboratories.csv"), key);
  EXPECT_EQ(by_another.status, 201) << by_another.body;
  EXPECT_EQ(say(viewer_token, "/api/v1/tickets", json{{"laboratory", 1}, {"name", "bench"}}.dump(), key).status, 403)
      << "who may not ask is not answered either";
}

TEST_F(Repeated, WhatWasRefusedIsDecidedAnew) {
  EXPECT_EQ(ask_for_ticket(key).status, 404) << "there is no laboratory yet";
  set_up();
  EXPECT_EQ(ask_for_ticket(key).status, 201);
  EXPECT_EQ(tickets(), 1U);
}

TEST_F(Repeated, AKeyThatIsNoneIsRefusedBeforeAnythingIsDone) {
  set_up();
  for (const std::string& bad :
       {std::string{}, std::string{"two words"}, std::string(129, 'k'), std::string{"\x01"}, std::string{"键"}}) {
    const auto refused = ask_for_ticket(bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(code_of(refused), "malformed");
    EXPECT_NE(refused.body.find("Idempotency-Key"), std::string::npos);
  }
  EXPECT_EQ(ask_for_ticket(std::string(128, 'k')).status, 201);
  EXPECT_EQ(tickets(), 1U);
}

TEST_F(Repeated, TwoThatComeAtOnceAreDoneOnce) {
  set_up();
  std::vector<Command> queue;
  const auto at_once = office.post;
  office.post = [&](Command command) {
    queue.push_back(std::move(command));
    return true;
  };
  std::vector<http::Response> given(2);
  for (http::Response& place : given) {
    http::Request request{.method = "POST", .path = "/api/v1/tickets", .body = R"({"laboratory":1,"name":"bench"})"};
    request.headers = {{"authorization", "Bearer " + administrator_token}, {"idempotency-key", key}};
    handler(request, [&place](http::Response response) { place = std::move(response); });
  }
  ASSERT_EQ(queue.size(), 2U) << "both were let in";
  for (Command& command : queue) at_once(std::move(command));
  EXPECT_EQ(given[0].status, 201);
  EXPECT_EQ(given[1].body, given[0].body);
  EXPECT_EQ(tickets(), 1U);
}

TEST_F(Repeated, NeitherKeyNorSecretAnswerStandInTheStore) {
  set_up();
  const auto first = ask_for_ticket(key);
  const std::string ticket = json::parse(first.body).at("ticket").get<std::string>();
  const std::string secret = ticket.substr(0, ticket.find('@'));
  ASSERT_GT(secret.size(), 10U);
  std::uint64_t seen = 0;
  const auto view = world.view();
  view->scan("", Bytes(64, '\xFF'), [&](BytesView at, BytesView record) {
    ++seen;
    for (const std::string& hidden : {secret, std::string{key}}) {
      EXPECT_EQ(record.find(hidden), BytesView::npos) << at;
      EXPECT_EQ(at.find(hidden), BytesView::npos) << at;
    }
    return true;
  });
  EXPECT_GT(seen, 0U);
  EXPECT_EQ(coordinator::tables::answer_count(*view), 1U);
}

TEST_F(Repeated, AnAnswerThatIsTooLargeIsNotKeptButKnown) {
  const http::Request request{.method = "POST", .path = "/x", .headers = {{"idempotency-key", key}}};
  const auto once = once_of(request, model::PersonId{"c"});
  ASSERT_TRUE(once && *once);
  const auto keep_of = [&](std::size_t octets) {
    const auto view = world.view();
    journal::Draft draft{*view};
    keep(draft, **once, {.status = 201, .body = std::string(octets, 'x')}, world.now);
    return answered_before(draft, **once);
  };
  const auto kept = keep_of(kept_answer_max - 1'000);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->status, 201);
  EXPECT_EQ(kept->body.size(), kept_answer_max - 1'000) << "of several sealed pieces";
  const auto too_large = keep_of(kept_answer_max);
  ASSERT_TRUE(too_large);
  EXPECT_EQ(too_large->status, 409);
  EXPECT_EQ(code_of(*too_large), "already_done");
}

}  // namespace
}  // namespace lab::board
