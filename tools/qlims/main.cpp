// qlims: the program for people and scripts. Data on standard output, messages on standard error, 0 only on success.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tools/qlims/commands.hpp"
#include "tools/qlims/failure.hpp"

namespace {

constexpr const char* description =
    "qlims - sample testing from the plan to the pass rate\n"
    "Batch commands read JSON Lines on standard input and answer one JSON object a line, in order.";

// --json may stand anywhere; behind the command it is the command's own.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (std::ranges::find(words, "--json") != words.end()) lab::qlims::say_failures_as_json();
  if (!words.empty() && words.front() == "--json") std::rotate(words.begin(), words.begin() + 1, words.end());
  return words;
}

// A family of commands shows the first of its own examples, not that of another.
void show_examples(CLI::App& app) {
  const auto every = [](const CLI::App*) { return true; };
  for (CLI::App* family : app.get_subcommands(every)) {
    const auto commands = family->get_subcommands(every);
    if (!commands.empty() && family->get_footer().empty()) family->footer(commands.front()->get_footer());
  }
}

// 0 on success and 1 otherwise, whatever the parser calls its errors.
int run(CLI::App& app, std::vector<std::string> words) {
  try {
    app.parse(std::move(words));
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::RuntimeError& error) {
    // Most have said what is wrong; one that carries words of its own has not.
    if (const std::string said = error.what(); said != CLI::RuntimeError{}.what()) lab::qlims::say_misuse(said);
    return error.get_exit_code();
  } catch (const CLI::RequiredError& error) {
    lab::qlims::say_misuse(lab::qlims::unknown_command(app).value_or(error.what()));
    return 1;
  } catch (const CLI::ParseError& error) {
    lab::qlims::say_misuse(error.what());
    return 1;
  } catch (const nlohmann::json::exception& problem) {
    lab::qlims::say_failure(lab::qlims::unexpected_answer(problem.what()));
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{description, "qlims"};
  app.require_subcommand(1);
  app.fallthrough();
  bool json = false;
  app.add_flag("--json", json, "answer in JSON where the command has another form");
  app.set_version_flag("--version", QLIMS_VERSION);
  lab::qlims::add_judge_commands(app);
  lab::qlims::add_round_commands(app);
  lab::qlims::add_limit_commands(app);
  lab::qlims::add_lot_commands(app);
  lab::qlims::add_stats_commands(app);
  lab::qlims::add_qc_commands(app);
  lab::qlims::add_number_commands(app);
  lab::qlims::add_instrument_commands(app);
  lab::qlims::add_label_commands(app);
  lab::qlims::add_reference_commands(app);
  lab::qlims::add_plan_commands(app);
  lab::qlims::add_laboratory_commands(app);
  lab::qlims::add_task_commands(app);
  lab::qlims::add_dispute_commands(app);
  lab::qlims::add_series_commands(app);
  lab::qlims::add_enterprise_commands(app);
  lab::qlims::add_sample_commands(app);
  lab::qlims::add_summary_commands(app);
  lab::qlims::add_export_command(app);
  lab::qlims::add_report_commands(app);
  lab::qlims::add_rejudge_command(app);
  lab::qlims::add_backup_commands(app);
  lab::qlims::add_salvage_command(app);
  lab::qlims::add_diary_command(app);
  lab::qlims::add_security_log_command(app);
  lab::qlims::add_webhook_commands(app);
  lab::qlims::add_doctor_command(app);
  lab::qlims::add_demo_command(app);
  show_examples(app);
  app.footer("Example:\n  echo '{\"value\":\"2.675\",\"unit\":\"0.01\"}' | qlims round");
  std::vector<std::string> words = words_of(argc, argv);
  std::ranges::reverse(words);  // as CLI11 wants them
  return run(app, std::move(words));
}
