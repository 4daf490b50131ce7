#pragma once
// One function per family of commands; main.cpp calls them all, in the order of the help text.
// A command that fails throws CLI::RuntimeError with the exit code: the way CLI11 hands it to main.

namespace CLI {
class App;
}

namespace lab::qlims {

void add_judge_commands(CLI::App& app);   // judge
void add_round_commands(CLI::App& app);   // round
void add_limit_commands(CLI::App& app);   // limit
void add_lot_commands(CLI::App& app);     // lot plan, lot oc, lot history, lot variables
void add_stats_commands(CLI::App& app);   // stats interval|test|stratified|cusum|ewma
void add_qc_commands(CLI::App& app);      // qc westgard|horwitz|duplicate|recovery|calibration
void add_number_commands(CLI::App& app);  // number check, number make

void add_instrument_commands(CLI::App& app);  // instrument decode
void add_label_commands(CLI::App& app);       // label read, label print

void add_backup_commands(CLI::App& app);  // backup, restore, recovery-key, verify
void add_salvage_command(CLI::App& app);  // salvage

// The running system: a coordinator's HTTP interface.
void add_reference_commands(CLI::App& app);   // reference import|list
void add_plan_commands(CLI::App& app);        // plan import|show, allocate, dispatch
void add_laboratory_commands(CLI::App& app);  // lab add|enrol|list|show|revoke|choose|waive
void add_task_commands(
    CLI::App& app);  // task show|reassign|revoke|cancel|retest, quarantine list|resolve|reject|replay
void add_dispute_commands(CLI::App& app);      // clock list, notice ..., objection ...
void add_series_commands(CLI::App& app);       // series list|show|resume|conditions
void add_enterprise_commands(CLI::App& app);   // enterprise ..., credit ..., signal ...
void add_plan_weights(CLI::App& plan);         // plan weights
void add_sample_commands(CLI::App& app);       // sample show
void add_summary_commands(CLI::App& app);      // status, summary, warnings
void add_export_command(CLI::App& app);        // export
void add_report_commands(CLI::App& app);       // report draft|list|show|freeze|pdf
void add_rejudge_command(CLI::App& app);       // rejudge
void add_diary_command(CLI::App& app);         // diary
void add_security_log_command(CLI::App& app);  // security-log
void add_webhook_commands(CLI::App& app);      // webhook add|list|remove|resume
void add_doctor_command(CLI::App& app);        // doctor
void add_demo_command(CLI::App& app);          // demo

}  // namespace lab::qlims
