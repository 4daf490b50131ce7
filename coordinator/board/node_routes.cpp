// What a person decides about nodes when a store was put back or copied.

#include <fmt/format.h>

#include <charconv>

#include "coordinator/board/handlers.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/session/standing.hpp"

namespace lab::board {
namespace {

using nlohmann::json;

Result<model::NodeId> node_in(const http::Request& request) {
  const auto number = number_in(request, "node", 0);
  if (!number || *number > UINT32_MAX) return fail(ErrorCode::malformed, "节点编号应为整数");
  return model::NodeId{static_cast<std::uint32_t>(*number)};
}

// Numbers of 64 bits are texts in JSON: not every reader keeps them whole.
json to_json(const session::Fork& fork) {
  return {{"incarnation", fork.incarnation},
          {"sequence", fork.sequence},
          {"hash", to_hex(fork.hash.view())},
          {"received", to_text(fork.at)},
          {"octets", fork.event.size()}};
}

void get_standing(Visit& visit) {
  const auto id = node_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto view = visit.office.store.read();
  if (!coordinator::tables::node(*view, *id)) {
    return visit.respond(http::problem(404, "not_found", fmt::format("没有编号为 {} 的节点", id->value())));
  }
  const session::Standing standing = session::standing(*view, *id);
  json boots = json::array();
  for (const std::uint64_t boot : standing.boots) boots.push_back(fmt::format("{}", boot));
  json forks = json::array();
  for (const session::Fork& fork : session::forks(*view, *id)) forks.push_back(to_json(fork));
  visit.respond(answer({{"node", id->value()},
                        {"incarnation", standing.incarnation},
                        {"resyncs", standing.resyncs},
                        {"frozen", standing.doubt == session::Doubt::frozen},
                        {"chosen", fmt::format("{}", standing.chosen)},
                        {"boots", std::move(boots)},
                        {"forks", std::move(forks)}}));
}

void post_station(Visit& visit) {
  const auto id = node_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto boot = text_of(*body, "boot");
  const auto reason = text_of(*body, "reason");
  if (!boot || !reason) return visit.respond(problem_of(boot ? reason.error() : boot.error()));
  if (!is_signed(visit, *body)) return;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(boot->data(), boot->data() + boot->size(), number);
  if (error != std::errc{} || end != boot->data() + boot->size()) {
    return visit.respond(http::problem(400, "malformed", "boot 应为整数"));
  }
  decide_in_loop(visit, [id = *id, number, reason = *reason](coordinator::Coordinator& coordinator,
                                                             journal::Draft& draft, UtcTime now) {
    if (auto chosen = coordinator.on_station_chosen(draft, id, number, reason, now); !chosen) {
      return problem_of(chosen.error());
    }
    return answer({{"node", id.value()}, {"chosen", fmt::format("{}", number)}});
  });
}

void post_waiver(Visit& visit) {
  const auto id = node_in(visit.request);
  if (!id) return visit.respond(problem_of(id.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto reason = text_of(*body, "reason");
  if (!reason) return visit.respond(problem_of(reason.error()));
  if (!is_signed(visit, *body)) return;
  decide_in_loop(visit, [id = *id, person = visit.person->id, reason = *reason](coordinator::Coordinator& coordinator,
                                                                                journal::Draft& draft, UtcTime now) {
    const auto waived = coordinator.on_waiver(draft, id, person, reason, now);
    if (!waived) return problem_of(waived.error());
    return answer({{"node", id.value()}, {"waived", *waived}});
  });
}

}  // namespace

void add_node_routes(Routes& routes) {
  routes.add("GET", "/api/v1/nodes/{node}/standing", Action::look, get_standing);
  routes.add("POST", "/api/v1/nodes/{node}/station", Action::manage_nodes, post_station);
  routes.add("POST", "/api/v1/nodes/{node}/waiver", Action::manage_nodes, post_waiver);
}

}  // namespace lab::board
