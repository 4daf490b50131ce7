#pragma once
// The running system from the command line: plans, laboratories, tasks, status, summary, export.

namespace CLI {
class App;
}

namespace lab::tools {

void add_plan_commands(CLI::App& app);        // plan import|show, allocate, dispatch
void add_laboratory_commands(CLI::App& app);  // lab enrol|list|revoke
void add_task_commands(CLI::App& app);        // task show|reassign, quarantine list
void add_summary_commands(CLI::App& app);     // status, summary, export

}  // namespace lab::tools
