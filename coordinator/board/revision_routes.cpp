// What a plan was before it was revised: a list of its revisions, what each changed, and each as a table.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/revision_views.hpp"
#include "coordinator/planning/plan_template.hpp"
#include "coordinator/tables/plan_revisions.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;
using planning::CellChange;

json cell_json(const model::PlanCell& cell, const Province* province, bool with_enterprises) {
  json row{{"programme", cell.programme.value()},
           {"city", cell.city.value()},
           {"county", cell.county.value()},
           {"category", cell.category.value()},
           {"commodity", cell.commodity},
           {"stage", model::name_of(cell.stage)},
           {"round", cell.round},
           {"panel", cell.panel.value()},
           {"lots", cell.lot.has_value()}};
  add_names(row, province, cell.city, cell.category);
  if (province != nullptr) row["county_name"] = names_of(province).county(cell.city, cell.county);
  if (cell.lot && with_enterprises) row["enterprise"] = cell.lot->enterprise;
  return row;
}

json changes_json(const std::vector<CellChange>& changes, const Province* province, bool with_enterprises) {
  json rows = json::array();
  for (const CellChange& change : changes) {
    if (rows.size() == page_max) break;
    json& row = rows.emplace_back(cell_json(change.cell, province, with_enterprises));
    row["before"] = change.before;
    row["after"] = change.after;
  }
  return rows;
}

json sums_json(const std::vector<CellChange>& changes) {
  const planning::ChangeSums sums = planning::sums_of(changes);
  return {{"added", sums.added},
          {"raised", sums.raised},
          {"lowered", sums.lowered},
          {"removed", sums.removed},
          {"samples_more", sums.samples_more},
          {"samples_fewer", sums.samples_fewer}};
}

json head_json(const tables::PlanRevision& revision, const std::vector<CellChange>& changes) {
  return {{"revision", revision.revision},
          {"at", revision.at == UtcTime{} ? json(nullptr) : json(to_text(revision.at))},
          {"person", revision.person.value()},
          {"reason", revision.reason},
          {"source", to_hex(revision.source.view())},
          {"before", revision.before},
          {"after", revision.after},
          {"sums", sums_json(changes)}};
}

void get_revisions(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto plan = plan_in(visit.request, *view);
  if (!plan) return visit.respond(problem_of(plan.error()));
  json rows = json::array();
  for (const tables::PlanRevision& revision : tables::plan_revisions(*view, *plan)) {
    rows.push_back(head_json(revision, tables::revision_changes(*view, plan->id, revision.revision)));
  }
  visit.respond(answer({{"plan", plan->id.value()},
                        {"title", plan->title},
                        {"revision", tables::current_revision(*view, plan->id)},
                        {"revisions", std::move(rows)}}));
}

struct Asked {
  model::PlanEntry plan;
  std::vector<tables::PlanRevision> all{};
  std::size_t index = 0;  // in `all`
};

Result<Asked> asked_in(const http::Request& request, const journal::View& store) {
  auto plan = plan_in(request, store);
  if (!plan) return fail(std::move(plan));
  const auto number = number_in(request, "revision", 0);
  if (!number) return tl::unexpected(number.error());
  Asked asked{.plan = std::move(*plan)};
  asked.all = tables::plan_revisions(store, asked.plan);
  if (*number == 0 || *number > asked.all.size()) {
    return fail(ErrorCode::not_found, fmt::format("这个计划没有第 {} 版", *number));
  }
  asked.index = *number - 1;
  return asked;
}

void get_revision(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto asked = asked_in(visit.request, *view);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const tables::PlanRevision& revision = asked->all[asked->index];
  const auto province = visit.provinces.get(*view);
  const auto changes = tables::revision_changes(*view, asked->plan.id, revision.revision);
  json object = head_json(revision, changes);
  object["plan"] = asked->plan.id.value();
  object["changes"] =
      changes_json(changes, province ? province->get() : nullptr, may(*visit.person, Action::see_units));
  object["changes_total"] = changes.size();
  visit.respond(answer(object));
}

// The plan as that revision ordered it, as a file that can be changed and sent again.
void get_revision_table(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto asked = asked_in(visit.request, *view);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto encoding = encoding_in(visit.request);
  if (!encoding) return visit.respond(problem_of(encoding.error()));
  std::vector<model::PlanCell> cells =
      planning::before_changes(tables::cells_of(*view, tables::ref_of(asked->plan)), {});
  for (std::size_t later = asked->all.size() - 1; later > asked->index; --later) {
    cells =
        planning::before_changes(cells, tables::revision_changes(*view, asked->plan.id, asked->all[later].revision));
  }
  const std::string name = fmt::format("{}-第{}版.csv", asked->plan.title, asked->index + 1);
  visit.respond(text_file(planning::plan_text(cells), *encoding, name));
}

}  // namespace

json to_json(const dispatch::RevisionCheck& check, const Province* province, bool with_enterprises) {
  json object{{"plan", check.plan.id.value()},
              {"revision", check.current},
              {"next", check.current + 1},
              {"former", check.former == 0 ? json(nullptr) : json(check.former)},
              {"before", check.before},
              {"after", check.after},
              {"created", check.created},
              {"cancelled", check.cancelled},
              {"sums", sums_json(check.changes)},
              {"changes", changes_json(check.changes, province, with_enterprises)},
              {"changes_total", check.changes.size()}};
  json held = json::array();
  for (const dispatch::HeldCell& one : check.held) {
    if (held.size() == page_max) break;
    json& row = held.emplace_back(cell_json(one.cell, province, with_enterprises));
    row["wanted"] = one.wanted;
    row["granted"] = one.granted;
    row["judged"] = one.judged;
  }
  object["held"] = std::move(held);
  return object;
}

void add_revision_routes(Routes& routes) {
  routes.add("GET", "/api/v1/plans/{plan}/revisions", Action::look, get_revisions);
  routes.add("GET", "/api/v1/plans/{plan}/revisions/{revision}", Action::look, get_revision);
  routes.add("GET", "/api/v1/plans/{plan}/revisions/{revision}/table", Action::see_units, get_revision_table);
}

}  // namespace lab::board
