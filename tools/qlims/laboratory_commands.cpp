#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

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
             "以上为一次性入网凭证，{} 前有效。在检测站电脑上执行：\n  lab-node --data 数据目录 --http 127.0.0.1:7100 "
             "--enrol 凭证 --name {}\n",
             answer.at("expires").get<std::string>(), options.name);
}

void list(const ApiOptions& options) {
  api::Api api = open_api(options);
  const json answer = or_exit(api.get("/api/v1/status"));
  if (options.json) {
    fmt::print("{}\n", answer.at("laboratories").dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& laboratory : answer.at("laboratories")) {
    for (const json& node : laboratory.at("nodes")) {
      rows.push_back({laboratory.at("id").dump(), laboratory.value("name", ""), node.at("id").dump(),
                      node.value("name", ""), node.value("connected", false) ? "在线" : "离线",
                      node.value("events", json(0)).dump(), node.value("backlog", json(0)).dump()});
    }
  }
  fmt::print("{}", text_table({"编号", "实验室", "节点", "名称", "状态", "事件", "待确认指令"}, rows));
}

struct RevokeOptions {
  ApiOptions api;
  int node = 0;
  std::string reason;
};

void revoke(const RevokeOptions& options) {
  api::Api api = open_api(options.api);
  const json answer =
      or_exit(api.post(fmt::format("/api/v1/nodes/{}/revoke", options.node), {{"reason", options.reason}}));
  fmt::print("{}\n", answer.dump());
}

}  // namespace

void add_laboratory_commands(CLI::App& app) {
  CLI::App* lab = app.add_subcommand("lab", "laboratories and their nodes");
  lab->require_subcommand(1);

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

  auto revoke_options = std::make_shared<RevokeOptions>();
  CLI::App* revoke_command = lab->add_subcommand("revoke", "take a node's key off the allow-list, at once");
  revoke_command->footer("Example: qlims lab revoke 7 --reason '电脑失窃'");
  revoke_command->add_option("node", revoke_options->node, "number of the node")->required();
  revoke_command->add_option("--reason", revoke_options->reason)->required();
  add_api_options(*revoke_command, revoke_options->api);
  revoke_command->callback([revoke_options] { revoke(*revoke_options); });
}

}  // namespace lab::qlims
