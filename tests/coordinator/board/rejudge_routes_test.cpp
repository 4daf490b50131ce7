// What another limit table would change, asked over HTTP.

#include <gmock/gmock.h>

#include <thread>
#include <utility>

#include "coordinator/tables/registry.hpp"
#include "protocol/model/read_value.hpp"
#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

constexpr const char* stricter_for_lead =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
    "铅,lead,叶菜类蔬菜,<=,0.2,mg/kg,GB X,4.1,2013-06-01,\n";

// A sample of leaf vegetables with 0.25 mg/kg of lead (item 8 of its panel), judged by the reference set in use.
void conclude_with_lead(Bench& bench, const model::Grant& grant, const Hash& edition, const char* lead = "0.25") {
  bench.happen(grant, "analyst",
               model::Measured{.number = grant.number,
                               .determinations = {{.item = 8, .value = model::read_value("9"), .unit = "mg/kg"},
                                                  {.item = 8, .value = model::read_value(lead), .unit = "mg/kg"}}});
  model::Judged judged{.number = grant.number,
                       .edition = edition,
                       .judged_for = *parse_date("2013-07-01"),
                       .outcome = model::SampleOutcome::pass};
  judged.items = {{.item = 8, .outcome = model::ItemOutcome::pass, .reason = model::Reason::within_limit}};
  bench.happen(grant, "analyst", judged);
}

TEST_F(Board, RejudgingSaysWhatAnotherTableWouldChangeAndChangesNothing) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  ASSERT_GE(grants.size(), 2U);
  const Hash edition = coordinator::tables::reference_in_use(*world.view());
  for (const model::Grant& grant : grants) conclude_with_lead(bench, grant, edition);
  world.acknowledged(bench, bench.all_events());
  const Bytes before = world.everything();
  const json same = post("/api/v1/rejudge", "", 200);
  EXPECT_EQ(same["determinations"], grants.size());
  EXPECT_EQ(same["changed_items"], 0);

  const json changed = post("/api/v1/rejudge?limit=1", stricter_for_lead, 200);
  EXPECT_EQ(changed["changed_items"], grants.size());
  EXPECT_EQ(changed["changed_samples"], grants.size());
  EXPECT_EQ(changed["items"][0]["was"], "pass");
  EXPECT_EQ(changed["items"][0]["is"], "fail");
  EXPECT_THAT(changed["items"][0]["city_name"].get<std::string>(), HasSubstr("成都"));
  ASSERT_EQ(changed["rows"].size(), 1U);
  EXPECT_EQ(changed["rows"][0]["analyte"], "铅");
  EXPECT_EQ(changed["rows"][0]["result"], "0.25");
  EXPECT_EQ(changed["rows"][0]["limit"]["standard"], "GB X");
  const json next = post("/api/v1/rejudge?limit=1&after=" + changed["next"].get<std::string>(), stricter_for_lead, 200);
  EXPECT_NE(next["rows"][0]["task"], changed["rows"][0]["task"]);

  const json guarded = post("/api/v1/rejudge?decision_rule=guard_acceptance&relative_uncertainty=0.5", "", 200);
  EXPECT_EQ(guarded["items"][0]["is"], "fail");
  EXPECT_EQ(guarded["rows"][0]["is_reason"], "in_guard_band");
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Board, PagesOfARejudgingFitTogetherThoughTheStoreGoesOn) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  ASSERT_EQ(grants.size(), 3U);
  const Hash edition = coordinator::tables::reference_in_use(*world.view());
  conclude_with_lead(bench, grants[1], edition);
  conclude_with_lead(bench, grants[2], edition);
  world.acknowledged(bench, bench.all_events());
  const json first = post("/api/v1/rejudge?limit=1", stricter_for_lead, 200);
  EXPECT_EQ(first["changed_items"], 2);
  conclude_with_lead(bench, grants[0], edition);  // before both of them
  world.acknowledged(bench, bench.all_events());
  const std::string after = "/api/v1/rejudge?limit=1&after=" + first["next"].get<std::string>();
  const json second = post(after, stricter_for_lead, 200);
  EXPECT_EQ(second["changed_items"], 2);
  EXPECT_EQ(second["rows"][0]["task"], to_text(grants[2].task));
  EXPECT_EQ(second["rows"][0]["limit"]["standard"], "GB X");
  EXPECT_TRUE(second["next"].is_null());
  EXPECT_EQ(post(after + "&comparison=full_value", stricter_for_lead, 409)["code"], "report_gone");
  EXPECT_EQ(post(after, "", 409)["code"], "report_gone");
  EXPECT_EQ(post("/api/v1/rejudge?limit=1", stricter_for_lead, 200)["changed_items"], 3);
  EXPECT_EQ(post(after, stricter_for_lead, 409)["code"], "report_gone") << "there is a newer one";
}

TEST_F(Board, OneRejudgingAtATime) {
  set_up();
  http::Response meanwhile{.status = 0};
  bool asked = false;
  office.clock = [&] {
    // While the first is at work, which asks what time it is.
    if (std::exchange(asked, true)) return world.now;
    std::thread other{[&] { meanwhile = call(coordinator_token, "POST", "/api/v1/rejudge"); }};
    other.join();
    return world.now;
  };
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge").status, 200);
  EXPECT_EQ(meanwhile.status, 503);
  EXPECT_EQ(json::parse(meanwhile.body)["code"], "busy");
  office.clock = [this] { return world.now; };
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/rejudge").status, 200) << "the place is free again";
}

TEST_F(Board, RejudgingCountsWhatItCouldNotJudge) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  ASSERT_GE(grants.size(), 2U);
  const Hash edition = coordinator::tables::reference_in_use(*world.view());
  model::Judged stray{.number = grants[0].number,
                      .edition = edition,
                      .judged_for = *parse_date("2013-07-01"),
                      .outcome = model::SampleOutcome::pass};
  stray.items = {{.item = 60'000, .outcome = model::ItemOutcome::pass, .reason = model::Reason::within_limit}};
  bench.happen(grants[0], "analyst", stray);
  conclude_with_lead(bench, grants[1], Hash{.octets = {1}});
  world.acknowledged(bench, bench.all_events());
  const json report = post("/api/v1/rejudge", "", 200);
  EXPECT_EQ(report["left_out"], 1);
  EXPECT_EQ(report["without_panel"], 1);
  EXPECT_EQ(report["determinations"], 0);
}

TEST_F(Board, RejudgingRefusesWhatItCannotRead) {
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge").status, 404);
  set_up();
  EXPECT_EQ(post("/api/v1/rejudge", "a,b\n1,2\n", 422)["code"], "table_rejected");
  for (const char* after : {"x", "1", ":", "1:", ":1", "1:x", "1:1x", "-1:1"}) {
    EXPECT_EQ(call(coordinator_token, "POST", std::string{"/api/v1/rejudge?after="} + after).status, 400) << after;
  }
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?comparison=by_eye").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?decision_rule=nonbinary").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?relative_uncertainty=half").status, 400);
  EXPECT_EQ(call("", "POST", "/api/v1/rejudge").status, 401);
}

}  // namespace
}  // namespace lab::board
