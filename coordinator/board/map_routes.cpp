// The borders that the map of the province is drawn from.

#include <algorithm>

#include "coordinator/board/borders.hpp"
#include "coordinator/board/defaults.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;

void get_borders(Visit& visit) {
  const auto kept = tables::province_file(*visit.office.store.read(), borders_file);
  visit.respond(http::Response{.status = 200,
                               .content_type = "application/geo+json",
                               .body = kept ? *kept : std::string{default_borders},
                               .headers = {}});
}

void post_borders(Visit& visit) {
  const auto province = visit.provinces.get(*visit.office.store.read());
  if (!province) return visit.respond(problem_of(province.error()));
  if (auto good = check_borders(visit.request.body, (*province)->divisions); !good) {
    return visit.respond(http::problem(422, "borders_rejected", to_text(good.error())));
  }
  decide_in_loop(
      visit, [text = visit.request.body](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
        coordinator.on_borders(draft, {.name = borders_file, .text = text}, now);
        return answer({{"octets", text.size()}, {"hash", to_hex(crypto::sha256(text).view())}}, 201);
      });
}

}  // namespace

void add_map_routes(Routes& routes) {
  routes.add("GET", "/api/v1/map/borders", Action::look, get_borders);
  routes.add("POST", "/api/v1/map/borders", Action::set_up, post_borders);
}

}  // namespace lab::board
