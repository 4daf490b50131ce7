// qlims enterprise ..., credit ..., signal ..., plan weights: who made and sold what was sampled, and what is reported.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <array>
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

struct FirmOptions {
  ApiOptions api;
  std::string text;  // what is looked for, or a file
  std::string state;
  std::string reason;
  std::string programme;
  std::uint32_t number = 0;
  std::uint32_t into = 0;
  bool flag = false;  // --group, --dry-run
};
using Options = std::shared_ptr<FirmOptions>;

std::string text_of(const json& row, const char* field) {
  const auto found = row.find(field);
  if (found == row.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void print(const FirmOptions& options, const json& answer) {
  fmt::print("{}\n", answer.dump(options.api.json ? -1 : 2));
}

// Every row, page by page; `target` has a question already.
json all_rows(const FirmOptions& options, const std::string& target) {
  api::Api api = open_api(options.api);
  json rows = json::array();
  for (json after = 0; !after.is_null();) {
    const json page = or_exit(api.get(fmt::format("{}&limit=1000&after={}", target, after.dump())));
    rows.insert(rows.end(), page.at("rows").begin(), page.at("rows").end());
    after = page.at("next");
  }
  return rows;
}

template <class Cells>
void list(const FirmOptions& options, const std::string& target, const std::vector<std::string>& header, Cells cells) {
  const json rows = all_rows(options, target);
  if (options.api.json) return print(options, {{"rows", rows}});
  std::vector<std::vector<std::string>> lines;
  for (const json& row : rows) lines.push_back(cells(row));
  fmt::print("{}", text_table(header, lines));
}

void list_enterprises(const FirmOptions& options) {
  list(options, "/api/v1/enterprises?q=" + http::url_encode(options.text),
       {"编号", "名称", "代码", "地点", "最终合格", "最终不合格", "公布级别"}, [](const json& row) {
         const json& open = row.at("published");
         return std::vector<std::string>{text_of(row, "enterprise"),
                                         text_of(row, "name"),
                                         text_of(row, "code"),
                                         text_of(row, "city_name") + text_of(row, "county_name"),
                                         row.at("final").at("pass").dump(),
                                         row.at("final").at("fail").dump(),
                                         open.is_null() ? "" : text_of(open, "class")};
       });
}

void print_class(const json& one) {
  const json& evaluation = one.at("evaluation");
  if (evaluation.at("rule").is_null()) {
    fmt::print("按现行规则没有级别。{}\n", text_of(evaluation, "unmet"));
    return;
  }
  fmt::print("按现行规则：{} 级{}，规则 {}：{}\n", text_of(evaluation, "class"),
             evaluation.value("blacklisted", false) ? "（黑名单）" : "", text_of(evaluation.at("rule"), "rule"),
             text_of(evaluation.at("rule"), "text"));
  for (const json& verdict : evaluation.at("verdicts")) fmt::print("  依据 {}\n", text_of(verdict, "number"));
  if (!text_of(evaluation.at("rule"), "assumption").empty()) {
    fmt::print("  {}\n", text_of(evaluation.at("rule"), "assumption"));
  }
}

void show_enterprise(const FirmOptions& options) {
  api::Api api = open_api(options.api);
  const json one = or_exit(api.get(fmt::format("/api/v1/enterprises/{}", options.number)));
  if (options.api.json) return print(options, one);
  fmt::print("{} {} {}\n", text_of(one, "enterprise"), text_of(one, "name"), text_of(one, "code"));
  if (!one.at("merged_into").is_null()) fmt::print("已并入第 {} 号\n", one.at("merged_into").dump());
  print_class(one);
  fmt::print("下一计划的建议权重 {}%：{}\n", one.at("weight").at("percent").dump(),
             text_of(one.at("weight"), "because"));
  std::vector<std::vector<std::string>> lines;
  for (const json& line : one.at("history")) {
    lines.push_back({text_of(line, "number"), text_of(line, "month"), text_of(line, "programme"),
                     text_of(line, "commodity"), text_of(line, "first"), text_of(line, "final"),
                     text_of(line, "open")});
  }
  fmt::print("{}", text_table({"样品", "月份", "项目", "产品", "首次", "最终", "尚未终局"}, lines));
}

json json_in(const std::string& path) {
  json content = json::parse(file_or_exit(path), nullptr, false);
  if (content.is_discarded()) fail_command({ErrorCode::malformed, "不是 JSON 文件", path});
  return content;
}

void import_enterprises(const FirmOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.submit(fmt::format("/api/v1/enterprises?dry_run={}", options.flag ? 1 : 0),
                                         file_or_exit(options.text), "application/octet-stream"));
  if (options.api.json) print(options, answer);
  if (!answer.value("accepted", false)) {
    std::vector<std::vector<std::string>> lines;
    for (const json& error : answer.at("errors")) {
      lines.push_back(
          {text_of(error, "row"), text_of(error, "column"), text_of(error, "value"), text_of(error, "message")});
    }
    fmt::print(stderr, "{}没有导入\n", text_table({"行", "列", "值", "问题"}, lines));
    throw CLI::RuntimeError(1);
  }
  if (!options.api.json) {
    fmt::print("{} 行，新增 {}，已有 {}\n", text_of(answer, "rows"), text_of(answer, "added"),
               text_of(answer, "known"));
  }
}

// Posts a reason and what else is given to one address.
void say(const FirmOptions& options, const std::string& target, json body = json::object()) {
  body["reason"] = options.reason;
  api::Api api = open_api(options.api);
  print(options, or_exit(api.post(target, body)));
}

void list_publications(const FirmOptions& options) {
  list(options, "/api/v1/publications?state=" + options.state, {"编号", "企业", "级别", "黑名单", "状态", "规则"},
       [](const json& row) {
         return std::vector<std::string>{text_of(row, "publication"), text_of(row, "name"),
                                         text_of(row, "class"),       row.value("blacklisted", false) ? "是" : "",
                                         text_of(row, "state"),       text_of(row, "rule")};
       });
}

void list_signals(const FirmOptions& options) {
  list(options, "/api/v1/signals?state=" + options.state,
       {"编号", "组", "同组", "类别", "产品", "生产者", "发生", "地点", "状态"}, [](const json& row) {
         return std::vector<std::string>{
             text_of(row, "signal"),     text_of(row, "group"),
             text_of(row, "group_size"), text_of(row, "kind"),
             text_of(row, "product"),    text_of(row, "maker"),
             text_of(row, "happened"),   text_of(row, "city_name") + text_of(row, "county_name"),
             text_of(row, "state")};
       });
}

void send_signal(const FirmOptions& options) {
  api::Api api = open_api(options.api);
  print(options, or_exit(api.post("/api/v1/signals", json_in(options.text))));
}

void open_plan(const FirmOptions& options) {
  json asked = json_in(options.text);
  asked["dry_run"] = options.flag;
  say(options, fmt::format("/api/v1/signals/{}/plan", options.number), std::move(asked));
}

void show_weights(const FirmOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get("/api/v1/plan-weights?programme=" + options.programme));
  if (options.api.json) return print(options, answer);
  std::vector<std::vector<std::string>> lines;
  for (const json& row : answer.at("cells")) {
    lines.push_back({row.contains("city_name") ? text_of(row, "city_name") : text_of(row, "city"),
                     row.contains("category_name") ? text_of(row, "category_name") : text_of(row, "category"),
                     text_of(row, "failed"), text_of(row, "judged"), row.at("weight").at("percent").dump(),
                     text_of(row.at("weight"), "because")});
  }
  fmt::print("{}", text_table({"市州", "产品类别", "不合格", "已判定", "权重%", "理由"}, lines));
  if (!answer.contains("enterprises") || answer.at("enterprises").empty()) return;
  lines.clear();
  for (const json& row : answer.at("enterprises")) {
    lines.push_back({text_of(row, "enterprise"), text_of(row, "name"), row.at("weight").at("percent").dump(),
                     text_of(row.at("weight"), "because")});
  }
  fmt::print("\n{}", text_table({"编号", "企业", "权重%", "理由"}, lines));
}

template <class Action>
std::pair<CLI::App*, Options> add(CLI::App& parent, const char* name, const char* about, const char* example,
                                  Action action) {
  auto options = std::make_shared<FirmOptions>();
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer(fmt::format("Example: qlims {} {}", parent.get_name(), example));
  add_api_options(*command, options->api);
  command->callback([options, action] { action(*options); });
  return {command, options};
}

// A command about one number that needs a reason.
template <class Action>
std::pair<CLI::App*, Options> add_saying(CLI::App& parent, const char* name, const char* about, const char* example,
                                         const char* number, Action action) {
  auto added = add(parent, name, about, example, action);
  added.first->add_option(number, added.second->number, "its number, as the list shows it")->required();
  added.first->add_option("--reason", added.second->reason, "why; it stays on record with your name")->required();
  return added;
}

void add_enterprise_family(CLI::App& app) {
  CLI::App* family = app.add_subcommand("enterprise", "the register of enterprises and their histories");
  family->require_subcommand(1);
  auto listed = add(*family, "list", "enterprises, by a piece of a name or code", "list 食品厂", list_enterprises);
  listed.first->add_option("text", listed.second->text, "a piece of a name or code; all of them when left out");
  auto shown = add(*family, "show", "history, credit class with its reasons, weight", "show 3", show_enterprise);
  shown.first->add_option("enterprise", shown.second->number, "its number, as qlims enterprise list shows it")
      ->required();
  auto taken = add(*family, "import", "check a list row by row and, if every row is right, take it",
                   "import firms.xlsx", import_enterprises);
  taken.first->add_option("file", taken.second->text, "XLSX, or CSV in UTF-8 or GB18030")->required();
  taken.first->add_flag("--dry-run", taken.second->flag, "check only");
  auto merged =
      add_saying(*family, "merge", "one entry is the same enterprise as another",
                 "merge 3 --into 2 --reason '证照相同'", "enterprise", [](const FirmOptions& options) {
                   say(options, fmt::format("/api/v1/enterprises/{}/merge", options.number), {{"into", options.into}});
                 });
  merged.first->add_option("--into", merged.second->into, "the entry that stands from now on")->required();
}

void add_credit_family(CLI::App& app) {
  CLI::App* family = app.add_subcommand("credit", "credit classes: proposed by one person, confirmed by another");
  family->require_subcommand(1);
  auto listed = add(*family, "list", "proposals and what is public", "list --state published", list_publications);
  listed.first->add_option("--state", listed.second->state, "one state only, such as proposed or published");
  add_saying(*family, "propose", "the class that the rules give this enterprise", "propose 3 --reason '按规则'",
             "enterprise", [](const FirmOptions& options) {
               say(options, fmt::format("/api/v1/enterprises/{}/publications", options.number));
             });
  constexpr std::array steps{
      std::pair{"confirm", "publish what another person proposed"}, std::pair{"refuse", "do not publish it"},
      std::pair{"withdraw", "propose that it is public no longer"},
      std::pair{"confirm-withdrawal", "agree to what another person proposed"}, std::pair{"keep", "it stays public"}};
  for (const auto& step : steps) {
    const std::string name = step.first;
    add_saying(*family, step.first, step.second, (name + " 1 --reason '核对无误'").c_str(), "publication",
               [name](const FirmOptions& options) {
                 say(options, fmt::format("/api/v1/publications/{}/{}", options.number, name));
               });
  }
}

void add_signal_family(CLI::App& app) {
  CLI::App* family = app.add_subcommand("signal", "reports of injuries and risks of products");
  family->require_subcommand(1);
  auto listed =
      add(*family, "list", "reports, the newest first, with their groups", "list --state received", list_signals);
  listed.first->add_option("--state", listed.second->state, "received, dismissed, watched or planned");
  auto sent = add(*family, "send", "hand in one report, a JSON object", "send report.json", send_signal);
  sent.first->add_option("file", sent.second->text, "file with the report, a JSON object")->required();
  auto assessed = add_saying(*family, "assess", "say what it is", "assess 7 --state watched --group --reason '待核实'",
                             "signal", [](const FirmOptions& options) {
                               say(options, fmt::format("/api/v1/signals/{}/assess", options.number),
                                   {{"state", options.state}, {"group", options.flag}});
                             });
  assessed.first->add_option("--state", assessed.second->state, "what it is")
      ->required()
      ->check(CLI::IsMember({"dismissed", "watched"}));
  assessed.first->add_flag("--group", assessed.second->flag, "with those of its group that nobody has assessed");
  auto planned = add_saying(*family, "plan", "open a plan that samples the product",
                            "plan 7 --ask plan.json --reason '专项抽查'", "signal", open_plan);
  planned.first
      ->add_option("--ask", planned.second->text, "title, year, due, programme, category, stage, panel, samples")
      ->required();
  planned.first->add_flag("--dry-run", planned.second->flag, "show the file of the plan only");
}

}  // namespace

void add_enterprise_commands(CLI::App& app) {
  add_enterprise_family(app);
  add_credit_family(app);
  add_signal_family(app);
}

void add_plan_weights(CLI::App& plan) {
  auto added = add(plan, "weights", "what the past suggests for the next plan, with reasons", "weights --programme NCP",
                   show_weights);
  added.first->add_option("--programme", added.second->programme, "one programme only");
}

}  // namespace lab::qlims
