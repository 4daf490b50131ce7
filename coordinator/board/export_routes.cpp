// The tables a province sends in, as files, under the filters of the page.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/table_pdf.hpp"
#include "coordinator/documents/public_statistics.hpp"
#include "coordinator/documents/table_files.hpp"
#include "coordinator/tables/count_log.hpp"

namespace lab::board {
namespace {

// "results,rates": each once.
Result<std::vector<documents::TableKind>> kinds_in(const http::Request& request) {
  std::vector<documents::TableKind> kinds;
  const std::string asked = text_in(request, "table");
  for (std::string_view text = asked; !text.empty();) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto kind = documents::parse_table_kind(word);
    if (!kind || std::ranges::find(kinds, *kind) != kinds.end()) {
      return fail(ErrorCode::malformed, "应为 results、nonconforming、rates、progress，可用逗号分开写几个", "table");
    }
    kinds.push_back(*kind);
  }
  if (kinds.empty())
    return fail(ErrorCode::malformed, "请写明要哪个表：results、nonconforming、rates 或 progress", "table");
  return kinds;
}

enum class Format : std::uint8_t { csv, xlsx, pdf };

struct Asked {
  std::vector<documents::TableKind> kinds;
  documents::TableQuestion question;
  Charset charset = Charset::utf8;
  Format format = Format::csv;
  bool bare = false;
};

Result<Format> format_in(const http::Request& request) {
  const std::string format = text_in(request, "format");
  if (format == "csv") return Format::csv;
  if (format == "xlsx") return Format::xlsx;
  if (format == "pdf") return Format::pdf;
  return fail(ErrorCode::malformed, "应为 csv、xlsx 或 pdf", "format");
}

Result<Asked> asked_in(const Visit& visit, const journal::View& store, UtcTime now) {
  const http::Request& request = visit.request;
  Asked asked;
  auto kinds = kinds_in(request);
  if (!kinds) return fail(std::move(kinds));
  asked.kinds = std::move(*kinds);
  auto query = item_query_in(visit, store);
  if (!query) return fail(std::move(query));
  asked.question.query = std::move(*query);
  const auto charset = encoding_in(request);
  if (!charset) return tl::unexpected(charset.error());
  asked.charset = *charset;
  const auto format = format_in(request);
  if (!format) return tl::unexpected(format.error());
  asked.format = *format;
  if (asked.format == Format::csv && asked.kinds.size() > 1)
    return fail(ErrorCode::malformed, "CSV 每次只能导出一个表", "table");
  asked.bare = text_in(request, "bare") == "1";
  const auto moment = moment_in(request, now);
  if (!moment) return tl::unexpected(moment.error());
  asked.question.as_of = *moment;
  return asked;
}

http::Response file_of(const Asked& asked, std::span<const documents::Table> tables, const documents::Facts& facts,
                       UtcTime as_of) {
  const std::string& title = tables.front().title;
  switch (asked.format) {
    case Format::csv: {
      const auto text = documents::to_csv(tables.front(), facts, asked.bare);
      return text ? text_file(*text, asked.charset, title + ".csv") : problem_of(text.error());
    }
    case Format::xlsx: {
      auto workbook = documents::to_workbook(tables, facts);
      return workbook ? file_answer(*std::move(workbook), workbook_type, title + ".xlsx")
                      : problem_of(workbook.error());
    }
    case Format::pdf:
      break;
  }
  auto pdf = tables_pdf(tables, facts, as_of);
  if (pdf) return file_answer(*std::move(pdf), "application/pdf", title + ".pdf");
  if (pdf.error().code == ErrorCode::too_large) return problem_of(pdf.error());
  return http::problem(500, "not_drawn", to_text(pdf.error()));
}

void get_tables(Visit& visit) {
  const UtcTime now = visit.office.clock();
  const auto view = visit.office.store.read();
  auto asked = asked_in(visit, *view, now);
  if (!asked) return visit.respond(problem_of(asked.error()));
  for (const documents::TableKind kind : asked->kinds) {
    const auto good = documents::check_question(kind, *view, asked->question);
    if (!good) return visit.respond(problem_of(good.error()));
  }
  std::uint64_t version = coordinator::tables::data_version(*view);
  if (asked->question.as_of) {
    const auto then = coordinator::tables::version_at(*view, *asked->question.as_of);
    if (!then) return visit.respond(problem_of(then.error()));
    version = *then;
  }
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  const documents::Names names = names_of(known);
  if (known != nullptr) asked->question.targets = known->targets();
  asked->question.with_units = may(*visit.person, Action::see_units);
  std::vector<documents::Table> tables;
  for (const documents::TableKind kind : asked->kinds) {
    tables.push_back(documents::table_of(kind, *view, names, asked->question));
  }
  const UtcTime moment = asked->question.as_of.value_or(now);
  visit.respond(
      file_of(*asked, tables, documents::facts_of(*view, names, asked->question.query, moment, version), moment));
}

// Figures for everybody: what few samples stand behind is left out.
void get_public_statistics(Visit& visit) {
  const UtcTime now = visit.office.clock();
  const auto view = visit.office.store.read();
  const auto query = query_in(visit, *view);
  if (!query) return visit.respond(problem_of(query.error()));
  const auto moment = moment_in(visit.request, now);
  if (!moment) return visit.respond(problem_of(moment.error()));
  const auto charset = encoding_in(visit.request);
  if (!charset) return visit.respond(problem_of(charset.error()));
  const std::string format = text_in(visit.request, "format");
  if (format != "csv" && format != "json") {
    return visit.respond(http::problem(400, "malformed", "format 应为 csv 或 json"));
  }
  const auto province = visit.provinces.get(*view);
  const auto table =
      documents::public_table(*view, names_of(province ? province->get() : nullptr), *query, *moment, now);
  if (!table) return visit.respond(problem_of(table.error()));
  if (format == "csv") {
    return visit.respond(text_file(documents::to_public_csv(*table), *charset, table->title + ".csv"));
  }
  visit.respond(
      {.status = 200, .content_type = "application/json", .body = documents::to_public_json(*table), .headers = {}});
}

void get_public_catalogue(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  visit.respond(
      {.status = 200,
       .content_type = "application/json",
       .body = documents::catalogue_json(*view, names_of(province ? province->get() : nullptr), visit.office.clock()),
       .headers = {}});
}

}  // namespace

void add_export_routes(Routes& routes) {
  routes.add("GET", "/api/v1/export/tables", Action::look, get_tables);
  routes.add("GET", "/api/v1/public/statistics", Action::look, get_public_statistics);
  routes.add("GET", "/api/v1/public/catalogue", Action::look, get_public_catalogue);
}

}  // namespace lab::board
