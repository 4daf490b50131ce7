#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/summary_table.hpp"
#include "tools/qlims/text_table.hpp"

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
    const json status = or_exit(status_of(api, options.api));
    fmt::print("{}", options.api.json ? status.dump() + "\n" : status_text(status));
    static_cast<void>(std::fflush(stdout));
    if (options.watch) std::this_thread::sleep_for(2s);
  } while (options.watch);
}

struct SummaryOptions {
  ApiOptions api;
  std::string by = "programme,city";
  std::map<std::string, std::string> only;  // parameter -> value
  std::string verdicts = "final";
  std::string as_of;
};

struct Filter {
  const char* option;
  const char* parameter;
  const char* help;
  bool of_samples = true;  // a question about samples alone can have it
};
constexpr std::array filters{
    Filter{"--programme", "programme", "one programme only"},
    Filter{"--city", "city", "one city only, by its code"},
    Filter{"--county", "county", "one county only, by its code"},
    Filter{"--category", "category", "one category only, by its code"},
    Filter{"--stage", "stage", "one stage only"},
    Filter{"--round", "round", "one round only: 1 to 4"},
    Filter{"--month", "month", "one month only, such as 2013-06"},
    Filter{"--lab", "lab", "one laboratory only, by its number"},
    Filter{"--analyte", "analyte", "one analyte only, as the limits call it; counts items", false},
    Filter{"--comparable-from", "comparable_from",
           "rows with fewer judged samples are marked as small; 30 when left out", false}};

std::string filters_text(const std::map<std::string, std::string>& only) {
  std::string text;
  for (const auto& [name, value] : only) {
    if (!value.empty()) text += fmt::format("&{}={}", name, http::url_encode(value));
  }
  return text;
}

void show_summary(const SummaryOptions& options) {
  api::Api api = open_api(options.api);
  std::string target = fmt::format("/api/v1/summary?by={}&verdicts={}", http::url_encode(options.by), options.verdicts);
  target += filters_text(options.only);
  if (!options.as_of.empty()) target += "&as_of=" + http::url_encode(options.as_of);
  const json summary = or_exit(api.get(target));
  fmt::print("{}", options.api.json ? summary.dump() + "\n" : summary_text(summary));
}

struct WarningOptions {
  ApiOptions api;
  std::map<std::string, std::string> only;  // parameter -> value
  std::string verdicts = "final";
};

std::string warnings_text(const json& warnings) {
  if (warnings.empty()) return "没有预警\n";
  const auto name = [](const json& row, const char* field) {
    const auto named = row.find(std::string{field} + "_name");
    const json& value = named == row.end() ? row.at(field) : *named;
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::vector<std::vector<std::string>> rows;
  for (const json& row : warnings) {
    rows.push_back({row.at("level") == "red" ? "红" : "黄", name(row, "programme"), name(row, "city"),
                    name(row, "category"), row.at("judged").dump(), row.at("rate"), row.at("reason")});
  }
  return text_table({"级别", "项目", "市州", "类别", "判定", "合格率%", "原因"}, rows);
}

void show_warnings(const WarningOptions& options) {
  api::Api api = open_api(options.api);
  const json answer =
      or_exit(api.get(fmt::format("/api/v1/warnings?verdicts={}{}", options.verdicts, filters_text(options.only))));
  fmt::print("{}", options.api.json ? answer.dump() + "\n" : warnings_text(answer.at("warnings")));
}

void add_warnings(CLI::App& app) {
  auto options = std::make_shared<WarningOptions>();
  CLI::App* warnings = app.add_subcommand(
      "warnings", "categories of cities below the target of their programme, red (no chance at 5 %) before amber");
  warnings->footer("Example: qlims warnings --programme NCP --city 510100");
  for (const Filter& filter : filters) {
    if (filter.of_samples) warnings->add_option(filter.option, options->only[filter.parameter], filter.help);
  }
  warnings->add_option("--verdicts", options->verdicts, "first or final")
      ->check(CLI::IsMember({"first", "final"}))
      ->capture_default_str();
  add_api_options(*warnings, options->api);
  warnings->callback([options] { show_warnings(*options); });
}

}  // namespace

void add_summary_commands(CLI::App& app) {
  add_warnings(app);
  auto status_options = std::make_shared<StatusOptions>();
  CLI::App* status = app.add_subcommand("status", "how far every plan is, and what is waiting");
  status->footer("Example: qlims status --watch");
  status->add_flag("--watch", status_options->watch, "repeat every two seconds");
  add_api_options(*status, status_options->api);
  status->callback([status_options] { show_status(*status_options); });

  auto summary_options = std::make_shared<SummaryOptions>();
  CLI::App* summary = app.add_subcommand("summary", "pass rates with their counts and intervals");
  summary->footer(
      "Example: qlims summary --by city,category --programme NCP --verdicts final\n"
      "         qlims summary --by analyte --month 2013-06");
  summary
      ->add_option(
          "--by", summary_options->by,
          "programme,city,county,category,stage,round,month,lab,analyte in any combination; by analyte it counts "
          "single items of samples")
      ->capture_default_str();
  for (const Filter& filter : filters) {
    summary->add_option(filter.option, summary_options->only[filter.parameter], filter.help);
  }
  summary->add_option("--verdicts", summary_options->verdicts, "first or final")
      ->check(CLI::IsMember({"first", "final"}))
      ->capture_default_str();
  summary->add_option("--as-of", summary_options->as_of,
                      "as it stood then: 2013-06-03T09:00:00Z, or 2013-06-03T17:00:00+08:00");
  add_api_options(*summary, summary_options->api);
  summary->callback([summary_options] { show_summary(*summary_options); });
}

}  // namespace lab::qlims
