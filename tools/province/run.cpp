#include "tools/province/run.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "protocol/base/log.hpp"
#include "tools/province/canary.hpp"
#include "tools/province/checks.hpp"

namespace lab::province {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto patience = 300s;  // without a single new verdict

// One bench's day. A node that does not answer (it is being restarted) is tried again.
void work_bench(Staff& staff, const std::string& name, const std::atomic<bool>& stop) {
  while (!stop) {
    auto done = staff.work();
    if (!done) log::warning("{}: {}", name, to_text(done.error()));
    if (!done || !*done) std::this_thread::sleep_for(200ms);
  }
}

Result<std::uint64_t> counted_so_far(const Province& province) {
  auto status = province.coordinator_api().get("/api/v1/status");
  if (!status) return fail(std::move(status));
  return status->at("plans").back().at("tasks").at("judged").get<std::uint64_t>();
}

Result<void> wait_for_all(const Province& province, const std::atomic<bool>& stop,
                          const std::function<void(std::uint64_t)>& watch) {
  std::uint64_t before = 0;
  auto progress_at = std::chrono::steady_clock::now();
  while (!stop) {
    const std::uint64_t counted = counted_so_far(province).value_or(before);
    if (counted > before) progress_at = std::chrono::steady_clock::now();
    before = counted;
    watch(counted);
    if (counted >= province.task_count()) return {};
    if (std::chrono::steady_clock::now() - progress_at > patience) {
      return fail(ErrorCode::unavailable, fmt::format("{} s 内没有新的判定到达；已计入 {}/{}", patience.count(),
                                                      counted, province.task_count()));
    }
    std::this_thread::sleep_for(500ms);
  }
  return fail(ErrorCode::unavailable, "全部任务判定之前被要求停止");
}

using Counts = std::array<std::uint64_t, 4>;
using Cells = std::map<std::string, Counts>;

Counts counts_of(const json& row) {
  return {row.at("pass").get<std::uint64_t>(), row.at("fail").get<std::uint64_t>(),
          row.at("problem").get<std::uint64_t>(), row.at("undetermined").get<std::uint64_t>()};
}

// Cells of both sides under the same name; the recount is finer (node), so cells may come together here.
Cells cells_of(const json& rows) {
  Cells cells;
  for (const json& row : rows) {
    const std::string name = fmt::format("{}/{}/{}/{}", row.at("programme").get<std::string>(), row.at("city").dump(),
                                         row.at("category").get<std::string>(), row.at("month").get<std::string>());
    const Counts counts = counts_of(row);
    for (std::size_t i = 0; i < counts.size(); ++i) cells[name][i] += counts[i];
  }
  return cells;
}

void compare_cells(const Cells& summary, const Cells& recount, const char* verdicts, Check& check) {
  std::set<std::string> names;
  for (const auto& [name, counts] : summary) names.insert(name);
  for (const auto& [name, counts] : recount) names.insert(name);
  for (const std::string& name : names) {
    ++check.cells;
    const auto ours = summary.find(name);
    const auto theirs = recount.find(name);
    if (ours != summary.end() && theirs != recount.end() && ours->second == theirs->second) continue;
    check.complaints.push_back(fmt::format("{} 的{}判定，汇总与复核不同", name, verdicts));
  }
}

Result<void> save(api::Api& api, const std::string& what, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  std::string after;
  for (;;) {
    auto page = api.download_page(fmt::format("/api/v1/export/{}?after={}", what, after));
    if (!page) return fail(std::move(page));
    out << page->bytes;
    if (page->next.empty()) break;
    after = page->next;
  }
  out.close();
  if (!out) return fail(ErrorCode::storage, "写不了导出文件；请检查磁盘空间", file.string());
  return {};
}

Result<json> run_recount(const Province& province, const fs::path& orders, const fs::path& events) {
  const fs::path out = province.options().directory / "recount.json";
  fs::remove(out);
  auto child = process::Child::start(
      {.arguments = {(province.options().programs / "qlims-recount").string(), orders.string(), events.string()},
       .log = out});
  if (!child) return fail(std::move(child));
  const auto status = child->wait(600s);
  std::ifstream file(out);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  json value = json::parse(text, nullptr, false);
  if (!status || *status != 0 || value.is_discarded())
    return fail(ErrorCode::malformed, "独立复核没有完成：" + text.substr(0, 300));
  return value;
}

void check_planted(const std::vector<std::string>& planted, const json& found, Check& check) {
  const std::set<std::string> expected(planted.begin(), planted.end());
  const auto failed = found.get<std::set<std::string>>();
  check.planted = expected.size();
  for (const std::string& number : expected) {
    if (failed.contains(number))
      ++check.planted_found;
    else
      check.complaints.push_back("预埋的不合格样品没有检出：" + number);
  }
  for (const std::string& number : failed) {
    if (!expected.contains(number)) check.complaints.push_back("没有预埋却判为不合格的样品：" + number);
  }
}

// Every run that failed was meant to, and its results left only after a reviewer had said why.
void check_runs(const std::vector<std::string>& planted, const json& failed, const json& released, Check& check) {
  const auto seen = failed.get<std::set<std::string>>();
  check.planted_runs = planted.size();
  for (const std::string& run : planted) {
    const bool is_released = released.contains(run) && released.at(run) == release_reason;
    if (seen.contains(run) && is_released)
      ++check.released_runs;
    else
      check.complaints.push_back("预埋的质控不合格批次没有被拦下再放行：" + run);
  }
  for (const std::string& run : seen) {
    if (std::ranges::find(planted, run) == planted.end())
      check.complaints.push_back("没有预埋却质控不合格的批次：" + run);
  }
}

// A mass may come twice, when the first answer was lost with a killed node; it may never be another one.
void check_weighings(const std::map<std::string, std::string>& weighed, const json& events, Check& check) {
  std::set<std::pair<std::string, std::string>> arrived;
  for (const json& event : events) arrived.emplace(event.at("number"), event.at("reading"));
  check.weighed = weighed.size();
  for (const auto& [number, reading] : weighed) {
    if (arrived.erase({number, reading}) > 0)
      ++check.weighed_found;
    else
      check.complaints.push_back(fmt::format("样品 {} 称得 {}，协调端没有这一事件", number, reading));
  }
  for (const auto& [number, reading] : arrived) {
    check.complaints.push_back(fmt::format("样品 {} 的称量事件记为 {}，与天平上的不同", number, reading));
  }
}

bool names_an_enterprise(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  return stands_in(content, enterprise_canary);
}

// Files below `folder` that hold an enterprise's name; of those looked at, how many there are is added to `seen`.
std::vector<fs::path> naming_files(const fs::path& folder, std::uint64_t& seen) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    ++seen;
    if (names_an_enterprise(entry.path())) found.push_back(entry.path());
  }
  return found;
}

// A backup that is not sealed, as a laboratory would carry it away; it is looked through and taken away again.
Result<std::vector<fs::path>> look_through_backup(const Province& province, const Bench& bench, std::uint64_t& seen) {
  const fs::path backup = province.options().directory / (bench.name + "-backup");
  fs::remove_all(backup);
  auto child = process::Child::start({.arguments = {(province.options().programs / "qlims").string(), "backup",
                                                    "--data", bench.data.string(), "--out", backup.string()},
                                      .log = province.options().directory / "logs" / "backup.log"});
  if (!child) return fail(std::move(child));
  const auto status = child->wait(600s);
  if (!status || *status != 0) {
    return fail(ErrorCode::unavailable, "检测站的备份没有做成；原因见日志 backup.log", bench.data.string());
  }
  const std::uint64_t before = seen;
  auto found = naming_files(backup, seen);
  if (seen == before) return fail(ErrorCode::malformed, "检测站的备份是空的", backup.string());
  fs::remove_all(backup);
  return found;
}

// Stores, logs and backups of the laboratories. The coordinator's own store has the names: a search that does not find
// them there would find them nowhere.
void look_for_enterprises(const Province& province, Check& check) {
  std::uint64_t of_coordinator = 0;
  if (naming_files(province.options().directory / "coordinator", of_coordinator).empty()) {
    check.complaints.push_back("省平台自己的库里找不到被抽样单位的名称，这项检查什么也没有证明");
  }
  for (const Bench& bench : province.benches()) {
    auto found = naming_files(bench.data, check.blind_files);
    const fs::path log = province.options().directory / "logs" / (bench.name + ".log");
    ++check.blind_files;
    if (names_an_enterprise(log)) found.push_back(log);
    auto of_backup = look_through_backup(province, bench, check.blind_files);
    if (!of_backup) check.complaints.push_back(to_text(of_backup.error()));
    if (of_backup) found.insert(found.end(), of_backup->begin(), of_backup->end());
    for (const fs::path& file : found) {
      check.complaints.push_back("实验室的文件里有被抽样单位的名称：" + file.string());
    }
  }
}

}  // namespace

Result<Known> work_until_done(const Province& province, const rules::ReferenceSet& reference,
                              const StaffOptions& options, StaffCounts& counts, const std::atomic<bool>& stop,
                              const std::function<void(std::uint64_t)>& watch) {
  std::atomic<bool> evening = false;
  std::vector<std::unique_ptr<Staff>> staff;
  const auto options_of = [&](const Bench& bench) {
    StaffOptions own = options;
    own.plant_failing_run = &bench == &province.benches().front();
    return own;
  };
  for (const Bench& bench : province.benches())
    staff.push_back(std::make_unique<Staff>(bench, reference, options_of(bench), counts, evening));
  Result<void> outcome;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < staff.size(); ++i) {
      threads.emplace_back([&, i] { work_bench(*staff[i], province.benches()[i].name, evening); });
    }
    outcome = wait_for_all(province, stop, watch);
    evening = true;
  }
  if (!outcome) return fail(std::move(outcome));
  Known known;
  for (const auto& one : staff) {
    known.planted.insert(known.planted.end(), one->planted().begin(), one->planted().end());
    known.planted_runs.insert(known.planted_runs.end(), one->planted_runs().begin(), one->planted_runs().end());
    known.weighed.insert(one->weighed().begin(), one->weighed().end());
  }
  return known;
}

Result<Check> check_against_recount(const Province& province, const Known& known) {
  api::Api api = province.coordinator_api();
  const fs::path orders = province.options().directory / "orders.bin";
  const fs::path events = province.options().directory / "events.bin";
  if (auto saved = save(api, "orders", orders); !saved) return fail(std::move(saved));
  if (auto saved = save(api, "events", events); !saved) return fail(std::move(saved));
  auto recount = run_recount(province, orders, events);
  if (!recount) return fail(std::move(recount));
  Check check{.events = recount->at("events"), .counted = recount->at("counted")};
  if (check.counted != province.task_count()) {
    check.complaints.push_back(fmt::format("{} 项任务计入了 {} 份判定", province.task_count(), check.counted));
  }
  for (const char* verdicts : {"first", "final"}) {
    auto summary = api.get(fmt::format("/api/v1/summary?by=programme,city,category,month&verdicts={}", verdicts));
    if (!summary) return fail(std::move(summary));
    compare_cells(cells_of(summary->at("rows")), cells_of(recount->at(verdicts)),
                  std::string_view{verdicts} == "first" ? "首次" : "最终", check);
  }
  check_planted(known.planted, recount->at("failed"), check);
  check_runs(known.planted_runs, recount->at("failed_runs"), recount->at("released_runs"), check);
  check_weighings(known.weighed, recount->at("weighings"), check);
  look_for_enterprises(province, check);
  return check;
}

}  // namespace lab::province
