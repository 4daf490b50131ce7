// The evidence export as it is fetched over HTTP, while the coordinator works on.

#include <gmock/gmock.h>

#include "protocol/evidence/export_file.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "tests/coordinator/board/board_fixture.hpp"
#include "tools/verify/statement.hpp"
#include "tools/verify/verify.hpp"

namespace lab::board {
namespace {

class EvidenceRoutes : public Board {
 protected:
  EvidenceRoutes() {
    bench.emplace(dispatched());
    for (const model::Grant& grant : world.grants_of(*bench)) bench->conclude(grant, model::SampleOutcome::pass);
  }
  Bytes octets(const std::string& target) {
    const auto response = call(coordinator_token, "GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_FALSE(response.headers.contains("qlims-next"));
    return response.body;
  }
  model::TreeHead head() {
    return evidence::parse_head(get("/api/v1/evidence/head").at("head").get<std::string>()).value();
  }

  std::optional<Bench> bench;
};

TEST_F(EvidenceRoutes, GiveAnExportThatIsCheckedByItself) {
  ASSERT_GE(bench->size(), 6U);
  world.acknowledged(*bench, bench->events(1, 4));
  const model::TreeHead before = head();
  EXPECT_EQ(before.size, 4U);
  const Bytes text = octets("/api/v1/evidence/statement");
  const auto statement = verify::read_statement(text);
  ASSERT_TRUE(statement.has_value()) << to_text(statement.error());
  world.acknowledged(*bench, bench->events(5, 100));  // meanwhile
  Bytes file = Bytes{evidence::export_magic} + evidence::section(evidence::section_statement, text);
  for (const auto& [id, node] : statement->nodes) {
    file += octets(fmt::format("/api/v1/evidence/orders?node={}&after=0&upto={}", id, node.orders));
  }
  file += octets(fmt::format("/api/v1/evidence/events?after=0&size={}", statement->head.size));
  const auto report = verify::check(file, std::vector{before});
  EXPECT_TRUE(report.is_good()) << report.faults.front().where << ": " << report.faults.front().what;
  EXPECT_EQ(report.events, 4U);
  EXPECT_EQ(report.verdicts, 1U);
  EXPECT_EQ(head().size, bench->size());
  // What came meanwhile is not in it, and whoever has seen it says so.
  EXPECT_FALSE(verify::check(file, std::vector{head()}).is_good());
}

TEST_F(EvidenceRoutes, RefuseWhatIsNoNumber) {
  for (const char* target : {"/api/v1/evidence/events?after=x", "/api/v1/evidence/events?size=-1",
                             "/api/v1/evidence/orders?node=x", "/api/v1/evidence/orders?upto=1.5"}) {
    EXPECT_EQ(call(coordinator_token, "GET", target).status, 400) << target;
  }
  EXPECT_EQ(octets("/api/v1/evidence/events?after=999&size=9999"), "");
  EXPECT_EQ(octets("/api/v1/evidence/orders?node=999&upto=9"), "");
}

TEST_F(EvidenceRoutes, ReplaySaysWhatBecameOfTheEvent) {
  post("/api/v1/quarantine/replay", R"({"place":"1.1.1","reason":"x"})", 404);
  post("/api/v1/quarantine/replay", R"({"place":"1.1","reason":"x"})", 400);
  post("/api/v1/quarantine/replay", R"({"place":"1.1.1"})", 400);
  bench->happen(world.grants_of(*bench).front(), "someone",
                model::Approved{.number = {}, .record = crypto::sha256("x"), .reviewer = {}, .signature = {}});
  world.acknowledged(*bench, bench->all_events());
  const std::string place = fmt::format("{}.1.{}", bench->id().value(), bench->size());
  const auto answer = post("/api/v1/quarantine/replay", json{{"place", place}, {"reason", "x"}}.dump(), 409);
  EXPECT_THAT(answer.dump(), ::testing::HasSubstr("只有当时读不懂"));
}

}  // namespace
}  // namespace lab::board
