// qlims doctor: whether this machine can do what the system needs, and what to do when it cannot.

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "instruments/label/print/print.hpp"
#include "protocol/base/check.hpp"
#include "protocol/journal/room.hpp"
#include "protocol/model/sample_number.hpp"
#include "tools/process/child.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/label_order.hpp"

namespace lab::qlims {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uint64_t free_bytes_wanted = std::uint64_t{5} << 30;
constexpr std::uint64_t free_bytes_needed = std::uint64_t{500} << 20;

enum class Grade : std::uint8_t { good, doubtful, bad };

struct Finding {
  const char* what;
  Grade grade = Grade::good;
  std::string found;
  std::string advice{};  // what to do; empty when it is good
};
using Findings = std::vector<Finding>;

struct DoctorOptions {
  ApiOptions api;
  std::string data;
};

// A label drawn and read back by both decoders: fonts and decoders in one.
Finding look_at_labels() {
  const auto number = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 1).text();
  const LabelOrder order = order_of_numbers({number}, {.laboratory = "1", .date = "2013-06-01", .name = "大白菜"});
  LAB_CHECK(order.problems.empty() && order.lines.size() == 1);
  const auto label = label::print_label(order.lines.front().content);
  if (label) return {"标签打印", Grade::good, "绘制一张标签，两种译码器读回一致"};
  return {"标签打印", Grade::bad, to_text(label.error()), "安装所缺字体（sudo tools/setup），否则不能打印标签和报告"};
}

Finding look_at_label_worker() {
  const fs::path worker = process::program_folder() / "qlims-label-worker";
  if (::access(worker.c_str(), X_OK) == 0) return {"照片识读", Grade::good, worker.string()};
  return {"照片识读", Grade::bad, worker.string() + " 不存在或不能执行", "与 lab-node 装在同一文件夹"};
}

Finding look_at_clock() {
  timex about{};
  if (::adjtimex(&about) != TIME_ERROR) return {"系统时钟", Grade::good, "已与时间服务器同步"};
  return {"系统时钟", Grade::doubtful, "未与时间服务器同步",
          "启用 systemd-timesyncd 或 chrony；采样、判定和到期时间都按本机时钟记录"};
}

Finding look_at_space(const fs::path& data) {
  std::error_code problem;
  const auto space = fs::space(data, problem);
  if (problem) return {"磁盘空间", Grade::bad, problem.message(), "检查 --data 所给的文件夹"};
  const std::string found = fmt::format("可用 {:.1f} GB", static_cast<double>(space.available) / 1e9);
  if (space.available < free_bytes_needed) return {"磁盘空间", Grade::bad, found, "腾出空间：写满后不再接收结果"};
  if (space.available < free_bytes_wanted) return {"磁盘空间", Grade::doubtful, found, "照片和原始数据会继续增长"};
  return {"磁盘空间", Grade::good, found};
}

// Keys and accounts are for the program's own user only.
Finding look_at_secrets(const fs::path& data) {
  std::string open;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator{data, problem}) {
    if (!entry.is_regular_file(problem)) continue;
    constexpr auto others = fs::perms::group_all | fs::perms::others_all;
    if (entry.path().extension() == ".json" && (entry.status(problem).permissions() & others) != fs::perms::none) {
      open += " " + entry.path().filename().string();
    }
  }
  if (problem) return {"密钥权限", Grade::bad, problem.message(), "检查 --data 所给的文件夹"};
  if (open.empty()) return {"密钥权限", Grade::good, "只有本用户可读"};
  return {"密钥权限", Grade::bad, "其他用户也能读：" + open, "chmod 600"};
}

// What follows from a store's room.
Finding finding_of(const char* what, journal::Room room, std::string found) {
  const auto used = [&](unsigned percent) { return fmt::format("{}；已用去可用空间的 {}% 以上", found, percent); };
  switch (room) {
    case journal::Room::enough:
      break;
    case journal::Room::little:
      return {what, Grade::doubtful, used(journal::little_percent), "尽快腾出磁盘空间"};
    case journal::Room::reserved:
      return {what, Grade::bad, used(journal::reserved_percent), "腾出磁盘空间：检测站此时不再接收新任务"};
  }
  return {what, Grade::good, std::move(found)};
}

Finding look_at_store(const fs::path& data) {
  const fs::path file = data / "store" / "data.mdb";
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) {
    return {"数据库", Grade::bad, (data / "store").string() + "：" + system_text(errno), "这不是本系统的数据文件夹"};
  }
  constexpr std::uint64_t block_octets = 512;  // of st_blocks: what a sparse file takes of the disk
  journal::StoreFigures figures{.bytes_used = block_octets * static_cast<std::uint64_t>(about.st_blocks),
                                .bytes_max = UINT64_MAX};
  std::error_code problem;
  figures.disk_free_bytes = fs::space(data, problem).available;
  return finding_of(
      "数据库", journal::room_of(figures),
      fmt::format("{:.1f} MB；全部内容可用 qlims backup 读一遍", static_cast<double>(about.st_size) / 1e6));
}

void look_at_coordinator(const ApiOptions& options, Findings& findings) {
  api::Api api = open_api(options);
  const auto status = status_of(api, options);
  if (!status) {
    findings.push_back({"省平台", Grade::bad, to_text(status.error()), "检查 --coordinator 的地址和省平台是否在运行"});
    return;
  }
  findings.push_back({"省平台", Grade::good, options.origin});
  const json scrub = status->value("scrub", json::object());
  if (const std::string damage = scrub.value("damage", std::string{}); !damage.empty()) {
    findings.push_back({"省平台数据", Grade::bad, damage, "停止省平台，从最近的备份恢复（qlims restore）"});
  }
  const std::string room = status->value("store", json::object()).value("room", std::string{});
  for (const journal::Room less : {journal::Room::little, journal::Room::reserved}) {
    if (room == journal::name_of(less)) findings.push_back(finding_of("省平台空间", less, options.origin));
  }
  std::size_t silent = 0;
  std::size_t nodes = 0;
  std::string clocks;
  for (const json& laboratory : status->at("laboratories")) {
    for (const json& node : laboratory.at("nodes")) {
      if (node.value("revoked", false)) continue;
      ++nodes;
      silent += node.value("connected", false) ? 0 : 1;
      const json skew = node.value("clock_skew", json());
      if (!skew.is_object()) continue;
      clocks += fmt::format("{}{} {} {} 秒", clocks.empty() ? "" : "、", node.value("name", std::string{}),
                            skew.value("direction", std::string{}) == "ahead" ? "快" : "慢", skew.value("seconds", 0));
    }
  }
  const std::string found = fmt::format("{} 个节点，{} 个离线", nodes, silent);
  findings.push_back(silent == 0 ? Finding{"检测站", Grade::good, found}
                                 : Finding{"检测站", Grade::doubtful, found, "qlims lab list 看是哪些"});
  if (!clocks.empty()) findings.push_back({"检测站时钟", Grade::doubtful, clocks, "校准这些电脑的时钟"});
}

const char* word_of(Grade grade) {
  switch (grade) {
    case Grade::good:
      return "正常";
    case Grade::doubtful:
      return "注意";
    case Grade::bad:
      return "故障";
  }
  return "故障";
}

void print(const Findings& findings, bool as_json) {
  if (as_json) {
    constexpr std::array names{"good", "doubtful", "bad"};
    for (const Finding& finding : findings) {
      fmt::print("{}\n", json{{"what", finding.what},
                              {"state", names.at(static_cast<std::size_t>(finding.grade))},
                              {"found", finding.found},
                              {"advice", finding.advice}}
                             .dump());
    }
    return;
  }
  for (const Finding& finding : findings) {
    fmt::print("{}  {}：{}\n", word_of(finding.grade), finding.what, finding.found);
    if (!finding.advice.empty()) fmt::print("      → {}\n", finding.advice);
  }
}

void examine(const DoctorOptions& options, bool ask_coordinator) {
  Findings findings{look_at_labels(), look_at_label_worker(), look_at_clock()};
  if (!options.data.empty()) {
    for (const auto look : {look_at_store, look_at_space, look_at_secrets}) findings.push_back(look(options.data));
  }
  if (ask_coordinator) look_at_coordinator(options.api, findings);
  print(findings, options.api.json);
  if (std::ranges::count(findings, Grade::bad, &Finding::grade) > 0) throw CLI::RuntimeError(1);
}

}  // namespace

void add_doctor_command(CLI::App& app) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* doctor = app.add_subcommand("doctor", "whether this machine is fit: fonts, decoders, clock, disk, keys");
  doctor->footer("Example: qlims doctor --data /var/lib/qlims --coordinator http://127.0.0.1:7080");
  doctor->add_option("--data", options->data, "also look at this data folder of a coordinator or a lab-node");
  add_api_options(*doctor, options->api);
  doctor->callback([doctor, options] { examine(*options, doctor->count("--coordinator") > 0); });
}

}  // namespace lab::qlims
