#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/commands.hpp"
#include "tools/qlims/sample_text.hpp"

namespace lab::qlims {
namespace {

struct SampleOptions {
  ApiOptions api;
  std::string number;
};

void show(const SampleOptions& options) {
  api::Api api = open_api(options.api);
  const nlohmann::json task = or_exit(api.get("/api/v1/tasks/" + options.number));
  fmt::print("{}", options.api.json ? task.dump() + "\n" : sample_text(task));
}

}  // namespace

void add_sample_commands(CLI::App& app) {
  CLI::App* sample = app.add_subcommand("sample", "single samples");
  sample->require_subcommand(1);
  auto options = std::make_shared<SampleOptions>();
  CLI::App* command = sample->add_subcommand("show", "a sample's whole history, with the hash of every event");
  command->footer("Example: qlims sample show SC13NCP00042K");
  command->add_option("number", options->number, "the number on the label, or the task's")->required();
  add_api_options(*command, options->api);
  command->callback([options] { show(*options); });
}

}  // namespace lab::qlims
