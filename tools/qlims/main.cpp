// qlims: the program for people and scripts. Data on standard output, messages on standard error, 0 only on success.

#include <CLI/CLI.hpp>

#include "tools/qlims/commands.hpp"

namespace {

constexpr const char* description =
    "qlims - sample testing from the plan to the pass rate\n"
    "Batch commands read JSON Lines on standard input and answer one JSON object a line, in order.";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{description, "qlims"};
  app.require_subcommand(1);
  app.fallthrough();  // --json may stand before or behind the command
  bool json = false;
  app.add_flag("--json", json, "answer in JSON where the command has another form");
  app.set_version_flag("--version", QLIMS_VERSION);
  app.footer("Example:\n  echo '{\"value\":\"2.675\",\"unit\":\"0.01\"}' | qlims round");
  lab::qlims::add_judge_commands(app);
  lab::qlims::add_round_commands(app);
  lab::qlims::add_limit_commands(app);
  lab::qlims::add_lot_commands(app);
  lab::qlims::add_stats_commands(app);
  lab::qlims::add_qc_commands(app);
  lab::qlims::add_number_commands(app);
  lab::qlims::add_instrument_commands(app);
  lab::qlims::add_label_commands(app);
  lab::qlims::add_plan_commands(app);
  lab::qlims::add_laboratory_commands(app);
  lab::qlims::add_task_commands(app);
  lab::qlims::add_series_commands(app);
  lab::qlims::add_sample_commands(app);
  lab::qlims::add_summary_commands(app);
  lab::qlims::add_report_commands(app);
  lab::qlims::add_rejudge_command(app);
  lab::qlims::add_backup_commands(app);
  lab::qlims::add_demo_command(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return 0;
}
