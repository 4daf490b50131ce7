#include "tests/bench/store_restart/office.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/bench/province_year/workload.hpp"

namespace lab::store_restart {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto patience = 120s;
constexpr auto patience_with_commands = 30min;  // they read everything, on a machine that may do other things

template <class Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return std::move(*result);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string program(const char* name) { return (process::program_folder() / name).string(); }

}  // namespace

Office::Office(fs::path folder, std::uint16_t port, int tasks, int nodes) : folder_(std::move(folder)), port_(port) {
  fs::create_directories(folder_);
  add_planner();
  launch_coordinator();
  wait_for(
      "the coordinator", [this]() -> std::uint64_t { return api().get("/api/v1/status") ? 1 : 0; }, 1);
  load(tasks, nodes);
}

api::Api Office::api() const { return *api::Api::to(fmt::format("http://127.0.0.1:{}", port_), token_); }

void Office::post(const std::string& path, const json& body) const { must(api().post(path, body)); }

fs::path Office::data_of(int node) const { return folder_ / fmt::format("node-{}", node); }

void Office::add_planner() {
  const fs::path log = folder_ / "planner.log";
  auto child =
      must(process::Child::start({.arguments = {program("coordinator"), "--data", coordinator_data().string(),
                                                "--add-person", "planner:计划管理员:coordinator+administrator"},
                                  .log = log}));
  if (child.wait(patience) != 0) throw std::runtime_error(text_of(log));
  token_ = text_of(log);
}

void Office::launch_coordinator() {
  coordinator_ = std::make_unique<process::Child>(must(process::Child::start(
      {.arguments = {program("coordinator"), "--data", coordinator_data().string(), "--http",
                     fmt::format("127.0.0.1:{}", port_), "--zmq", fmt::format("tcp://127.0.0.1:{}", link_port()),
                     "--enrol", fmt::format("tcp://127.0.0.1:{}", port_ + 2)},
       .log = folder_ / "coordinator.log"})));
}

Office::Said Office::qlims(const std::vector<std::string>& arguments) const {
  const fs::path log = folder_ / fmt::format("qlims-{}.log", arguments.front());
  std::vector<std::string> all{program("qlims")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto begun = Clock::now();
  auto child = must(process::Child::start(
      {.arguments = all,
       .log = log,
       .environment = {fmt::format("QLIMS_COORDINATOR=http://127.0.0.1:{}", port_), "QLIMS_TOKEN=" + token_}}));
  const bool is_good = child.wait(patience_with_commands) == 0;
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  std::string output = text_of(log);
  if (!is_good) throw std::runtime_error(fmt::format("qlims {}: {}", arguments.front(), output));
  return {.output = std::move(output), .seconds = seconds};
}

void Office::load(int tasks, int nodes) {
  json files = json::array();
  for (const auto& table : province_year::reference_tables()) {
    files.push_back({{"name", table.name}, {"text", table.text}});
  }
  post("/api/v1/reference", {{"files", files}});
  must(api().post_bytes("/api/v1/laboratories", province_year::laboratories_csv(tasks, nodes), "text/csv"));
  must(api().post_bytes(fmt::format("/api/v1/plans?title=year&year={0}&due={0}-12-31", province_year::plan_year),
                        province_year::plan_csv(tasks, nodes), "text/csv"));
  const auto all = static_cast<std::uint64_t>(tasks);
  wait_for(
      "the plan", [this] { return tasks_in("planned"); }, all);
  post("/api/v1/plans/1/allocation", json::object());
  wait_for(
      "the allocation", [this] { return tasks_in("allocated"); }, all);
}

void Office::start_node(int node, std::size_t window, const std::string& endpoint, const char* pace) {
  const json ticket =
      must(api().post("/api/v1/tickets", {{"laboratory", node}, {"name", fmt::format("bench-{}", node)}}));
  const std::string own = ticket.at("endpoint").get<std::string>();
  nodes_.push_back(must(process::Child::start(
      {.arguments = {program("bench_node"), data_of(node).string(), ticket.at("ticket").get<std::string>(),
                     endpoint.empty() ? own : endpoint, std::to_string(window), pace},
       .log = folder_ / fmt::format("node-{}.log", node)})));
}

// The tasks of a laboratory without a node would stay where they are.
void Office::dispatch() const {
  wait_for(
      "enrolled nodes", [this] { return enrolled(); }, nodes_.size());
  post("/api/v1/plans/1/dispatch", json::object());
}

json Office::status() const { return api().get("/api/v1/status").value_or(json{}); }

std::uint64_t Office::enrolled() const {
  const json now = status();
  std::uint64_t nodes = 0;
  if (now.is_null()) return nodes;
  for (const json& laboratory : now.at("laboratories")) nodes += laboratory.at("nodes").size();
  return nodes;
}

std::uint64_t Office::tasks_in(const char* state) const {
  const json now = status();
  if (now.is_null() || now.at("plans").empty()) return 0;
  return now.at("plans").back().at("tasks").at(state).get<std::uint64_t>();
}

std::uint64_t Office::of_node(int node, const char* what) const {
  const json now = status();
  if (now.is_null()) return 0;
  for (const json& laboratory : now.at("laboratories")) {
    for (const json& one : laboratory.at("nodes")) {
      if (one.at("name") == fmt::format("bench-{}", node)) return one.at(what).get<std::uint64_t>();
    }
  }
  return 0;
}

std::vector<json> Office::stop_nodes() {
  std::vector<json> reports;
  for (int node = 1; node <= static_cast<int>(nodes_.size()); ++node) {
    const int status = nodes_[static_cast<std::size_t>(node - 1)].stop(60s);
    json report = json::parse(text_of(data_of(node) / "report.json"), nullptr, false);
    if (status != 0 || report.is_discarded()) {
      throw std::runtime_error(fmt::format("node {} ended with {}", node, status));
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace lab::store_restart
