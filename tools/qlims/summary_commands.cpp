#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/summary_table.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

struct StatusOptions {
  ApiOptions api;
  bool watch = false;
};

// How the coordinator's reading through of its own store stands.
std::string scrub_text(const json& scrub) {
  if (const std::string damage = scrub.at("damage"); !damage.empty()) return fmt::format("数据损坏：{}\n", damage);
  const std::uint64_t records = scrub.at("records");
  if (scrub.at("running").get<bool>()) return fmt::format("数据自检中：已读 {} 条\n", records);
  return fmt::format("数据自检：{} 完好，{} 条\n", scrub.at("finished").get<std::string>(), records);
}

std::string status_text(const json& status) {
  std::vector<std::vector<std::string>> rows;
  for (const json& plan : status.at("plans")) {
    const json& tasks = plan.at("tasks");
    rows.push_back({plan.at("plan").dump(), plan.value("title", ""), tasks.at("planned").dump(),
                    tasks.at("allocated").dump(), tasks.at("granted").dump(), tasks.at("judged").dump()});
  }
  return text_table({"计划", "名称", "待分配", "已分配", "已下达", "已判定"}, rows) +
         fmt::format("迟到 {}  隔离 {}\n", status.value("late", json(0)).dump(),
                     status.value("quarantined", json(0)).dump()) +
         (status.contains("scrub") ? scrub_text(status.at("scrub")) : std::string{});
}

void show_status(const StatusOptions& options) {
  api::Api api = open_api(options.api);
  do {
    const json status = or_exit(api.get("/api/v1/status"));
    fmt::print("{}", options.api.json ? status.dump() + "\n" : status_text(status));
    static_cast<void>(std::fflush(stdout));
    if (options.watch) std::this_thread::sleep_for(2s);
  } while (options.watch);
}

struct SummaryOptions {
  ApiOptions api;
  std::string by = "programme,city";
  std::string programme;
  std::string verdicts = "final";
  std::string as_of;
};

void show_summary(const SummaryOptions& options) {
  api::Api api = open_api(options.api);
  std::string target = fmt::format("/api/v1/summary?by={}&verdicts={}", http::url_encode(options.by), options.verdicts);
  if (!options.programme.empty()) target += "&programme=" + http::url_encode(options.programme);
  if (!options.as_of.empty()) target += "&as_of=" + http::url_encode(options.as_of);
  const json summary = or_exit(api.get(target));
  fmt::print("{}", options.api.json ? summary.dump() + "\n" : summary_text(summary));
}

[[noreturn]] void throw_failed(const Error& error) {
  fmt::print(stderr, "qlims: {}\n", to_text(error));
  throw CLI::RuntimeError(1);
}

struct ExportOptions {
  ApiOptions api;
  std::string what;
  std::string out;
  std::string table;
  std::string format;
  std::string encoding = "utf-8";
  std::string by;
  std::string programme;
  std::string city;
  std::string category;
  std::string stage;
  std::string month;
  std::string lab;
  std::string verdicts = "final";
  bool bare = false;
};

void export_raw(const ExportOptions& options) {
  if (options.out.empty()) throw CLI::RuntimeError("--out is needed for raw bytes", 1);
  api::Api api = open_api(options.api);
  std::ofstream file(options.out, std::ios::binary);
  std::string after;
  std::size_t octets = 0;
  do {
    auto page = api.download_page(fmt::format("/api/v1/export/{}?after={}", options.what, after));
    if (!page) throw_failed(page.error());
    file << page->bytes;
    octets += page->bytes.size();
    after = page->next;
  } while (!after.empty());
  file.close();
  if (!file) throw_failed({ErrorCode::storage, "cannot write the file", options.out});
  fmt::print(stderr, "{} 字节 → {}\n", octets, options.out);
}

void export_table(const ExportOptions& options) {
  const bool is_workbook =
      options.format == "xlsx" || (options.format.empty() && std::string_view{options.out}.ends_with(".xlsx"));
  if (is_workbook && options.out.empty()) throw CLI::RuntimeError("--out is needed for a workbook", 1);
  std::string target =
      fmt::format("/api/v1/export/tables?table={}&format={}&encoding={}&verdicts={}", http::url_encode(options.table),
                  is_workbook ? "xlsx" : "csv", options.encoding, options.verdicts);
  for (const auto& [name, value] :
       {std::pair{"by", &options.by}, std::pair{"programme", &options.programme}, std::pair{"city", &options.city},
        std::pair{"category", &options.category}, std::pair{"stage", &options.stage},
        std::pair{"month", &options.month}, std::pair{"lab", &options.lab}}) {
    if (!value->empty()) target += fmt::format("&{}={}", name, http::url_encode(*value));
  }
  if (options.bare) target += "&bare=1";
  api::Api api = open_api(options.api);
  auto content = api.download(target);
  if (!content) throw_failed(content.error());
  if (options.out.empty()) {
    fmt::print("{}", *content);
    return;
  }
  const std::size_t octets = content->size();
  if (const auto written = write_whole({{options.out, *std::move(content)}}); !written) throw_failed(written.error());
  fmt::print(stderr, "{} 字节 → {}\n", octets, options.out);
}

void run_export(const ExportOptions& options) {
  if (options.what.empty() == options.table.empty()) {
    throw CLI::RuntimeError("say either events or orders, or --table", 1);
  }
  return options.table.empty() ? export_raw(options) : export_table(options);
}

void add_export_command(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export", "tables for people, or the raw bytes everything is computed from");
  command->footer(
      "Examples:\n  qlims export --table rates --by city,category --format xlsx --out rates.xlsx\n"
      "  qlims export --table nonconforming --programme NCP --encoding gb18030 --out bad.csv\n"
      "  qlims export events --out events.bin");
  command->add_option("what", options->what, "events or orders: raw bytes")->check(CLI::IsMember({"events", "orders"}));
  command->add_option("--table", options->table,
                      "results, nonconforming, rates or progress; in a workbook several, with commas");
  command->add_option("--format", options->format, "csv or xlsx; by the name of the file when it is left out")
      ->check(CLI::IsMember({"csv", "xlsx"}));
  command->add_option("--encoding", options->encoding, "of a CSV")
      ->check(CLI::IsMember({"utf-8", "utf-8-bom", "gb18030"}))
      ->capture_default_str();
  command->add_option("--out", options->out, "file to write; a CSV may go to standard output");
  command->add_option("--by", options->by, "axes of the rates, as of summary");
  command->add_option("--programme", options->programme, "one programme only, and so on");
  command->add_option("--city", options->city, "by its code");
  command->add_option("--category", options->category, "by its code");
  command->add_option("--stage", options->stage);
  command->add_option("--month", options->month, "such as 2013-06");
  command->add_option("--lab", options->lab, "by its number");
  command->add_option("--verdicts", options->verdicts, "first or final")
      ->check(CLI::IsMember({"first", "final"}))
      ->capture_default_str();
  command->add_flag("--bare", options->bare, "a CSV without the lines that say filters, moment and data version");
  add_api_options(*command, options->api);
  command->callback([options] { run_export(*options); });
}

}  // namespace

void add_summary_commands(CLI::App& app) {
  auto status_options = std::make_shared<StatusOptions>();
  CLI::App* status = app.add_subcommand("status", "how far every plan is, and what is waiting");
  status->footer("Example: qlims status --watch");
  status->add_flag("--watch", status_options->watch, "repeat every two seconds");
  add_api_options(*status, status_options->api);
  status->callback([status_options] { show_status(*status_options); });

  auto summary_options = std::make_shared<SummaryOptions>();
  CLI::App* summary = app.add_subcommand("summary", "pass rates with their counts and intervals");
  summary->footer("Example: qlims summary --by city,category --programme NCP --verdicts final");
  summary->add_option("--by", summary_options->by, "programme,city,category,stage,month,lab in any combination")
      ->capture_default_str();
  summary->add_option("--programme", summary_options->programme, "one programme only");
  summary->add_option("--verdicts", summary_options->verdicts, "first or final")
      ->check(CLI::IsMember({"first", "final"}))
      ->capture_default_str();
  summary->add_option("--as-of", summary_options->as_of,
                      "as it stood then: 2013-06-03T09:00:00Z, or 2013-06-03T17:00:00+08:00");
  add_api_options(*summary, summary_options->api);
  summary->callback([summary_options] { show_summary(*summary_options); });

  add_export_command(app);
}

}  // namespace lab::qlims
