// Every address of the coordinator, asked by everybody who may not: 0 are let in, and nothing is stored.

#include <gmock/gmock.h>

#include "tests/coordinator/board/board_fixture.hpp"
#include "tests/protocol/service/credentials.hpp"

namespace lab::board {
namespace {

using service::testing::Address;
using service::testing::Somebody;

// What each address asks for, written down a second time; nothing where everybody may ask.
using enum Action;
struct Line {
  const char* method;
  const char* path;
  std::optional<Action> action;
};
const std::vector<Line> table{{"GET", "/api/v1/nodes/{node}/standing", look},
                              {"POST", "/api/v1/nodes/{node}/station", manage_nodes},
                              {"POST", "/api/v1/nodes/{node}/waiver", manage_nodes},
                              {"POST", "/api/v1/nodes/{node}/revoke", manage_nodes},
                              {"POST", "/api/v1/tickets", manage_nodes},
                              {"GET", "/api/v1/nonconforming", look},
                              {"GET", "/api/v1/declined", look},
                              {"POST", "/api/v1/plans", plan},
                              {"GET", "/api/v1/plans", look},
                              {"GET", "/api/v1/plans/{plan}", look},
                              {"GET", "/api/v1/plans/{plan}/grid", look},
                              {"POST", "/api/v1/plans/{plan}/allocation", plan},
                              {"GET", "/api/v1/plans/{plan}/allocation", look},
                              {"GET", "/api/v1/plans/{plan}/revisions", look},
                              {"GET", "/api/v1/plans/{plan}/revisions/{revision}", look},
                              {"GET", "/api/v1/plans/{plan}/revisions/{revision}/table", see_units},
                              {"GET", "/api/v1/sampling-rules", look},
                              {"GET", "/api/v1/reference", look},
                              {"POST", "/api/v1/plans/{plan}/dispatch", plan},
                              {"POST", "/api/v1/rejudge", set_up},
                              {"GET", "/api/v1/status", std::nullopt},
                              {"GET", "/api/v1/summary", look},
                              {"GET", "/api/v1/late", look},
                              {"GET", "/api/v1/quarantine", look},
                              {"POST", "/api/v1/quarantine/replay", take_back},
                              {"POST", "/api/v1/quarantine/resolve", take_back},
                              {"POST", "/api/v1/quarantine/reject", take_back},
                              {"GET", "/api/v1/guards", look},
                              {"GET", "/api/v1/clocks", look},
                              {"GET", "/api/v1/notices", look},
                              {"GET", "/api/v1/notices/{task}", look},
                              {"GET", "/api/v1/notices/{task}/pdf", see_units},
                              {"GET", "/api/v1/notices/{task}/xlsx", see_units},
                              {"POST", "/api/v1/notices/{task}/send", give_notice},
                              {"POST", "/api/v1/notices/{task}/receipt", give_notice},
                              {"GET", "/api/v1/objections", look},
                              {"GET", "/api/v1/objections/{task}", look},
                              {"POST", "/api/v1/objections", register_objection},
                              {"POST", "/api/v1/objections/{task}/accept", decide_objection},
                              {"POST", "/api/v1/objections/{task}/reject", decide_objection},
                              {"GET", "/api/v1/export/tables", look},
                              {"GET", "/api/v1/public/statistics", look},
                              {"GET", "/api/v1/public/catalogue", look},
                              {"POST", "/api/v1/plans/{plan}/shares", plan},
                              {"GET", "/api/v1/plans/{plan}/shares", look},
                              {"GET", "/api/v1/plans/{plan}/shares/{cell}", look},
                              {"POST", "/api/v1/tasks/{task}/recall", take_back},
                              {"GET", "/api/v1/recalls", look},
                              {"GET", "/api/v1/warnings", look},
                              {"GET", "/api/v1/reports", look},
                              {"POST", "/api/v1/reports", plan},
                              {"GET", "/api/v1/reports/{report}", look},
                              {"GET", "/api/v1/reports/{report}/pdf", look},
                              {"GET", "/api/v1/reports/{report}/xlsx", look},
                              {"POST", "/api/v1/reports/{report}/narrative", plan},
                              {"POST", "/api/v1/reports/{report}/freeze", plan},
                              {"GET", "/api/v1/plan-template", look},
                              {"GET", "/api/v1/export/events", export_raw},
                              {"GET", "/api/v1/export/orders", export_raw},
                              {"GET", "/api/v1/evidence/head", look},
                              {"GET", "/api/v1/evidence/statement", export_raw},
                              {"GET", "/api/v1/evidence/orders", export_raw},
                              {"GET", "/api/v1/evidence/events", export_raw},
                              {"GET", "/api/v1/diary", look},
                              {"GET", "/api/v1/series", look},
                              {"GET", "/api/v1/series/{series}", look},
                              {"POST", "/api/v1/series/{series}/corrective-action", move_series},
                              {"POST", "/api/v1/series/{series}/conditions", move_series},
                              {"POST", "/api/v1/reference", set_up},
                              {"POST", "/api/v1/laboratories", set_up},
                              {"GET", "/api/v1/laboratories", look},
                              {"GET", "/api/v1/map/borders", look},
                              {"POST", "/api/v1/map/borders", set_up},
                              {"GET", "/api/v1/workload", look},
                              {"GET", "/api/v1/tasks", look},
                              {"POST", "/api/v1/tasks/sampled-units", plan},
                              {"GET", "/api/v1/tasks/{task}", look},
                              {"POST", "/api/v1/tasks/{task}/revoke", take_back},
                              {"POST", "/api/v1/tasks/{task}/reassign", take_back},
                              {"POST", "/api/v1/tasks/{task}/cancel", take_back},
                              {"POST", "/api/v1/tasks/{task}/retest", take_back},
                              {"POST", "/api/v1/export/upload", look},
                              {"GET", "/api/v1/webhooks", subscribe},
                              {"POST", "/api/v1/webhooks", subscribe},
                              {"DELETE", "/api/v1/webhooks/{webhook}", subscribe},
                              {"POST", "/api/v1/webhooks/{webhook}/resume", subscribe},
                              {"POST", "/api/v1/webhooks/{webhook}/pause", subscribe},
                              {"POST", "/api/v1/webhooks/{webhook}/test", subscribe},
                              {"GET", "/api/v1/stream", look},
                              {"GET", "/metrics", look},
                              {"GET", "/api/openapi.json", std::nullopt},
                              {"GET", "/api/v1/enterprises", see_units},
                              {"POST", "/api/v1/enterprises", manage_enterprises},
                              {"GET", "/api/v1/enterprise-template", look},
                              {"GET", "/api/v1/enterprises/{enterprise}", see_units},
                              {"POST", "/api/v1/enterprises/{enterprise}/merge", manage_enterprises},
                              {"POST", "/api/v1/enterprises/{enterprise}/part", manage_enterprises},
                              {"POST", "/api/v1/enterprises/{enterprise}/publications", publish_credit},
                              {"GET", "/api/v1/publications", look},
                              {"POST", "/api/v1/publications/{publication}/confirm", publish_credit},
                              {"POST", "/api/v1/publications/{publication}/refuse", publish_credit},
                              {"POST", "/api/v1/publications/{publication}/withdraw", publish_credit},
                              {"POST", "/api/v1/publications/{publication}/confirm-withdrawal", publish_credit},
                              {"POST", "/api/v1/publications/{publication}/keep", publish_credit},
                              {"GET", "/api/v1/credit-rules", look},
                              {"GET", "/api/v1/plan-weights", look},
                              {"POST", "/api/v1/signals", report_signal},
                              {"GET", "/api/v1/signals", see_units},
                              {"GET", "/api/v1/signals/{signal}", see_units},
                              {"POST", "/api/v1/signals/{signal}/assess", assess_signal},
                              {"POST", "/api/v1/signals/{signal}/plan", plan},
                              {"GET", "/api/v1/session", std::nullopt},
                              {"POST", "/api/v1/session", std::nullopt},
                              {"DELETE", "/api/v1/session", std::nullopt},
                              {"POST", "/api/v1/session/password", std::nullopt},
                              {"GET", "/api/v1/setup", std::nullopt},
                              {"POST", "/api/v1/setup", std::nullopt},
                              {"GET", "/api/v1/people", manage_people},
                              {"GET", "/api/v1/people/changes", manage_people},
                              {"GET", "/api/v1/security-log", manage_people},
                              {"POST", "/api/v1/people", manage_people},
                              {"PATCH", "/api/v1/people/{person}", manage_people},
                              {"POST", "/api/v1/people/{person}/token", manage_people},
                              {"DELETE", "/api/v1/people/{person}/token", manage_people}};

// And which role may do what.
std::vector<std::string> roles_of(Action action) {
  switch (action) {
    case look:
      return {"viewer", "coordinator", "administrator"};
    case see_units:
    case plan:
    case take_back:
    case move_series:
    case give_notice:
    case register_objection:
    case decide_objection:
    case manage_enterprises:
    case publish_credit:
    case report_signal:
    case assess_signal:
      return {"coordinator"};
    case export_raw:
    case set_up:
    case subscribe:
      return {"coordinator", "administrator"};
    case manage_nodes:
    case manage_people:
      return {"administrator"};
  }
  return {};
}

class Unauthorised : public Board {
 protected:
  Somebody somebody(const std::string& role, const std::string& token, const char* id) {
    const std::string closed = "closed-" + role;
    Somebody one{.role = role,
                 .token = token,
                 .revoked = service::add_person(folder / "people.json", accounts, closed + ":X:" + role).value(),
                 .active = model::PersonId{id},
                 .closed = model::PersonId{closed}};
    EXPECT_TRUE(people.change(one.closed, {.active = false}, model::PersonId{"a"}, world.now));
    return one;
  }
};

TEST_F(Unauthorised, TheTableNamesEveryAddress) {
  std::vector<std::pair<std::string, std::string>> named;
  for (const Line& line : table) named.emplace_back(line.method, line.path);
  EXPECT_THAT(named, ::testing::UnorderedElementsAreArray(routes(office).routes()));
}

TEST_F(Unauthorised, NobodyIsLetIn) {
  dispatched();
  const std::vector people_here{somebody("viewer", viewer_token, "v"), somebody("coordinator", coordinator_token, "c"),
                                somebody("administrator", administrator_token, "a")};
  std::vector<Address> addresses;
  for (const Line& line : table) {
    if (line.action) addresses.push_back({line.method, line.path, roles_of(*line.action)});
  }
  const auto ask = [&](const http::Request& request) {
    http::Response given{.status = 0};
    handler(request, [&](http::Response response) { given = std::move(response); });
    return given;
  };
  const auto version = [&] { return world.store->read()->version() + people.changes(1'000).size(); };
  const auto count = service::testing::try_all(access, addresses, people_here, ask, version);
  fmt::print("{} unauthorised attempts on {} addresses, {} allowed\n", count.attempts, addresses.size(), count.allowed);
  EXPECT_EQ(count.attempts, service::testing::expected_attempts(addresses, people_here.size()));
  EXPECT_EQ(count.allowed, 0U);
  EXPECT_GT(count.attempts, 1'500U);
  EXPECT_EQ(service::testing::logged_entries(security, *world.store, wall_clock()),
            service::testing::expected_entries(addresses, people_here.size()))
      << "every one of them is in the security log";
}

}  // namespace
}  // namespace lab::board
