// Who holds how much of each quota cell, and sample by sample what has become of one cell.

#include <algorithm>
#include <map>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/shares.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/sampling.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/session/intake.hpp"

namespace lab::board {
namespace {

using dispatch::ShareState;
using nlohmann::json;
namespace tables = coordinator::tables;

/// Tasks looked at for one page: a filter that matches nothing must not keep a thread for long.
constexpr std::uint32_t looked_at_max = 20'000;

struct Held {
  std::uint32_t undrawn = 0;
  std::uint32_t recalled = 0;  // of the undrawn
  std::uint32_t drawn = 0;
  std::uint32_t declined = 0;
  std::uint32_t judged = 0;
};

struct CellShares {
  std::uint32_t free = 0;
  std::uint32_t cancelled = 0;
  std::map<model::NodeId, Held> nodes;
};

// The node that has the sample: of a task that was taken back, the one that has received it.
model::NodeId holder_of(const journal::View& store, const model::Task& task) {
  if (task.state != model::TaskState::allocated) return task.node;
  return dispatch::received_at(store, task.id).value_or(task.node);
}

void count(const journal::View& store, const model::Task& task, CellShares& shares) {
  switch (dispatch::share_state(store, task)) {
    case ShareState::free:
      ++shares.free;
      return;
    case ShareState::cancelled:
      ++shares.cancelled;
      return;
    case ShareState::undrawn:
      ++shares.nodes[task.node].undrawn;
      if (tables::recall(store, task.id)) ++shares.nodes[task.node].recalled;
      return;
    case ShareState::drawn:
      ++shares.nodes[holder_of(store, task)].drawn;
      return;
    case ShareState::declined:
      ++shares.nodes[task.node].declined;
      return;
    case ShareState::judged:
      ++shares.nodes[task.node].judged;
      return;
  }
}

struct Filter {
  std::uint64_t city = 0;
  std::uint64_t node = 0;
  std::string category;
  std::string programme;

  [[nodiscard]] bool takes(const model::PlanCell& cell) const {
    return (city == 0 || cell.city.value() == city) && (category.empty() || cell.category.value() == category) &&
           (programme.empty() || cell.programme.value() == programme);
  }
  [[nodiscard]] bool takes(const CellShares& shares) const {
    return node == 0 || (node <= UINT32_MAX && shares.nodes.contains(model::NodeId{static_cast<std::uint32_t>(node)}));
  }
};

Result<Filter> filter_in(const http::Request& request) {
  const auto city = number_in(request, "city", 0);
  if (!city) return tl::unexpected(city.error());
  const auto node = number_in(request, "node", 0);
  if (!node) return tl::unexpected(node.error());
  return Filter{.city = *city,
                .node = *node,
                .category = text_in(request, "category"),
                .programme = text_in(request, "programme")};
}

json held_json(const CellShares& shares) {
  json rows = json::array();
  for (const auto& [node, held] : shares.nodes) {
    rows.push_back({{"node", node.value()},
                    {"undrawn", held.undrawn},
                    {"recalled", held.recalled},
                    {"drawn", held.drawn},
                    {"declined", held.declined},
                    {"judged", held.judged}});
  }
  return rows;
}

json cell_json(std::uint32_t index, const model::PlanCell& cell, const Province* province) {
  json row{{"cell", index},
           {"programme", cell.programme.value()},
           {"city", cell.city.value()},
           {"county", cell.county.value()},
           {"category", cell.category.value()},
           {"commodity", cell.commodity},
           {"stage", model::name_of(cell.stage)},
           {"stage_name", model::chinese_name_of(cell.stage)},
           {"round", cell.round},
           {"panel", cell.panel.value()},
           {"quota", cell.quota},
           {"lots", cell.lot.has_value()}};
  add_names(row, province, cell.city, cell.category);
  if (province != nullptr) row["county_name"] = names_of(province).county(cell.city, cell.county);
  return row;
}

// What holds for all cells of a programme now.
struct Giving {
  bool is_in_escrow = false;
  json blocked = nullptr;  // why nothing of it can be given, by a name that pages have words for
};

Giving giving_of(const journal::View& store, const model::ProgrammeCode& programme, UtcTime now) {
  Giving giving{.is_in_escrow = tables::is_in_escrow(store, programme, civil_date(now))};
  if (dispatch::check_may_give(store, programme, now)) return giving;
  giving.blocked = session::deferred(store).empty() ? "unheard" : "deferred";
  return giving;
}

struct Page {
  const journal::View& store;
  tables::PlanRef plan;
  const Province* province;
  Filter filter;
  std::size_t limit;
  UtcTime now;
  json cells = json::array();
  json next = nullptr;
  std::uint32_t looked_at = 0;
  std::map<model::ProgrammeCode, Giving> giving{};  // worked out for the first cell of each

  // False: the page is full.
  bool add(std::uint32_t index, const tables::CellRow& row) {
    if (cells.size() == limit || looked_at > looked_at_max) {
      next = index;
      return false;
    }
    if (!filter.takes(row.cell)) return true;
    CellShares shares;
    tables::for_each_task_of(store, plan, row, [&](const model::Task& task) {
      count(store, task, shares);
      ++looked_at;
      return true;
    });
    if (!filter.takes(shares)) return true;
    json& object = cells.emplace_back(cell_json(index, row.cell, province));
    const auto [known, is_new] = giving.try_emplace(row.cell.programme);
    if (is_new) known->second = giving_of(store, row.cell.programme, now);
    object["escrow"] = known->second.is_in_escrow;
    object["free"] = shares.free;
    object["cancelled"] = shares.cancelled;
    object["nodes"] = held_json(shares);
    object["blocked"] = known->second.blocked;
    return true;
  }
};

void get_shares(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = number_in(visit.request, "after", 0);
  if (!after || *after > UINT32_MAX) return visit.respond(http::problem(400, "malformed", "after 应为单元的序号"));
  const auto filter = filter_in(visit.request);
  if (!filter) return visit.respond(problem_of(filter.error()));
  const auto province = visit.provinces.get(*view);
  Page page{.store = *view,
            .plan = tables::ref_of(*plan),
            .province = province ? province->get() : nullptr,
            .filter = *filter,
            .limit = *limit,
            .now = visit.office.clock()};
  tables::for_each_cell(*view, page.plan, static_cast<std::uint32_t>(*after),
                        [&](std::uint32_t index, const tables::CellRow& row) { return page.add(index, row); });
  visit.respond(answer({{"plan", plan->id.value()}, {"cells", std::move(page.cells)}, {"next", std::move(page.next)}}));
}

json sample_json(const journal::View& store, const model::Task& task) {
  const ShareState state = dispatch::share_state(store, task);
  const bool is_held = state != ShareState::free && state != ShareState::cancelled;
  json row{{"task", to_text(task.id)},
           {"number", task.number.text()},
           {"state", dispatch::name_of(state)},
           {"node", is_held ? json(holder_of(store, task).value()) : json(nullptr)},
           {"recall", nullptr}};
  if (const auto asked = tables::recall(store, task.id)) {
    row["recall"] = {{"reason", asked->reason}, {"asked", to_text(asked->asked)}};
  }
  return row;
}

void get_share(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  const auto index = number_in(visit.request, "cell", 0);
  if (!index || *index > UINT32_MAX) return visit.respond(http::problem(404, "not_found", "没有这个指标单元"));
  const tables::PlanRef ref = tables::ref_of(*plan);
  const auto province = visit.provinces.get(*view);
  json object;
  tables::for_each_cell(*view, ref, static_cast<std::uint32_t>(*index),
                        [&](std::uint32_t number, const tables::CellRow& row) {
                          object = cell_json(number, row.cell, province ? province->get() : nullptr);
                          json samples = json::array();
                          tables::for_each_task_of(*view, ref, row, [&](const model::Task& task) {
                            samples.push_back(sample_json(*view, task));
                            return true;
                          });
                          object["samples"] = std::move(samples);
                          return false;
                        });
  if (object.is_null()) return visit.respond(http::problem(404, "not_found", "没有这个指标单元"));
  visit.respond(answer(object));
}

}  // namespace

void add_share_list_routes(Routes& routes) {
  routes.add("GET", "/api/v1/plans/{plan}/shares", Action::look, get_shares);
  routes.add("GET", "/api/v1/plans/{plan}/shares/{cell}", Action::look, get_share);
}

}  // namespace lab::board
