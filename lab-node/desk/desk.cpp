#include "lab-node/desk/desk.hpp"

#include "lab-node/desk/instrument_routes.hpp"
#include "lab-node/desk/label_routes.hpp"
#include "lab-node/desk/read_routes.hpp"
#include "lab-node/desk/reception_routes.hpp"
#include "lab-node/desk/run_routes.hpp"
#include "lab-node/desk/tray_routes.hpp"
#include "lab-node/desk/write_routes.hpp"

namespace lab::desk {

http::Router routes(const Office& office) {
  http::Router router;
  add_read_routes(router, office);
  add_label_routes(router, office);
  add_reception_routes(router, office);
  add_write_routes(router, office);
  add_run_routes(router, office);
  add_instrument_routes(router, office);
  add_tray_routes(router, office);
  router.otherwise(office.pages);
  return router;
}

}  // namespace lab::desk
