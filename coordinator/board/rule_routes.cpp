// The rules by which samples are drawn and laboratories chosen, as far as they are rows of tables.

#include "coordinator/board/handlers.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

json to_json(const planning::SamplingRule& rule, CivilDate today) {
  const bool begun = rule.from <= today;
  const bool over = rule.until && *rule.until < today;
  return {{"rule", rule.code},
          {"programme", rule.programme ? json(rule.programme->value()) : json(nullptr)},
          {"kind", planning::name_of(rule.kind)},
          {"limit", rule.kind == planning::SamplingRuleKind::escrow ? json(nullptr) : json(rule.limit)},
          {"from", to_text(rule.from)},
          {"until", rule.until ? json(to_text(*rule.until)) : json(nullptr)},
          {"in_force", begun && !over},
          {"reason", rule.reason}};
}

// Whose lots a rule is about is a name that not everybody may see.
json to_json(const planning::IndependenceRule& rule, const journal::View& store, bool with_enterprises) {
  const auto laboratory = tables::laboratory(store, rule.laboratory);
  json row{{"rule", rule.code},
           {"programme", rule.programme ? json(rule.programme->value()) : json(nullptr)},
           {"laboratory", rule.laboratory.value()},
           {"name", laboratory ? json(laboratory->name) : json(nullptr)},
           {"reason", rule.reason}};
  if (with_enterprises) row["enterprise"] = rule.enterprise;
  return row;
}

void get_rules(Visit& visit) {
  const auto view = visit.office.store.read();
  const CivilDate today = civil_date(visit.office.clock());
  json sampling = json::array();
  for (const planning::SamplingRule& rule : tables::sampling_rules(*view)) sampling.push_back(to_json(rule, today));
  json independence = json::array();
  const bool with_enterprises = may(*visit.person, Action::see_units);
  for (const planning::IndependenceRule& rule : tables::independence_rules(*view)) {
    independence.push_back(to_json(rule, *view, with_enterprises));
  }
  visit.respond(answer(
      {{"today", to_text(today)}, {"sampling", std::move(sampling)}, {"independence", std::move(independence)}}));
}

}  // namespace

void add_rule_routes(Routes& routes) { routes.add("GET", "/api/v1/sampling-rules", Action::look, get_rules); }

}  // namespace lab::board
