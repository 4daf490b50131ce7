#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CLI::RuntimeError(fmt::format("cannot open {}", path), 1);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct ImportOptions {
  ApiOptions api;
  std::string file;
  std::string title;
  std::string due;
  int year = 0;
  bool dry_run = false;
};

void print_rejection(const json& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const json& error : answer.at("errors")) {
    rows.push_back({std::to_string(error.value("row", 0)), error.value("column", ""), error.value("value", ""),
                    error.value("message", "")});
  }
  fmt::print(stderr, "{}", text_table({"行", "列", "值", "问题"}, rows));
}

void import_plan(const ImportOptions& options) {
  api::Api api = open_api(options.api);
  const std::string target =
      fmt::format("/api/v1/plans?title={}&year={}&due={}&dry_run={}", http::url_encode(options.title), options.year,
                  options.due, options.dry_run ? 1 : 0);
  const json answer = or_exit(api.post_bytes(target, read_file(options.file), "text/csv"));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
  } else if (answer.value("accepted", true)) {
    fmt::print("计划 {}：{} 项任务{}\n", answer.value("plan", 0), answer.value("tasks", 0),
               options.dry_run ? "（仅检查，未写入）" : "");
  }
  if (answer.value("accepted", true)) return;
  print_rejection(answer);
  throw CLI::RuntimeError(1);
}

void add_plan_import(CLI::App& plan) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = plan.add_subcommand("import", "check a plan file row by row and, if every row is right, take it");
  command->footer("Example: qlims plan import plan.csv --title 2013年例行监测 --year 2013 --due 2013-12-31");
  command->add_option("file", options->file, "CSV in UTF-8 or GB18030")->required();
  command->add_option("--title", options->title)->required();
  command->add_option("--year", options->year)->required();
  command->add_option("--due", options->due, "date by which every report must be in")->required();
  command->add_flag("--dry-run", options->dry_run, "check only");
  add_api_options(*command, options->api);
  command->callback([options] { import_plan(*options); });
}

struct PlanOptions {
  ApiOptions api;
  int plan = 0;
  int limit = 0;
};

void show_plan(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get(fmt::format("/api/v1/plans/{}", options.plan)));
  fmt::print("{}\n", options.api.json ? answer.dump() : answer.dump(2));
}

void allocate(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.post(fmt::format("/api/v1/plans/{}/allocation", options.plan), json::object()));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& share : answer.at("assignments")) {
    rows.push_back({share.at("laboratory").dump(), share.value("name", ""), share.at("tasks").dump()});
  }
  fmt::print("{}", text_table({"编号", "实验室", "任务数"}, rows));
}

void dispatch(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  json body = json::object();
  if (options.limit > 0) body["limit"] = options.limit;
  const json answer = or_exit(api.post(fmt::format("/api/v1/plans/{}/dispatch", options.plan), body));
  fmt::print("{}\n", answer.dump());
}

template <class Action>
CLI::App* add_for_plan(CLI::App& parent, const std::string& name, const std::string& about, Action action) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer(fmt::format("Example: qlims {} 1", name == "show" ? "plan show" : name));
  command->add_option("plan", options->plan, "number of the plan")->required();
  if (name == "dispatch") command->add_option("--limit", options->limit, "at most so many tasks");
  add_api_options(*command, options->api);
  command->callback([options, action] { action(*options); });
  return command;
}

}  // namespace

void add_plan_commands(CLI::App& app) {
  CLI::App* plan = app.add_subcommand("plan", "provincial sampling plans");
  plan->require_subcommand(1);
  add_plan_import(*plan);
  add_for_plan(*plan, "show", "quota cells of a plan", show_plan);
  add_for_plan(app, "allocate", "divide a plan's tasks among the laboratories", allocate);
  add_for_plan(app, "dispatch", "grant a plan's tasks to the laboratories' nodes", dispatch);
}

}  // namespace lab::qlims
