#include "tools/qlims/failure.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "protocol/base/text.hpp"

namespace lab::qlims {
namespace {

bool as_json = false;

constexpr std::size_t typing_errors_max = 2;

}  // namespace

void say_failures_as_json() { as_json = true; }

bool wants_json(const CLI::App& command) {
  const CLI::App* root = &command;
  while (root->get_parent() != nullptr) root = root->get_parent();
  return root->get_option("--json")->as<bool>();
}

void fail_command(const Error& error) {
  if (as_json) {
    fmt::print(stderr, "{}\n", nlohmann::json{{"error", to_text(error)}, {"code", name_of(error.code)}}.dump());
  } else {
    fmt::print(stderr, "qlims: {}\n", to_text(error));
  }
  throw CLI::RuntimeError(1);
}

std::optional<std::string> unknown_command(const CLI::App& app) {
  const CLI::App* reached = &app;
  while (!reached->get_subcommands().empty()) reached = reached->get_subcommands().front();
  const auto all = reached->get_subcommands([](const CLI::App*) { return true; });
  if (all.empty()) return std::nullopt;
  const auto words = app.remaining(true);
  const auto word = std::ranges::find_if(words, [](const std::string& one) { return !one.starts_with('-'); });
  if (word == words.end()) return std::nullopt;
  const auto closest = std::ranges::min_element(
      all, {}, [&](const CLI::App* command) { return edit_distance(*word, command->get_name()); });
  std::string said = fmt::format("no command '{}'", *word);
  const std::string& name = (*closest)->get_name();
  if (edit_distance(*word, name) <= typing_errors_max) said += fmt::format("; did you mean '{}'?", name);
  return said;
}

}  // namespace lab::qlims
