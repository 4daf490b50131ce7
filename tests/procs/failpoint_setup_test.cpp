// The failpoints of setting a province up, in real processes: the coordinator's first start, its keys, reference, plan
// and grants; a bench PC that becomes a node and changes its keys. One of the processes dies at each point, is started
// again, and finishes what it began: nobody is enrolled twice, no key is lost, nothing is imported twice. Then the
// province works, and every acknowledged event must be there, and counted once.
//
//   QLIMS_FAILPOINT_MODES   "crash", or "crash,error,sleep:300" (default: crash)

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "tests/procs/plan.hpp"
#include "tests/procs/world_test.hpp"

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::uint16_t port = 19'580;
constexpr int tasks_per_node = 30;
constexpr auto patience = 30s;

struct Point {
  const char* name;
  bool at_coordinator;
};

// Each by a laboratory of its own.
constexpr std::array enrolments{
    Point{"secret.write", false},        Point{"secret.rename", false},        Point{"station.keys", false},
    Point{"enrol.ask", false},           Point{"coordinator.enrolment", true}, Point{"dispatch.enrol", true},
    Point{"coordinator.enrolled", true}, Point{"enrol.store", false},          Point{"enrol.stored", false}};
constexpr std::array key_changes{Point{"station.keys.planned", false}, Point{"session.keys", false},
                                 Point{"ledger.keys", true}, Point{"station.keys.over", false},
                                 Point{"station.keys.saved", false}};
constexpr std::array first_starts{"store.open",    "store.create.written", "store.create.named", "secret.write",
                                  "secret.rename", "coordinator.keys",     "coordinator.ready",  "mark.write",
                                  "mark.rename",   "mark.named",           "coordinator.start"};
constexpr int nodes = static_cast<int>(enrolments.size());

json json_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return json::parse(std::string{std::istreambuf_iterator<char>(in), {}}, nullptr, false);
}

class FailpointsOfSetUp : public WorldTest, public ::testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    make_world({.folder = fs::temp_directory_path() / fmt::format("qlims-set-up-{}", ::getpid()),
                .port = port,
                .tasks = nodes * tasks_per_node,
                .nodes = nodes,
                .per_second = 0,
                .in_hand = 32,
                .seed = 1,
                .is_empty = true});
  }
  static const std::string& mode() { return GetParam(); }
  void note(bool has_acted, const std::string& point) { tally_.note(has_acted, point, mode()); }

  // ---- the coordinator

  // Its folder is as new before each point, but for the people.
  void start_for_the_first_time() {
    for (const char* point : first_starts) {
      SCOPED_TRACE(point);
      for (const auto& entry : fs::directory_iterator(world().data(0))) {
        if (entry.path().filename() != "people.json") fs::remove_all(entry.path());
      }
      Armed armed{world(), 0, {point}, mode()};
      note(armed.wait(), point);
      const json keys = json_of(world().data(0) / "keys.json");
      armed.disarm();
      const json now = json_of(world().data(0) / "keys.json");
      EXPECT_TRUE(keys.is_discarded() || keys == now) << "keys that somebody may have seen were made anew";
    }
  }

  // A key that is used a week from now, by the program's own command; and the first start behind that time.
  void replace_coordinators_key() {
    const fs::path file = world().data(0) / "keys.json";
    world().kill(0);
    const json before = json_of(file);
    const auto log_begin = size_of(log("replace"));
    run_to_the_end({program("coordinator"), "--data", world().data(0).string(), "--replace-curve-key"},
                   "coordinator.keys.planned=" + mode(), log("replace"));
    note(has_acted(log("replace"), log_begin, "coordinator.keys.planned"), "coordinator.keys.planned");
    json planned = json_of(file);
    EXPECT_EQ(planned.at("curve_public"), before.at("curve_public"));
    ASSERT_TRUE(planned.contains("next_curve_public"));
    planned["next_curve_from"] = "2020-01-01T00:00:00.000Z";  // the week is over
    std::ofstream{file} << planned.dump();
    Armed armed{world(), 0, {"coordinator.keys.replaced"}, mode()};
    note(armed.wait(), "coordinator.keys.replaced");
    armed.disarm();
    EXPECT_EQ(json_of(file).at("curve_public"), planned.at("next_curve_public"));
    EXPECT_EQ(json_of(file).at("signing_public"), before.at("signing_public"));
  }

  // What a person asks for while the coordinator dies of it, until the answer says that it is done.
  void ask_until_done(const char* point, const std::function<Result<json>()>& ask) {
    SCOPED_TRACE(point);
    Armed armed{world(), 0, {point}, mode()};
    world().wait_for_coordinator();
    const auto first = ask();
    note(armed.wait(), point);
    armed.disarm();
    const auto again = ask();
    EXPECT_TRUE(again) << to_text(again.error());
  }

  // One that ends its process is tried alone; one that only sleeps goes on to the next.
  static std::vector<std::vector<std::string>> in_turn(const std::vector<std::string>& points) {
    if (mode().starts_with("sleep:")) return {points};
    std::vector<std::vector<std::string>> turns;
    for (const auto& point : points) turns.push_back({point});
    return turns;
  }

  // What takes several turns goes on by itself after the restart; what was not taken is asked for again.
  void expect_job(const std::vector<std::string>& points, const std::function<Result<json>()>& ask,
                  const std::function<bool()>& is_done) {
    std::optional<Armed> armed;
    for (const auto& together : in_turn(points)) {
      const bool is_first = !armed;
      armed.emplace(world(), 0, together, mode());
      if (is_first) world().wait_for_coordinator();
      // It may die before it answers, and a later one may die before it hears.
      const int asks = is_first ? 1 : 100;
      for (int k = 0; k < asks && !armed->has_acted() && !ask(); ++k) std::this_thread::sleep_for(50ms);
      std::ignore = armed->wait();
      for (const auto& point : together) note(armed->has_acted(point), point);
    }
    armed->disarm();
    std::ignore = ask();  // refused when it has been taken already
    wait_until(points.front(), patience, is_done);
  }

  void load_tables() {
    json files = json::array();
    for (const Table& table : reference_tables()) files.push_back({{"name", table.name}, {"text", table.text}});
    ask_until_done("coordinator.answer", [&] { return world().api().post("/api/v1/reference", {{"files", files}}); });
    ask_until_done("coordinator.answered", [&] {
      return world().api().post_bytes("/api/v1/laboratories", laboratories_csv(world().options().tasks, nodes),
                                      "text/csv");
    });
  }

  void load_plan() {
    const auto all = static_cast<std::uint64_t>(world().options().tasks);
    // One sample more for each node than its revision has.
    const auto send_plan = [&](int tasks, const char* reason) {
      return world().api().post_bytes(
          fmt::format("/api/v1/plans?title=year&year={0}&due={0}-12-31&reason={1}", plan_year, reason),
          plan_csv(tasks, nodes), "text/csv");
    };
    expect_job(
        {"dispatch.import"}, [&] { return send_plan(world().options().tasks + nodes, ""); },
        [&] { return world().tasks_in("planned") == all + nodes; });
    expect_job(
        {"dispatch.revise", "dispatch.revise.step"}, [&] { return send_plan(world().options().tasks, "fewer"); },
        [&] { return world().tasks_in("planned") == all && world().tasks_in("cancelled") == nodes; });
    expect_job(
        {"dispatch.allocate"}, [&] { return world().api().post("/api/v1/plans/1/allocation", json::object()); },
        [&] { return world().tasks_in("allocated") == all; });
    for (int node = 1; node <= nodes; ++node) world().start(node);
    Armed armed{world(), 1, {"inbox.grant"}, mode()};
    expect_job(
        {"dispatch.grant", "session.order"},
        [&] { return world().api().post("/api/v1/plans/1/dispatch", json::object()); },
        [&] { return world().tasks_in("granted") + world().tasks_in("judged") == all; });
    note(armed.wait(60s), "inbox.grant");
    armed.disarm();
    EXPECT_EQ(world().status().at("plans").size(), 1U);
  }

  // ---- bench PCs, by the product's own program

  [[nodiscard]] static std::string program(const char* name) { return (process::program_folder() / name).string(); }
  [[nodiscard]] fs::path log(const std::string& name) const {
    return world().options().folder / "logs" / (name + ".log");
  }

  static void run_to_the_end(const std::vector<std::string>& arguments, const std::string& failpoints,
                             const fs::path& log) {
    auto child =
        process::Child::start({.arguments = arguments, .log = log, .environment = {"QLIMS_FAILPOINTS=" + failpoints}});
    ASSERT_TRUE(child) << to_text(child.error());
    EXPECT_TRUE(child->wait(patience)) << arguments.front();
  }

  process::Child start_bench(int node, const std::string& failpoints) {
    const json ready = json_of(world().data(0) / "coordinator.json");
    auto child = process::Child::start(
        {.arguments = {program("lab-node"), "--data", world().data(node).string(), "--http",
                       fmt::format("127.0.0.1:{}", port + 10 + node), "--coordinator", ready.value("zmq", ""),
                       "--enrol", tickets_.at(static_cast<std::size_t>(node - 1)), "--name",
                       fmt::format("node-{}", node)},
         .log = world().log(node),
         .environment = {"QLIMS_FAILPOINTS=" + failpoints}});
    if (!child) throw std::runtime_error(to_text(child.error()));
    return std::move(*child);
  }

  /// Started with the point, or beside a coordinator that has it, until it has acted; then without it until `is_done`.
  void try_bench(int node, const Point& point, const std::function<bool()>& is_done) {
    SCOPED_TRACE(fmt::format("node {}, {}", node, point.name));
    const std::string text = fmt::format("{}={}", point.name, mode());
    std::optional<Armed> coordinator;
    if (point.at_coordinator) {
      coordinator.emplace(world(), 0, std::vector<std::string>{point.name}, mode());
      world().wait_for_coordinator();
    }
    const auto from = size_of(world().log(node));
    auto bench = start_bench(node, point.at_coordinator ? "" : text);
    const auto acted = [&] {
      return coordinator ? coordinator->has_acted() : has_acted(world().log(node), from, point.name);
    };
    const auto end = Clock::now() + patience;
    while (!acted() && Clock::now() < end) std::this_thread::sleep_for(20ms);
    note(acted(), point.name);
    if (mode().starts_with("sleep")) std::this_thread::sleep_for(500ms);
    bench.kill();
    if (coordinator) coordinator->disarm();
    bench = start_bench(node, "");
    wait_until(point.name, patience, is_done);
    bench.kill();
  }

  void enrol_all() {
    for (int node = 1; node <= nodes; ++node) {
      tickets_.push_back(world().issue_ticket(node));
      fs::create_directories(world().data(node));
      try_bench(node, enrolments.at(static_cast<std::size_t>(node - 1)), [&] {
        const json ready = json_of(world().data(node) / "lab-node.json");
        return !ready.is_discarded() && ready.at("node") != 0;
      });
    }
    const json status = world().status();
    for (const json& laboratory : status.at("laboratories")) {
      EXPECT_EQ(laboratory.at("nodes").size(), 1U) << "one ticket made several nodes: " << laboratory.dump();
    }
  }

  void change_keys() {
    int node = 0;
    for (const Point& point : key_changes) {
      ++node;
      const json before = json_of(world().data(node) / "station.json");
      const std::vector<std::string> plan{program("lab-node"), "--data", world().data(node).string(), "--replace-keys"};
      const bool is_planning = std::string_view{point.name} == "station.keys.planned";
      const auto from = size_of(world().log(node));
      run_to_the_end(plan, is_planning ? fmt::format("{}={}", point.name, mode()) : "", world().log(node));
      const json planned = json_of(world().data(node) / "station.json");
      EXPECT_EQ(planned.at("signing_key"), before.at("signing_key")) << "nothing is used yet";
      ASSERT_TRUE(planned.contains("next_signing_key")) << point.name;
      const auto is_over = [&] {
        const json now = json_of(world().data(node) / "station.json");
        return now.value("former_signing_key", "") == before.at("signing_key") &&
               now.at("signing_key") == planned.at("next_signing_key");
      };
      if (is_planning) {
        note(has_acted(world().log(node), from, point.name), point.name);
        auto bench = start_bench(node, "");
        wait_until(point.name, patience, is_over);
        bench.kill();
      } else {
        try_bench(node, point, is_over);
      }
    }
  }

  // ---- the end

  void work_and_judge() {
    world().save_orders();
    world().wait_for_nodes();
    expect_all_counted();
    expect_all_acted(tally_);
  }

 private:
  std::vector<std::string> tickets_;
  Tally tally_;
};

TEST_P(FailpointsOfSetUp, LeaveAProvinceThatWorks) try {
  start_for_the_first_time();
  replace_coordinators_key();
  load_tables();
  enrol_all();
  change_keys();
  load_plan();
  work_and_judge();
} catch (const std::runtime_error& error) {
  FAIL() << error.what();
}

INSTANTIATE_TEST_SUITE_P(Modes, FailpointsOfSetUp, ::testing::ValuesIn(failpoint_modes()),
                         [](const auto& one) { return one.param.substr(0, one.param.find(':')); });

}  // namespace
}  // namespace lab::procs
