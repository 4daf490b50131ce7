// qlims-demo, which is `qlims demo`: the whole job on this machine, from the plan to the pass rate, with real
// processes, and the check of it.

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocol/base/log.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tools/process/child.hpp"
#include "tools/province/run.hpp"
#include "tools/qlims/command_line.hpp"
#include "tools/qlims/summary_table.hpp"

namespace lab::qlims {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int exit_interrupted = 130;  // what a shell expects after SIGINT

std::atomic<bool> interrupted = false;

struct DemoOptions {
  province::ProvinceOptions province;
  province::StaffOptions staff;
  bool full = false;
  bool keep = false;
};

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

[[noreturn]] void end(const Error& error) {
  fmt::print(stderr, "qlims demo: {}\n", to_text(error));
  throw CLI::RuntimeError(1);
}

// The first time everything is stopped in order; the second time we go at once, and the children with us.
void on_signal(int) {
  if (interrupted.exchange(true)) ::_exit(exit_interrupted);
}

// After Ctrl-C: says what was reached and what is left, once nothing runs any more.
[[noreturn]] void end_interrupted(std::unique_ptr<province::Province> province, const DemoOptions& options,
                                  std::uint64_t judged) {
  const auto stopped = province ? province->stop() : Result<void>{};
  fmt::print(stderr, "\n已中断：已判定 {} 份。{}\n", judged,
             stopped ? "协调端和各实验室节点都已停止。" : "停止时出现问题：" + to_text(stopped.error()));
  fmt::print(stderr, "已写入的数据留在 {}；不再需要时删除该目录即可\n", options.province.directory.string());
  throw CLI::RuntimeError(exit_interrupted);
}

// The last of them is needed after the work: not the moment to find out.
void check_programs(const std::filesystem::path& folder) {
  for (const char* const name : {"coordinator", "lab-node", "qlims-label-worker", "qlims-recount"}) {
    if (std::filesystem::exists(folder / name)) continue;
    end({ErrorCode::not_found, "缺少这个程序；请先完整编译（tools/demo 会自动编译）", (folder / name).string()});
  }
}

rules::ReferenceSet reference_set(const province::Province& province) {
  auto set = province.reference_set();
  if (!set) end(set.error());
  return std::move(*set);
}

// One line that is written over on a terminal; a line every ten seconds elsewhere.
class ProgressLine {
 public:
  ProgressLine(std::uint64_t total, const province::StaffCounts& counts) : total_(total), counts_(counts) {}

  void show(std::uint64_t judged) {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const auto now = Clock::now();
    if (!terminal && now - shown_ < 10s && judged < total_) return;
    shown_ = now;
    // Less than 80 columns also for a whole year: a line that wraps cannot be written over.
    fmt::print(stderr, "{}已判定 {}/{}  抽样 {}  收样 {}  称量 {}  上机 {}  批准 {}{}", terminal ? "\r" : "", judged,
               total_, counts_.sampled.load(), counts_.photographed + counts_.typed, counts_.weighed.load(),
               counts_.measured.load(), counts_.approved.load(), terminal && judged < total_ ? "" : "\n");
  }

 private:
  std::uint64_t total_;
  const province::StaffCounts& counts_;
  Clock::time_point shown_{};
};

void print_summaries(const province::Province& province) {
  for (const char* by : {"programme", "programme,city"}) {
    auto summary = province.coordinator_api().get(fmt::format("/api/v1/summary?by={}&verdicts=final", by));
    if (!summary) end(summary.error());
    fmt::print("{}\n", summary_text(*summary));
  }
}

void print_check(const province::Check& check, const province::StaffCounts& counts) {
  fmt::print("复核：由导出的 {} 条原始事件独立重算 {} 份判定，与汇总逐格比较 {} 格，{}\n", check.events, check.counted,
             check.cells, check.complaints.empty() ? "全部一致" : "有出入");
  fmt::print("预埋不合格样品 {} 个，检出 {} 个\n", check.planted, check.planted_found);
  fmt::print("预埋质控不合格批次 {} 个，拦下复核 {} 次，由复核人说明理由后放行 {} 个\n", check.planted_runs,
             counts.blocked.load(), check.released_runs);
  fmt::print("天平称量 {} 次，协调端事件中有 {} 次，{}\n", check.weighed, check.weighed_found,
             check.weighed == check.weighed_found ? "质量一致" : "有出入");
  fmt::print("各实验室的库、日志和备份共 {} 个文件中查找被抽样单位的名称\n", check.blind_files);
  if (counts.lots_inspected > 0) {
    fmt::print("批次检验 {} 批，按 GB/T 2828.1-2012 抽检件数和不合格数判定\n", counts.lots_inspected.load());
  }
  for (const std::string& complaint : check.complaints) fmt::print(stderr, "不一致：{}\n", complaint);
}

void print_work(const province::Province& province, const province::StaffCounts& counts, double preparing,
                double working) {
  fmt::print("{} 项任务，{} 个实验室节点；准备 {:.1f} s，工作 {:.1f} s\n", province.task_count(),
             province.benches().size(), preparing, working);
  fmt::print("收样 {} 份：拍照识读 {} 份（重拍 {} 次），人工录入 {} 份\n", counts.photographed + counts.typed,
             counts.photographed.load(), counts.retaken.load(), counts.typed.load());
}

// Before the work begins: it can be watched.
void print_pages(const province::Province& province) {
  fmt::print("浏览器页面，密码都是 {}：\n", province.options().password);
  fmt::print("  {}/  协调端，用 planner 登录\n", province.coordinator_origin());
  for (const auto& bench : province.benches()) {
    fmt::print("  {}/  {}，用 sampler、receptionist、technician、reviewer 或 approver 登录\n", bench.origin(),
               bench.laboratory_name);
  }
  static_cast<void>(std::fflush(stdout));
}

void wait_for_interrupt(const province::Province& province, const std::string& sample) {
  const std::string access =
      fmt::format("--coordinator {} --token-file {}", province.coordinator_origin(), province.token_file().string());
  fmt::print("全部仍在运行，数据在 {}。页面和密码见上，也可在另一终端查看：\n", province.options().directory.string());
  fmt::print("  qlims status {}\n", access);
  if (!sample.empty()) fmt::print("  qlims sample show {} {}\n", sample, access);
  fmt::print("按 Ctrl-C 结束\n");
  static_cast<void>(std::fflush(stdout));
  while (!interrupted) std::this_thread::sleep_for(200ms);
  fmt::print(stderr, "\n正在停止……\n");
}

void run_demo(DemoOptions options) {
  crypto::start();
  log::set_threshold(log::Level::error);
  static_cast<void>(std::signal(SIGINT, on_signal));
  static_cast<void>(std::signal(SIGTERM, on_signal));
  if (options.full) options.province.divide_by = 1;
  options.province.programs = process::program_folder();
  options.province.stop = &interrupted;
  if (options.keep) options.province.password = "demo-" + to_hex(crypto::random_bytes(5));
  check_programs(options.province.programs);
  if (std::filesystem::exists(options.province.directory)) {
    end({ErrorCode::conflict, "这个目录已经存在；请用 --dir 另指定一个，或先删除它",
         options.province.directory.string()});
  }

  const auto began = Clock::now();
  auto province =
      province::Province::start(options.province, [](const std::string& step) { fmt::print(stderr, "· {}\n", step); });
  if (interrupted) end_interrupted(province ? std::move(*province) : nullptr, options, 0);
  if (!province) end(province.error());
  const double started_after = seconds_since(began);
  if (options.keep) print_pages(**province);
  const rules::ReferenceSet reference = reference_set(**province);
  province::StaffCounts counts;
  ProgressLine line{(*province)->task_count(), counts};
  std::uint64_t judged = 0;
  auto known = province::work_until_done(**province, reference, options.staff, counts, interrupted,
                                         [&](std::uint64_t counted) { line.show(judged = counted); });
  if (interrupted) end_interrupted(std::move(*province), options, judged);
  if (!known) end(known.error());
  const double worked_after = seconds_since(began);
  print_summaries(**province);
  auto check = province::check_against_recount(**province, *known);
  if (!check) end(check.error());
  print_check(*check, counts);
  print_work(**province, counts, started_after, worked_after - started_after);
  if (options.keep) {
    wait_for_interrupt(**province, known->planted.empty() ? std::string{} : known->planted.front());
  }
  if (auto stopped = (*province)->stop(); !stopped) end(stopped.error());
  fmt::print("协调端和各实验室节点都已停止，数据在 {}\n", options.province.directory.string());
  if (!check->complaints.empty()) throw CLI::RuntimeError(1);
}

void add_options(CLI::App& app, DemoOptions& options) {
  app.add_option("--source", options.province.reference, "root of the source tree, for plan, limits and divisions")
      ->check(CLI::ExistingDirectory)
      ->default_val(".");
  app.add_option("--dir", options.province.directory, "everything is written below this new directory")
      ->default_val("demo-data");
  app.add_flag("--full", options.full, "the whole year: 24,600 samples");
  app.add_option("--divide-by", options.province.divide_by, "one sample in so many of the year's")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--laboratories", options.province.laboratories, "lab-nodes to start")
      ->capture_default_str()
      ->check(CLI::Range(1, 26));
  app.add_option("--photos", options.staff.photo_share_percent,
                 "percent of samples received by photo; the rest is typed")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  app.add_option("--weighings", options.staff.weighed_share_percent,
                 "percent of samples whose test portion is weighed on the balance before measuring")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  app.add_option("--seed", options.staff.seed, "of everything that is left to chance")->capture_default_str();
  app.add_option("--port", options.province.first_port, "first of the ports used")->capture_default_str();
  app.add_flag("--keep", options.keep, "keep everything running until Ctrl-C");
}

}  // namespace
}  // namespace lab::qlims

int main(int argc, char** argv) {
  CLI::App app{"Run a province on this machine, from plan to pass rate, and check the result", "qlims demo"};
  app.footer("Example: qlims demo --source . --dir demo-data");
  lab::qlims::DemoOptions options;
  options.province.laboratories = 6;
  lab::qlims::add_options(app, options);
  app.callback([&options] { lab::qlims::run_demo(options); });
  return lab::qlims::run_command_line(app, argc, argv);
}
