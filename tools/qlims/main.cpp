// qlims: the program for people and scripts. Data on standard output, messages on standard error, 0 only on success.

#include <CLI/CLI.hpp>

#include "tools/qlims/command_line.hpp"
#include "tools/qlims/commands.hpp"

namespace {

constexpr const char* description =
    "qlims - sample testing from the plan to the pass rate\n"
    "Batch commands read JSON Lines on standard input and answer one JSON object a line, in order.";

// A family of commands shows the first of its own examples, not that of another.
void show_examples(CLI::App& app) {
  const auto every = [](const CLI::App*) { return true; };
  for (CLI::App* family : app.get_subcommands(every)) {
    const auto commands = family->get_subcommands(every);
    if (!commands.empty() && family->get_footer().empty()) family->footer(commands.front()->get_footer());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{description, "qlims"};
  app.require_subcommand(1);
  app.fallthrough();
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
  return lab::qlims::run_command_line(app, argc, argv);
}
