#include "coordinator/board/board.hpp"

#include "coordinator/board/handlers.hpp"

namespace lab::board {

http::Handler routes(const Office& office) {
  Routes routes{office, std::make_shared<ProvinceCache>()};
  add_set_up_routes(routes);
  add_plan_routes(routes);
  add_task_routes(routes);
  add_series_routes(routes);
  add_result_routes(routes);
  add_rejudge_routes(routes);
  http::Router router = routes.take();
  router.otherwise(office.pages);
  return router;
}

}  // namespace lab::board
