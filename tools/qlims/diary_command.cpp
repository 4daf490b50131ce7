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

struct DiaryOptions {
  ApiOptions api;
  std::uint64_t after = 0;
};

// Page after page to the end, as it was when the last page was asked for.
void show(const DiaryOptions& options) {
  api::Api api = open_api(options.api);
  for (std::uint64_t after = options.after;;) {
    const json page = or_exit(api.get(fmt::format("/api/v1/diary?after={}&limit={}", after, rows_of_a_page)));
    for (const json& row : page.at("rows")) {
      after = row.at("sequence").get<std::uint64_t>();
      if (options.api.json) {
        fmt::print("{}\n", row.dump());
      } else {
        fmt::print("{:>8}  {}  {:<18}  {}\n", after, beijing_time(row.at("at").get<std::string>()),
                   row.at("kind").get<std::string>(), row.at("subject").get<std::string>());
      }
    }
    if (page.at("rows").size() < rows_of_a_page) return;
  }
}

}  // namespace

void add_diary_command(CLI::App& app) {
  auto options = std::make_shared<DiaryOptions>();
  CLI::App* diary = app.add_subcommand("diary", "what the coordinator decided and who asked for it, entry by entry");
  diary->footer("Example: qlims diary --after 1200\nWith --json each entry carries the hash of the one before it.");
  diary->add_option("--after", options->after, "only entries behind this number");
  add_api_options(*diary, options->api);
  diary->callback([options] { show(*options); });
}

}  // namespace lab::qlims
