// What programs ask beside people: what this interface is, what happens, how the program is doing.

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/metrics.hpp"
#include "coordinator/board/openapi.hpp"
#include "protocol/base/clock.hpp"

namespace lab::board {
namespace {

void get_openapi(Visit& visit) { visit.respond({.body = openapi_document()}); }

void get_metrics(Visit& visit) {
  const Office& office = visit.office;
  const auto view = office.store.read();
  const auto province = visit.provinces.get(*view);
  const Running running{.sessions = office.sessions(),
                        .store = office.store.figures(),
                        .commits = office.commits,
                        .streams = office.live != nullptr ? office.live->readers() : 0,
                        .targets = province ? (*province)->targets() : reports::Targets{},
                        .now = office.clock()};
  visit.respond({.content_type = metrics_type, .body = metrics_text(*view, running)});
}

// Not through Routes::add: a stream lasts as long as its visitor may be served, so it needs the visitor.
void get_stream(Visit& visit) {
  const Office& office = visit.office;
  const auto visitor =
      office.access.admit(visit.request, [](const service::Person& person) { return may(person, Action::look); });
  if (!visitor) return visit.respond(visitor.error());
  if (office.live == nullptr) return visit.respond(http::problem(503, "no_stream", "此程序不提供实时消息"));
  const auto goes_on = [&office, visitor = *visitor] { return office.access.goes_on(visitor); };
  visit.respond(office.live->listen(visit.request, visitor->person->id, goes_on, monotonic_clock()));
}

}  // namespace

void add_integrator_routes(Routes& routes) {
  routes.open("GET", "/api/openapi.json", get_openapi);
  routes.open("GET", "/api/v1/stream", get_stream);
  routes.add("GET", "/metrics", Action::look, get_metrics);
}

}  // namespace lab::board
