#include <fmt/format.h>

#include <array>
#include <charconv>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/tables/diary.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

void get_status(Visit& visit) {
  const auto sessions = visit.office.sessions();
  json object = to_json(reports::status(*visit.office.store.read()), sessions);
  object["scrub"] = service::to_json(visit.office.scrub());
  visit.respond(answer(object));
}

void get_summary(Visit& visit) {
  const auto query = query_in(visit.request);
  if (!query) return visit.respond(problem_of(query.error()));
  const UtcTime now = visit.office.clock();
  const auto moment = moment_in(visit.request, now);
  if (!moment) return visit.respond(problem_of(moment.error()));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);  // names and targets; the counts need neither
  const Province* known = province ? province->get() : nullptr;
  const reports::Targets targets = known != nullptr ? known->targets() : reports::Targets{};
  auto summary =
      *moment ? reports::summarize_as_of(*view, *query, targets, **moment) : reports::summarize(*view, *query, targets);
  if (!summary) return visit.respond(problem_of(summary.error()));
  json object = to_json(*summary, *query, *view, known);
  object["as_of"] = to_text(moment->value_or(now));
  visit.respond(answer(object));
}

// "node.incarnation.sequence"; nothing when it is not that.
std::optional<tables::EventPlace> parse_place(std::string_view text) {
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool last = i + 1 == numbers.size();
    if (last != text.empty() || (!last && text.front() != '.')) return std::nullopt;
    if (!last) text.remove_prefix(1);
  }
  if (numbers[0] > UINT32_MAX || numbers[1] > UINT32_MAX) return std::nullopt;
  return tables::EventPlace{model::NodeId{static_cast<std::uint32_t>(numbers[0])},
                            static_cast<std::uint32_t>(numbers[1]), numbers[2]};
}

Handling exceptions(model::Disposition disposition) {
  return [disposition](Visit& visit) {
    const auto limit = limit_in(visit.request);
    if (!limit) return visit.respond(problem_of(limit.error()));
    const std::string after = text_in(visit.request, "after");
    const auto place = after.empty() ? tables::EventPlace{} : parse_place(after);
    if (!place) return visit.respond(http::problem(400, "malformed", "after 应为上一页给出的位置"));
    const auto view = visit.office.store.read();
    json rows = json::array();
    json next = nullptr;
    tables::EventPlace last;
    tables::for_each_exception(*view, disposition, *place, [&](const tables::Exception& exception) {
      if (rows.size() == *limit) {
        next = fmt::format("{}.{}.{}", last.node.value(), last.incarnation, last.sequence);
        return false;
      }
      last = exception.place;
      rows.push_back(to_json(exception));
      return true;
    });
    visit.respond(answer({{"count", tables::exception_count(*view, disposition)},
                          {"rows", std::move(rows)},
                          {"next", std::move(next)}}));
  };
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
    http::Response response{
        .status = 200, .content_type = "application/octet-stream", .body = std::move(page->bytes), .headers = {}};
    if (!page->next.empty()) response.headers["qlims-next"] = page->next;
    visit.respond(std::move(response));
  };
}

void get_diary(Visit& visit) {
  const auto limit = limit_in(visit.request);
  const auto after = number_in(visit.request, "after", 0);
  if (!limit || !after) return visit.respond(http::problem(400, "malformed", "after 和 limit 应为整数"));
  const auto view = visit.office.store.read();
  json rows = json::array();
  tables::for_each_diary_entry(*view, *after + 1, [&](const tables::DiaryEntry& entry) {
    rows.push_back({{"sequence", entry.sequence},
                    {"previous", to_hex(entry.previous.view())},
                    {"at", to_text(entry.at)},
                    {"kind", tables::name_of(entry.kind)},
                    {"subject", entry.subject}});
    return rows.size() < *limit;
  });
  const tables::DiaryHead head = tables::diary_head(*view);
  visit.respond(
      answer({{"head", {{"sequence", head.sequence}, {"hash", to_hex(head.hash.view())}}}, {"rows", std::move(rows)}}));
}

}  // namespace

void add_result_routes(Routes& routes) {
  routes.open("GET", "/api/v1/status", get_status);
  routes.add("GET", "/api/v1/summary", Action::look, get_summary);
  routes.add("GET", "/api/v1/late", Action::look, exceptions(model::Disposition::late));
  routes.add("GET", "/api/v1/quarantine", Action::look, exceptions(model::Disposition::quarantined));
  routes.add("GET", "/api/v1/export/events", Action::export_raw, exporting(reports::export_events));
  routes.add("GET", "/api/v1/export/orders", Action::export_raw, exporting(reports::export_orders));
  routes.add("GET", "/api/v1/diary", Action::look, get_diary);
}

}  // namespace lab::board
