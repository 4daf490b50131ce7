// Counted samples as an upload interface of somebody else wants them.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/documents/upload.hpp"

namespace lab::board {
namespace {

using nlohmann::json;

struct Asked {
  documents::UploadProfile profile;
  documents::UploadQuestion question;
  Charset charset = Charset::utf8;
};

Result<Asked> asked_in(const Visit& visit, const journal::View& store) {
  const http::Request& request = visit.request;
  Asked asked;
  if (auto now = only_of_now(request, "上报数据只有当前的：各页之间数据会变，无法停在某一时刻"); !now) {
    return fail(std::move(now));
  }
  auto profile = documents::read_upload_profile(request.body);
  if (!profile) return fail(std::move(profile));
  asked.profile = std::move(*profile);
  auto query = query_in(visit, store);
  if (!query) return fail(std::move(query));
  asked.question.query = std::move(*query);
  const std::string format = text_in(request, "format");
  if (!format.empty() && format != "ndjson" && format != "csv") {
    return fail(ErrorCode::malformed, "应为 ndjson 或 csv", "format");
  }
  asked.question.format = format == "csv" ? documents::UploadFormat::csv : documents::UploadFormat::ndjson;
  const auto charset = encoding_in(request);
  if (!charset) return tl::unexpected(charset.error());
  if (*charset != Charset::utf8 && format != "csv") return fail(ErrorCode::malformed, "NDJSON 只有 utf-8", "encoding");
  asked.charset = *charset;
  asked.question.after = text_in(request, "after");
  const auto limit = number_in(request, "limit", documents::upload_rows_max);
  if (!limit || *limit == 0) return fail(ErrorCode::malformed, "应为正整数", "limit");
  asked.question.rows_max = std::min<std::size_t>(*limit, documents::upload_rows_max);
  return asked;
}

http::Response rejected(const std::vector<documents::UploadFault>& faults) {
  json errors = json::array();
  for (const documents::UploadFault& fault : faults) {
    errors.push_back(
        {{"row", fault.row}, {"number", fault.number}, {"column", fault.column}, {"message", fault.message}});
  }
  const documents::UploadFault& first = faults.front();
  http::Response response = http::problem(
      422, "upload_rejected",
      fmt::format("第 {} 行（样品 {}）的“{}”栏：{}", first.row, first.number, first.column, first.message));
  json object = json::parse(response.body);
  object["errors"] = std::move(errors);
  response.body = object.dump();
  return response;
}

void post_upload(Visit& visit) {
  const auto view = visit.office.store.read();
  auto asked = asked_in(visit, *view);
  if (!asked) return visit.respond(problem_of(asked.error()));
  if (asked->profile.names_units() && !may(*visit.person, Action::see_units)) {
    return visit.respond(service::not_allowed());
  }
  const auto province = visit.provinces.get(*view);
  const documents::Names names = names_of(province ? province->get() : nullptr);
  const auto page = documents::upload_page(*view, names, asked->profile, asked->question);
  if (!page) return visit.respond(problem_of(page.error()));
  if (!page->faults.empty()) return visit.respond(rejected(page->faults));
  const bool is_text = asked->question.format == documents::UploadFormat::csv;
  // The mark at the beginning of a file does not belong between its pages.
  const bool goes_on = !asked->question.after.empty() && asked->charset == Charset::utf8_bom;
  http::Response response =
      is_text ? text_file(page->text, goes_on ? Charset::utf8 : asked->charset, asked->profile.name + ".csv")
              : http::Response{.content_type = "application/x-ndjson", .body = page->text};
  if (!page->next.empty() && response.status == 200) response.headers["qlims-next"] = page->next;
  visit.respond(std::move(response));
}

}  // namespace

void add_upload_routes(Routes& routes) { routes.add("POST", "/api/v1/export/upload", Action::look, post_upload); }

}  // namespace lab::board
