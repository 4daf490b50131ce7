#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/qlims/api_options.hpp"
#include "tools/qlims/beijing_time.hpp"
#include "tools/qlims/commands.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;

constexpr std::size_t rows_of_a_page = 1'000;

struct SecurityLogOptions {
  ApiOptions api;
  std::uint64_t after = 0;
  bool totals = false;
};

void show_totals(const json& page, bool as_json) {
  if (as_json) return fmt::print("{}\n", page.at("totals").dump());
  for (const auto& [why, count] : page.at("totals").items()) {
    fmt::print("{:<20}  {:>8}\n", why, count.get<std::uint64_t>());
  }
}

void show_entry(const json& entry, bool as_json) {
  if (as_json) return fmt::print("{}\n", entry.dump());
  const auto text = [&](const char* field) { return entry.at(field).get<std::string>(); };
  fmt::print("{:>8}  {}  {:>6} x  {:<18}  {:<12}  {:<16}  {}\n", entry.at("sequence").get<std::uint64_t>(),
             beijing_time(text("last")), entry.at("count").get<std::uint64_t>(), text("why"), text("who"), text("from"),
             text("what"));
}

// Page after page to the end, as it was when the last page was asked for.
void show(const SecurityLogOptions& options) {
  api::Api api = open_api(options.api);
  for (std::uint64_t after = options.after;;) {
    const json page = or_exit(api.get(fmt::format("/api/v1/security-log?after={}&limit={}", after, rows_of_a_page)));
    if (options.totals) return show_totals(page, options.api.json);
    for (const json& entry : page.at("entries")) {
      after = entry.at("sequence").get<std::uint64_t>();
      show_entry(entry, options.api.json);
    }
    if (page.at("entries").size() < rows_of_a_page) return;
  }
}

}  // namespace

void add_security_log_command(CLI::App& app) {
  auto options = std::make_shared<SecurityLogOptions>();
  CLI::App* log = app.add_subcommand(
      "security-log", "what was refused: who tried what from where, when and how often; of either program");
  log->footer(
      "Example: qlims security-log --after 1200\nA name behind “?” was only claimed. “*” stands for many: somebody who "
      "tries without end is counted and not written down each time.");
  log->add_option("--after", options->after, "only entries behind this number");
  log->add_flag("--totals", options->totals, "how many attempts there have been, by reason");
  add_api_options(*log, options->api);
  log->callback([options] { show(*options); });
}

}  // namespace lab::qlims
