#include "coordinator/board/report_pdf.hpp"

#include <fmt/format.h>

#include "coordinator/board/table_pdf.hpp"
#include "coordinator/documents/table_files.hpp"

namespace lab::board {
namespace {

// Which edition it is, for the foot of each page and for the head of a workbook.
std::string edition_of(const coordinator::tables::Report& report) {
  if (!report.is_frozen()) return "草稿，未定稿";
  return fmt::format("第 {} 版，{} 于 {} 定稿", report.version, report.frozen_by.value(),
                     documents::beijing_text(report.frozen));
}

}  // namespace

Result<Bytes> report_pdf(const documents::Analysis& analysis, const coordinator::tables::Report& report) {
  page::Document document{.title = analysis.title,
                          .head = analysis.title,
                          .foot = fmt::format("{}　内容 SHA-256 {}", edition_of(report), to_hex(report.content.view())),
                          .created = to_text(report.is_frozen() ? report.frozen : report.drafted),
                          .blocks = {}};
  document.head += "　" + facts_line(analysis.facts);
  std::string facts;
  for (const auto& [what, value] : analysis.facts) facts += fmt::format("{}：{}\n", what, value);
  document.blocks.emplace_back(page::Paragraph{std::move(facts), true});
  for (const documents::Section& section : analysis.sections) {
    document.blocks.emplace_back(page::Heading{section.heading});
    const bool is_empty = section.narrative.empty() && section.rows.empty();
    const char* nothing = report.is_frozen() ? "（无）" : "（待填写）";
    document.blocks.emplace_back(page::Paragraph{is_empty ? nothing : section.narrative});
    if (!section.rows.empty()) document.blocks.emplace_back(printed_table(section.columns, section.rows));
  }
  return page::to_pdf(document);
}

Result<Bytes> report_workbook(const documents::Analysis& analysis, const coordinator::tables::Report& report) {
  documents::Facts facts = analysis.facts;
  facts.emplace_back("报告", analysis.title);
  facts.emplace_back("版本", edition_of(report));
  facts.emplace_back("内容 SHA-256", to_hex(report.content.view()));
  std::vector<documents::Table> sheets;
  for (const documents::Section& section : analysis.sections) {
    if (section.columns.empty()) continue;
    sheets.push_back(
        {.title = section.heading, .columns = section.columns, .rows = documents::rows_from(section.rows)});
  }
  return documents::to_workbook(sheets, facts);
}

}  // namespace lab::board
