// Notices, objections and deadlines through the interface: every action in every state by every role.

#include <gmock/gmock.h>

#include <sstream>

#include "coordinator/tables/clocks.hpp"
#include "coordinator/tables/notices.hpp"
#include "coordinator/tables/objections.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/workbook/workbook.hpp"
#include "tests/coordinator/board/board_fixture.hpp"
#include "tests/coordinator/board/printed.hpp"

namespace lab::board {
namespace {

namespace held = coordinator::tables;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* spot_check_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "LTS,510100,510104,V1,菠菜,流通,1,VEGA,2\n";
constexpr const char* party = "成都某某合作社";
const json acceptance{{"reason", "受理"}, {"reserve_fit", true}, {"expired", false}};

class DisputeRoutes : public Board {
 protected:
  DisputeRoutes() {
    other_token = service::add_person(folder / "people.json", accounts, "d:D:coordinator").value();
    people = service::People::load(folder / "people.json", accounts).value();
    set_up();
    import_plan(spot_check_csv, 201);
    for (std::uint32_t laboratory = 1; laboratory <= 21; ++laboratory) benches.push_back(world.enrol(laboratory));
    post("/api/v1/plans/1/allocation", "", 202);
    post("/api/v1/plans/1/dispatch", "{}", 202);
    world.work();
    for (Bench& bench : benches) {
      const auto grants = world.grants_of(bench);
      if (grants.empty()) continue;
      grant = grants.front();
      first = &bench;
      break;
    }
    task = to_text(grant.task);
    post("/api/v1/tasks/sampled-units",
         json{{"units", {{{"task", task}, {"name", party}, {"licence", "L"}, {"address", "A"}}}}}.dump(), 200);
  }

  void fail_first() {
    model::Judged what = judged(grant, model::SampleOutcome::fail);
    what.edition = held::reference_in_use(*world.view());
    const Hash record = first->happen(grant, "analyst", what);
    first->happen(grant, "reviewer", reviewed(grant, record));
    first->happen(grant, "approver", approved(grant, record, model::SampleOutcome::fail));
    world.acknowledged(*first, first->all_events());
  }
  json objection_body() const {
    return {{"task", task}, {"kind", "conclusion"}, {"by", party}, {"content", "对铅的结果有异议"}};
  }
  void put(held::ObjectionState state) {
    world.turn([&](journal::Draft& draft) {
      held::put_objection(draft, {.task = grant.task,
                                  .state = state,
                                  .party = party,
                                  .content = "x",
                                  .registered_by = model::PersonId{"d"},
                                  .right = {},
                                  .decided_by = {},
                                  .reason = {},
                                  .draw = {}});
    });
  }
  int status(const std::string& token, const std::string& method, const std::string& path, const json& body = nullptr) {
    return call(token, method, "/api/v1/" + path, body.is_null() ? "" : body.dump()).status;
  }

  std::string other_token;
  std::vector<Bench> benches;
  Bench* first = nullptr;
  model::Grant grant;
  std::string task;
};

TEST_F(DisputeRoutes, TellAStoryFromTheVerdictToTheOtherLaboratory) {
  fail_first();
  const json made = get("/api/v1/notices?state=made");
  ASSERT_EQ(made["rows"].size(), 1U);
  EXPECT_EQ(made["rows"][0]["task"], task);
  EXPECT_EQ(made["rows"][0]["clock"]["state"], "running");
  EXPECT_EQ(get("/api/v1/clocks")["counts"], (json{{"running", 1}}));
  EXPECT_THAT(get("/api/v1/notices/" + task)["text"].get<std::string>(), HasSubstr(party));
  const json sent = post("/api/v1/notices/" + task + "/send", R"({"way":"专人送达"})", 200);
  EXPECT_EQ(sent["state"], "sent");
  EXPECT_EQ(sent["to"], party);
  EXPECT_EQ(sent["clock"]["state"], "met");
  world.now += std::chrono::hours{24};
  EXPECT_EQ(post("/api/v1/notices/" + task + "/receipt", R"({"how":"签收"})", 200)["state"], "received");
  EXPECT_EQ(get("/api/v1/clocks")["rows"][0]["kind"], "objection");
  // All of them, a page at a time; what is counted is counted on every page.
  const json all = get("/api/v1/clocks?state=all");
  EXPECT_EQ(all["next"], nullptr);
  json paged = json::array();
  for (std::string after = "0"; !after.empty();) {
    const json page = get("/api/v1/clocks?state=all&limit=1&after=" + after);
    EXPECT_EQ(page["counts"], all["counts"]);
    ASSERT_EQ(page["rows"].size(), 1U);
    paged.push_back(page["rows"][0]);
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  }
  EXPECT_EQ(paged, all["rows"]);
  EXPECT_GE(paged.size(), 2U);

  EXPECT_EQ(post("/api/v1/objections", objection_body().dump(), 201)["state"], "registered");
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/objections/" + task + "/accept", R"({"reason":"受理"})").status,
            403)
      << "the same person";
  const auto unasked = call(other_token, "POST", "/api/v1/objections/" + task + "/accept", R"({"reason":"受理"})");
  EXPECT_EQ(unasked.status, 400) << "nobody said how the reserve is";
  EXPECT_THAT(unasked.body, HasSubstr("备样是否完好"));
  const auto accepted = call(other_token, "POST", "/api/v1/objections/" + task + "/accept", acceptance.dump());
  ASSERT_EQ(accepted.status, 200) << accepted.body;
  const json objection = json::parse(accepted.body);
  EXPECT_EQ(objection["state"], "retest_assigned");
  EXPECT_GT(objection["draw"]["candidates"].size(), 1U);
  EXPECT_EQ(objection["draw"]["drawn"], objection["retest"]["laboratory"]);
  EXPECT_NE(objection["draw"]["drawn"]["laboratory"], first->entry().laboratory.value());
  const json page = get("/api/v1/tasks/" + task);
  EXPECT_EQ(page["objection"]["state"], "retest_assigned");
  EXPECT_EQ(page["notice"]["state"], "received");
  EXPECT_EQ(page["clocks"].size(), 2U);
}

TEST_F(DisputeRoutes, PrintANoticeBeforeAndAfterItIsSent) {
  fail_first();
  const std::string path = "/api/v1/notices/" + task;
  const std::string draft = get(path)["text"];
  for (const bool is_sent : {false, true}) {
    if (is_sent) post(path + "/send", R"({"way":"专人送达"})", 200);
    const json notice = get(path);
    EXPECT_EQ(notice["text"], draft) << "what was read before is what was sent";
    const auto pdf = call(coordinator_token, "GET", path + "/pdf");
    ASSERT_EQ(pdf.status, 200) << pdf.body;
    EXPECT_EQ(pdf.content_type, "application/pdf");
    const std::string text = words_of_pdf(pdf.body, folder);
    std::istringstream lines{draft};
    for (std::string line; std::getline(lines, line);) {
      const std::size_t colon = line.find(':');
      EXPECT_THAT(text, HasSubstr(without_blanks(line.substr(0, colon)))) << line;
      if (colon != std::string::npos) {
        EXPECT_THAT(text, HasSubstr(without_blanks(line.substr(colon + 1)))) << line;
      }
    }
    const std::string hash = to_hex(crypto::sha256(draft).view());
    EXPECT_EQ(notice["text_hash"], is_sent ? hash : "");
    for (const std::string& said :
         {party + std::string{}, "文字SHA-256" + hash, "筛选条件：样品编号" + notice["number"].get<std::string>(),
          "数据版本：" + get("/api/v1/summary")["data_version"].dump(),
          std::string{is_sent ? "发出，送达成都某某合作社，专人送达" : "草稿，还没有发出"},
          std::string{"第1页共1页"}}) {
      EXPECT_THAT(text, HasSubstr(said));
    }
    expect_whole_fonts(pdf.body, folder);
    const auto file = call(coordinator_token, "GET", path + "/xlsx");
    ASSERT_EQ(file.status, 200) << file.body;
    const auto sheets = workbook::read_workbook(file.body);
    ASSERT_TRUE(sheets) << to_text(sheets.error());
    EXPECT_EQ(sheets->at(0).name, "不合格结果报告");
    std::string cells;
    for (const auto& row : sheets->at(0).rows) {
      for (const std::string& cell : row.cells) cells += cell + "|";
    }
    EXPECT_THAT(cells, HasSubstr("受检单位|" + std::string{party}));
    EXPECT_THAT(cells, HasSubstr("文字 SHA-256：" + hash));
  }
  for (const char* form : {"/pdf", "/xlsx"}) {
    EXPECT_EQ(call(viewer_token, "GET", path + form).status, 403) << "it names the enterprise";
    EXPECT_EQ(call(coordinator_token, "GET", "/api/v1/notices/T-1.1-99" + std::string{form}).status, 404);
  }
}

TEST_F(DisputeRoutes, AreForTheRolesTheTableNames) {
  fail_first();
  const json table = get("/api/v1/guards");
  EXPECT_EQ(table["objections"].size(), held::objection_moves().size());
  struct Route {
    const char* method;
    std::string path;
    bool writes;
  };
  const std::vector<Route> all{{"GET", "guards", false},
                               {"GET", "clocks", false},
                               {"GET", "notices", false},
                               {"GET", "notices/" + task, false},
                               {"GET", "objections", false},
                               {"POST", "notices/" + task + "/send", true},
                               {"POST", "notices/" + task + "/receipt", true},
                               {"POST", "objections", true},
                               {"POST", "objections/" + task + "/accept", true},
                               {"POST", "objections/" + task + "/reject", true}};
  for (const Route& route : all) {
    EXPECT_EQ(status("", route.method, route.path), 401) << route.path;
    for (const auto& [token, may] :
         {std::pair{viewer_token, !route.writes}, std::pair{administrator_token, !route.writes},
          std::pair{coordinator_token, true}}) {
      EXPECT_EQ(status(token, route.method, route.path, json::object()) != 403, may) << route.path;
    }
  }
  for (const json& move : table["objections"]) {
    EXPECT_EQ(move["roles"], move["action"] == "uphold" || move["action"] == "overturn" ? json::array()
                                                                                        : json::array({"coordinator"}));
  }
}

TEST_F(DisputeRoutes, MoveAnObjectionAsTheTableSaysForEveryRoleAndState) {
  fail_first();
  int asked = 0;
  for (int state = 1; state <= static_cast<int>(held::objection_state_last); ++state) {
    for (const auto action : {held::ObjectionAction::accept, held::ObjectionAction::reject}) {
      for (const auto& [token, may] : {std::pair{viewer_token, false}, std::pair{administrator_token, false},
                                       std::pair{coordinator_token, true}}) {
        // Put back each time, and the retest that an acceptance ordered is simply ordered anew.
        put(static_cast<held::ObjectionState>(state));
        const auto* move = held::objection_move(action, static_cast<held::ObjectionState>(state));
        const int expected = !may ? 403 : move != nullptr ? 200 : 409;
        const json body = action == held::ObjectionAction::accept ? acceptance : json{{"reason", "理由"}};
        EXPECT_EQ(status(token, "POST", "objections/" + task + "/" + held::name_of(action), body), expected)
            << held::name_of(action) << " in state " << state;
        ++asked;
      }
    }
  }
  EXPECT_EQ(asked, 36);
}

TEST_F(DisputeRoutes, ShowTheEnterpriseOnlyToThoseWhoMaySeeIt) {
  fail_first();
  post("/api/v1/notices/" + task + "/send", "{}", 200);
  post("/api/v1/objections", objection_body().dump(), 201);
  for (const std::string path : {"notices", "objections", "clocks", "diary"}) {
    EXPECT_THAT(call(viewer_token, "GET", "/api/v1/" + path).body, Not(HasSubstr(party))) << path;
  }
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/notices/" + task).body, Not(HasSubstr(party)));
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/objections/" + task).body, Not(HasSubstr(party)));
  EXPECT_THAT(call(viewer_token, "GET", "/api/v1/tasks/" + task).body, Not(HasSubstr(party)));
  EXPECT_THAT(call(coordinator_token, "GET", "/api/v1/objections/" + task).body, HasSubstr(party));
}

TEST_F(DisputeRoutes, RefuseWhatTheyCannotRead) {
  fail_first();
  json body = objection_body();
  body["kind"] = "taste";
  EXPECT_EQ(status(coordinator_token, "POST", "objections", body), 400);
  body = objection_body();
  body["raised_at"] = "yesterday";
  EXPECT_EQ(status(coordinator_token, "POST", "objections", body), 400);
  body.erase("raised_at");
  body["task"] = "T-x";
  EXPECT_EQ(status(coordinator_token, "POST", "objections", body), 400);
  EXPECT_EQ(status(coordinator_token, "GET", "notices/T-1.1-99"), 404);
  EXPECT_EQ(status(coordinator_token, "GET", "objections/" + task), 404);
  EXPECT_EQ(status(coordinator_token, "GET", "clocks?kind=tea"), 400);
  post("/api/v1/notices/" + task + "/send", "{}", 200);
  EXPECT_EQ(status(coordinator_token, "POST", "notices/" + task + "/receipt", {{"rapid", 1}}), 400);
}

TEST_F(DisputeRoutes, DeadlinesOfTheProvinceReplaceThoseInTheProgram) {
  json files = reference_files();
  const auto with = [&](const char* text) {
    json all = files;
    all.push_back({{"name", "deadlines.csv"}, {"text", text}});
    return json{{"files", all}}.dump();
  };
  const json refused =
      post("/api/v1/reference", with("programme,kind,from,amount,unit,source,note\nLTS,x,,,,,\n"), 422);
  EXPECT_EQ(refused["code"], "reference_rejected");
  post("/api/v1/reference",
       with("programme,kind,from,amount,unit,source,note\nLTS,notice,2013-01-01,2,hours,省里的规定,\n"), 201);
  fail_first();
  const json clock = get("/api/v1/clocks")["rows"][0];
  EXPECT_EQ(clock["source"], "省里的规定");
  EXPECT_EQ(clock["due"], "2013-06-03T10:00:00.000Z");
  EXPECT_EQ(call(coordinator_token, "POST", "/api/v1/objections", objection_body().dump()).status, 409)
      << "nothing is laid down any more";
}

}  // namespace
}  // namespace lab::board
