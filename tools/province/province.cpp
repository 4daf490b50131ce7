#include "tools/province/province.hpp"

#include <fmt/format.h>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocol/base/csv.hpp"
#include "protocol/http/url.hpp"
#include "protocol/service/secret_file.hpp"
#include "tools/province/plan_share.hpp"

namespace lab::province {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto start_patience = 30s;  // a busy two-core machine starting twenty processes
constexpr auto job_patience = 300s;   // expanding, allocating and granting 24,000 tasks

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::not_found, "打不开文件；--source 应是源代码的根目录", path.string());
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

bool answers(const std::string& origin) {
  auto api = api::Api::to(origin, "");
  return api && api->get("/api/v1/status").has_value();
}

Result<std::string> last_line_of(const fs::path& log) {
  auto text = read_file(log);
  if (!text) return text;
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return text->substr(text->rfind('\n') + 1);
}

}  // namespace

std::string Bench::origin() const { return fmt::format("http://127.0.0.1:{}", ports.http); }

std::string Province::coordinator_origin() const { return fmt::format("http://127.0.0.1:{}", options_.first_port); }

fs::path Province::token_file() const { return options_.directory / "planner.token"; }

api::Api Province::coordinator_api() const { return *api::Api::to(coordinator_origin(), planner_.token); }

// Asks `ready` every 50 ms until it says yes.
Result<void> Province::wait_until(const std::string& what, std::chrono::seconds patience,
                                  const std::function<bool()>& ready) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!ready()) {
    if (options_.stop && *options_.stop) return fail(ErrorCode::unavailable, "已被要求停止", what);
    if (std::chrono::steady_clock::now() > until) {
      return fail(
          ErrorCode::unavailable,
          fmt::format("{} s 内没有就绪；原因见日志 {}", patience.count(), (options_.directory / "logs").string()),
          what);
    }
    std::this_thread::sleep_for(50ms);
  }
  return {};
}

Province::~Province() { [[maybe_unused]] const auto stopped = stop(); }

Result<std::unique_ptr<Province>> Province::start(ProvinceOptions options, const Progress& progress) {
  std::unique_ptr<Province> province{new Province(std::move(options))};
  std::error_code error;
  fs::create_directories(province->options_.directory / "logs", error);
  if (error) return fail(ErrorCode::storage, error.message(), province->options_.directory.string());

  progress("启动省级协调端");
  if (auto done = province->set_up_coordinator(); !done) return fail(std::move(done));
  progress("导入判定依据、实验室和 2013 年计划");
  if (auto done = province->load_reference(); !done) return fail(std::move(done));
  if (auto done = province->load_laboratories(); !done) return fail(std::move(done));
  if (auto done = province->load_plan(); !done) return fail(std::move(done));
  progress(fmt::format("{} 个实验室节点凭一次性凭证入网", province->benches_.size()));
  for (std::size_t i = 0; i < province->benches_.size(); ++i) {
    if (auto done = province->set_up_bench(i); !done) return fail(std::move(done));
  }
  progress(fmt::format("分配并下达 {} 项任务", province->tasks_));
  if (auto done = province->allocate_and_dispatch(); !done) return fail(std::move(done));
  return province;
}

Result<std::string> Province::add_person(const std::vector<std::string>& program, const std::string& person) const {
  const fs::path log = options_.directory / "logs" / "person.log";
  std::error_code ignored;
  fs::remove(log, ignored);
  auto arguments = program;
  arguments.insert(arguments.end(), {"--add-person", person});
  auto child = process::Child::start({.arguments = arguments, .log = log});
  if (!child) return fail(std::move(child));
  const auto status = child->wait(start_patience);
  auto line = last_line_of(log);
  fs::remove(log, ignored);  // it holds a token
  if (!status || *status != 0) return fail(ErrorCode::unavailable, "不能登记人员", line.value_or(person));
  return line;
}

/// By a file that only we may read: other programs of the machine see arguments.
Result<void> Province::set_password(const std::vector<std::string>& program, const std::string& person) const {
  if (options_.password.empty()) return {};
  const fs::path input = options_.directory / "logs" / "password";
  if (auto kept = service::write_secret_file(input, options_.password + "\n"); !kept) return kept;
  const fs::path log = options_.directory / "logs" / "person.log";
  auto arguments = program;
  arguments.insert(arguments.end(), {"--set-password", person});
  auto child = process::Child::start({.arguments = arguments, .log = log, .input = input});
  const auto status = child ? child->wait(start_patience) : std::nullopt;
  std::error_code ignored;
  fs::remove(input, ignored);
  if (!child) return fail(std::move(child));
  if (!status || *status != 0) {
    return fail(ErrorCode::unavailable, "不能设置登录密码", last_line_of(log).value_or(person));
  }
  return {};
}

Result<void> Province::set_up_coordinator() {
  const fs::path data = options_.directory / "coordinator";
  fs::create_directories(data);
  const std::string program = (options_.programs / "coordinator").string();
  auto token = add_person({program, "--data", data.string()}, "planner:计划管理员:coordinator+administrator");
  if (!token) return fail(std::move(token));
  planner_ = {"planner", *token};
  if (auto set = set_password({program, "--data", data.string()}, planner_.id); !set) return set;
  if (auto kept = keep_token(); !kept) return kept;
  return start_coordinator();
}

// For whoever wants to look around while the province is kept running.
Result<void> Province::keep_token() const { return service::write_secret_file(token_file(), planner_.token + "\n"); }

Result<void> Province::start_coordinator() {
  const auto port = options_.first_port;
  auto child = process::Child::start(
      {.arguments = {(options_.programs / "coordinator").string(), "--data",
                     (options_.directory / "coordinator").string(), "--http", fmt::format("127.0.0.1:{}", port),
                     "--zmq", fmt::format("tcp://127.0.0.1:{}", port + 1), "--enrol",
                     fmt::format("tcp://127.0.0.1:{}", port + 2)},
       .log = options_.directory / "logs" / "coordinator.log"});
  if (!child) return fail(std::move(child));
  coordinator_ = std::make_unique<process::Child>(std::move(*child));
  return wait_until("省级协调端", start_patience, [this] { return answers(coordinator_origin()); });
}

Result<std::vector<rules::ReferenceFile>> Province::reference_files() const {
  const fs::path rules = options_.reference / "protocol/rules/reference";
  const fs::path plan = options_.reference / "coordinator/reference/sichuan_2013";
  const std::vector<std::pair<std::string, fs::path>> wanted{
      {"limits.csv", rules / "limits.csv"},
      {"limits_2013.csv", plan / "limits_2013.csv"},
      {"categories.csv", rules / "categories.csv"},
      {"analytes.csv", rules / "analytes.csv"},
      {"banned_pesticides.csv", rules / "banned_pesticides_2013.csv"},
      {"banned_vet.csv", rules / "banned_vet_193.csv"},
      {"panels.csv", plan / "panels.csv"},
      {"qc_methods.csv", plan / "qc_methods.csv"},
      {"qc_materials.csv", plan / "qc_materials.csv"},
      {"qc_recovery.csv", options_.reference / "protocol/quality/reference/recovery_limits.csv"},
      {"qc_duplicates.csv", options_.reference / "protocol/quality/reference/duplicate_limits.csv"}};
  std::vector<rules::ReferenceFile> files;
  for (const auto& [name, path] : wanted) {
    auto text = read_file(path);
    if (!text) return fail(std::move(text));
    files.push_back({name, std::move(*text)});
  }
  return files;
}

Result<rules::ReferenceSet> Province::reference_set() const {
  auto files = reference_files();
  if (!files) return fail(std::move(files));
  return rules::open_bundle(rules::bundle(std::move(*files)));
}

Result<void> Province::load_reference() {
  auto files = reference_files();
  if (!files) return fail(std::move(files));
  json list = json::array();
  for (const auto& file : *files) list.push_back({{"name", file.name}, {"text", file.text}});
  const std::vector<std::pair<std::string, fs::path>> province{
      {"divisions.csv", options_.reference / "coordinator/reference/divisions/sichuan.csv"},
      {"programmes.csv", options_.reference / "coordinator/reference/sichuan_2013/programmes.csv"},
      {"sampling_rules.csv", options_.reference / "coordinator/reference/sichuan_2013/sampling_rules.csv"}};
  for (const auto& [name, path] : province) {
    auto text = read_file(path);
    if (!text) return fail(std::move(text));
    list.push_back({{"name", name}, {"text", *text}});
  }
  auto answer = coordinator_api().post("/api/v1/reference", {{"files", list}});
  if (!answer) return fail(std::move(answer));
  return {};
}

Result<void> Province::load_laboratories() {
  auto text = read_file(options_.reference / "coordinator/reference/sichuan_2013/laboratories.csv");
  if (!text) return fail(std::move(text));
  auto plan = read_file(options_.reference / "coordinator/reference/sichuan_2013/plan.csv");
  if (!plan) return fail(std::move(plan));
  const auto samples = samples_in_plan(*plan);
  if (!samples) return tl::unexpected<Error>(samples.error());
  auto chosen = choose_laboratories(*text, options_.laboratories, *samples / options_.divide_by);
  if (!chosen) return fail(std::move(chosen));
  auto answer = coordinator_api().post_bytes("/api/v1/laboratories", chosen->csv, "text/csv");
  if (!answer) return fail(std::move(answer));
  for (const auto& [id, name] : chosen->laboratories) {
    const auto index = static_cast<std::uint16_t>(benches_.size());
    Bench bench;
    bench.laboratory = id;
    bench.laboratory_name = name;
    bench.name = fmt::format("bench-{}", index + 1);
    bench.data = options_.directory / bench.name;
    bench.drop_folder = bench.data / "masshunter";
    auto balance = Balance::start();
    if (!balance) return fail(std::move(balance));
    bench.balance = std::move(*balance);
    bench.ports.http = static_cast<std::uint16_t>(options_.first_port + 10 + 2 * index);
    bench.ports.astm = static_cast<std::uint16_t>(bench.ports.http + 1);
    benches_.push_back(std::move(bench));
  }
  nodes_.resize(benches_.size());
  return {};
}

Result<void> Province::load_plan() {
  auto text = read_file(options_.reference / "coordinator/reference/sichuan_2013/plan.csv");
  if (!text) return fail(std::move(text));
  auto share = share_of_plan(*text, options_.divide_by);
  if (!share) return fail(std::move(share));
  const std::string title = options_.divide_by == 1
                                ? "四川省2013年农产品和流通商品抽检计划"
                                : fmt::format("四川省2013年抽检计划（{}分之一）", options_.divide_by);
  auto api = coordinator_api();
  auto answer = api.post_bytes(
      fmt::format("/api/v1/plans?title={}&year={}&due={}-12-31", http::url_encode(title), options_.year, options_.year),
      *share, "text/csv");
  if (!answer) return fail(std::move(answer));
  plan_ = answer->at("plan").get<int>();
  tasks_ = answer->at("tasks").get<std::uint64_t>();
  const auto waiting = lots_that_wait(*share);
  if (!waiting) return tl::unexpected<Error>(waiting.error());
  waiting_lots_ = static_cast<std::uint64_t>(*waiting);
  return {};
}

Result<void> Province::add_people(const std::vector<std::string>& program, Bench& bench) const {
  struct Post {
    Person& person;
    const char* id;
    const char* name;
    const char* role;
  };
  const std::array posts{Post{bench.sampler, "sampler", "抽样员", "sampler"},
                         Post{bench.receptionist, "receptionist", "收样员", "technician"},
                         Post{bench.technician, "technician", "检测员", "technician"},
                         Post{bench.reviewer, "reviewer", "复核员", "reviewer"},
                         Post{bench.approver, "approver", "批准人", "approver"}};
  for (const Post& post : posts) {
    auto token = add_person(program, fmt::format("{}:{}:{}", post.id, post.name, post.role));
    if (!token) return fail(std::move(token));
    post.person = {post.id, *token};
    if (auto set = set_password(program, post.id); !set) return set;
  }
  return {};
}

Result<void> Province::set_up_bench(std::size_t index) {
  Bench& bench = benches_[index];
  fs::create_directories(bench.drop_folder);
  const std::string program = (options_.programs / "lab-node").string();
  const std::vector<std::string> base{program, "--data", bench.data.string()};
  if (auto made = add_people(base, bench); !made) return made;
  auto ticket = coordinator_api().post("/api/v1/tickets", {{"laboratory", bench.laboratory}, {"name", bench.name}});
  if (!ticket) return fail(std::move(ticket));
  bench.command = {program,
                   "--demo",
                   "--data",
                   bench.data.string(),
                   "--http",
                   fmt::format("127.0.0.1:{}", bench.ports.http),
                   "--coordinator",
                   ticket->at("endpoint").get<std::string>(),
                   "--coordinator-key",
                   ticket->at("coordinator_key").get<std::string>(),
                   "--astm",
                   fmt::format("127.0.0.1:{}=ICP-01:technician", bench.ports.astm),
                   "--drop-folder",
                   fmt::format("{}=GCMS-01:technician", bench.drop_folder.string()),
                   "--balance",
                   fmt::format("{}={}:technician", bench.balance->device(), balance_name)};
  auto first_start = bench.command;
  first_start.insert(first_start.end(), {"--enrol", ticket->at("ticket").get<std::string>(), "--name", bench.name});
  std::swap(bench.command, first_start);
  auto started = start_bench(index);
  std::swap(bench.command, first_start);  // later starts need no ticket
  return started;
}

Result<void> Province::start_bench(std::size_t index) {
  const Bench& bench = benches_[index];
  auto child =
      process::Child::start({.arguments = bench.command, .log = options_.directory / "logs" / (bench.name + ".log")});
  if (!child) return fail(std::move(child));
  nodes_[index] = std::make_unique<process::Child>(std::move(*child));
  return wait_until(bench.name, start_patience, [&bench] { return answers(bench.origin()); });
}

Result<void> Province::allocate_and_dispatch() {
  auto api = coordinator_api();
  const auto tasks_in = [&](const char* state) -> std::uint64_t {
    auto status = api.get("/api/v1/status");
    if (!status || status->at("plans").empty()) return 0;
    return status->at("plans").back().at("tasks").at(state).get<std::uint64_t>();
  };
  auto expanded = wait_until("展开计划", job_patience, [&] { return tasks_in("planned") == tasks_; });
  if (!expanded) return expanded;
  auto allocation = api.post(fmt::format("/api/v1/plans/{}/allocation", plan_), json::object());
  if (!allocation) return fail(std::move(allocation));
  auto allocated = wait_until("分配任务", job_patience, [&] { return tasks_in("allocated") == tasks_; });
  if (!allocated) return allocated;
  // Before anything is granted, so that a name has every chance to get into an order.
  if (auto named = name_sampled_units(); !named) return named;
  auto dispatch = api.post(fmt::format("/api/v1/plans/{}/dispatch", plan_), json::object());
  if (!dispatch) return fail(std::move(dispatch));
  return wait_until("下达任务", job_patience, [&] { return tasks_in("granted") == tasks_ - waiting_lots_; });
}

Result<void> Province::name_sampled_units() {
  auto api = coordinator_api();
  std::string after;
  std::uint64_t count = 0;
  for (;;) {
    auto page = api.get(fmt::format("/api/v1/tasks?plan={}&limit=500&after={}", plan_, after));
    if (!page) return fail(std::move(page));
    json units = json::array();
    for (const json& task : page->at("tasks")) {
      units.push_back({{"task", task.at("task")},
                       {"name", fmt::format("{}-{}", enterprise_canary, ++count)},
                       {"licence", fmt::format("{}-L{}", enterprise_canary, count)},
                       {"address", "四川省"}});
    }
    if (units.empty()) return {};
    if (auto stored = api.post("/api/v1/tasks/sampled-units", {{"units", units}}); !stored)
      return fail(std::move(stored));
    if (!page->contains("next") || page->at("next").is_null()) return {};
    after = page->at("next").get<std::string>();
  }
}

Result<void> Province::kill_and_restart_coordinator() {
  coordinator_->kill();
  return start_coordinator();
}

Result<void> Province::kill_and_restart_node(std::size_t bench) {
  nodes_[bench]->kill();
  return start_bench(bench);
}

Result<void> Province::stop() {
  std::string unwell;
  const auto stop_one = [&](std::unique_ptr<process::Child>& child, const std::string& name) {
    if (!child) return;
    if (const int status = child->stop(); status != 0) unwell += fmt::format(" {} 的结束状态为 {}；", name, status);
    child.reset();
  };
  for (std::size_t i = 0; i < nodes_.size(); ++i) stop_one(nodes_[i], benches_[i].name);
  stop_one(coordinator_, "省级协调端");
  if (!unwell.empty()) return fail(ErrorCode::unavailable, unwell);
  return {};
}

}  // namespace lab::province
