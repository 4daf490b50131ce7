#pragma once
// The HTTP interface over a store in memory; the loop is a function that decides at once.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "coordinator/board/board.hpp"
#include "coordinator/board/openapi.hpp"
#include "coordinator/board/permissions.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/http/url.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tests/protocol/service/described.hpp"
#include "tests/where.hpp"

namespace lab::board {

using namespace coordinator::testing;
using nlohmann::json;
namespace fs = std::filesystem;

inline const service::testing::Described& described() {
  static const service::testing::Described document{openapi_document()};
  return document;
}

inline std::string repository_file(const char* path) {
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

  /// Request and answer are held against the description of the interface.
  http::Response call(const std::string& token, const std::string& method, const std::string& target,
                      std::string body = {}) {
    http::Request request{.method = method, .body = std::move(body)};
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    for (std::string rest = question == std::string::npos ? "" : target.substr(question + 1); !rest.empty();) {
      const auto end = std::min(rest.find('&'), rest.size());
      const std::string pair = rest.substr(0, end);
      const std::string value = pair.substr(pair.find('=') + 1);
      request.query[pair.substr(0, pair.find('='))] = http::url_decode(value).value_or(value);
      rest.erase(0, end + 1);
    }
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
    http::Response given{.status = 0};
    handler(request, [&](http::Response response) { given = std::move(response); });
    described().expect_described(request, given);
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

  [[nodiscard]] json reference_files() const {
    const auto file = [](const char* name, const char* path, const std::string& more = {}) {
      return json{{"name", name}, {"text", repository_file(path) + more}};
    };
    return json::array({file("limits.csv", "protocol/rules/reference/limits.csv", own_limits),
                        file("categories.csv", "protocol/rules/reference/categories.csv"),
                        file("panels.csv", "coordinator/reference/sichuan_2013/panels.csv")});
  }
  void set_up() {
    post("/api/v1/reference", json{{"files", reference_files()}}.dump(), 201);
    post("/api/v1/laboratories", repository_file("coordinator/reference/sichuan_2013/laboratories.csv"), 201);
  }
  json import_plan(const std::string& csv, int status, const std::string& due = "2013-12-31") {
    return post("/api/v1/plans?title=2013&year=2013&due=" + due, csv, status);
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

  // One sample that failed for its first item with a confirmed result, by the reference set in use.
  model::Grant failed_sample() {
    Bench bench = dispatched();
    const model::Grant grant = world.grants_of(bench).front();
    const Hash edition = coordinator::tables::reference_in_use(*world.view());
    model::Measured measured{.number = grant.number, .capture = crypto::sha256("raw"), .determinations = {}};
    measured.determinations.push_back(
        {.item = 0, .value = {.text = "0.35", .number = Decimal::parse("0.35")}, .unit = "mg/kg"});
    bench.happen(grant, "analyst", measured);
    measured.determinations[0].value.text = "0.36";
    measured.portion = 2;
    bench.happen(grant, "analyst", measured);
    model::Judged verdict = judged(grant, model::SampleOutcome::fail);
    verdict.edition = edition;
    verdict.items = {{0, model::ItemOutcome::fail, model::Reason::beyond_limit, 1},
                     {1, model::ItemOutcome::pass, model::Reason::within_limit, 2}};
    const Hash record = bench.happen(grant, "analyst", verdict);
    bench.happen(grant, "reviewer", reviewed(grant, record));
    bench.happen(grant, "approver", approved(grant, record, model::SampleOutcome::fail));
    world.acknowledged(bench, bench.all_events());
    return grant;
  }

  std::string own_limits;  // rows behind those of the reference tables, before set_up()
  World world;
  fs::path folder = fs::temp_directory_path() / fmt::format("qlims-board-{}", ::getpid());
  service::People people;
  service::Access access{people, {}};
  service::Live live{0};
  CommitTimes commits;
  service::SecurityLog security{{.entries = 1'000'000, .per_origin = 1'000'000, .per_minute = 1'000'000}};
  std::string coordinator_token;
  std::string administrator_token;
  std::string viewer_token;
  std::string damage;
  Office office{.store = *world.store,
                .access = access,
                .place = {.node = "coordinator", .security = &security, .store = world.store.get()},
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
                .damaged = [this](const std::string& what) { damage = what; },
                .signing = world.keys,
                .live = &live,
                .commits = &commits};
  http::Handler handler;
};

}  // namespace lab::board
