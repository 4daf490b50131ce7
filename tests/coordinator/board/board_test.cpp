// The HTTP interface over a store in memory; the loop is a function that decides at once.

#include "coordinator/board/board.hpp"
#include "coordinator/board/permissions.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "coordinator/tables/registry.hpp"
#include "protocol/rules/read_value.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::board {
namespace {

using namespace coordinator::testing;
using nlohmann::json;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string repository_file(const char* path) {
  std::ifstream in(fs::path{QLIMS_SOURCE_DIR} / path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr const char* plan_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,3\n"
    "NCP,510300,510302,V1,菠菜,农贸市场,1,VEGA,2\n";

class Board : public ::testing::Test {
 protected:
  Board() {
    crypto::start();
    fs::create_directories(folder);
    coordinator_token = service::add_person(folder / "people.json", accounts, "c:C:coordinator").value();
    administrator_token = service::add_person(folder / "people.json", accounts, "a:A:administrator").value();
    viewer_token = service::add_person(folder / "people.json", accounts, "v:V:viewer").value();
    people = service::People::load(folder / "people.json", accounts).value();
    handler = routes(office);
  }
  ~Board() override { fs::remove_all(folder); }

  http::Response call(const std::string& token, const std::string& method, const std::string& target,
                      std::string body = {}) {
    http::Request request{.method = method, .body = std::move(body)};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    for (std::string rest = question == std::string::npos ? "" : target.substr(question + 1); !rest.empty();) {
      const auto end = std::min(rest.find('&'), rest.size());
      const std::string pair = rest.substr(0, end);
      request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
      rest.erase(0, end + 1);
    }
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
    http::Response given{.status = 0};
    handler(request, [&](http::Response response) { given = std::move(response); });
    return given;
  }
  json get(const std::string& target) {
    const auto response = call(coordinator_token, "GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  json post(const std::string& target, std::string body, int status) {
    const auto response = call(coordinator_token, "POST", target, std::move(body));
    EXPECT_EQ(response.status, status) << response.body;
    return json::parse(response.body);
  }

  static json reference_files() {
    const auto file = [](const char* name, const char* path) {
      return json{{"name", name}, {"text", repository_file(path)}};
    };
    return json::array({file("limits.csv", "protocol/rules/reference/limits.csv"),
                        file("categories.csv", "protocol/rules/reference/categories.csv"),
                        file("panels.csv", "coordinator/reference/sichuan_2013/panels.csv")});
  }
  void set_up() {
    post("/api/v1/reference", json{{"files", reference_files()}}.dump(), 201);
    post("/api/v1/laboratories", repository_file("coordinator/reference/sichuan_2013/laboratories.csv"), 201);
  }
  json import_plan(const std::string& csv, int status) {
    return post("/api/v1/plans?title=2013&year=2013&due=2013-12-31", csv, status);
  }
  // Set up, planned, allocated and granted to the one node there is; the others' tasks wait.
  Bench dispatched() {
    set_up();
    import_plan(plan_csv, 201);
    Bench bench = world.enrol(3);
    post("/api/v1/plans/1/allocation", "", 202);
    post("/api/v1/plans/1/dispatch", "{}", 202);
    world.work();
    return bench;
  }

  World world;
  fs::path folder = fs::temp_directory_path() / fmt::format("qlims-board-{}", ::getpid());
  service::People people;
  std::string coordinator_token;
  std::string administrator_token;
  std::string viewer_token;
  std::string damage;
  Office office{.store = *world.store,
                .people = people,
                .addresses = {.endpoint = "tcp://h:1", .enrol_endpoint = "tcp://h:2", .curve_key = "KEY"},
                .post =
                    [this](Command command) {
                      http::Response response;
                      const auto decided = world.turn([&](journal::Draft& draft) -> Result<int> {
                        response = command.decide(world.coordinator, draft, world.now);
                        if (response.status >= 400) return fail(ErrorCode::conflict, "refused");
                        return 0;
                      });
                      EXPECT_EQ(decided.has_value(), response.status < 400);
                      command.respond(std::move(response));
                      return true;
                    },
                .sessions = [this] { return world.coordinator.sessions(); },
                .scrub = [] { return service::ScrubStatus{.records = 3, .damage = "record 7"}; },
                .clock = [this] { return world.now; },
                .damaged = [this](const std::string& what) { damage = what; }};
  http::Handler handler;
};

TEST_F(Board, StatusIsOpenAndEverythingElseNeedsAToken) {
  const auto status = call("", "GET", "/api/v1/status");
  EXPECT_EQ(status.status, 200);
  EXPECT_EQ(json::parse(status.body).at("scrub").at("damage"), "record 7");
  EXPECT_EQ(call("", "GET", "/api/v1/tasks").status, 401);
  EXPECT_EQ(call("guess", "GET", "/api/v1/summary").status, 401);
}

TEST_F(Board, AViewerMayNotDecideAnything) {
  for (const char* target : {"/api/v1/reference", "/api/v1/laboratories", "/api/v1/plans", "/api/v1/tickets",
                             "/api/v1/plans/1/dispatch", "/api/v1/tasks/T-1.1-1/revoke", "/api/v1/nodes/1/revoke"}) {
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
  EXPECT_EQ(get("/api/v1/summary?by=city&comparable_from=1")["rows"][0]["small_cell"], false);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?comparable_from=few").status, 400);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?by=colour").status, 400);
  EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/summary?verdicts=best").status, 400);
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

// A sample of leaf vegetables with 0.25 mg/kg of lead (item 8 of its panel), judged by the reference set in use.
void conclude_with_lead(Bench& bench, const model::Grant& grant, const Hash& edition, const char* lead = "0.25") {
  bench.happen(grant, "analyst",
               model::Measured{.number = grant.number,
                               .determinations = {{.item = 8, .value = rules::read_value("9"), .unit = "mg/kg"},
                                                  {.item = 8, .value = rules::read_value(lead), .unit = "mg/kg"}}});
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

  const std::string stricter =
      "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
      "铅,lead,叶菜类蔬菜,<=,0.2,mg/kg,GB X,4.1,2013-06-01,\n";
  const json changed = post("/api/v1/rejudge?limit=1", stricter, 200);
  EXPECT_EQ(changed["changed_items"], grants.size());
  EXPECT_EQ(changed["changed_samples"], grants.size());
  EXPECT_EQ(changed["items"][0]["was"], "pass");
  EXPECT_EQ(changed["items"][0]["is"], "fail");
  EXPECT_THAT(changed["items"][0]["city_name"].get<std::string>(), HasSubstr("成都"));
  ASSERT_EQ(changed["rows"].size(), 1U);
  EXPECT_EQ(changed["rows"][0]["analyte"], "铅");
  EXPECT_EQ(changed["rows"][0]["result"], "0.25");
  EXPECT_EQ(changed["rows"][0]["limit"]["standard"], "GB X");
  const json next = post("/api/v1/rejudge?limit=1&after=" + changed["next"].get<std::string>(), stricter, 200);
  EXPECT_NE(next["rows"][0]["task"], changed["rows"][0]["task"]);

  const json guarded = post("/api/v1/rejudge?decision_rule=guard_acceptance&relative_uncertainty=0.5", "", 200);
  EXPECT_EQ(guarded["items"][0]["is"], "fail");
  EXPECT_EQ(guarded["rows"][0]["is_reason"], "in_guard_band");
  EXPECT_EQ(world.everything(), before);
}

TEST_F(Board, RejudgingRefusesWhatItCannotRead) {
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge").status, 404);
  set_up();
  EXPECT_EQ(post("/api/v1/rejudge", "a,b\n1,2\n", 422)["code"], "table_rejected");
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?after=x").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?comparison=by_eye").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?decision_rule=nonbinary").status, 400);
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/rejudge?relative_uncertainty=half").status, 400);
  EXPECT_EQ(call("", "POST", "/api/v1/rejudge").status, 401);
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
