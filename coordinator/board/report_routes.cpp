// Reports: drafted from the figures, their words changed by people, frozen, printed.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/board/files.hpp"
#include "coordinator/board/handlers.hpp"
#include "coordinator/board/names.hpp"
#include "coordinator/board/question.hpp"
#include "coordinator/board/report_pdf.hpp"
#include "coordinator/documents/analysis.hpp"
#include "coordinator/reports/drafting.hpp"

namespace lab::board {
namespace {

using nlohmann::json;
namespace tables = coordinator::tables;

constexpr std::size_t narrative_octets_max = 20'000;  // three pages of words to a section

json to_json(const tables::Report& report) {
  json object{{"report", report.id},
              {"title", report.title},
              {"state", report.is_frozen() ? "frozen" : "draft"},
              {"version", report.version},
              {"revision", report.revision},
              {"drafted_by", report.drafted_by.value()},
              {"drafted", to_text(report.drafted)},
              {"frozen_by", nullptr},
              {"frozen", nullptr},
              {"superseded", false},
              {"content_hash", to_hex(report.content.view())}};
  if (!report.is_frozen()) return object;
  object["frozen_by"] = report.frozen_by.value();
  object["frozen"] = to_text(report.frozen);
  return object;
}

bool is_superseded(const std::vector<tables::Report>& all, const tables::Report& report) {
  return report.is_frozen() && std::ranges::any_of(all, [&](const tables::Report& other) {
           return other.title == report.title && other.version > report.version;
         });
}

Result<tables::Report> report_in(const http::Request& request, const journal::View& store) {
  const auto number = number_in(request, "report", 0);
  if (!number) return tl::unexpected(number.error());
  auto report = *number <= UINT32_MAX ? tables::report(store, static_cast<std::uint32_t>(*number)) : std::nullopt;
  if (!report) return fail(ErrorCode::not_found, fmt::format("没有编号为 {} 的报告", *number), "report");
  return *std::move(report);
}

Result<documents::Analysis> analysis_of(const journal::View& store, const tables::Report& report) {
  const auto content = tables::report_content(store, report.content);
  if (!content) return fail(ErrorCode::not_found, "报告的内容不在了");
  return documents::read_analysis(*content);
}

http::Response whole_answer(const journal::View& store, const tables::Report& report, int status = 200) {
  json object = to_json(report);
  object["superseded"] = is_superseded(tables::reports(store), report);
  const auto content = tables::report_content(store, report.content);
  object["content"] = content ? json::parse(*content, nullptr, false) : json(nullptr);
  return answer(object, status);
}

void get_reports(Visit& visit) {
  const auto all = tables::reports(*visit.office.store.read());
  json rows = json::array();
  for (const tables::Report& report : all) {
    json& row = rows.emplace_back(to_json(report));
    row["superseded"] = is_superseded(all, report);
  }
  visit.respond(answer({{"reports", std::move(rows)}}));
}

void get_report(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto report = report_in(visit.request, *view);
  visit.respond(report ? whole_answer(*view, *report) : problem_of(report.error()));
}

void get_pdf(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto report = report_in(visit.request, *view);
  if (!report) return visit.respond(problem_of(report.error()));
  const auto analysis = analysis_of(*view, *report);
  if (!analysis) return visit.respond(problem_of(analysis.error()));
  auto pdf = report_pdf(*analysis, *report);
  if (!pdf) return visit.respond(http::problem(500, "not_drawn", to_text(pdf.error())));
  visit.respond(file_answer(*std::move(pdf), "application/pdf", report->title + ".pdf"));
}

void get_workbook(Visit& visit) {
  const auto view = visit.office.store.read();
  const auto report = report_in(visit.request, *view);
  if (!report) return visit.respond(problem_of(report.error()));
  const auto analysis = analysis_of(*view, *report);
  if (!analysis) return visit.respond(problem_of(analysis.error()));
  auto workbook = report_workbook(*analysis, *report);
  if (!workbook) return visit.respond(problem_of(workbook.error()));
  visit.respond(file_answer(*std::move(workbook), workbook_type, report->title + ".xlsx"));
}

// Everything a draft is asked for stands in the address: what stands in a body would be left out silently.
Result<void> no_fields_in(const http::Request& request) {
  const auto body = body_of(request);
  if (!body) return tl::unexpected(body.error());
  if (body->empty()) return {};
  return fail(ErrorCode::malformed, "起草报告的条件写在地址里（?title=…&programme=…），正文应为空或 {}",
              body->begin().key());
}

// Figures are read on this thread, from one snapshot; the loop only stores what was written of them.
void post_report(Visit& visit) {
  const auto is_now = only_of_now(visit.request, "报告按起草时的数字起草；过去某一时刻的数字请用汇总或导出表");
  if (!is_now) return visit.respond(problem_of(is_now.error()));
  if (const auto is_bare = no_fields_in(visit.request); !is_bare) return visit.respond(problem_of(is_bare.error()));
  const auto view = visit.office.store.read();
  auto query = query_in(visit, *view);
  if (!query) return visit.respond(problem_of(query.error()));
  const std::string title = text_in(visit.request, "title");
  if (const auto ready = documents::check_draft(*view); !ready) return visit.respond(problem_of(ready.error()));
  const auto province = visit.provinces.get(*view);
  const Province* known = province ? province->get() : nullptr;
  documents::TableQuestion question{.query = std::move(*query), .targets = {}};
  if (known != nullptr) {
    question.targets = known->targets();
    question.weights = known->weights;
  }
  const auto content = std::make_shared<std::string>(documents::to_json_text(
      documents::draft_analysis(*view, names_of(known), question, title, visit.office.clock())));
  decide_in_loop(visit, [content, title, person = visit.person->id](coordinator::Coordinator&, journal::Draft& draft,
                                                                    UtcTime now) {
    const auto report = reports::begin_report(draft, title, *content, person, now);
    return report ? whole_answer(draft, *report, 201) : problem_of(report.error());
  });
}

struct Words {
  std::uint32_t report = 0;
  std::uint32_t revision = 0;
  std::map<std::string, std::string> narratives;  // by the key of the section
};

Result<Words> words_in(const http::Request& request) {
  Words words;
  const auto number = number_in(request, "report", 0);
  if (!number || *number > UINT32_MAX) return fail(ErrorCode::not_found, "没有这份报告", "report");
  words.report = static_cast<std::uint32_t>(*number);
  const auto body = body_of(request);
  if (!body) return tl::unexpected(body.error());
  const auto revision = body->find("revision");
  if (revision == body->end() || !revision->is_number_unsigned() || revision->get<std::uint64_t>() > UINT32_MAX) {
    return fail(ErrorCode::malformed, "请写明所读的修订号", "revision");
  }
  words.revision = revision->get<std::uint32_t>();
  const auto narratives = body->find("narratives");
  if (narratives == body->end()) return words;
  if (!narratives->is_object()) return fail(ErrorCode::malformed, "应为各节的文字", "narratives");
  for (const auto& [key, text] : narratives->items()) {
    if (!text.is_string()) return fail(ErrorCode::malformed, "应为文字", key);
    words.narratives[key] = text.get<std::string>();
    if (words.narratives[key].size() > narrative_octets_max) return fail(ErrorCode::too_large, "文字太长，请缩短", key);
  }
  return words;
}

void post_narrative(Visit& visit) {
  const auto words = words_in(visit.request);
  if (!words) return visit.respond(problem_of(words.error()));
  decide_in_loop(visit, [words = *words](coordinator::Coordinator&, journal::Draft& draft, UtcTime) {
    const auto report = tables::report(draft, words.report);
    if (!report) return http::problem(404, "not_found", "没有这份报告");
    auto analysis = analysis_of(draft, *report);
    if (!analysis) return problem_of(analysis.error());
    for (const auto& [key, text] : words.narratives) {
      const auto section = std::ranges::find(analysis->sections, key, &documents::Section::key);
      if (section == analysis->sections.end()) return http::problem(400, "malformed", "没有这一节：" + key);
      section->narrative = text;
    }
    const auto changed =
        reports::rewrite_report(draft, words.report, words.revision, documents::to_json_text(*analysis));
    return changed ? whole_answer(draft, *changed) : problem_of(changed.error());
  });
}

void post_freeze(Visit& visit) {
  const auto words = words_in(visit.request);
  if (!words) return visit.respond(problem_of(words.error()));
  decide_in_loop(visit, [words = *words, person = visit.person->id](coordinator::Coordinator&, journal::Draft& draft,
                                                                    UtcTime now) {
    const auto report = reports::freeze_report(draft, words.report, words.revision, person, now);
    return report ? whole_answer(draft, *report) : problem_of(report.error());
  });
}

}  // namespace

void add_report_routes(Routes& routes) {
  routes.add("GET", "/api/v1/reports", Action::look, get_reports);
  routes.add("POST", "/api/v1/reports", Action::plan, post_report);
  routes.add("GET", "/api/v1/reports/{report}", Action::look, get_report);
  routes.add("GET", "/api/v1/reports/{report}/pdf", Action::look, get_pdf);
  routes.add("GET", "/api/v1/reports/{report}/xlsx", Action::look, get_workbook);
  routes.add("POST", "/api/v1/reports/{report}/narrative", Action::plan, post_narrative);
  routes.add("POST", "/api/v1/reports/{report}/freeze", Action::plan, post_freeze);
}

}  // namespace lab::board
