#include <fmt/format.h>

#include <array>
#include <charconv>

#include "coordinator/board/handlers.hpp"
#include "coordinator/board/views.hpp"
#include "coordinator/reports/evidence.hpp"
#include "coordinator/reports/exports.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/evidence/tree_head.hpp"
#include "protocol/session/event_tree.hpp"

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

Result<reports::Query> query_in(const http::Request& request) {
  reports::Query query;
  auto axes = reports::parse_axes(text_in(request, "by"));
  if (!axes) return fail(std::move(axes));
  query.by = std::move(*axes);
  if (std::string programme = text_in(request, "programme"); !programme.empty()) {
    query.programme = model::ProgrammeCode{std::move(programme)};
  }
  const std::string verdicts = text_in(request, "verdicts");
  if (!verdicts.empty() && verdicts != "first" && verdicts != "final") {
    return fail(ErrorCode::malformed, "应为 first 或 final", "verdicts");
  }
  query.verdicts = verdicts == "first" ? reports::Verdicts::first : reports::Verdicts::final;
  const auto comparable_from = number_in(request, "comparable_from", query.comparable_from);
  if (!comparable_from) return tl::unexpected(comparable_from.error());
  query.comparable_from = *comparable_from;
  return query;
}

void get_summary(Visit& visit) {
  const auto query = query_in(visit.request);
  if (!query) return visit.respond(problem_of(query.error()));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);  // names and targets; the counts need neither
  const Province* known = province ? province->get() : nullptr;
  const reports::Summary summary =
      reports::summarize(*view, *query, known != nullptr ? known->targets() : reports::Targets{});
  json object = to_json(summary, *query, *view, known);
  object["as_of"] = to_text(visit.office.clock());
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

http::Response octets(reports::ExportPage page) {
  http::Response response{
      .status = 200, .content_type = "application/octet-stream", .body = std::move(page.bytes), .headers = {}};
  if (!page.next.empty()) response.headers["qlims-next"] = page.next;
  return response;
}

// Decides a quarantined event again, after the program has been mended.
void post_replay(Visit& visit) {
  const auto body = body_of(visit.request);
  if (!body) return visit.respond(problem_of(body.error()));
  const auto at = text_of(*body, "place");
  const auto reason = text_of(*body, "reason");
  if (!at || !reason) return visit.respond(problem_of(at ? reason.error() : at.error()));
  const auto place = parse_place(*at);
  if (!place) return visit.respond(http::problem(400, "malformed", "place 应形如 5.1.42"));
  decide_in_loop(visit, [place = *place, reason = *reason](coordinator::Coordinator& coordinator, journal::Draft& draft,
                                                           UtcTime now) {
    const auto replayed = coordinator.on_replay(draft, place, reason, now);
    if (!replayed) return problem_of(replayed.error());
    return answer({{"disposition", model::name_of(replayed->disposition)}, {"reason", replayed->reason}});
  });
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
  if (head.generation == 0) return visit.respond(http::problem(503, "unavailable", "事件树正在补建,请稍后再试"));
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
  routes.add("POST", "/api/v1/quarantine/replay", Action::take_back, post_replay);
  routes.add("GET", "/api/v1/export/events", Action::export_raw, exporting(reports::export_events));
  routes.add("GET", "/api/v1/export/orders", Action::export_raw, exporting(reports::export_orders));
  routes.add("GET", "/api/v1/evidence/head", Action::look, get_tree_head);
  routes.add("GET", "/api/v1/evidence/statement", Action::export_raw, get_statement);
  routes.add("GET", "/api/v1/evidence/orders", Action::export_raw, get_signed_orders);
  routes.add("GET", "/api/v1/evidence/events", Action::export_raw, get_signed_events);
  routes.add("GET", "/api/v1/diary", Action::look, get_diary);
}

}  // namespace lab::board
