#include "lab-node/desk/desk.hpp"

#include "lab-node/desk/capture_routes.hpp"
#include "lab-node/desk/clock_routes.hpp"
#include "lab-node/desk/instrument_routes.hpp"
#include "lab-node/desk/label_routes.hpp"
#include "lab-node/desk/openapi.hpp"
#include "lab-node/desk/permissions.hpp"
#include "lab-node/desk/quarantine_routes.hpp"
#include "lab-node/desk/read_routes.hpp"
#include "lab-node/desk/reception_routes.hpp"
#include "lab-node/desk/report_routes.hpp"
#include "lab-node/desk/request.hpp"
#include "lab-node/desk/run_routes.hpp"
#include "lab-node/desk/sampling_routes.hpp"
#include "lab-node/desk/share_routes.hpp"
#include "lab-node/desk/shelf_routes.hpp"
#include "lab-node/desk/tray_routes.hpp"
#include "lab-node/desk/typed_routes.hpp"
#include "lab-node/desk/write_routes.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/clock.hpp"

namespace lab::desk {
namespace {

using nlohmann::json;

void add_stream(http::Router& router, const Office& office) {
  router.add("GET", "/api/v1/stream", [&office](const http::Request& request, const http::Respond& respond) {
    const auto visitor =
        office.access.admit(request, [](const service::Person& person) { return may(person, Action::look); });
    if (!visitor) return respond(visitor.error());
    const auto goes_on = [&office, visitor = *visitor] { return office.access.goes_on(visitor); };
    respond(office.live.listen(request, visitor->person->id, goes_on, monotonic_clock()));
  });
}

// The table as it is, for pages that show only what a person may do.
http::Response guard_list() {
  json lines = json::array();
  for (const Guard& guard : guards()) {
    json with_role = json::array();
    for (const std::string_view role : roles) {
      if (guard.has(role)) with_role.push_back(role);
    }
    json states = json::array();
    for (std::size_t i = 0; i < node::tables::states; ++i) {
      const auto state = static_cast<model::SampleState>(i);
      if (guard.has(state)) states.push_back(name_of(state));
    }
    lines.push_back({{"action", name_of(guard.action)},
                     {"roles", std::move(with_role)},
                     {"states", std::move(states)},
                     {"own_laboratory", guard.own_laboratory}});
  }
  return answer({{"guards", std::move(lines)}});
}

}  // namespace

http::Router routes(const Office& office) {
  http::Router router;
  const auto editions = std::make_shared<SharedEditions>();
  add_read_routes(router, office, editions);
  add_typed_routes(router, office, editions);
  add_clock_routes(router, office);
  add_label_routes(router, office);
  add_report_routes(router, office, editions);
  add_reception_routes(router, office);
  add_sampling_routes(router, office);
  add_share_routes(router, office);
  add_shelf_routes(router, office);
  add_write_routes(router, office);
  add_run_routes(router, office);
  add_instrument_routes(router, office);
  add_capture_routes(router, office);
  add_quarantine_routes(router, office);
  add_tray_routes(router, office);
  add_stream(router, office);
  add_look(router, office, "/api/v1/guards", [](const http::Request&) { return guard_list(); });
  router.add("GET", "/api/openapi.json",
             [](const http::Request&, const http::Respond& respond) { respond({.body = openapi_document()}); });
  service::Place place = office.place;
  place.actions_of = actions_of;
  place.may_manage_people = [](const service::Person& person) { return may(person, Action::manage_people); };
  place.may_see_people = [](const service::Person& person) { return may(person, Action::see_people); };
  service::add_session_routes(router, office.access, place);
  router.otherwise(office.pages);
  return router;
}

}  // namespace lab::desk
