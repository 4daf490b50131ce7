#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct TaskOptions {
  ApiOptions api;
  std::string task;
  std::string reason;
};

struct ReassignOptions {
  TaskOptions task;
  std::uint32_t node = 0;  // 0: the coordinator chooses
  std::string reserve;
};

struct RetestOptions {
  TaskOptions task;
  std::uint32_t laboratory = 0;  // 0: the coordinator chooses
  std::string reserve;
  std::string expired;
  bool rapid_method = false;
};

void print(const ApiOptions& options, const json& answer) { fmt::print("{}\n", answer.dump(options.json ? -1 : 2)); }

void order_retest(const RetestOptions& options) {
  json body{{"reason", options.task.reason},
            {"reserve_fit", options.reserve == "fit"},
            {"expired", options.expired == "yes"},
            {"rapid_method", options.rapid_method}};
  if (options.laboratory != 0) body["laboratory"] = options.laboratory;
  api::Api api = open_api(options.task.api);
  print(options.task.api, or_exit(api.post("/api/v1/tasks/" + options.task.task + "/retest", body)));
}

// A decision about one task that asks for nothing but a reason.
void add_reasoned(CLI::App& task, const char* name, const char* what, const char* example) {
  auto options = std::make_shared<TaskOptions>();
  CLI::App* command = task.add_subcommand(name, what);
  command->footer(example);
  command->add_option("task", options->task, "number of the task, such as T-1.1-42")->required();
  command->add_option("--reason", options->reason, "why; it stays on record with your name")->required();
  add_api_options(*command, options->api);
  command->callback([options, name] {
    api::Api api = open_api(options->api);
    print(options->api,
          or_exit(api.post(fmt::format("/api/v1/tasks/{}/{}", options->task, name), {{"reason", options->reason}})));
  });
}

void add_reassign_command(CLI::App& task) {
  auto options = std::make_shared<ReassignOptions>();
  CLI::App* reassign =
      task.add_subcommand("reassign", "take a task back and grant it anew; a verdict under the old grant is late");
  reassign->footer(
      "Example: qlims task reassign T-1.1-42 --reason '仪器故障'\n"
      "With --node the task goes to that node, also back to one whose verdict came too late: its results are still "
      "there, and are signed anew.");
  reassign->add_option("task", options->task.task, "number of the task, such as T-1.1-42")->required();
  reassign->add_option("--reason", options->task.reason, "why; it stays on record with your name")->required();
  reassign->add_option("--node", options->node, "the node that gets it (default: the least busy other one)");
  reassign->add_option(
      "--reserve", options->reserve,
      "the container that is tested instead, once the sample was received; then a second person has to "
      "say the same");
  add_api_options(*reassign, options->task.api);
  reassign->callback([options] {
    json body{{"reason", options->task.reason}};
    if (options->node != 0) body["node"] = options->node;
    if (!options->reserve.empty()) body["reserve"] = options->reserve;
    api::Api api = open_api(options->task.api);
    print(options->task.api, or_exit(api.post("/api/v1/tasks/" + options->task.task + "/reassign", body)));
  });
}

void add_retest_command(CLI::App& task) {
  auto options = std::make_shared<RetestOptions>();
  CLI::App* retest = task.add_subcommand(
      "retest", "another laboratory tests the reserve of a nonconforming sample; its verdict is final");
  retest->footer("Example: qlims task retest T-1.1-42 --reserve fit --expired no --reason '受检单位对检验结论有异议'");
  retest->add_option("task", options->task.task, "number of the task, such as T-1.1-42")->required();
  retest->add_option("--reason", options->task.reason, "who objects, and why")->required();
  retest->add_option("--lab", options->laboratory,
                     "the laboratory that retests (default: drawn by lot among those that can and may)");
  retest->add_option("--reserve", options->reserve, "fit or unfit to be tested; unfit is refused")
      ->required()
      ->check(CLI::IsMember({"fit", "unfit"}));
  retest->add_option("--expired", options->expired, "yes: the sample is past its shelf life; refused")
      ->required()
      ->check(CLI::IsMember({"yes", "no"}));
  retest->add_flag("--rapid-method", options->rapid_method, "by a screening method: refused");
  add_api_options(*retest, options->task.api);
  retest->callback([options] { order_retest(*options); });
}

std::string exceptions_text(const json& both) {
  std::vector<std::vector<std::string>> rows;
  std::string more;
  for (const auto& [kind, name] : {std::pair{"quarantined", "隔离"}, std::pair{"late", "迟到"}}) {
    const json& page = both.at(kind);
    for (const json& one : page.at("rows")) {
      const json decision = one.value("decision", json::object());
      const std::string decided = decision.value("decided", "");
      rows.push_back(
          {fmt::format("{}.{}.{}", one.at("node").dump(), one.at("incarnation").dump(), one.at("sequence").dump()),
           name, one.at("received").get<std::string>(),
           one.at("task").is_null() ? "" : one.at("task").get<std::string>(), one.at("reason").get<std::string>(),
           decided.empty() ? "待处理" : (decided == "returned" ? "已退回重签" : "已驳回")});
    }
    if (!page.at("next").is_null()) {
      more += fmt::format("{} 共 {} 条，以上只是前一页；其余见网页或 --json\n", name, page.at("count").dump());
    }
  }
  if (rows.empty()) return "没有隔离或迟到的结果\n";
  return text_table({"位置", "种类", "收到", "任务", "原因", "处理"}, rows) + more;
}

// A decision about one event that was not counted.
void add_event_command(CLI::App& quarantine, const char* name, const char* what, const char* example) {
  struct Options {
    ApiOptions api;
    std::string place;
    std::string reason;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = quarantine.add_subcommand(name, what);
  command->footer(example);
  command->add_option("place", options->place, "node.incarnation.sequence, as qlims quarantine list shows it")
      ->required();
  command->add_option("--reason", options->reason, "why; it stays on record with your name")->required();
  add_api_options(*command, options->api);
  command->callback([options, name] {
    api::Api api = open_api(options->api);
    print(options->api, or_exit(api.post(fmt::format("/api/v1/quarantine/{}", name),
                                         {{"place", options->place}, {"reason", options->reason}})));
  });
}

}  // namespace

void add_task_commands(CLI::App& app) {
  CLI::App* task = app.add_subcommand("task", "single tasks");
  task->require_subcommand(1);

  auto show_options = std::make_shared<TaskOptions>();
  CLI::App* show = task->add_subcommand("show", "a task with its whole history and the hashes of its events");
  show->footer("Example: qlims task show T-1.1-42");
  show->add_option("task", show_options->task, "number of the task, such as T-1.1-42")->required();
  add_api_options(*show, show_options->api);
  show->callback([show_options] {
    api::Api api = open_api(show_options->api);
    print(show_options->api, or_exit(api.get("/api/v1/tasks/" + show_options->task)));
  });

  add_reassign_command(*task);
  add_reasoned(*task, "revoke", "take a task back: it is its laboratory's and waits to be dispatched again",
               "Example: qlims task revoke T-1.1-42 --reason '该站停电一周'");
  add_reasoned(*task, "cancel", "end a task that has no verdict: nobody does it, and it is no longer planned",
               "Example: qlims task cancel T-1.1-42 --reason '产品已停产'");
  add_retest_command(*task);

  CLI::App* quarantine = app.add_subcommand("quarantine", "what arrived and was not counted");
  quarantine->require_subcommand(1);
  auto list_options = std::make_shared<ApiOptions>();
  CLI::App* list = quarantine->add_subcommand("list", "quarantined and late events at the coordinator");
  list->footer("Example: qlims quarantine list");
  add_api_options(*list, *list_options);
  list->callback([list_options] {
    api::Api api = open_api(*list_options);
    json both{{"quarantined", or_exit(api.get("/api/v1/quarantine"))}, {"late", or_exit(api.get("/api/v1/late"))}};
    if (list_options->json) return print(*list_options, both);
    fmt::print("{}", exceptions_text(both));
  });
  add_event_command(*quarantine, "resolve",
                    "a late verdict goes back to its node to be signed anew; a quarantined event is decided again",
                    "Example: qlims quarantine resolve 5.1.42 --reason '原站结果已齐'");
  add_event_command(*quarantine, "reject", "an event was looked at and stays uncounted",
                    "Example: qlims quarantine reject 5.1.42 --reason '任务已改派，以新站结果为准'");
  add_event_command(*quarantine, "replay",
                    "decide a quarantined event again that this program could not read, or that had ended it",
                    "Example: qlims quarantine replay 5.1.42 --reason '程序已修正'");
}

}  // namespace lab::qlims
