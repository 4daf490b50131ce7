// What is due at the province, notices of nonconforming samples, and objections to them.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/beijing_time.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct DisputeOptions {
  ApiOptions api;
  std::string task;
  std::string state;
  std::string to;
  std::string way;
  std::string at;
  std::string kind = "conclusion";
  std::string party;
  std::string content;
  std::string reason;
  std::string out;
  bool rapid = false;
  std::string reserve;
  std::string expired;
};
using Options = std::shared_ptr<DisputeOptions>;

void print(const ApiOptions& options, const json& answer) { fmt::print("{}\n", answer.dump(options.json ? -1 : 2)); }

// A time as the interface says it, or a dash.
std::string time_of(const json& row, const char* field) {
  const auto found = row.find(field);
  if (found == row.end() || !found->is_string()) return "-";
  return beijing_time(found->get<std::string>());
}

std::string text_of(const json& row, const char* field) {
  const auto found = row.find(field);
  return found != row.end() && found->is_string() ? found->get<std::string>() : "-";
}

// Every row, page by page.
json all_rows(const DisputeOptions& options, const std::string& path) {
  api::Api api = open_api(options.api);
  json rows = json::array();
  for (std::string after;;) {
    std::string target = path + "?limit=1000";
    if (!options.state.empty()) target += "&state=" + options.state;
    if (!after.empty()) target += "&after=" + after;
    const json page = or_exit(api.get(target));
    rows.insert(rows.end(), page.at("rows").begin(), page.at("rows").end());
    const auto next = page.find("next");
    if (next == page.end() || !next->is_string()) return rows;
    after = next->get<std::string>();
  }
}

void list(const DisputeOptions& options, const std::string& path, const std::vector<std::string>& header,
          const std::function<std::vector<std::string>(const json& row)>& cells) {
  const json rows = all_rows(options, path);
  if (options.api.json) return print(options.api, {{"rows", rows}});
  std::vector<std::vector<std::string>> lines;
  for (const json& row : rows) lines.push_back(cells(row));
  fmt::print("{}", text_table(header, lines));
}

void list_clocks(const DisputeOptions& options) {
  list(options, "/api/v1/clocks", {"任务", "时限", "状态", "起算", "截止", "依据"}, [](const json& row) {
    return std::vector<std::string>{text_of(row, "task"),    text_of(row, "kind_name"), text_of(row, "state"),
                                    time_of(row, "started"), time_of(row, "due"),       text_of(row, "source")};
  });
}

void list_notices(const DisputeOptions& options) {
  list(options, "/api/v1/notices", {"任务", "样品编号", "状态", "确认", "应发", "发出", "送达"}, [](const json& row) {
    const json clock = row.value("clock", json(nullptr));
    return std::vector<std::string>{text_of(row, "task"),
                                    text_of(row, "number"),
                                    text_of(row, "state"),
                                    time_of(row, "confirmed"),
                                    clock.is_object() ? time_of(clock, "due") : "-",
                                    time_of(row, "sent"),
                                    time_of(row, "received")};
  });
}

void list_objections(const DisputeOptions& options) {
  list(options, "/api/v1/objections", {"任务", "样品编号", "分类", "状态", "提出", "期限", "处理"},
       [](const json& row) {
         return std::vector<std::string>{text_of(row, "task"),   text_of(row, "number"), text_of(row, "kind_name"),
                                         text_of(row, "state"),  time_of(row, "raised"), time_of(row, "window_end"),
                                         time_of(row, "decided")};
       });
}

void post(const DisputeOptions& options, const std::string& target, const json& body) {
  api::Api api = open_api(options.api);
  print(options.api, or_exit(api.post(target, body)));
}

void send_notice(const DisputeOptions& options) {
  post(options, "/api/v1/notices/" + options.task + "/send", {{"to", options.to}, {"way", options.way}});
}

void record_receipt(const DisputeOptions& options) {
  json body{{"how", options.way}, {"rapid", options.rapid}};
  if (!options.at.empty()) body["received_at"] = options.at;
  post(options, "/api/v1/notices/" + options.task + "/receipt", body);
}

void show_notice(const DisputeOptions& options) {
  api::Api api = open_api(options.api);
  const json notice = or_exit(api.get("/api/v1/notices/" + options.task));
  if (options.api.json || !notice.contains("text")) return print(options.api, notice);
  fmt::print("{}", notice.at("text").get<std::string>());
}

void print_notice(const DisputeOptions& options) {
  const char* form = options.out.ends_with(".xlsx") ? "xlsx" : "pdf";
  api::Api api = open_api(options.api);
  auto file = api.download(fmt::format("/api/v1/notices/{}/{}", options.task, form));
  if (!file) fail_command(file.error());
  if (const auto written = write_whole({{options.out, *std::move(file)}}); !written) fail_command(written.error());
}

void enter_objection(const DisputeOptions& options) {
  json body{{"task", options.task}, {"kind", options.kind}, {"by", options.party}, {"content", options.content}};
  if (!options.at.empty()) body["raised_at"] = options.at;
  post(options, "/api/v1/objections", body);
}

void accept_objection(const DisputeOptions& options) {
  json body{{"reason", options.reason}};
  if (!options.reserve.empty()) body["reserve_fit"] = options.reserve == "fit";
  if (!options.expired.empty()) body["expired"] = options.expired == "yes";
  post(options, "/api/v1/objections/" + options.task + "/accept", body);
}

void reject_objection(const DisputeOptions& options) {
  post(options, "/api/v1/objections/" + options.task + "/reject", {{"reason", options.reason}});
}

void show_objection(const DisputeOptions& options) {
  api::Api api = open_api(options.api);
  print(options.api, or_exit(api.get("/api/v1/objections/" + options.task)));
}

CLI::App* add(CLI::App& parent, const char* name, const char* about, const char* example, const Options& options,
              void (*run)(const DisputeOptions&)) {
  CLI::App* command = parent.add_subcommand(name, about);
  command->footer(std::string{"Example: qlims "} + example);
  add_api_options(*command, options->api);
  command->callback([options, run] { run(*options); });
  return command;
}

void add_notice_commands(CLI::App& app) {
  CLI::App* notice = app.add_subcommand("notice", "notices of nonconforming samples");
  notice->require_subcommand(1);
  const auto options = std::make_shared<DisputeOptions>();
  add(*notice, "list", "what is to be sent, and what was sent when", "notice list --state made", options, list_notices)
      ->add_option("--state", options->state, "made, sent, received or withdrawn (default: all)");
  CLI::App* show = add(*notice, "show", "the words of a notice", "notice show T-1.1-42", options, show_notice);
  show->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  CLI::App* file = add(*notice, "print", "the notice to be signed for, as PDF or XLSX by the name of the file",
                       "notice print T-1.1-42 --out notice.pdf", options, print_notice);
  file->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  file->add_option("--out", options->out, "file to write")->required();
  CLI::App* send = add(*notice, "send", "record that it goes out now: its deadline is met",
                       "notice send T-1.1-42 --way 专人送达", options, send_notice);
  send->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  send->add_option("--to", options->to, "to whom (default: the sampled unit)");
  send->add_option("--way", options->way, "by post, by hand, by the local authority");
  CLI::App* receipt = add(*notice, "receipt", "record when the party had it in hand: from then on it may object",
                          "notice receipt T-1.1-42 --at 2013-06-04T02:00:00Z --how 签收", options, record_receipt);
  receipt->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  receipt->add_option("--at", options->at, "when, in UTC (default: now)");
  receipt->add_option("--how", options->way, "by which it is known");
  receipt->add_flag("--rapid", options->rapid, "a rapid test found it: the shorter window");
}

void add_objection_commands(CLI::App& app) {
  CLI::App* objection = app.add_subcommand("objection", "objections of sampled parties to a nonconforming verdict");
  objection->require_subcommand(1);
  const auto options = std::make_shared<DisputeOptions>();
  add(*objection, "list", "all of them, with their state", "objection list --state registered", options,
      list_objections)
      ->add_option("--state", options->state, "registered, rejected, retest_assigned, settled, upheld or overturned");
  CLI::App* show = add(*objection, "show", "one of them, with the draw of the other laboratory",
                       "objection show T-1.1-42", options, show_objection);
  show->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  CLI::App* enter =
      add(*objection, "register", "within its window; refused with the dates when it is late",
          "objection register T-1.1-42 --by 某某合作社 --content '对铅的结果有异议'", options, enter_objection);
  enter->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  enter->add_option("--kind", options->kind, "conclusion, authenticity, method or procedure")->capture_default_str();
  enter->add_option("--by", options->party, "who objects")->required();
  enter->add_option("--content", options->content, "in their words")->required();
  enter->add_option("--at", options->at, "when it reached the office, in UTC (default: now)");
  CLI::App* accept =
      add(*objection, "accept", "another laboratory, drawn by lot, tests the reserve",
          "objection accept T-1.1-42 --reserve fit --expired no --reason '符合受理条件'", options, accept_objection);
  accept->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  accept->add_option("--reason", options->reason, "why; it stays on record with your name")->required();
  accept->add_option("--reserve", options->reserve, "fit or unfit to be tested; needed when a retest answers it")
      ->check(CLI::IsMember({"fit", "unfit"}));
  accept->add_option("--expired", options->expired, "yes: the sample is past its shelf life; needed as well")
      ->check(CLI::IsMember({"yes", "no"}));
  CLI::App* reject = add(*objection, "reject", "the verdict stands",
                         "objection reject T-1.1-42 --reason '没有新的事实'", options, reject_objection);
  reject->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  reject->add_option("--reason", options->reason, "why; it stays on record with your name")->required();
}

}  // namespace

void add_dispute_commands(CLI::App& app) {
  const auto options = std::make_shared<DisputeOptions>();
  CLI::App* clock = app.add_subcommand("clock", "deadlines");
  clock->require_subcommand(1);
  add(*clock, "list", "what is late and what runs, by the time it is due", "clock list --state all", options,
      list_clocks)
      ->add_option("--state", options->state, "open (default) or all");
  add_notice_commands(app);
  add_objection_commands(app);
}

}  // namespace lab::qlims
