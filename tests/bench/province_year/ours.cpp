#include "tests/bench/province_year/ours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/bench/province_year/measure.hpp"
#include "tests/bench/province_year/workload.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::province_year {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 60s;       // without progress
constexpr auto stop_patience = 30s;  // a node ends when its window is empty

std::string text_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>(in), {}};
}

class Run {
 public:
  explicit Run(const OursOptions& options) : options_(options) {}
  Result<RunResult> work();

 private:
  struct Ticket {
    std::string line;
    std::string endpoint;
  };
  Result<void> add_planner();
  Result<void> start_coordinator(const char* flush_log);
  Result<void> load();
  Result<void> issue_tickets();
  Result<void> start_nodes();
  Result<void> wait_for(const char* what, const std::function<std::uint64_t()>& progress, std::uint64_t goal);
  std::uint64_t tasks_in(const char* state);
  std::uint64_t nodes_linked();
  Result<void> stop_nodes();
  Result<void> add_reports(RunResult& result, Clock::time_point began);
  Result<void> compare_with_summary();
  [[nodiscard]] double cpu_seconds() const;
  [[nodiscard]] api::Api api() const;
  [[nodiscard]] fs::path data_of(int node) const { return options_.folder / fmt::format("node-{}", node + 1); }

  const OursOptions& options_;
  std::string token_;
  std::vector<Ticket> tickets_;
  std::unique_ptr<process::Child> coordinator_;
  std::vector<process::Child> nodes_;
  std::uint64_t passed_ = 0;
  std::uint64_t failed_ = 0;
};

api::Api Run::api() const { return *api::Api::to(fmt::format("http://127.0.0.1:{}", options_.first_port), token_); }

Result<void> Run::add_planner() {
  const fs::path log = options_.folder / "planner.log";
  auto child = process::Child::start(
      {.arguments = {(options_.programs / "coordinator").string(), "--data", (options_.folder / "coordinator").string(),
                     "--add-person", "planner:计划管理员:coordinator+administrator"},
       .log = log});
  if (!child) return fail(std::move(child));
  const auto status = child->wait(patience);
  token_ = text_of(log);
  if (!status || *status != 0) return fail(ErrorCode::unavailable, "no planner could be added: " + token_);
  while (!token_.empty() && token_.back() == '\n') token_.pop_back();
  return {};
}

Result<void> Run::start_coordinator(const char* flush_log) {
  const auto port = options_.first_port;
  auto child = process::Child::start(
      {.arguments = {(options_.programs / "coordinator").string(), "--data", (options_.folder / "coordinator").string(),
                     "--http", fmt::format("127.0.0.1:{}", port), "--zmq", fmt::format("tcp://127.0.0.1:{}", port + 1),
                     "--enrol", fmt::format("tcp://127.0.0.1:{}", port + 2)},
       .log = options_.folder / "coordinator.log",
       .environment = flush_environment(options_.regime, options_.programs, options_.folder / flush_log)});
  if (!child) return fail(std::move(child));
  coordinator_ = std::make_unique<process::Child>(std::move(*child));
  return wait_for(
      "the coordinator", [this] { return api().get("/api/v1/status") ? 1U : 0U; }, 1);
}

Result<void> Run::load() {
  auto planner = api();
  json files = json::array();
  for (const Table& table : reference_tables()) files.push_back({{"name", table.name}, {"text", table.text}});
  if (auto taken = planner.post("/api/v1/reference", {{"files", files}}); !taken) return fail(std::move(taken));
  auto laboratories =
      planner.post_bytes("/api/v1/laboratories", laboratories_csv(options_.tasks, options_.nodes), "text/csv");
  if (!laboratories) return fail(std::move(laboratories));
  auto plan = planner.post_bytes(fmt::format("/api/v1/plans?title=year&year={0}&due={0}-12-31", plan_year),
                                 plan_csv(options_.tasks, options_.nodes), "text/csv");
  if (!plan) return fail(std::move(plan));
  const auto goal = static_cast<std::uint64_t>(options_.tasks);
  if (auto done = wait_for(
          "the plan", [this] { return tasks_in("planned"); }, goal);
      !done)
    return done;
  if (auto taken = planner.post("/api/v1/plans/1/allocation", json::object()); !taken) return fail(std::move(taken));
  return wait_for(
      "the allocation", [this] { return tasks_in("allocated"); }, goal);
}

Result<void> Run::issue_tickets() {
  for (int node = 0; node < options_.nodes; ++node) {
    auto ticket =
        api().post("/api/v1/tickets", {{"laboratory", node + 1}, {"name", fmt::format("bench-{}", node + 1)}});
    if (!ticket) return fail(std::move(ticket));
    tickets_.push_back({ticket->at("ticket").get<std::string>(), ticket->at("endpoint").get<std::string>()});
  }
  return {};
}

Result<void> Run::start_nodes() {
  for (int node = 0; node < options_.nodes; ++node) {
    const Ticket& ticket = tickets_[static_cast<std::size_t>(node)];
    auto child = process::Child::start(
        {.arguments = {(options_.programs / "bench_node").string(), data_of(node).string(), ticket.line,
                       ticket.endpoint, std::to_string(options_.window), options_.pace},
         .log = options_.folder / fmt::format("node-{}.log", node + 1),
         .environment = flush_environment(options_.regime, options_.programs, options_.folder / "node-flushes.log")});
    if (!child) return fail(std::move(child));
    nodes_.push_back(std::move(*child));
  }
  return wait_for(
      "the nodes", [this] { return nodes_linked(); }, static_cast<std::uint64_t>(options_.nodes));
}

// Asks until the goal is reached; gives up when nothing has moved for a while.
Result<void> Run::wait_for(const char* what, const std::function<std::uint64_t()>& progress, std::uint64_t goal) {
  std::uint64_t before = 0;
  auto moved_at = Clock::now();
  for (;;) {
    const std::uint64_t now = progress();
    if (now >= goal) return {};
    if (now != before) moved_at = Clock::now();
    before = now;
    const bool all_run = std::ranges::all_of(nodes_, [](process::Child& node) { return node.is_running(); });
    if (!all_run || Clock::now() - moved_at > patience) {
      return fail(ErrorCode::unavailable, fmt::format("{}: {} of {}; see the logs", what, now, goal),
                  options_.folder.string());
    }
    std::this_thread::sleep_for(50ms);
  }
}

std::uint64_t Run::tasks_in(const char* state) {
  auto status = api().get("/api/v1/status");
  if (!status || status->at("plans").empty()) return 0;
  return status->at("plans").back().at("tasks").at(state).get<std::uint64_t>();
}

std::uint64_t Run::nodes_linked() {
  auto status = api().get("/api/v1/status");
  if (!status) return 0;
  std::uint64_t linked = 0;
  for (const json& laboratory : status->at("laboratories")) {
    for (const json& node : laboratory.at("nodes")) linked += node.at("connected").get<bool>();
  }
  return linked;
}

double Run::cpu_seconds() const {
  double seconds = cpu_seconds_of_tree(coordinator_->pid());
  for (const auto& node : nodes_) seconds += cpu_seconds_of_tree(node.pid());
  return seconds;
}

Result<void> Run::stop_nodes() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].stop(stop_patience) == 0) continue;
    return fail(ErrorCode::unavailable, fmt::format("node {} ended badly: {}", node + 1,
                                                    text_of(options_.folder / fmt::format("node-{}.log", node + 1))));
  }
  return {};
}

Result<void> Run::add_reports(RunResult& result, Clock::time_point began) {
  std::uint64_t done = 0;
  std::int64_t last_done = 0;
  for (int node = 0; node < options_.nodes; ++node) {
    const json report = json::parse(text_of(data_of(node) / "report.json"), nullptr, false);
    if (report.is_discarded()) return fail(ErrorCode::malformed, "a node left no report", data_of(node).string());
    if (const auto complaint = report.at("complaint").get<std::string>(); !complaint.empty()) {
      return fail(ErrorCode::unavailable, complaint, data_of(node).string());
    }
    done += report.at("done").get<std::uint64_t>();
    passed_ += report.at("passed").get<std::uint64_t>();
    failed_ += report.at("failed").get<std::uint64_t>();
    last_done = std::max(last_done, report.at("last_done_us").get<std::int64_t>());
    result.wire_octets += report.at("octets_sent").get<std::uint64_t>();
    result.wire_octets += report.at("octets_received").get<std::uint64_t>();
    for (const json& time : report.at("life_us")) result.life_ms.push_back(time.get<double>() / 1e3);
    for (const json& time : report.at("approval_us")) result.approval_ms.push_back(time.get<double>() / 1e3);
  }
  if (done != static_cast<std::uint64_t>(options_.tasks)) {
    return fail(ErrorCode::conflict, fmt::format("the robots finished {} of {} tasks", done, options_.tasks));
  }
  const auto end = Clock::time_point{std::chrono::microseconds{last_done}};
  result.seconds = std::chrono::duration<double>(end - began).count();
  return {};
}

Result<void> Run::compare_with_summary() {
  auto summary = api().get("/api/v1/summary");
  if (!summary) return fail(std::move(summary));
  const json& total = summary->at("total");
  const auto count = [&](const char* name) { return total.at(name).get<std::uint64_t>(); };
  if (count("pass") == passed_ && count("fail") == failed_ && count("problem") + count("undetermined") == 0) return {};
  return fail(ErrorCode::conflict, fmt::format("the robots say {} passed and {} failed, the summary says {}", passed_,
                                               failed_, total.dump()));
}

Result<RunResult> Run::work() {
  fs::create_directories(options_.folder);
  const auto set_up = [this]() -> Result<void> {
    if (auto done = add_planner(); !done) return done;
    if (auto done = start_coordinator("set-up-flushes.log"); !done) return done;
    if (auto done = load(); !done) return done;
    if (auto done = issue_tickets(); !done) return done;
    coordinator_->stop();  // so that the flushes of the plan are not among those that are measured
    if (auto done = start_coordinator("coordinator-flushes.log"); !done) return done;
    return start_nodes();
  };
  if (auto done = set_up(); !done) return fail(std::move(done));

  RunResult result{.tasks = options_.tasks};
  const double cpu_before = cpu_seconds();
  const double coordinator_before = cpu_seconds_of_tree(coordinator_->pid());
  const auto began = Clock::now();
  if (auto sent = api().post("/api/v1/plans/1/dispatch", json::object()); !sent) return fail(std::move(sent));
  const auto goal = static_cast<std::uint64_t>(options_.tasks);
  if (auto done = wait_for(
          "verdicts", [this] { return tasks_in("judged"); }, goal);
      !done)
    return fail(std::move(done));
  result.cpu_seconds = cpu_seconds() - cpu_before;
  result.server_cpu_seconds = cpu_seconds_of_tree(coordinator_->pid()) - coordinator_before;

  if (auto done = stop_nodes(); !done) return fail(std::move(done));
  if (auto done = add_reports(result, began); !done) return fail(std::move(done));
  if (auto done = compare_with_summary(); !done) return fail(std::move(done));
  if (const int status = coordinator_->stop(); status != 0) {
    return fail(ErrorCode::unavailable, fmt::format("the coordinator ended with status {}", status));
  }
  result.server_flushes = read_flush_log(options_.folder / "coordinator-flushes.log").flushes;
  result.node_flushes = read_flush_log(options_.folder / "node-flushes.log").flushes;
  result.server_octets = octets_on_disk(options_.folder / "coordinator");
  for (int node = 0; node < options_.nodes; ++node) result.node_octets += octets_on_disk(data_of(node));
  return result;
}

}  // namespace

Result<RunResult> run_ours(const OursOptions& options) {
  std::error_code ignored;
  fs::remove_all(options.folder, ignored);
  auto result = Run{options}.work();
  if (result) fs::remove_all(options.folder, ignored);  // after a failure the logs stay
  return result;
}

}  // namespace lab::province_year
