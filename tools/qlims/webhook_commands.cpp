// qlims webhook: programs that are told what happens.

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

struct WebhookOptions {
  ApiOptions api;
  int webhook = 0;
  std::string url;
  std::vector<std::string> kinds;
  bool units = false;
};

void add(const WebhookOptions& options) {
  api::Api api = open_api(options.api);
  const json answer =
      or_exit(api.post("/api/v1/webhooks", {{"url", options.url}, {"kinds", options.kinds}, {"units", options.units}}));
  if (options.api.json) {
    fmt::print("{}\n", answer.dump());
    return;
  }
  fmt::print("{}\n", answer.at("secret").get<std::string>());
  fmt::print(stderr, "以上为订阅 {} 的签名密钥，只显示这一次，请交给接收程序保存。\n", answer.at("id").dump());
}

void list(const ApiOptions& options) {
  api::Api api = open_api(options);
  const json answer = or_exit(api.get("/api/v1/webhooks"));
  if (options.json) {
    fmt::print("{}\n", answer.at("webhooks").dump());
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const json& one : answer.at("webhooks")) {
    const auto text = [&](const char* field) {
      return one.at(field).is_null() ? "" : one.at(field).get<std::string>();
    };
    const bool is_dead = one.at("state") == "dead";
    rows.push_back({one.at("id").dump(), text("url"), is_dead ? "停用" : "正常", one.at("waiting").dump(),
                    one.at("failures").dump(), text("next_try"), text("confirmed"), text("problem")});
  }
  fmt::print("{}", text_table({"编号", "地址", "状态", "待送", "连续失败", "下次", "上次送达", "原因"}, rows));
}

void remove(const WebhookOptions& options) {
  api::Api api = open_api(options.api);
  fmt::print("{}\n", or_exit(api.remove(fmt::format("/api/v1/webhooks/{}", options.webhook))).dump());
}

void resume(const WebhookOptions& options) {
  api::Api api = open_api(options.api);
  const std::string target = fmt::format("/api/v1/webhooks/{}/resume", options.webhook);
  fmt::print("{}\n", or_exit(api.post(target, json::object())).dump());
}

CLI::App* add_one(CLI::App& webhook, const std::shared_ptr<WebhookOptions>& options, const char* name, const char* what,
                  const char* example) {
  CLI::App* command = webhook.add_subcommand(name, what);
  command->footer(example);
  add_api_options(*command, options->api);
  return command;
}

}  // namespace

void add_webhook_commands(CLI::App& app) {
  CLI::App* webhook = app.add_subcommand("webhook", "programs that are told what happens");
  webhook->require_subcommand(1);

  auto added = std::make_shared<WebhookOptions>();
  CLI::App* add_command = add_one(
      *webhook, added, "add", "tell this address what happens from now on; prints the secret of the signatures once",
      "Example: qlims webhook add http://127.0.0.1:9000/qlims --kind verdict_counted --kind notice_made");
  add_command->add_option("url", added->url, "http address of the receiver")->required();
  add_command->add_option("--kind", added->kinds, "kind of event; docs/integrators.md names them")->required();
  add_command->add_flag("--units", added->units, "with the names of sampled units; only who may see them may ask it");
  add_command->callback([added] { add(*added); });

  auto listed = std::make_shared<WebhookOptions>();
  add_one(*webhook, listed, "list", "who is told, how far each has come, and why one fails",
          "Example: qlims webhook list")
      ->callback([listed] { list(listed->api); });

  auto removed = std::make_shared<WebhookOptions>();
  CLI::App* remove_command = add_one(*webhook, removed, "remove", "tell it nothing more; what it has not heard is lost",
                                     "Example: qlims webhook remove 2");
  remove_command->add_option("webhook", removed->webhook, "its number")->required();
  remove_command->callback([removed] { remove(*removed); });

  auto resumed = std::make_shared<WebhookOptions>();
  CLI::App* resume_command =
      add_one(*webhook, resumed, "resume", "try a failing or dead one again at once, from where it stopped",
              "Example: qlims webhook resume 2");
  resume_command->add_option("webhook", resumed->webhook, "its number")->required();
  resume_command->callback([resumed] { resume(*resumed); });
}

}  // namespace lab::qlims
