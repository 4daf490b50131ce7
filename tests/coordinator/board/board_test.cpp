#include "coordinator/board/board.hpp"

#include <gmock/gmock.h>

#include "tests/coordinator/board/board_fixture.hpp"

namespace lab::board {
namespace {

using ::testing::HasSubstr;

TEST_F(Board, StatusIsOpenAndEverythingElseNeedsAToken) {
  const auto status = call("", "GET", "/api/v1/status");
  EXPECT_EQ(status.status, 200);
  EXPECT_EQ(json::parse(status.body).at("scrub").at("damage"), "record 7");
  EXPECT_EQ(call("", "GET", "/api/v1/tasks").status, 401);
  EXPECT_EQ(call("guess", "GET", "/api/v1/summary").status, 401);
}

TEST_F(Board, AViewerMayNotDecideAnything) {
  for (const char* target :
       {"/api/v1/reference", "/api/v1/laboratories", "/api/v1/plans", "/api/v1/tickets", "/api/v1/plans/1/dispatch",
        "/api/v1/tasks/T-1.1-1/revoke", "/api/v1/nodes/1/revoke", "/api/v1/rejudge"}) {
    EXPECT_EQ(call(viewer_token, "POST", target, "{}").status, 403) << target;
  }
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/export/events").status, 403);
  EXPECT_EQ(call(viewer_token, "GET", "/api/v1/summary").status, 200);
}

TEST_F(Board, TakesAPlanOnlyAfterTheReferenceSet) {
  EXPECT_EQ(import_plan(plan_csv, 404)["code"], "not_found");
  set_up();
  const json taken = import_plan(plan_csv, 201);
  EXPECT_EQ(taken["plan"], 1);
  EXPECT_EQ(taken["tasks"], 5);
  EXPECT_EQ(get("/api/v1/status")["plans"][0]["tasks"]["planned"], 5);
}

TEST_F(Board, ARejectedPlanNamesRowsAndLeavesNothing) {
  set_up();
  const Bytes before = world.everything();
  const json rejected = import_plan(std::string{plan_csv} + "NCP,510100,519999,V1,菠菜,生产基地,1,NOPE,x\n", 422);
  EXPECT_EQ(rejected["code"], "plan_rejected");
  EXPECT_EQ(rejected["accepted"], false);
  ASSERT_FALSE(rejected["errors"].empty());
  EXPECT_EQ(rejected["errors"][0]["row"], 4);
  EXPECT_FALSE(rejected["error_file"].get<std::string>().empty());
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Board, ADryRunStoresNothing) {
  set_up();
  const Bytes before = world.everything();
  const json checked = post("/api/v1/plans?title=2013&year=2013&due=2013-12-31&dry_run=1", plan_csv, 200);
  EXPECT_EQ(checked["tasks"], 5);
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Board, ARejectedReferenceSetLeavesTheOneInUse) {
  set_up();
  const Bytes before = world.everything();
  json files = reference_files();
  files[0]["text"] = "nonsense";
  post("/api/v1/reference", json{{"files", files}}.dump(), 422);
  files = reference_files();
  files.push_back({{"name", "qc_methods.csv"}, {"text", "method\nNY/T 761-2008\n"}});
  EXPECT_THAT(post("/api/v1/reference", json{{"files", files}}.dump(), 422).at("detail").get<std::string>(),
              HasSubstr("qc_methods.csv"));
  files = reference_files();
  files.push_back({{"name", "../evil"}, {"text", "x"}});
  post("/api/v1/reference", json{{"files", files}}.dump(), 400);
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Board, AllocatesDispatchesAndShowsEveryTask) {
  const Bench bench = dispatched();
  const json page = get("/api/v1/tasks?plan=1&limit=2");
  EXPECT_EQ(page["tasks"].size(), 2U);
  const json rest = get("/api/v1/tasks?plan=1&after=" + page["next"].get<std::string>());
  EXPECT_EQ(rest["tasks"].size(), 3U);
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(get("/api/v1/tasks?state=granted")["tasks"].size(), world.grants_of(bench).size());
  EXPECT_FALSE(world.grants_of(bench).empty());
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/tasks?state=lost").status, 400);
}

TEST_F(Board, AnAllocationThatCannotBeIsRefusedWithTheReason) {
  set_up();
  import_plan(
      "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\nNCP,510100,510104,V1,菠菜,生产基地,1,VEGA,"
      "9999\n"
      "NCP,510100,510105,V1,菠菜,生产基地,1,VEGA,9999\nNCP,510100,510106,V1,菠菜,生产基地,1,VEGA,9999\n",
      201);
  EXPECT_EQ(post("/api/v1/plans/1/allocation", "", 409)["code"], "infeasible");
}

TEST_F(Board, TheSummaryCountsWhatWasApproved) {
  Bench bench = dispatched();
  const auto grants = world.grants_of(bench);
  bench.conclude(grants[0], model::SampleOutcome::fail);
  bench.conclude(grants[1], model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  const json summary = get("/api/v1/summary?by=programme,city,category,stage,month,lab");
  ASSERT_FALSE(summary["rows"].empty());
  EXPECT_EQ(summary["total"]["pass"], 1);
  EXPECT_EQ(summary["total"]["fail"], 1);
  EXPECT_EQ(summary["total"]["rate"], "50.0");
  const json& row = summary["rows"][0];
  EXPECT_EQ(row["programme_name"], "农产品质量安全例行监测");
  EXPECT_EQ(row["city"], 510100);
  EXPECT_THAT(row["city_name"].get<std::string>(), HasSubstr("成都"));
  EXPECT_EQ(row["meets_target"].is_boolean(), true);
  EXPECT_EQ(row["small_cell"], true);
  EXPECT_EQ(row["target"], "96");
  EXPECT_EQ(row["evidence"], "against");
  const json failed = get("/api/v1/nonconforming?city=510100");
  EXPECT_EQ(failed["count"], 1);
  EXPECT_EQ(failed["rows"][0]["task"], to_text(grants[0].task));
  EXPECT_EQ(failed["rows"][0]["final"], "fail");
  EXPECT_EQ(failed["next"], nullptr);
  EXPECT_EQ(get("/api/v1/nonconforming?city=510300")["count"], 0);
  EXPECT_EQ(get("/api/v1/nonconforming?after=" + to_text(grants[0].task))["rows"].size(), 0U);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/nonconforming?after=here").status, 400);
  EXPECT_EQ(get("/api/v1/summary?by=city&comparable_from=1")["rows"][0]["small_cell"], false);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?comparable_from=few").status, 400);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?by=colour").status, 400);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?verdicts=best").status, 400);
}

TEST_F(Board, AListOfTasksSaysHowThePlaceIsWrittenWhereItGoesOn) {
  set_up();
  for (const char* list : {"declined", "nonconforming", "notices", "objections", "recalls"}) {
    const auto refused = call(coordinator_token, "GET", std::string{"/api/v1/"} + list + "?after=here");
    EXPECT_EQ(refused.status, 400) << list;
    EXPECT_THAT(refused.body, HasSubstr("here")) << list;
    EXPECT_THAT(refused.body, HasSubstr("T-1.1-42")) << list;
    EXPECT_EQ(call(coordinator_token, "GET", std::string{"/api/v1/"} + list + "?after=T-1.1-42").status, 200) << list;
  }
}

TEST_F(Board, WhatWasJudgedSinceChangesNoFailedItemBesideACountedVerdict) {
  Bench bench = dispatched();
  const model::Grant grant = world.grants_of(bench).front();
  model::Judged fails = judged(grant, model::SampleOutcome::fail);
  fails.items = {{0, model::ItemOutcome::fail, model::Reason::beyond_limit, 1}};
  const Hash record = bench.happen(grant, "analyst", fails);
  bench.happen(grant, "reviewer", reviewed(grant, record));
  bench.happen(grant, "approver", approved(grant, record, model::SampleOutcome::fail));
  model::Judged passes = judged(grant, model::SampleOutcome::pass, 2);
  passes.items = {{0, model::ItemOutcome::pass, model::Reason::within_limit, 1}};
  bench.happen(grant, "analyst", passes);
  world.acknowledged(bench, bench.all_events());
  const json row = get("/api/v1/nonconforming")["rows"][0];
  EXPECT_EQ(row["version"], 1);
  EXPECT_EQ(row["failed"], 1);
  const json result = get("/api/v1/tasks/" + to_text(grant.task))["result"];
  EXPECT_EQ(result["version"], 2);
  EXPECT_EQ(result["final"], "fail");
  EXPECT_EQ(result["failed"].size(), 1U);
}

TEST_F(Board, ATaskIsShownWithItsWholeHistory) {
  Bench bench = dispatched();
  const auto grant = world.grants_of(bench)[0];
  bench.conclude(grant, model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  for (const std::string& name : {to_text(grant.task), grant.number.text()}) {
    const json task = get("/api/v1/tasks/" + name);
    ASSERT_EQ(task["events"].size(), 3U);
    EXPECT_EQ(task["events"][0]["kind"], "judged");
    EXPECT_EQ(task["events"][1]["previous"], task["events"][0]["hash"]);
    EXPECT_EQ(task["events"][2]["disposition"], "counted");
    EXPECT_EQ(task["result"]["final"], "pass");
  }
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/tasks/T-9.1-1").status, 404);
}

TEST_F(Board, OnlyACoordinatorSeesWhomASampleWasTakenFrom) {
  const Bench bench = dispatched();
  const std::string task = to_text(world.grants_of(bench)[0].task);
  const json unit{{"task", task}, {"name", "某某农场"}, {"licence", "L-1"}, {"address", "成都"}};
  EXPECT_EQ(post("/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump(), 200)["stored"], 1);
  EXPECT_EQ(get("/api/v1/tasks/" + task)["sampled_unit"]["name"], "某某农场");
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/tasks/" + task).body, ::testing::Not(HasSubstr("某某农场")));
  EXPECT_THAT(call(administrator_token, "GET", "/api/v1/tasks/" + task).body, ::testing::Not(HasSubstr("某某农场")));
}

TEST_F(Board, TheFieldsOfAFormThatNameTheEnterpriseAreForFew) {
  const Bench bench = dispatched();
  const std::string task = to_text(world.grants_of(bench)[0].task);
  json unit{{"task", task},
            {"name", "某某农场"},
            {"licence", "L-1"},
            {"address", "成都"},
            {"fields", {{"trademark", "某某牌"}, {"lot_size", "5"}}}};
  const http::Response refused =
      call(coordinator_token, "POST", "/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump());
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("抽样基数")) << "a field of the sampler's";
  EXPECT_TRUE(get("/api/v1/tasks/" + task)["sampled_unit"].is_null()) << "all or nothing";
  unit["fields"].erase("lot_size");
  post("/api/v1/tasks/sampled-units", json{{"units", {unit}}}.dump(), 200);
  const json form = get("/api/v1/tasks/" + task)["form"];
  ASSERT_EQ(form.size(), 4U);
  EXPECT_EQ(form[0]["name"], "被抽样单位名称");
  EXPECT_EQ(form[3]["value"], "某某牌");
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/tasks/" + task).body, ::testing::Not(HasSubstr("某某")));
}

TEST_F(Board, ASampleThatCouldNotBeDrawnIsListedWithTheEvidence) {
  Bench bench = dispatched();
  const model::Grant grant = world.grants_of(bench)[0];
  EXPECT_EQ(get("/api/v1/declined")["declined"].size(), 0U);
  bench.happen(grant, "zhao",
               model::Declined{.reason = "店主关门",
                               .kind = model::DeclineKind::refused,
                               .cause = "no_entry",
                               .second_sampler = "wang",
                               .witnesses = {"刘某"},
                               .photos = {crypto::sha256("a picture")}});
  world.acknowledged(bench, bench.all_events());
  const json rows = get("/api/v1/declined")["declined"];
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["task"], to_text(grant.task));
  EXPECT_EQ(rows[0]["kind"], "refused");
  EXPECT_EQ(rows[0]["cause_name"], "拒绝进入现场");
  EXPECT_EQ(rows[0]["person"], "zhao");
  EXPECT_EQ(rows[0]["witnesses"], json{"刘某"});
  EXPECT_EQ(rows[0]["photos"].size(), 1U);
  bench.happen(grant, "zhao",
               model::Sampled{.number = grant.number, .sampled_on = *parse_date("2013-06-03"), .sample_name = "菠菜"});
  world.acknowledged(bench, bench.events(2, 1));
  EXPECT_EQ(get("/api/v1/declined")["declined"].size(), 0U) << "it was drawn after all";
}

TEST_F(Board, ATicketIsOneLineThatANodeCanUse) {
  set_up();
  const auto response =
      call(administrator_token, "POST", "/api/v1/tickets", json{{"laboratory", 3}, {"name", "bench"}}.dump());
  ASSERT_EQ(response.status, 201) << response.body;
  const json ticket = json::parse(response.body);
  EXPECT_THAT(ticket["ticket"].get<std::string>(), ::testing::MatchesRegex("[2-9A-Z]{20}@tcp://h:2#KEY"));
  EXPECT_EQ(ticket["endpoint"], "tcp://h:1");
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/tickets", json{{"laboratory", 99}, {"name", "b"}}.dump()).status,
            404);
}

TEST_F(Board, TasksAreRevokedAndReassignedWithAReason) {
  Bench bench = dispatched();
  const std::string task = to_text(world.grants_of(bench)[0].task);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/tasks/" + task + "/reassign", R"({"reason":"x"})").status, 409);
  const Bench spare = world.enrol(3, "spare");
  EXPECT_EQ(post("/api/v1/tasks/" + task + "/reassign", R"({"reason":"仪器故障"})", 200)["node"], spare.id().value());
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/tasks/" + task + "/revoke", "{}").status, 400);
  EXPECT_EQ(post("/api/v1/tasks/" + task + "/revoke", R"({"reason":"仪器故障"})", 200)["state"], "allocated");
  bench.conclude(world.grants_of(bench)[0], model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  const json late = get("/api/v1/late?limit=2");
  EXPECT_EQ(late["count"], 3);
  EXPECT_EQ(late["rows"].size(), 2U);
  EXPECT_EQ(late["rows"][0]["task"], task);
  EXPECT_EQ(get("/api/v1/late?after=" + late["next"].get<std::string>())["rows"].size(), 1U);
  EXPECT_EQ(get("/api/v1/quarantine")["count"], 0);
}

TEST_F(Board, AReceivedSampleIsReassignedByTwoPeopleWithItsReserve) {
  Bench bench = dispatched();
  const model::Grant grant = world.grants_of(bench)[0];
  bench.happen(grant, "technician", model::Received{.number = grant.number});
  world.acknowledged(bench, bench.all_events());
  const Bench spare = world.enrol(3, "spare");
  const std::string target = "/api/v1/tasks/" + to_text(grant.task);
  const std::string second_token = service::add_person(folder / "people.json", accounts, "d:D:coordinator").value();
  EXPECT_EQ(get(target)["handover"], nullptr);
  EXPECT_EQ(call(coordinator_token, "POST", target + "/reassign", R"({"reason":"停电"})").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", target + "/reassign", R"({"reason":"停电","reserve":1})").status, 400);
  const std::string asked = R"({"reason":"停电","reserve":"B"})";
  const json proposed = post(target + "/reassign", asked, 200);
  EXPECT_EQ(proposed["proposed"], true);
  EXPECT_EQ(proposed["node"], nullptr);
  const json shown = get(target)["handover"];
  EXPECT_EQ(shown["person"], "c");
  EXPECT_EQ(shown["reserve"], "B");
  EXPECT_EQ(shown["reason"], "停电");
  EXPECT_EQ(call(coordinator_token, "POST", target + "/reassign", asked).status, 409);
  EXPECT_EQ(call(viewer_token, "POST", target + "/reassign", asked).status, 403);
  people = service::People::load(folder / "people.json", accounts).value();
  const auto confirmed = call(second_token, "POST", target + "/reassign", asked);
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(json::parse(confirmed.body)["proposed"], false);
  EXPECT_EQ(json::parse(confirmed.body)["node"], spare.id().value());
  EXPECT_EQ(get(target)["handover"], nullptr);
}

TEST_F(Board, ARetestIsOrderedWithAReasonAndShownWithTheExplainedVerdict) {
  Bench bench = dispatched();
  const model::Grant grant = world.grants_of(bench)[0];
  const std::string target = "/api/v1/tasks/" + to_text(grant.task);
  const std::string early = R"({"reason":"异议","reserve_fit":true,"expired":false})";
  EXPECT_EQ(call(coordinator_token, "POST", target + "/retest", early).status, 409);
  model::Judged verdict = judged(grant, model::SampleOutcome::fail);
  verdict.edition = coordinator::tables::reference_in_use(*world.view());
  const Hash record = bench.happen(grant, "analyst", verdict);
  bench.happen(grant, "reviewer", reviewed(grant, record));
  bench.happen(grant, "approver", approved(grant, record, model::SampleOutcome::fail));
  world.acknowledged(bench, bench.all_events());
  EXPECT_EQ(call(viewer_token, "POST", target + "/retest", "{}").status, 403);
  EXPECT_EQ(call(coordinator_token, "POST", target + "/retest", "{}").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", target + "/retest", R"({"reason":"异议","laboratory":"1"})").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", target + "/retest", R"({"reason":"异议","expired":1})").status, 400);
  // Nobody declares a reserve fit without having been asked.
  const auto unasked = call(coordinator_token, "POST", target + "/retest", R"({"reason":"异议","expired":false})");
  EXPECT_EQ(unasked.status, 400);
  EXPECT_THAT(unasked.body, HasSubstr("备样是否完好"));
  const auto half = call(coordinator_token, "POST", target + "/retest", R"({"reason":"异议","reserve_fit":true})");
  EXPECT_EQ(half.status, 400);
  EXPECT_THAT(half.body, HasSubstr("保质期"));
  const std::string expired = R"({"reason":"异议","reserve_fit":true,"expired":true})";
  EXPECT_EQ(call(coordinator_token, "POST", target + "/retest", expired).status, 409);
  const Bench other = world.enrol(4, "other");
  const std::string named = R"({"reason":"受检单位有异议","laboratory":4,"reserve_fit":true,"expired":false})";
  EXPECT_EQ(post(target + "/retest", named, 200)["node"], other.id().value());
  const json task = get(target);
  EXPECT_EQ(task["retest"]["state"], "ordered");
  EXPECT_EQ(task["retest"]["first_laboratory"], 3);
  EXPECT_EQ(task["retest"]["laboratory"], 4);
  EXPECT_EQ(task["retest"]["reason"], "受检单位有异议");
  const json& item = task["events"][0]["details"]["items"][0];
  EXPECT_FALSE(item["analyte"].get<std::string>().empty());
  EXPECT_THAT(item["explanation"].get<std::string>(), HasSubstr("不合格"));
}

TEST_F(Board, ExportsComeInPagesWithThePlaceOfTheNext) {
  Bench bench = dispatched();
  bench.conclude(world.grants_of(bench)[0], model::SampleOutcome::pass);
  world.acknowledged(bench, bench.all_events());
  Bytes pages;
  std::string after;
  int count = 0;
  do {
    const auto page = call(coordinator_token, "GET", "/api/v1/export/events?limit=2&after=" + after);
    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "application/octet-stream");
    pages += page.body;
    const auto next = page.headers.find("qlims-next");
    after = next == page.headers.end() ? "" : next->second;
    ++count;
  } while (!after.empty());
  EXPECT_EQ(count, 2);
  EXPECT_EQ(pages, call(coordinator_token, "GET", "/api/v1/export/events").body);
}

TEST_F(Board, TheDiaryCanBeReadThrough) {
  dispatched();
  const json diary = get("/api/v1/diary?limit=1000");
  EXPECT_EQ(diary["rows"].back()["sequence"], diary["head"]["sequence"]);
}

TEST_F(Board, TheDiaryNamesWhoAskedForWhat) {
  dispatched();
  const auto last = get("/api/v1/diary?limit=1000")["head"]["sequence"].get<std::uint64_t>();
  post("/api/v1/tasks/T-1.1-99/reassign", R"({"reason":"仪器故障"})", 404);
  EXPECT_EQ(get("/api/v1/diary?limit=1000")["head"]["sequence"], last) << "a refusal changes nothing";
  const std::string body = R"({"reason":"电脑失窃"})";
  ASSERT_EQ(call(administrator_token, "POST", "/api/v1/nodes/1/revoke", body).status, 200);
  const json rows = get(fmt::format("/api/v1/diary?after={}", last))["rows"];
  ASSERT_GE(rows.size(), 2U);
  EXPECT_EQ(rows[0]["kind"], "person_decided");
  EXPECT_EQ(rows[0]["subject"], "a POST /api/v1/nodes/1/revoke sha256 " + to_hex(crypto::sha256(body).view()));
  EXPECT_EQ(rows[1]["kind"], "node_revoked");
}

TEST_F(Board, AnswersBusyWhenTheLoopTakesNoMore) {
  office.post = [](const Command&) { return false; };
  EXPECT_EQ(call(administrator_token, "POST", "/api/v1/nodes/1/revoke", R"({"reason":"x"})").status, 503);
}

TEST_F(Board, ADamagedStoreStopsTheProcess) {
  office.sessions = []() -> std::vector<coordinator::Session> { throw journal::Damage("checksum"); };
  EXPECT_EQ(call("", "GET", "/api/v1/status").status, 503);
  EXPECT_EQ(damage, "checksum");
}

}  // namespace
}  // namespace lab::board
