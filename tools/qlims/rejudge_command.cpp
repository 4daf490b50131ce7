// qlims rejudge: what another limit table or decision rule would change at the running coordinator.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/limit_table.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct Options {
  ApiOptions api;
  std::string table;
  bool dry_run = false;
  std::string comparison;
  std::string decision_rule;
  std::string relative_uncertainty;
  std::string after;
  std::size_t limit = 100;
};

[[noreturn]] void refuse(std::string_view what) {
  fmt::print(stderr, "qlims rejudge: {}\n", what);
  throw CLI::RuntimeError(1);
}

std::string target_of(const Options& options) {
  std::string target = fmt::format("/api/v1/rejudge?limit={}", options.limit);
  const auto add = [&](const char* field, const std::string& value) {
    if (!value.empty()) target += fmt::format("&{}={}", field, http::url_encode(value));
  };
  add("comparison", options.comparison);
  add("decision_rule", options.decision_rule);
  add("relative_uncertainty", options.relative_uncertainty);
  add("after", options.after);
  return target;
}

std::string moves_text(const char* title, const json& moves) {
  if (moves.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const json& move : moves) {
    rows.push_back({move.value("city_name", move.at("city").dump()),
                    move.value("category_name", move.at("category").get<std::string>()), move.at("was"), move.at("is"),
                    move.at("count").dump()});
  }
  return fmt::format("{}\n", title) + text_table({"市州", "产品类别", "原判定", "新判定", "数量"}, rows);
}

std::string rows_text(const json& changed) {
  if (changed.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const json& row : changed) {
    const json& limit = row.at("limit");
    const std::string basis = limit.is_null()
                                  ? std::string{"无适用限量"}
                                  : fmt::format("{}{} {} {}", limit.value("op", ""), limit.value("limit", ""),
                                                limit.value("unit", ""), limit.value("standard", ""));
    const std::string result = row.value("result", "");
    rows.push_back({row.at("task"), row.at("commodity"), row.at("analyte"),
                    result.empty() ? row.value("state", "") : result + " " + row.value("unit", ""), row.at("was"),
                    row.at("is"), basis});
  }
  return text_table({"任务", "产品", "检测项目", "结果", "原判定", "新判定", "新限量"}, rows);
}

// What the figures do not contain: nobody should take them for all.
std::string missing_text(const json& report) {
  std::string text;
  if (const auto count = report.value("without_panel", std::uint64_t{0}); count > 0) {
    text += fmt::format("另有 {} 个样品未重新判定：其判定依据或检测包不在省平台\n", count);
  }
  if (const auto count = report.value("left_out", std::uint64_t{0}); count > 0) {
    text += fmt::format("另有 {} 个测定值未重新判定：检测包中没有该项目，或结果的写法过多\n", count);
  }
  return text;
}

std::string report_text(const json& report) {
  std::string text = moves_text("项目判定的变化", report.at("items"));
  text += moves_text("样品结论的变化", report.at("sample_verdicts"));
  text += rows_text(report.at("rows"));
  if (!report.at("next").is_null()) {
    text += fmt::format("下一页：--after {}\n", report.at("next").get<std::string>());
  }
  text += fmt::format("样品 {}，测定值 {}，判定会变化的项目 {}，结论会变化的样品 {}（未作任何改动）\n",
                      report.at("samples").dump(), report.at("determinations").dump(),
                      report.at("changed_items").dump(), report.at("changed_samples").dump());
  return text + missing_text(report);
}

void run(const Options& options) {
  if (!options.dry_run) {
    refuse(
        "only --dry-run is possible: an issued verdict is changed by its laboratory, in an amendment that names why");
  }
  auto table = read_text(options.table);
  if (!table) refuse(to_text(table.error()));
  if (table->empty()) refuse("the table is empty");
  api::Api api = open_api(options.api);
  const json report = or_exit(api.post_bytes(target_of(options), std::move(*table), "text/csv"));
  fmt::print("{}", options.api.json ? report.dump() + "\n" : report_text(report));
}

}  // namespace

void add_rejudge_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* rejudge = app.add_subcommand("rejudge", "what another limit table or rule would change; changes nothing");
  rejudge->footer("Example:\n  qlims rejudge --table limits_2021.csv --dry-run");
  rejudge->add_option("--table", options->table, "limit table (CSV) to judge by")->required();
  rejudge->add_flag("--dry-run", options->dry_run, "required: nothing is changed");
  rejudge->add_option("--comparison", options->comparison, "full_value or rounded_value, for every limit")
      ->check(CLI::IsMember({"full_value", "rounded_value"}));
  rejudge->add_option("--decision-rule", options->decision_rule, "with --relative-uncertainty")
      ->check(CLI::IsMember({"simple", "guard_acceptance", "guard_rejection", "nonbinary"}));
  rejudge->add_option("--relative-uncertainty", options->relative_uncertainty,
                      "U (k = 2) as a fraction of the limit, such as 0.5");
  rejudge->add_option("--limit", options->limit, "changed determinations to list")->capture_default_str();
  rejudge->add_option("--after", options->after, "go on after this one");
  add_api_options(*rejudge, options->api);
  rejudge->callback([options] { run(*options); });
}

}  // namespace lab::qlims
