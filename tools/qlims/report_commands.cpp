// qlims report: the report on the state of quality, drafted, frozen, printed.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct ReportOptions {
  ApiOptions api;
  std::string title;
  std::string programme;
  std::string round;
  std::string month;
  std::string city;
  std::string verdicts = "final";
  std::string out;
  int report = 0;
};

std::string line_of(const json& report) {
  const std::string hash = report.at("content_hash");
  if (report.at("state") == "draft") {
    return fmt::format("报告 {}（{}）：草稿，修订号 {}，SHA-256 {}\n", report.at("report").get<int>(),
                       report.at("title").get<std::string>(), report.at("revision").get<int>(), hash);
  }
  return fmt::format("报告 {}（{}）：已定稿，第 {} 版，SHA-256 {}\n", report.at("report").get<int>(),
                     report.at("title").get<std::string>(), report.at("version").get<int>(), hash);
}

void print(const ReportOptions& options, const json& report) {
  fmt::print("{}", options.api.json ? report.dump() + "\n" : line_of(report));
}

void draft(const ReportOptions& options) {
  api::Api api = open_api(options.api);
  std::string target =
      fmt::format("/api/v1/reports?title={}&verdicts={}", http::url_encode(options.title), options.verdicts);
  for (const auto& [name, value] : {std::pair{"programme", &options.programme}, std::pair{"round", &options.round},
                                    std::pair{"month", &options.month}, std::pair{"city", &options.city}}) {
    if (!value->empty()) target += fmt::format("&{}={}", name, http::url_encode(*value));
  }
  print(options, or_exit(api.post(target, json::object())));
}

void list(const ReportOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get("/api/v1/reports"));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& report : answer.at("reports")) {
    const bool is_draft = report.at("state") == "draft";
    rows.push_back({report.at("report").dump(), report.value("title", ""),
                    is_draft ? "草稿" : (report.value("superseded", false) ? "已被新版取代" : "已定稿"),
                    is_draft ? "" : report.at("version").dump(), report.value("drafted", ""),
                    report.at("content_hash").get<std::string>().substr(0, 16)});
  }
  fmt::print("{}", text_table({"编号", "标题", "状态", "版本", "起草", "SHA-256"}, rows));
}

void show(const ReportOptions& options) {
  api::Api api = open_api(options.api);
  const json report = or_exit(api.get(fmt::format("/api/v1/reports/{}", options.report)));
  fmt::print("{}\n", options.api.json ? report.dump() : report.dump(2));
}

// Freezes what stands there now: the revision is read first, so that a change in between is noticed.
void freeze(const ReportOptions& options) {
  api::Api api = open_api(options.api);
  const json report = or_exit(api.get(fmt::format("/api/v1/reports/{}", options.report)));
  print(options, or_exit(api.post(fmt::format("/api/v1/reports/{}/freeze", options.report),
                                  {{"revision", report.at("revision")}})));
}

void save_file(const ReportOptions& options, const char* form) {
  api::Api api = open_api(options.api);
  auto file = api.download(fmt::format("/api/v1/reports/{}/{}", options.report, form));
  if (!file) fail_answer(file.error());
  if (const auto written = write_whole({{options.out, *std::move(file)}}); !written) fail_command(written.error());
}

void save_pdf(const ReportOptions& options) { save_file(options, "pdf"); }
void save_workbook(const ReportOptions& options) { save_file(options, "xlsx"); }

template <class Action>
CLI::App* add_for_report(CLI::App& parent, const char* name, const char* about, const char* example, Action action) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer(fmt::format("Example: {}", example));
  const std::string_view kind{name};
  if (kind == "draft") {
    command->add_option("--title", options->title, "as it stands on the first page")->required();
    command->add_option("--programme", options->programme, "one programme only: then its target is tested");
    command->add_option("--round", options->round, "one round only, 1 to 4");
    command->add_option("--month", options->month, "one month only, such as 2013-06: compared with the year before");
    command->add_option("--city", options->city, "one city only, by its code");
    command->add_option("--verdicts", options->verdicts, "first or final")
        ->check(CLI::IsMember({"first", "final"}))
        ->capture_default_str();
  } else if (kind != "list") {
    command->add_option("report", options->report, "number of the report")->required();
  }
  if (kind == "pdf" || kind == "xlsx") command->add_option("--out", options->out, "file to write")->required();
  add_api_options(*command, options->api);
  command->callback([options, action] { action(*options); });
  return command;
}

}  // namespace

void add_report_commands(CLI::App& app) {
  CLI::App* report = app.add_subcommand("report", "the report on the state of quality, as it is signed");
  report->require_subcommand(1);
  add_for_report(*report, "draft", "draft one from the figures of this moment",
                 "qlims report draft --title 2013年第二季度质量状况分析报告 --programme NCP", draft);
  add_for_report(*report, "list", "drafts and frozen versions", "qlims report list", list);
  add_for_report(*report, "show", "figures and words of one", "qlims report show 1", show);
  add_for_report(*report, "freeze", "nobody changes it any more", "qlims report freeze 1", freeze);
  add_for_report(*report, "pdf", "as it is printed", "qlims report pdf 1 --out report.pdf", save_pdf);
  add_for_report(*report, "xlsx", "its tables, a sheet for each section", "qlims report xlsx 1 --out report.xlsx",
                 save_workbook);
}

}  // namespace lab::qlims
