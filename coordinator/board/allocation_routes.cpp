// The samples of a plan divided among the laboratories: what would come out, what is taken, and why.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/dispatch/holdings.hpp"
#include "coordinator/planning/allocate.hpp"
#include "coordinator/tables/allocations.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;
using Terms = std::vector<tables::AllocationTerm>;

constexpr std::uint32_t capacity_max = 1'000'000;  // a plan has no more samples

Result<model::LaboratoryId> laboratory_named(const std::string& text, const journal::View& store) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const model::LaboratoryId id{number};
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || !tables::laboratory(store, id))
    return fail(ErrorCode::not_found, fmt::format("没有编号为“{}”的实验室", text));
  return id;
}

// {"capacity": {"3": 500}, "without": [4]}: what is to be taken for granted instead of the laboratories' particulars.
Result<Terms> terms_in(const json& body, const journal::View& store) {
  std::map<model::LaboratoryId, std::uint32_t> terms;
  const json none = json::object();
  const json& capacity = body.contains("capacity") ? body.at("capacity") : none;
  if (!capacity.is_object()) return fail(ErrorCode::malformed, "应为 {\"实验室编号\": 容量}", "capacity");
  for (const auto& [name, value] : capacity.items()) {
    const auto id = laboratory_named(name, store);
    if (!id) return tl::unexpected(id.error());
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > capacity_max) {
      return fail(ErrorCode::malformed, fmt::format("容量应为 0 到 {} 的整数", capacity_max), "capacity");
    }
    terms[*id] = value.get<std::uint32_t>();
  }
  const json& without = body.contains("without") ? body.at("without") : none;
  if (!without.is_array() && !without.empty()) return fail(ErrorCode::malformed, "应为实验室编号的列表", "without");
  for (const json& one : without) {
    const auto id = laboratory_named(one.dump(), store);
    if (!id) return tl::unexpected(id.error());
    terms[*id] = 0;
  }
  Terms list;
  for (const auto& [laboratory, places] : terms) list.push_back({.laboratory = laboratory, .capacity = places});
  return list;
}

struct Allocation {
  tables::PlanRef plan;
  std::uint64_t made = 0;  // allocations of all plans when this one was worked out
  std::vector<dispatch::Share> shares;
  tables::KeptAllocation kept;
  json answer;
};

// Rows of one city and panel become one where samples go to the same place for the same reason.
std::vector<tables::AllocatedRow> rows_of(const std::vector<model::PlanCell>& cells,
                                          const std::vector<planning::Assignment>& assignments) {
  using Key = std::tuple<model::CityCode, model::PanelCode, model::LaboratoryId, planning::PlacedBecause, std::string>;
  std::map<Key, tables::AllocatedRow> rows;
  for (const planning::Assignment& one : assignments) {
    const model::PlanCell& cell = cells[one.cell];
    const auto [row, is_new] = rows.try_emplace(Key{cell.city, cell.panel, one.laboratory, one.because, one.rule},
                                                tables::AllocatedRow{cell.city, cell.panel, one});
    row->second.assignment.cell = 0;
    if (!is_new) row->second.assignment.count += one.count;
  }
  std::vector<tables::AllocatedRow> list;
  for (auto& [key, row] : rows) list.push_back(std::move(row));
  return list;
}

json rows_json(const std::vector<tables::AllocatedRow>& rows, const journal::View& store, const Province* province) {
  std::map<model::LaboratoryId, std::string> names;
  for (const model::Laboratory& laboratory : tables::laboratories(store)) names[laboratory.id] = laboratory.name;
  json list = json::array();
  for (const tables::AllocatedRow& row : rows) {
    const planning::Assignment& one = row.assignment;
    json& object = list.emplace_back(json{{"city", row.city.value()},
                                          {"panel", row.panel.value()},
                                          {"laboratory", one.laboratory.value()},
                                          {"name", names[one.laboratory]},
                                          {"count", one.count},
                                          {"because", planning::name_of(one.because)},
                                          {"kilometres", one.kilometres},
                                          {"reason", planning::reason_of(one)}});
    add_names(object, province, row.city, {});
  }
  return list;
}

// Per laboratory what it has, what it gets and what it could take, so that each row adds up.
json laboratories_json(const std::vector<model::Laboratory>& laboratories, dispatch::Holdings& holdings,
                       std::map<model::LaboratoryId, std::uint64_t>& assigned) {
  json rows = json::array();
  for (const model::Laboratory& laboratory : laboratories) {
    const dispatch::Holding& holding = holdings.laboratories[laboratory.id];
    const std::uint64_t gets = assigned[laboratory.id];
    rows.push_back({{"laboratory", laboratory.id.value()},
                    {"name", laboratory.name},
                    {"tasks", holding.kept + gets},
                    {"assigned", gets},
                    {"kept", holding.kept},
                    {"before", holding.kept + holding.allocated},
                    {"elsewhere", holding.elsewhere},
                    {"capacity", laboratory.capacity},
                    {"left", holding.room(laboratory.capacity) - gets}});
  }
  return rows;
}

struct Question {
  std::vector<model::PlanCell> cells;           // with what is free of them as quota
  std::vector<model::Laboratory> laboratories;  // with the capacity that is asked about
  std::vector<model::Laboratory> with_room;     // with what is left of it
  dispatch::Holdings holdings;
};

Result<Question> question_of(const journal::View& store, const model::PlanEntry& plan, const Terms& terms) {
  auto held = dispatch::holdings(store, plan);
  if (!held) return fail(std::move(held));
  Question question{.cells = {}, .laboratories = tables::laboratories(store), .with_room = {}, .holdings = *held};
  tables::for_each_cell(store, tables::ref_of(plan), 0, [&](std::uint32_t index, const tables::CellRow& row) {
    question.cells.push_back(row.cell);
    question.cells.back().quota = question.holdings.free.at(index);
    return true;
  });
  for (model::Laboratory& laboratory : question.laboratories) {
    const auto term = std::ranges::find(terms, laboratory.id, &tables::AllocationTerm::laboratory);
    if (term != terms.end()) laboratory.capacity = term->capacity;
    model::Laboratory& room = question.with_room.emplace_back(laboratory);
    room.capacity = question.holdings.laboratories[laboratory.id].room(laboratory.capacity);
  }
  return question;
}

Result<Allocation> allocate(const Visit& visit, const journal::View& store, const model::PlanEntry& plan,
                            const Terms& terms) {
  const auto province = visit.provinces.get(store);
  if (!province) return tl::unexpected(province.error());
  auto question = question_of(store, plan, terms);
  if (!question) return fail(std::move(question));
  const auto rules = tables::independence_rules(store);
  const auto assignments = planning::allocate(question->cells, question->with_room, (*province)->divisions, rules);
  if (!assignments) return tl::unexpected(assignments.error());

  Allocation allocation{.plan = tables::ref_of(plan),
                        .made = tables::allocations_made(store),
                        .shares = {},
                        .kept = {.person = visit.person->id, .terms = terms},
                        .answer = {}};
  std::map<model::LaboratoryId, std::uint64_t> assigned;
  std::uint64_t kilometres = 0;
  for (const planning::Assignment& one : *assignments) {
    allocation.shares.push_back(
        {.cell = static_cast<std::uint32_t>(one.cell), .laboratory = one.laboratory, .count = one.count});
    assigned[one.laboratory] += one.count;
    kilometres += std::uint64_t{one.kilometres} * one.count;
  }
  allocation.kept.rows = rows_of(question->cells, *assignments);
  allocation.answer = {{"plan", plan.id.value()},
                       {"assignments", laboratories_json(question->laboratories, question->holdings, assigned)},
                       {"rows", rows_json(allocation.kept.rows, store, province->get())},
                       {"kilometres", kilometres}};
  return allocation;
}

void post_allocation(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto terms = terms_in(*body, *view);
  if (!terms) return visit.respond(problem_of(terms.error()));
  auto allocation = allocate(visit, *view, *plan, *terms);
  if (!allocation) {
    const bool infeasible = allocation.error().code == ErrorCode::conflict;
    return visit.respond(infeasible ? http::problem(409, "infeasible", to_text(allocation.error()))
                                    : problem_of(allocation.error()));
  }
  const auto dry_run = body->find("dry_run");
  if (dry_run != body->end() && dry_run->is_boolean() && dry_run->get<bool>()) {
    allocation->answer["dry_run"] = true;
    return visit.respond(answer(allocation->answer));
  }
  decide_in_loop(visit, [found = std::make_shared<Allocation>(std::move(*allocation))](
                            coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
    // What laboratories hold was counted before this turn: somebody else's allocation may have filled their places.
    if (tables::allocations_made(draft) != found->made) {
      return http::problem(409, "conflict", "刚有另一次分配；请再试一次");
    }
    found->kept.at = now;
    const auto taken = coordinator.on_allocation(draft, found->plan, found->shares, found->kept);
    return taken ? answer(found->answer, 202) : problem_of(taken.error());
  });
}

void get_allocation(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto kept = tables::allocation(*view, plan->id);
  if (!kept) return visit.respond(http::problem(404, "not_found", "这个计划还没有分配过"));
  const auto province = visit.provinces.get(*view);
  json terms = json::array();
  for (const tables::AllocationTerm& term : kept->terms) {
    terms.push_back({{"laboratory", term.laboratory.value()}, {"capacity", term.capacity}});
  }
  visit.respond(answer({{"plan", plan->id.value()},
                        {"number", kept->number},
                        {"at", to_text(kept->at)},
                        {"person", kept->person.value()},
                        {"terms", std::move(terms)},
                        {"rows", rows_json(kept->rows, *view, province ? province->get() : nullptr)}}));
}

}  // namespace

void add_allocation_routes(Routes& routes) {
  routes.add("POST", "/api/v1/plans/{plan}/allocation", Action::plan, post_allocation);
  routes.add("GET", "/api/v1/plans/{plan}/allocation", Action::look, get_allocation);
}

}  // namespace lab::board
