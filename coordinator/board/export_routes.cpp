// The tables a province sends in, as files, under the filters of the page.

#include <fmt/format.h>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
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
      return fail(ErrorCode::malformed, "应为 results、nonconforming、rates、progress,可用逗号分开写几个", "table");
    }
    kinds.push_back(*kind);
  }
  if (kinds.empty())
    return fail(ErrorCode::malformed, "请写明要哪个表:results、nonconforming、rates 或 progress", "table");
  return kinds;
}

struct Asked {
  std::vector<documents::TableKind> kinds;
  documents::TableQuestion question;
  Charset charset = Charset::utf8;
  bool is_text = true;
  bool bare = false;
};

Result<Asked> asked_in(const http::Request& request) {
  Asked asked;
  auto kinds = kinds_in(request);
  if (!kinds) return fail(std::move(kinds));
  asked.kinds = std::move(*kinds);
  auto query = query_in(request);
  if (!query) return fail(std::move(query));
  asked.question.query = std::move(*query);
  const auto charset = encoding_in(request);
  if (!charset) return tl::unexpected(charset.error());
  asked.charset = *charset;
  const std::string format = text_in(request, "format");
  if (format != "csv" && format != "xlsx") return fail(ErrorCode::malformed, "应为 csv 或 xlsx", "format");
  asked.is_text = format == "csv";
  if (asked.is_text && asked.kinds.size() > 1) return fail(ErrorCode::malformed, "CSV 每次只能导出一个表", "table");
  asked.bare = text_in(request, "bare") == "1";
  if (!text_in(request, "as_of").empty()) {
    return fail(ErrorCode::malformed, "导出只有当前的数字;某一时刻的数字请用 summary", "as_of");
  }
  return asked;
}

void get_tables(Visit& visit) {
  auto asked = asked_in(visit.request);
  if (!asked) return visit.respond(problem_of(asked.error()));
  const auto view = visit.office.store.read();
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  const documents::Names names = names_of(known);
  if (known != nullptr) asked->question.targets = known->targets();
  asked->question.with_units = may(*visit.person, Action::see_units);
  std::vector<documents::Table> tables;
  for (const documents::TableKind kind : asked->kinds) {
    tables.push_back(documents::table_of(kind, *view, names, asked->question));
  }
  const documents::Facts facts = documents::facts_of(*view, names, asked->question.query, visit.office.clock(),
                                                     coordinator::tables::data_version(*view));
  if (asked->is_text) {
    const auto text = documents::to_csv(tables.front(), facts, asked->bare);
    if (!text) return visit.respond(problem_of(text.error()));
    return visit.respond(text_file(*text, asked->charset, tables.front().title + ".csv"));
  }
  auto workbook = documents::to_workbook(tables, facts);
  if (!workbook) return visit.respond(problem_of(workbook.error()));
  visit.respond(file_answer(*std::move(workbook), workbook_type, tables.front().title + ".xlsx"));
}

}  // namespace

void add_export_routes(Routes& routes) { routes.add("GET", "/api/v1/export/tables", Action::look, get_tables); }

}  // namespace lab::board
