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
std::string answers_from;  // address of the server that was asked last

constexpr std::size_t typing_errors_max = 2;

// Whatever was typed can stand in a message, also octets that are no UTF-8.
std::string json_line(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void say_failures_as_json() { as_json = true; }

bool wants_json(const CLI::App& command) {
  const CLI::App* root = &command;
  while (root->get_parent() != nullptr) root = root->get_parent();
  return root->get_option("--json")->as<bool>();
}

void say_failure(const Error& error, const std::string& code) {
  if (!as_json) return fmt::print(stderr, "qlims: {}\n", to_text(error));
  // The code has a field of its own and does not stand before the words a second time.
  const std::string words = code.empty() ? to_text(error) : error.message;
  const std::string name = code.empty() ? name_of(error.code) : code;
  fmt::print(stderr, "{}\n", json_line({{"error", words}, {"code", name}}));
}

void fail_command(const Error& error) {
  say_failure(error);
  throw CLI::RuntimeError(1);
}

void say_misuse(const std::string& what) {
  if (as_json) return fmt::print(stderr, "{}\n", json_line({{"error", what}, {"code", "usage"}}));
  fmt::print(stderr, "qlims: {}\nRun with --help for more information.\n", what);
}

void note_origin(const std::string& origin) { answers_from = origin; }

Error unexpected_answer(const std::string& problem) {
  const auto words = problem.find("] ");  // "[json.exception.out_of_range.403] key 'plans' not found"
  const std::string field = words == std::string::npos ? problem : problem.substr(words + 2);
  return {ErrorCode::malformed,
          fmt::format("这个地址的回答不是本命令所要的（{}）；请检查 --coordinator 的地址和两边的版本", field),
          answers_from};
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
