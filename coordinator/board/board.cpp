#include "coordinator/board/board.hpp"

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/permissions.hpp"

namespace lab::board {

http::Router routes(const Office& office) {
  Routes routes{office, std::make_shared<ProvinceCache>()};
  add_set_up_routes(routes);
  add_node_routes(routes);
  add_plan_routes(routes);
  add_revision_routes(routes);
  add_allocation_routes(routes);
  add_rule_routes(routes);
  add_grid_routes(routes);
  add_task_list_routes(routes);
  add_task_routes(routes);
  add_series_routes(routes);
  add_result_routes(routes);
  add_diary_routes(routes);
  add_map_routes(routes);
  add_exception_routes(routes);
  add_rejudge_routes(routes);
  add_nonconforming_routes(routes);
  add_dispute_routes(routes);
  add_export_routes(routes);
  add_share_routes(routes);
  add_share_list_routes(routes);
  add_report_routes(routes);
  add_upload_routes(routes);
  add_webhook_routes(routes);
  add_integrator_routes(routes);
  add_enterprise_routes(routes);
  add_weight_routes(routes);
  add_signal_routes(routes);
  http::Router router = routes.take();
  service::Place place = office.place;
  place.may_manage_people = [](const service::Person& person) { return may(person, Action::manage_people); };
  place.actions_of = actions_of;
  place.may_see_people = place.may_manage_people;
  service::add_session_routes(router, office.access, place);
  router.otherwise(office.pages);
  return router;
}

}  // namespace lab::board
