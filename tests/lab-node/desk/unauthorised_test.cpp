// Every address of a desk, asked by everybody who may not: 0 are let in, and nothing is stored. What people of the
// right role may not do to a sample in the wrong state is in guards_test.cpp.

#include <gmock/gmock.h>

#include "tests/lab-node/desk/desk_fixture.hpp"
#include "tests/protocol/service/credentials.hpp"

namespace lab::desk {
namespace {

using service::testing::Address;
using service::testing::Somebody;

const std::vector<std::string> all{"sampler", "technician", "reviewer", "approver", "lab_administrator", "auditor"};
const std::vector<std::string> at_bench{"technician"};
const std::vector<std::string> bench_or_administrator{"technician", "lab_administrator"};
const std::vector<std::string> administrator{"lab_administrator"};

// Written down a second time. The open ones are those that everybody may ask, in some way of their own.
const std::vector<std::pair<std::string, std::string>> open{
    {"GET", "/api/openapi.json"}, {"GET", "/api/v1/status"},     {"GET", "/api/v1/session"},
    {"POST", "/api/v1/session"},  {"DELETE", "/api/v1/session"}, {"POST", "/api/v1/session/password"},
    {"GET", "/api/v1/setup"},     {"POST", "/api/v1/setup"}};
const std::vector<Address> guarded{{"GET", "/api/v1/cameras/{camera}/picture", all},
                                   {"GET", "/api/v1/captures", all},
                                   {"GET", "/api/v1/captures/{capture}/raw", all},
                                   {"GET", "/api/v1/captures/{capture}/reading", all},
                                   {"GET", "/api/v1/clocks", all},
                                   {"GET", "/api/v1/control-charts", all},
                                   {"GET", "/api/v1/evidence/head", all},
                                   {"GET", "/api/v1/guards", all},
                                   {"GET", "/api/v1/instruments", all},
                                   {"GET", "/api/v1/photos/{photo}", all},
                                   {"GET", "/api/v1/profiles", all},
                                   {"GET", "/api/v1/quarantine", all},
                                   {"GET", "/api/v1/quarantine/captures", all},
                                   {"GET", "/api/v1/runs", all},
                                   {"GET", "/api/v1/runs/{capture}", all},
                                   {"GET", "/api/v1/samples", all},
                                   {"GET", "/api/v1/samples/{number}", all},
                                   {"GET", "/api/v1/samples/{number}/label", all},
                                   {"GET", "/api/v1/samples/{number}/label.png", all},
                                   {"GET", "/api/v1/samples/{number}/report.pdf", all},
                                   {"GET", "/api/v1/samples/{number}/sampling-form.pdf", all},
                                   {"GET", "/api/v1/sampling-fields", all},
                                   {"GET", "/api/v1/shares", all},
                                   {"GET", "/api/v1/stream", all},
                                   {"GET", "/api/v1/tray", all},
                                   {"GET", "/api/v1/waiting", all},
                                   {"GET", "/api/v1/weighings", all},
                                   {"GET", "/api/v1/worklist", all},
                                   {"GET", "/api/v1/worksheet", all},
                                   {"POST", "/api/v1/verdicts", all},
                                   {"POST", "/api/v1/sampling-forms", {"sampler"}},
                                   {"POST", "/api/v1/declines", {"sampler"}},
                                   {"POST", "/api/v1/shares/hand-back", {"sampler"}},
                                   {"POST", "/api/v1/renumberings", {"sampler", "technician"}},
                                   {"POST", "/api/v1/receptions", bench_or_administrator},
                                   {"POST", "/api/v1/receptions/camera", bench_or_administrator},
                                   {"POST", "/api/v1/receptions/scanned", bench_or_administrator},
                                   {"POST", "/api/v1/receptions/typed", bench_or_administrator},
                                   {"POST", "/api/v1/photos", {"sampler", "technician", "lab_administrator"}},
                                   {"POST", "/api/v1/tray/{entry}/dismiss", bench_or_administrator},
                                   {"POST", "/api/v1/tray/{entry}/receive", bench_or_administrator},
                                   {"POST", "/api/v1/captures", at_bench},
                                   {"POST", "/api/v1/results", at_bench},
                                   {"POST", "/api/v1/weighings", at_bench},
                                   {"POST", "/api/v1/retractions", at_bench},
                                   {"POST", "/api/v1/rejudgements", at_bench},
                                   {"POST", "/api/v1/lot-inspections", at_bench},
                                   {"POST", "/api/v1/captures/{capture}/replay", bench_or_administrator},
                                   {"POST", "/api/v1/captures/{capture}/quarantine/reject", bench_or_administrator},
                                   {"POST", "/api/v1/quarantine/resolve", bench_or_administrator},
                                   {"POST", "/api/v1/quarantine/reject", bench_or_administrator},
                                   {"POST", "/api/v1/quarantine/{entry}/reject", bench_or_administrator},
                                   {"POST", "/api/v1/quarantine/{entry}/resolve", bench_or_administrator},
                                   {"POST", "/api/v1/runs/{capture}/decision", {"reviewer"}},
                                   {"POST", "/api/v1/instruments/decision", {"reviewer", "lab_administrator"}},
                                   {"POST", "/api/v1/reviews", {"reviewer", "approver"}},
                                   {"POST", "/api/v1/approvals", {"approver"}},
                                   {"POST", "/api/v1/amendments", {"approver"}},
                                   {"POST", "/api/v1/disposals", bench_or_administrator},
                                   {"GET", "/api/v1/people", {"lab_administrator", "auditor"}},
                                   {"GET", "/api/v1/people/changes", {"lab_administrator", "auditor"}},
                                   {"GET", "/api/v1/security-log", {"lab_administrator", "auditor"}},
                                   {"POST", "/api/v1/people", administrator},
                                   {"PATCH", "/api/v1/people/{person}", administrator},
                                   {"POST", "/api/v1/people/{person}/token", administrator},
                                   {"DELETE", "/api/v1/people/{person}/token", administrator}};

TEST(Unauthorised, TheTableNamesEveryAddress) {
  Desk desk;
  auto named = open;
  for (const Address& address : guarded) named.emplace_back(address.method, address.path);
  EXPECT_THAT(named, ::testing::UnorderedElementsAreArray(desk.router.routes()));
}

TEST(Unauthorised, NobodyIsLetIn) {
  Desk desk;
  desk.world.judged(1);
  Accounts& people = Accounts::all();
  std::vector<Somebody> somebody;
  for (const std::string_view role : roles) {
    const std::string id = fmt::format("closed-{}", role);
    Somebody one{
        .role = std::string{role},
        .token = people.token_of(std::string{role}),
        .revoked =
            service::add_person(people.folder / "people.json", accounts, fmt::format("{}:X:{}", id, role)).value(),
        .active = model::PersonId{fmt::format("p-{}", role)},
        .closed = model::PersonId{id}};
    ASSERT_TRUE(people.people.change(one.closed, {.active = false}, model::PersonId{"test"}, desk.world.now));
    somebody.push_back(std::move(one));
  }
  const auto ask = [&](const http::Request& request) {
    http::Response given{.status = 0};
    desk.router(request, [&](http::Response response) { given = std::move(response); });
    return given;
  };
  const auto version = [&] { return desk.world.store->read()->version() + people.people.changes(10'000).size(); };
  const auto count = service::testing::try_all(desk.access, guarded, somebody, ask, version);
  fmt::print("{} unauthorised attempts on {} addresses, {} allowed\n", count.attempts, guarded.size(), count.allowed);
  EXPECT_EQ(count.attempts, service::testing::expected_attempts(guarded, somebody.size()));
  EXPECT_EQ(count.allowed, 0U);
  EXPECT_GT(count.attempts, 3'500U);
  EXPECT_EQ(service::testing::logged_entries(desk.security, *desk.world.store, wall_clock()),
            service::testing::expected_entries(guarded, somebody.size()))
      << "every one of them is in the security log";
}

}  // namespace
}  // namespace lab::desk
