// qlims series list|show|resume|conditions: series of lots at the coordinator.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/beijing_time.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

constexpr const char* about_conditions =
    "say of the production what reduced inspection asks for, for the next lot that is counted";

struct SeriesOptions {
  ApiOptions api;
  std::uint32_t series = 0;
  std::string reason;
  std::string steady;
  bool approved = false;
};

std::string target_of(const SeriesOptions& options, const char* what = "") {
  return fmt::format("/api/v1/series/{}{}", options.series, what);
}

std::string text_of(const json& object, const char* field) {
  const auto value = object.find(field);
  if (value == object.end() || value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : value->dump();
}

std::string state_of(const json& row) {
  constexpr std::array states{std::pair{"normal", "正常"}, std::pair{"tightened", "加严"}, std::pair{"reduced", "放宽"},
                              std::pair{"discontinued", "暂停"}};
  std::string state = text_of(row, "state");
  for (const auto& [word, chinese] : states) {
    if (state == word) return chinese;
  }
  return state;
}

void list(const SeriesOptions& options) {
  api::Api api = open_api(options.api);
  json all = json::array();
  for (json after = 0; !after.is_null();) {
    json page = or_exit(api.get(fmt::format("/api/v1/series?limit=1000&after={}", after.dump())));
    for (json& row : page.at("series")) all.push_back(std::move(row));
    after = page.at("next");
  }
  if (options.api.json) {
    fmt::print("{}\n", all.dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& row : all) {
    rows.push_back({text_of(row, "series"), text_of(row, "enterprise"), text_of(row, "commodity"), text_of(row, "aql"),
                    state_of(row), text_of(row, "score"), text_of(row, "lots"), text_of(row, "open"),
                    text_of(row, "waiting")});
  }
  fmt::print("{}",
             text_table({"系列", "受检单位", "产品", "AQL", "检验", "转移得分", "已计批数", "在检任务", "等候"}, rows));
}

std::string content_of(const json& step) {
  if (text_of(step, "kind") == "corrective_action") return "纠正措施有效：" + text_of(step, "reason");
  if (text_of(step, "kind") == "conditions") {
    const json& said = step.at("conditions");
    const char* steady = said.at("steady").is_null() ? "未说明" : said.at("steady").get<bool>() ? "稳定" : "不稳定";
    return fmt::format("生产{}，{}放宽：{}", steady, said.at("approved").get<bool>() ? "同意" : "不同意",
                       text_of(step, "reason"));
  }
  return fmt::format("{} 实检 {} 不合格 {}，{}", text_of(step, "task"), text_of(step, "inspected"),
                     text_of(step, "nonconforming"), step.value("accepted", false) ? "接收" : "不接收");
}

void show(const SeriesOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get(target_of(options)));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("系列 {}：{} {}，AQL {}，现为{}检验，转移得分 {}\n", options.series, text_of(answer, "enterprise"),
             text_of(answer, "commodity"), text_of(answer, "aql"), state_of(answer), text_of(answer, "score"));
  std::vector<std::vector<std::string>> rows;
  for (const json& step : answer.at("steps")) {
    rows.push_back({beijing_time(text_of(step, "at")), content_of(step), state_of(step), text_of(step, "score"),
                    text_of(step, "person")});
  }
  fmt::print("{}", text_table({"北京时间", "内容", "此后检验", "得分", "人员"}, rows));
}

void print(const SeriesOptions& options, const json& answer) {
  fmt::print("{}\n", answer.dump(options.api.json ? -1 : 2));
}

void resume(const SeriesOptions& options) {
  api::Api api = open_api(options.api);
  print(options, or_exit(api.post(target_of(options, "/corrective-action"), {{"reason", options.reason}})));
}

void say_conditions(const SeriesOptions& options) {
  const json steady = options.steady == "unsaid" ? json(nullptr) : json(options.steady == "yes");
  api::Api api = open_api(options.api);
  print(options, or_exit(api.post(target_of(options, "/conditions"),
                                  {{"steady", steady}, {"approved", options.approved}, {"reason", options.reason}})));
}

using Action = void (*)(const SeriesOptions& options);

CLI::App* add(CLI::App& parent, const char* name, const char* about, const char* example,
              const std::shared_ptr<SeriesOptions>& options, Action action) {
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer(std::string{"Example: qlims series "} + example);
  add_api_options(*command, options->api);
  command->callback([options, action] { action(*options); });
  return command;
}

}  // namespace

void add_series_commands(CLI::App& app) {
  CLI::App* series = app.add_subcommand("series", "series of lots: one product of one enterprise at one AQL");
  series->require_subcommand(1);
  add(*series, "list", "every series with its severity, and how many lots wait", "list",
      std::make_shared<SeriesOptions>(), list);

  auto shown = std::make_shared<SeriesOptions>();
  add(*series, "show", "what moved one series, step by step", "show 3", shown, show)
      ->add_option("series", shown->series, "number of the series, as qlims series list shows it")
      ->required();

  auto resumed = std::make_shared<SeriesOptions>();
  CLI::App* command = add(*series, "resume", "the corrective action was effective: a discontinued series goes on",
                          "resume 3 --reason '整改已验收'", resumed, resume);
  command->add_option("series", resumed->series, "number of the series, as qlims series list shows it")->required();
  command->add_option("--reason", resumed->reason, "why; it stays on record with your name")->required();

  auto said = std::make_shared<SeriesOptions>();
  command = add(*series, "conditions", about_conditions, "conditions 3 --steady yes --approved --reason '现场检查'",
                said, say_conditions);
  command->add_option("series", said->series, "number of the series, as qlims series list shows it")->required();
  command->add_option("--steady", said->steady, "production is steady: yes, no, or unsaid")
      ->required()
      ->check(CLI::IsMember({"yes", "no", "unsaid"}));
  command->add_flag("--approved", said->approved, "the responsible authority wants reduced inspection");
  command->add_option("--reason", said->reason, "why; it stays on record with your name")->required();
}

}  // namespace lab::qlims
