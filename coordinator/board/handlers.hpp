#pragma once
// The groups of routes. Private to this folder.

#include "coordinator/board/request.hpp"

namespace lab::board {

void add_set_up_routes(Routes& routes);         // reference sets, laboratories, tickets, nodes
void add_node_routes(Routes& routes);           // copies, evidence, nodes that are not waited for
void add_plan_routes(Routes& routes);           // import, allocation, dispatch
void add_revision_routes(Routes& routes);       // what a plan was before
void add_allocation_routes(Routes& routes);     // its samples divided among the laboratories
void add_rule_routes(Routes& routes);           // rules of sampling and of independence
void add_grid_routes(Routes& routes);           // a plan by city and category
void add_task_list_routes(Routes& routes);      // tasks page by page, how much each laboratory has
void add_task_routes(Routes& routes);           // a task, its history, sampled units, what is taken back
void add_series_routes(Routes& routes);         // series of lots, what is said of them
void add_result_routes(Routes& routes);         // status, summary, exports
void add_diary_routes(Routes& routes);          // what was decided, and who asked for it
void add_map_routes(Routes& routes);            // the borders of the cities
void add_exception_routes(Routes& routes);      // what was not counted, and what people decide about it
void add_rejudge_routes(Routes& routes);        // what another limit table would change
void add_dispute_routes(Routes& routes);        // deadlines, notices, objections
void add_nonconforming_routes(Routes& routes);  // samples that did not pass
void add_export_routes(Routes& routes);         // tables as files
void add_share_routes(Routes& routes);          // shares of quota cells given and asked back, early warnings
void add_share_list_routes(Routes& routes);     // who holds how much of each cell
void add_report_routes(Routes& routes);         // reports: drafted, rewritten, frozen, printed
void add_enterprise_routes(Routes& routes);     // the register, credit classes
void add_weight_routes(Routes& routes);         // weights for the next plan
void add_signal_routes(Routes& routes);         // reports of injuries and risks

void add_upload_routes(Routes& routes);      // tables for upload interfaces of others
void add_webhook_routes(Routes& routes);     // programs outside that are told what happens
void add_integrator_routes(Routes& routes);  // this interface's description, the live stream, metrics

}  // namespace lab::board
