#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/text_table.hpp"
#include "tools/qlims/whole_files.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

struct AddOptions {
  ApiOptions api;
  std::string file;
};

void add(const AddOptions& options) {
  Bytes table = file_or_exit(options.file);
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.post_bytes("/api/v1/laboratories", std::move(table), "text/csv"));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
  } else {
    fmt::print("已登记 {} 个实验室；入网：qlims lab enrol 编号 --name 电脑名\n", answer.at("laboratories").dump());
  }
}

struct EnrolOptions {
  ApiOptions api;
  int laboratory = 0;
  std::string name;
};

void enrol(const EnrolOptions& options) {
  api::Api api = open_api(options.api);
  const json answer =
      or_exit(api.post("/api/v1/tickets", {{"laboratory", options.laboratory}, {"name", options.name}}));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("{}\n", answer.at("ticket").get<std::string>());
  fmt::print(stderr,
             "以上为一次性入网凭证，{} 前有效。在检测站电脑上执行后粘贴凭证并回车：\n  lab-node --data 数据目录 "
             "--http 127.0.0.1:7100 --coordinator {} --enrol - --name {}\n",
             answer.at("expires").get<std::string>(), answer.at("endpoint").get<std::string>(), options.name);
}

void list(const ApiOptions& options) {
  api::Api api = open_api(options);
  const json answer = or_exit(status_of(api, options));
  if (options.json) {
    fmt::print("{}\n", answer.at("laboratories").dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& laboratory : answer.at("laboratories")) {
    if (laboratory.at("nodes").empty()) {
      rows.push_back({laboratory.at("id").dump(), laboratory.value("name", ""), "", "", "未入网", "", ""});
    }
    for (const json& node : laboratory.at("nodes")) {
      rows.push_back({laboratory.at("id").dump(), laboratory.value("name", ""), node.at("id").dump(),
                      node.value("name", ""), node.value("connected", false) ? "在线" : "离线",
                      node.value("events", json(0)).dump(), node.value("backlog", json(0)).dump()});
    }
  }
  fmt::print("{}", text_table({"编号", "实验室", "节点", "名称", "状态", "事件", "待确认指令"}, rows));
}

struct NodeOptions {
  ApiOptions api;
  int node = 0;
  std::string reason;
  std::string boot;
};

void decide(const NodeOptions& options, const char* what, const json& body) {
  api::Api api = open_api(options.api);
  fmt::print("{}\n", or_exit(api.post(fmt::format("/api/v1/nodes/{}/{}", options.node, what), body)).dump());
}

void show(const NodeOptions& options) {
  api::Api api = open_api(options.api);
  const json answer = or_exit(api.get(fmt::format("/api/v1/nodes/{}/standing", options.node)));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("节点 {}  第 {} 代数据流  恢复 {} 次\n", options.node, answer.at("incarnation").dump(),
             answer.at("resyncs").dump());
  if (answer.at("frozen").get<bool>()) {
    fmt::print(
        "两台电脑用同一密钥联系过，均已停用。确认哪一台是检测站的，然后：qlims lab choose {} --boot 编号 --reason "
        "理由\n",
        options.node);
  }
  for (const json& boot : answer.at("boots")) {
    fmt::print("  见过的进程 {}{}\n", boot.get<std::string>(), boot == answer.at("chosen") ? "（已选定）" : "");
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& fork : answer.at("forks")) {
    rows.push_back({fork.at("incarnation").dump(), fork.at("sequence").dump(), fork.at("received").get<std::string>(),
                    fork.at("hash").get<std::string>()});
  }
  if (!rows.empty()) fmt::print("{}", text_table({"代", "序号", "收到", "不计入的事件（留作证据）"}, rows));
}

// A decision about one node, with its reason.
CLI::App* add_node_command(CLI::App& lab, const std::shared_ptr<NodeOptions>& options, const char* name,
                           const char* what, const char* example) {
  CLI::App* command = lab.add_subcommand(name, what);
  command->footer(example);
  command->add_option("node", options->node, "number of the node")->required();
  add_api_options(*command, options->api);
  return command;
}

void add_node_commands(CLI::App& lab) {
  auto shown = std::make_shared<NodeOptions>();
  add_node_command(lab, shown, "show", "what is known of a node: restored, copied, evidence",
                   "Example: qlims lab show 7")
      ->callback([shown] { show(*shown); });

  auto revoked = std::make_shared<NodeOptions>();
  CLI::App* revoke = add_node_command(lab, revoked, "revoke", "take a node's key off the allow-list, at once",
                                      "Example: qlims lab revoke 7 --reason '电脑失窃'");
  revoke->add_option("--reason", revoked->reason, "why; it stays on record with your name")->required();
  revoke->callback([revoked] { decide(*revoked, "revoke", {{"reason", revoked->reason}}); });

  auto chosen = std::make_shared<NodeOptions>();
  CLI::App* choose = add_node_command(lab, chosen, "choose", "of two machines with one key, say which is the station",
                                      "Example: qlims lab choose 7 --boot 1234567890 --reason '另一台是克隆盘'");
  choose->add_option("--boot", chosen->boot, "its process, as qlims lab show names it")->required();
  choose->add_option("--reason", chosen->reason, "why; it stays on record with your name")->required();
  choose->callback([chosen] { decide(*chosen, "station", {{"boot", chosen->boot}, {"reason", chosen->reason}}); });

  auto waived = std::make_shared<NodeOptions>();
  CLI::App* waive = add_node_command(
      lab, waived, "waive", "after the coordinator was restored: do not wait for this node (two people have to say so)",
      "Example: qlims lab waive 7 --reason '检测站停业'");
  waive->add_option("--reason", waived->reason, "why; it stays on record with your name")->required();
  waive->callback([waived] { decide(*waived, "waiver", {{"reason", waived->reason}}); });
}

}  // namespace

void add_laboratory_commands(CLI::App& app) {
  CLI::App* lab = app.add_subcommand("lab", "laboratories and their nodes");
  lab->require_subcommand(1);

  auto add_options = std::make_shared<AddOptions>();
  CLI::App* add_command =
      lab->add_subcommand("add", "register the laboratories of a table, or new particulars of known ones");
  add_command->footer(
      "Example: qlims lab add laboratories.csv\n"
      "Columns as in coordinator/reference/sichuan_2013/laboratories.csv; nothing is taken when a row is wrong.");
  add_command->add_option("file", add_options->file, "CSV with the laboratories")->required();
  add_api_options(*add_command, add_options->api);
  add_command->callback([add_options] { add(*add_options); });

  auto enrol_options = std::make_shared<EnrolOptions>();
  CLI::App* enrol_command = lab->add_subcommand("enrol", "make a one-time ticket with which one lab-node can enrol");
  enrol_command->footer("Example: qlims lab enrol 3 --name bench-1");
  enrol_command->add_option("laboratory", enrol_options->laboratory, "number of the laboratory")->required();
  enrol_command->add_option("--name", enrol_options->name, "name of the bench PC")->required();
  add_api_options(*enrol_command, enrol_options->api);
  enrol_command->callback([enrol_options] { enrol(*enrol_options); });

  auto list_options = std::make_shared<ApiOptions>();
  CLI::App* list_command = lab->add_subcommand("list", "laboratories, their nodes, and when each was last heard of");
  list_command->footer("Example: qlims lab list");
  add_api_options(*list_command, *list_options);
  list_command->callback([list_options] { list(*list_options); });

  add_node_commands(*lab);
}

}  // namespace lab::qlims
