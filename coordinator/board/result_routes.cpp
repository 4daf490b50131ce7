#include <fmt/format.h>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/reports/evidence.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/reports/weighted.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/service/health.hpp"
#include "protocol/session/event_tree.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

void get_status(Visit& visit) {
  const auto sessions = visit.office.sessions();
  json object = to_json(reports::status(*visit.office.store.read()), sessions);
  object["scrub"] = service::to_json(visit.office.scrub());
  object["store"] = service::to_json(visit.office.store.figures());
  visit.respond(answer(object));
}

void get_summary(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto query = item_query_in(visit, *view);
  if (!query) return visit.respond(problem_of(query.error()));
  const UtcTime now = visit.office.clock();
  const auto moment = moment_in(visit.request, now);
  if (!moment) return visit.respond(problem_of(moment.error()));
  const auto province = visit.provinces.get(*view);  // names and targets; the counts need neither
  const Province* known = province ? province->get() : nullptr;
  const reports::Targets targets = known != nullptr ? known->targets() : reports::Targets{};
  auto summary = reports::summarize_at(*view, *query, targets, *moment);
  if (!summary) return visit.respond(problem_of(summary.error()));
  if (const auto fits = reports::check_size(*summary); !fits) return visit.respond(problem_of(fits.error()));
  json object = to_json(*summary, *query, *view, known);
  object["as_of"] = to_text(moment->value_or(now));
  const auto weighted = reports::weighted_rate(
      *view, *query, known != nullptr ? std::span{known->weights} : std::span<const planning::StratumWeight>{},
      *moment);
  object["weighted"] = nullptr;
  object["weighted_missing"] = nullptr;
  if (weighted) {
    object["weighted"] = {
        {"rate", weighted->rate}, {"standard_error", weighted->standard_error}, {"source", weighted->source}};
  } else {
    object["weighted_missing"] = weighted.error().message;
  }
  visit.respond(answer(object));
}

http::Response octets(reports::ExportPage page) {
  http::Response response{
      .status = 200, .content_type = "application/octet-stream", .body = std::move(page.bytes), .headers = {}};
  if (!page.next.empty()) response.headers["qlims-next"] = page.next;
  return response;
}

using Export = Result<reports::ExportPage> (*)(const journal::View& store, std::string_view after,
                                               std::size_t rows_max);

// Raw octets; the place where the next page begins is in the field qlims-next.
Handling exporting(Export page_of) {
  return [page_of](Visit& visit) {
    const auto limit = number_in(visit.request, "limit", reports::export_rows_max);
    if (!limit || *limit == 0) return visit.respond(http::problem(400, "malformed", "limit 应为正整数"));
    const auto rows = std::min<std::size_t>(*limit, reports::export_rows_max);
    auto page = page_of(*visit.office.store.read(), text_in(visit.request, "after"), rows);
    if (!page) return visit.respond(problem_of(page.error()));
    visit.respond(octets(std::move(*page)));
  };
}

// One line of text: for a file, or for paper.
void get_tree_head(Visit& visit) {
  const auto view = visit.office.store.read();
  const model::TreeHead head = session::tree_head(*view, tables::numbers(*view).generation, visit.office.clock(),
                                                  visit.office.signing.secret_key);
  if (head.generation == 0) return visit.respond(http::problem(503, "unavailable", "事件树正在补建，请稍后再试"));
  visit.respond(answer({{"head", evidence::to_text(head)}, {"size", head.size}, {"generation", head.generation}}));
}

void get_statement(Visit& visit) {
  auto text = reports::statement(*visit.office.store.read(), visit.office.signing, visit.office.clock());
  if (!text) return visit.respond(problem_of(text.error()));
  visit.respond(octets({.bytes = std::move(*text), .next = {}}));
}

void get_signed_orders(Visit& visit) {
  const auto node = number_in(visit.request, "node", 0);
  const auto after = number_in(visit.request, "after", 0);
  const auto upto = number_in(visit.request, "upto", 0);
  if (!node || !after || !upto) return visit.respond(http::problem(400, "malformed", "node、after 和 upto 应为整数"));
  visit.respond(
      octets(reports::order_sections(*visit.office.store.read(), model::NodeId{static_cast<std::uint32_t>(*node)},
                                     *after, *upto, visit.office.signing)));
}

void get_signed_events(Visit& visit) {
  const auto after = number_in(visit.request, "after", 0);
  const auto size = number_in(visit.request, "size", 0);
  if (!after || !size) return visit.respond(http::problem(400, "malformed", "after 和 size 应为整数"));
  visit.respond(octets(reports::event_sections(*visit.office.store.read(), *after, *size)));
}

}  // namespace

void add_result_routes(Routes& routes) {
  routes.open("GET", "/api/v1/status", get_status);
  routes.add("GET", "/api/v1/summary", Action::look, get_summary);
  routes.add("GET", "/api/v1/export/events", Action::export_raw, exporting(reports::export_events));
  routes.add("GET", "/api/v1/export/orders", Action::export_raw, exporting(reports::export_orders));
  routes.add("GET", "/api/v1/evidence/head", Action::look, get_tree_head);
  routes.add("GET", "/api/v1/evidence/statement", Action::export_raw, get_statement);
  routes.add("GET", "/api/v1/evidence/orders", Action::export_raw, get_signed_orders);
  routes.add("GET", "/api/v1/evidence/events", Action::export_raw, get_signed_events);
}

}  // namespace lab::board
