// Shares of quota cells: given to stations on purpose, and asked back. And which categories warn early.

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/reports/warnings.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/recalls.hpp"
#include "coordinator/tables/tasks.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

struct AskedShare {
  std::uint32_t cell = 0;
  model::NodeId node;
  std::uint32_t count = 0;
};

Result<AskedShare> share_in(const http::Request& request) {
  const auto body = body_of(request);
  if (!body) return tl::unexpected(body.error());
  AskedShare asked;
  std::uint32_t node = 0;
  for (const auto& [field, place] :
       {std::pair{"cell", &asked.cell}, std::pair{"node", &node}, std::pair{"count", &asked.count}}) {
    const auto value = body->find(field);
    if (value == body->end() || !value->is_number_unsigned() || value->get<std::uint64_t>() > UINT32_MAX) {
      return fail(ErrorCode::malformed, "cell（指标单元，从 0 数）、node 和 count 应为整数", field);
    }
    *place = value->get<std::uint32_t>();
  }
  asked.node = model::NodeId{node};
  return asked;
}

void post_share(Visit& visit) {
  const auto asked = share_in(visit.request);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto plan = plan_in(visit.request, *visit.office.store.read());
  if (!plan) return visit.respond(problem_of(plan.error()));
  decide_in_loop(visit, [asked = *asked, ref = tables::ref_of(*plan)](coordinator::Coordinator& coordinator,
                                                                      journal::Draft& draft, UtcTime now) {
    const auto leased = coordinator.on_lease(draft, ref, asked.cell, asked.node, asked.count, now);
    if (!leased) return problem_of(leased.error());
    return answer(
        {{"cell", asked.cell}, {"node", asked.node.value()}, {"given", leased->given}, {"left", leased->left}});
  });
}

void post_recall(Visit& visit) {
  const auto task = task_in(visit.request);
  if (!task) return visit.respond(problem_of(task.error()));
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto reason = text_of(*body, "reason");
  if (!reason) return visit.respond(problem_of(reason.error()));
  decide_in_loop(
      visit, [id = *task, reason = *reason](coordinator::Coordinator& coordinator, journal::Draft& draft, UtcTime now) {
        const auto done = coordinator.on_recall(draft, id, reason, now);
        return done ? answer({{"task", to_text(id)}, {"state", "recalled"}}) : problem_of(done.error());
      });
}

// What stations have been asked to hand back and have not answered yet.
void get_recalls(Visit& visit) {
  const auto limit = limit_in(visit.request);
  if (!limit) return visit.respond(problem_of(limit.error()));
  const auto after = task_after_in(visit.request);
  if (!after) return visit.respond(problem_of(after.error()));
  const auto view = visit.office.store.read();
  json rows = json::array();
  json next = nullptr;
  tables::for_each_recall(*view, *after, [&](const model::TaskId& id, const tables::Recall& recall) {
    if (rows.size() == *limit) {
      next = rows.back().at("task");
      return false;
    }
    rows.push_back({{"task", to_text(id)},
                    {"node", recall.node.value()},
                    {"reason", recall.reason},
                    {"asked", to_text(recall.asked)}});
    return true;
  });
  visit.respond(answer({{"recalls", std::move(rows)}, {"next", std::move(next)}}));
}

void get_warnings(Visit& visit) {
  const auto is_now = only_of_now(visit.request, "预警只有当前的；某一时刻的合格率请用汇总或导出表");
  if (!is_now) return visit.respond(problem_of(is_now.error()));
  const auto view = visit.office.store.read();
  const auto query = query_in(visit, *view);
  if (!query) return visit.respond(problem_of(query.error()));
  const UtcTime now = visit.office.clock();
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  json rows = json::array();
  for (const reports::Warning& warning :
       reports::warnings(*view, *query, known == nullptr ? reports::Targets{} : known->targets(), now)) {
    json& row = rows.emplace_back(json{{"programme", warning.programme.value()},
                                       {"city", warning.city.value()},
                                       {"category", warning.category.value()},
                                       {"level", reports::name_of(warning.level)},
                                       {"judged", warning.figures.counts.judged()},
                                       {"pass", warning.figures.counts.pass},
                                       {"rate", warning.figures.rate},
                                       {"rule", warning.rule},
                                       {"reason", warning.reason}});
    add_names(row, known, warning.city, warning.category);
    if (const auto* programme = known == nullptr ? nullptr : known->programme(warning.programme)) {
      row["programme_name"] = programme->name;
    }
  }
  visit.respond(answer({{"as_of", to_text(now)}, {"warnings", std::move(rows)}}));
}

}  // namespace

void add_share_routes(Routes& routes) {
  routes.add("POST", "/api/v1/plans/{plan}/shares", Action::plan, post_share);
  routes.add("POST", "/api/v1/tasks/{task}/recall", Action::take_back, post_recall);
  routes.add("GET", "/api/v1/recalls", Action::look, get_recalls);
  routes.add("GET", "/api/v1/warnings", Action::look, get_warnings);
}

}  // namespace lab::board
