#include "lab-node/desk/shelf_routes.hpp"

#include <array>

#include "lab-node/desk/request.hpp"
#include "lab-node/desk/views.hpp"
#include "lab-node/shelf/containers.hpp"

namespace lab::desk {
namespace {

using model::DisposalWay;
using nlohmann::json;

constexpr std::array ways{DisposalWay::destroyed, DisposalWay::handed_over, DisposalWay::used_up};

std::string time_or_empty(UtcTime time) { return time == UtcTime{} ? std::string{} : to_text(time); }

json line_of(const journal::View& store, const model::Sample& sample, const shelf::Container& container, UtcTime now) {
  json line{{"copy", container.copy},
            {"letter", shelf::letter_of(container.copy)},
            {"tested", container.is_tested},
            {"seal", model::name_of(container.seal)},
            {"condition", container.condition},
            {"receiver", container.receiver.value()},
            {"at", time_or_empty(container.received)},
            {"gone", nullptr},
            {"ways", json::array()},
            {"kept_because", ""}};
  if (container.gone) {
    line["gone"] = {{"way", model::name_of(container.gone->what.way)},
                    {"reason", container.gone->what.reason},
                    {"witness", container.gone->what.witness},
                    {"person", container.gone->person.value()},
                    {"at", to_text(container.gone->at)}};
    return line;
  }
  for (const DisposalWay way : ways) {
    const auto problem = shelf::obstacle(store, sample, container.copy, way, now);
    if (!problem) line["ways"].push_back(model::name_of(way));
    if (problem && way == DisposalWay::destroyed) line["kept_because"] = problem->detail;
  }
  return line;
}

std::optional<DisposalWay> way_in(const json& body) {
  const std::string text = text_in(body, "way");
  for (const DisposalWay way : ways) {
    if (text == model::name_of(way)) return way;
  }
  return std::nullopt;
}

void dispose(const Office& office, const Caller& caller, const http::Request& request, const http::Respond& respond) {
  const auto body = body_of(request);
  const auto way = body ? way_in(*body) : std::nullopt;
  const auto copy = body ? body->find("copy") : json::const_iterator{};
  const bool has_copy = body && copy != body->end() && copy->is_number_unsigned() && copy->get<std::uint64_t>() >= 1 &&
                        copy->get<std::uint64_t>() <= 255;
  if (!way || !has_copy) {
    return respond(bad_request("请求须为 {number, copy, way: destroyed|handed_over|used_up, reason, witness}"));
  }
  const shelf::Disposal disposal{.number = text_in(*body, "number"),
                                 .copy = copy->get<std::uint8_t>(),
                                 .way = *way,
                                 .reason = text_in(*body, "reason"),
                                 .witness = text_in(*body, "witness")};
  decide_in_loop(office, caller, respond, [disposal, person = caller.id](auto& node, auto& draft, UtcTime now) {
    const auto disposed = node.on_disposal(draft, disposal, person, now);
    return disposed ? answer(sample_line(*disposed)) : refused(disposed.error());
  });
}

}  // namespace

json shelf_of(const journal::View& store, const model::Sample& sample, UtcTime now) {
  const shelf::Retention kept = shelf::retention(store, sample, now);
  json lines = json::array();
  for (const shelf::Container& container : shelf::containers(sample)) {
    lines.push_back(line_of(store, sample, container, now));
  }
  return {{"containers", std::move(lines)},
          {"keeping", shelf::name_of(kept.keeping)},
          {"until", time_or_empty(kept.until)},
          {"source", kept.source},
          {"held", sample.held}};
}

void add_shelf_routes(http::Router& router, const Office& office) {
  add_action(router, office, "/api/v1/disposals", Action::dispose, dispose);
}

}  // namespace lab::desk
