#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "protocol/http/url.hpp"
#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct ImportOptions {
  ApiOptions api;
  std::string file;
  std::string title;
  std::string due;
  int year = 0;
  std::string error_file;
  std::string reason;
  bool restore = false;
  bool dry_run = false;
};

Bytes from_base64(const std::string& text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Bytes bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = letters.find(c);
    if (value == std::string_view::npos) break;  // the padding at the end
    bits = bits << 6U | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>(bits >> static_cast<unsigned>(count)));
  }
  return bytes;
}

void save(const std::string& path, Bytes content) {
  const auto written = write_whole({{path, std::move(content)}});
  if (!written) fail_command(written.error());
}

void print_rejection(const json& answer) {
  std::vector<std::vector<std::string>> rows;
  for (const json& error : answer.at("errors")) {
    rows.push_back({std::to_string(error.value("row", 0)), error.value("column", ""), error.value("value", ""),
                    error.value("message", "")});
  }
  if (const std::string sheet = answer.at("errors").empty() ? "" : answer["errors"][0].value("sheet", "");
      !sheet.empty()) {
    fmt::print(stderr, "工作表“{}”\n", sheet);
  }
  fmt::print(stderr, "{}", text_table({"行", "列", "值", "问题"}, rows));
}

// The user's own file with its column 错误, so that it can be mended and sent again.
void give_back(const json& answer, const ImportOptions& options) {
  if (options.error_file.empty()) {
    fmt::print(stderr, "没有导入。加 --error-file 文件名 可取回带“错误”列的原文件\n");
    return;
  }
  save(options.error_file, from_base64(answer.value("error_file", "")));
  fmt::print(stderr, "没有导入。带“错误”列的原文件 → {}\n", options.error_file);
}

std::string place_of(const json& cell) {
  return fmt::format("{} {} {} {} {} 第 {} 轮", cell.value("programme", ""), cell.value("city_name", ""),
                     cell.value("county_name", ""), cell.value("category", ""), cell.value("commodity", ""),
                     cell.value("round", 0));
}

// What a revision would change, and what forbids it.
void print_changes(const json& check) {
  std::vector<std::vector<std::string>> rows;
  for (const json& change : check.at("changes")) {
    rows.push_back({place_of(change), change.at("before").dump(), change.at("after").dump()});
  }
  fmt::print("{}", text_table({"指标单元", "原", "改为"}, rows));
  fmt::print("计划 {} 第 {} 版 → 第 {} 版：{} 个样品 → {} 个；新建 {} 项任务，取消 {} 项（仅检查，未写入）\n",
             check.at("plan").dump(), check.at("revision").dump(), check.at("next").dump(), check.at("before").dump(),
             check.at("after").dump(), check.at("created").dump(), check.at("cancelled").dump());
  if (!check.at("former").is_null()) {
    fmt::print(stderr, "这是第 {} 版的内容；确要恢复请加 --restore\n", check.at("former").dump());
  }
  rows.clear();
  for (const json& held : check.at("held")) {
    rows.push_back({place_of(held), held.at("wanted").dump(), held.at("granted").dump(), held.at("judged").dump()});
  }
  if (rows.empty()) return;
  fmt::print(stderr, "低于已下达或已判定的数量，不能这样修订：\n{}",
             text_table({"指标单元", "改为", "已下达", "已判定"}, rows));
}

void print_taken(const json& answer, const ImportOptions& options) {
  if (answer.contains("revises")) return print_changes(answer.at("revises"));
  if (answer.contains("cancelled")) {
    fmt::print("计划 {} 第 {} 版：新建 {} 项任务，取消 {} 项\n", answer.value("plan", 0), answer.value("revision", 0),
               answer.value("tasks", 0), answer.value("cancelled", 0));
    return;
  }
  fmt::print("计划 {}：{} 项任务{}\n", answer.value("plan", 0), answer.value("tasks", 0),
             options.dry_run ? "（仅检查，未写入）" : "");
}

void import_plan(const ImportOptions& options) {
  api::Api api = open_api(options.api);
  std::string target = fmt::format("/api/v1/plans?title={}&year={}&due={}&dry_run={}", http::url_encode(options.title),
                                   options.year, options.due, options.dry_run ? 1 : 0);
  if (!options.reason.empty()) target += "&reason=" + http::url_encode(options.reason);
  if (options.restore) target += "&restore=1";
  const json answer = or_exit(api.submit(target, file_or_exit(options.file), "application/octet-stream"));
  const bool is_held = answer.contains("revises") && !answer.at("revises").at("held").empty();
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
  } else if (answer.value("already_imported", false)) {
    fmt::print("计划 {}：此文件已导入过，新增 0 项任务\n", answer.value("plan", 0));
  } else if (answer.value("accepted", true)) {
    print_taken(answer, options);
  }
  if (is_held) throw CLI::RuntimeError(1);
  if (answer.value("accepted", true)) return;
  print_rejection(answer);
  give_back(answer, options);
  throw CLI::RuntimeError(1);
}

void add_plan_import(CLI::App& plan) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = plan.add_subcommand("import", "check a plan file row by row and, if every row is right, take it");
  command->footer(
      "Example: qlims plan import plan.xlsx --title 2013年例行监测 --year 2013 --due 2013-12-31\n"
      "A plan of the same year and title is a revision of the one that is there: look with --dry-run, then give "
      "--reason. Samples that somebody has are never taken out.");
  command->add_option("file", options->file, "XLSX, or CSV in UTF-8 or GB18030")->required();
  command->add_option("--title", options->title, "name of the plan; with the year it says which plan is revised")
      ->required();
  command->add_option("--year", options->year, "year in which it is carried out")->required();
  command->add_option("--due", options->due, "date by which every report must be in")->required();
  command->add_option("--reason", options->reason, "why the plan of that year and title is revised");
  command->add_flag("--restore", options->restore, "an earlier revision is meant to come back");
  command->add_flag("--dry-run", options->dry_run, "check only, and show what a revision would change");
  command->add_option("--error-file", options->error_file, "where your own file goes with a column of its faults");
  add_api_options(*command, options->api);
  command->callback([options] { import_plan(*options); });
}

struct TemplateOptions {
  ApiOptions api;
  std::string out;
  std::string encoding = "utf-8";
};

void save_template(const TemplateOptions& options) {
  const bool is_text = options.out.ends_with(".csv");
  if (!is_text && !options.out.ends_with(".xlsx")) throw CLI::RuntimeError("--out has to end in .xlsx or .csv", 1);
  api::Api api = open_api(options.api);
  auto content = api.download(
      fmt::format("/api/v1/plan-template?format={}&encoding={}", is_text ? "csv" : "xlsx", options.encoding));
  if (!content) fail_answer(content.error());
  save(options.out, *std::move(content));
}

void add_plan_template(CLI::App& plan) {
  auto options = std::make_shared<TemplateOptions>();
  CLI::App* command = plan.add_subcommand("template", "a table to fill in, with a guide and drop-downs");
  command->footer("Example: qlims plan template --out plan.xlsx");
  command->add_option("--out", options->out, "file to write, .xlsx or .csv")->required();
  command->add_option("--encoding", options->encoding, "of a CSV")
      ->check(CLI::IsMember({"utf-8", "utf-8-bom", "gb18030"}))
      ->capture_default_str();
  add_api_options(*command, options->api);
  command->callback([options] { save_template(*options); });
}

struct PlanOptions {
  ApiOptions api;
  int plan = 0;
  int limit = 0;                      // dispatch
  int revision = 0;                   // revisions; 0: all of them
  bool dry_run = false;               // allocate
  std::vector<std::string> capacity;  // allocate: "3=500"
  std::vector<int> without;           // allocate
};

void show_plan(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get(fmt::format("/api/v1/plans/{}", options.plan)));
  fmt::print("{}\n", options.api.json ? answer.dump() : answer.dump(2));
}

void show_revisions(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  const bool one = options.revision != 0;
  const std::string more = one ? fmt::format("/{}", options.revision) : "";
  const json answer = or_exit(api.get(fmt::format("/api/v1/plans/{}/revisions{}", options.plan, more)));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& change : one ? answer.at("changes") : json::array()) {
    rows.push_back({place_of(change), change.at("before").dump(), change.at("after").dump()});
  }
  if (one) {
    fmt::print("{}", text_table({"指标单元", "原", "改为"}, rows));
    return;
  }
  for (const json& revision : answer.at("revisions")) {
    rows.push_back({revision.at("revision").dump(), revision.at("at").is_null() ? "" : revision.value("at", ""),
                    revision.value("person", ""), revision.at("before").dump(), revision.at("after").dump(),
                    revision.value("reason", "")});
  }
  fmt::print("{}", text_table({"版", "时间", "修订人", "原样品数", "样品数", "理由"}, rows));
}

// "3=500": laboratory 3 takes 500 samples.
json capacities_of(const std::vector<std::string>& terms) {
  json capacity = json::object();
  for (const std::string& term : terms) {
    const auto sign = term.find('=');
    const std::string number = sign == std::string::npos ? "" : term.substr(sign + 1);
    const bool is_number =
        !number.empty() && number.size() <= 7 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) throw CLI::RuntimeError("--capacity wants LABORATORY=SAMPLES, as in 3=500", 1);
    capacity[term.substr(0, sign)] = std::stoul(number);
  }
  return capacity;
}

void allocate(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  json body = json::object();
  if (options.dry_run) body["dry_run"] = true;
  if (!options.capacity.empty()) body["capacity"] = capacities_of(options.capacity);
  if (!options.without.empty()) body["without"] = options.without;
  const json answer = or_exit(api.post(fmt::format("/api/v1/plans/{}/allocation", options.plan), body));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& share : answer.at("assignments")) {
    rows.push_back({share.at("laboratory").dump(), share.value("name", ""), share.at("before").dump(),
                    share.at("tasks").dump(), share.at("elsewhere").dump(), share.at("capacity").dump()});
  }
  fmt::print("{}", text_table({"编号", "实验室", "原任务数", "任务数", "其他计划", "容量"}, rows));
  rows.clear();
  for (const json& row : answer.at("rows")) {
    rows.push_back({row.value("city_name", row.at("city").dump()), row.value("panel", ""), row.value("name", ""),
                    row.at("count").dump(), row.value("reason", "")});
  }
  fmt::print("\n{}", text_table({"市州", "检测包", "实验室", "样品数", "原因"}, rows));
  if (options.dry_run) fmt::print("（仅试算，未写入）\n");
}

// Whom nothing of this plan can be given before a bench PC of theirs is enrolled, and how many samples that is.
json laboratories_without_node(api::Api& api, const PlanOptions& options) {
  std::map<std::uint64_t, std::uint64_t> samples;
  const auto division = api.get(fmt::format("/api/v1/plans/{}/allocation", options.plan));
  if (!division) return json::array();  // allocated by an older program, which did not note how
  for (const json& row : division->at("rows")) {
    samples[row.at("laboratory").get<std::uint64_t>()] += row.at("count").get<std::uint64_t>();
  }
  json waiting = json::array();
  const json status = or_exit(status_of(api, options.api));
  for (const json& laboratory : status.at("laboratories")) {
    const auto share = samples.find(laboratory.at("id").get<std::uint64_t>());
    const bool has_node =
        std::ranges::any_of(laboratory.at("nodes"), [](const json& node) { return !node.value("revoked", false); });
    if (has_node || share == samples.end() || share->second == 0) continue;
    waiting.push_back({{"laboratory", share->first}, {"name", laboratory.at("name")}, {"tasks", share->second}});
  }
  return waiting;
}

void dispatch(const PlanOptions& options) {
  api::Api api = open_api(options.api);
  json body = json::object();
  if (options.limit > 0) body["limit"] = options.limit;
  json answer = or_exit(api.post(fmt::format("/api/v1/plans/{}/dispatch", options.plan), body));
  const json waiting = laboratories_without_node(api, options);
  if (options.api.json) {
    answer["waiting"] = waiting;
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("计划 {}：正在下达；进度见 qlims status\n", answer.at("plan").dump());
  for (const json& one : waiting) {
    fmt::print("实验室 {}（{}）还没有入网的检测站，{} 项任务在等：qlims lab enrol {} --name 电脑名\n",
               one.at("laboratory").dump(), one.at("name").get<std::string>(), one.at("tasks").dump(),
               one.at("laboratory").dump());
  }
}

template <class Action>
CLI::App* add_for_plan(CLI::App& parent, const std::string& name, const std::string& about, Action action) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = parent.add_subcommand(name, about);
  const bool is_own = name == "allocate" || name == "dispatch";
  command->footer(fmt::format("Example: qlims {}{} 1", is_own ? "" : "plan ", name));
  command->add_option("plan", options->plan, "number of the plan")->required();
  if (name == "dispatch") command->add_option("--limit", options->limit, "at most so many tasks");
  if (name == "revisions") command->add_option("--revision", options->revision, "what this one changed");
  if (name == "allocate") {
    command->add_flag("--dry-run", options->dry_run, "only say how it would be divided, and why");
    command->add_option("--capacity", options->capacity, "LABORATORY=SAMPLES: instead of its own capacity");
    command->add_option("--without", options->without, "laboratories that are left out");
  }
  add_api_options(*command, options->api);
  command->callback([options, action] { action(*options); });
  return command;
}

}  // namespace

void add_plan_commands(CLI::App& app) {
  CLI::App* plan = app.add_subcommand("plan", "provincial sampling plans");
  plan->require_subcommand(1);
  add_plan_import(*plan);
  add_plan_template(*plan);
  add_plan_weights(*plan);
  add_for_plan(*plan, "show", "quota cells of a plan", show_plan);
  add_for_plan(*plan, "revisions", "how a plan was revised, by whom and why", show_revisions);
  add_for_plan(app, "allocate", "divide a plan's tasks among the laboratories", allocate);
  add_for_plan(app, "dispatch", "grant a plan's tasks to the laboratories' nodes", dispatch);
}

}  // namespace lab::qlims
