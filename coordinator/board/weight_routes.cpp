// What the past suggests for the next plan: to look at, and as a table beside which a plan is written.

#include <fmt/format.h>

#include "coordinator/board/enterprise_views.hpp"
#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/documents/table_files.hpp"
#include "coordinator/enterprises/weights.hpp"
#include "coordinator/tables/count_log.hpp"

namespace lab::board {
namespace {

using nlohmann::json;

constexpr std::size_t weights_max = 200;  // enterprises in a suggestion: a planner reads them one by one

json cell_json(const enterprises::CellWeight& one, const Province* province) {
  json row{{"city", one.city.value()},
           {"category", one.category.value()},
           {"failed", one.failed},
           {"judged", one.judged},
           {"weight", to_json(one.weight)}};
  add_names(row, province, one.city, one.category);
  return row;
}

// The codes and names stand as a plan's own columns have them, so that rows can be carried over.
documents::Table table_of(const std::vector<enterprises::CellWeight>& weights, const documents::Names& names) {
  return {.title = "下期计划建议权重",
          .columns = {{"市州代码", true},
                      {"市州"},
                      {"产品类别"},
                      {"类别名称"},
                      {"最终不合格", true},
                      {"最终判定", true},
                      {"建议权重%", true},
                      {"依据"}},
          .rows = [&](const documents::TakeRow& take) {
            for (const enterprises::CellWeight& one : weights) {
              if (!take({fmt::format("{}", one.city.value()), names.city(one.city), one.category.value(),
                         names.category(one.category), fmt::format("{}", one.failed), fmt::format("{}", one.judged),
                         fmt::format("{}", one.weight.percent), one.weight.because})) {
                return;
              }
            }
          }};
}

// Of all final verdicts until now: no other question is taken.
http::Response text_of(const Visit& visit, const journal::View& store,
                       const std::vector<enterprises::CellWeight>& weights, const documents::Names& names,
                       Charset charset) {
  const std::string programme = text_in(visit.request, "programme");
  reports::Query query;
  if (!programme.empty()) query.programme = model::ProgrammeCode{programme};
  const documents::Facts facts =
      documents::facts_of(store, names, query, visit.office.clock(), coordinator::tables::data_version(store));
  const auto text = documents::to_csv(table_of(weights, names), facts, text_in(visit.request, "bare") == "1");
  return text ? text_file(*text, charset, fmt::format("建议权重{}.csv", programme)) : problem_of(text.error());
}

void get_weights(Visit& visit) {
  const std::string format = text_in(visit.request, "format");
  if (!format.empty() && format != "json" && format != "csv") {
    return visit.respond(http::problem(400, "malformed", "format 应为 csv 或 json"));
  }
  const auto encoding = encoding_in(visit.request);
  if (!encoding) return visit.respond(problem_of(encoding.error()));
  const std::string programme = text_in(visit.request, "programme");
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  const CivilDate today = civil_date(visit.office.clock());
  const auto numbers = enterprises::risk_rules(*view).on(today);
  const auto weights = enterprises::cell_weights(
      *view, programme.empty() ? std::nullopt : std::optional{model::ProgrammeCode{programme}}, numbers);
  if (format == "csv") return visit.respond(text_of(visit, *view, weights, names_of(known), *encoding));
  json cells = json::array();
  for (const enterprises::CellWeight& one : weights) cells.push_back(cell_json(one, known));
  json object{{"cells", std::move(cells)}, {"day", to_text(today)}};
  if (may(*visit.person, Action::see_units)) {
    json firms = json::array();
    for (const enterprises::EnterpriseWeight& one :
         enterprises::enterprise_weights(*view, numbers, today, weights_max)) {
      firms.push_back({{"enterprise", one.enterprise.id.value()},
                       {"name", one.enterprise.name},
                       {"code", one.enterprise.code},
                       {"weight", to_json(one.weight)}});
    }
    object["enterprises"] = std::move(firms);
  }
  visit.respond(answer(object));
}

}  // namespace

void add_weight_routes(Routes& routes) { routes.add("GET", "/api/v1/plan-weights", Action::look, get_weights); }

}  // namespace lab::board
