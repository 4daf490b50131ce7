#include "coordinator/board/report_pdf.hpp"

#include <fmt/format.h>

#include "protocol/page/page.hpp"

namespace lab::board {
namespace {

page::Table table_of(const documents::Section& section) {
  page::Table table{.columns = {}, .rows = section.rows};
  for (const documents::Column& column : section.columns) {
    table.columns.push_back({.heading = column.heading, .share = column.width, .is_figure = column.is_figure});
  }
  return table;
}

std::string foot_of(const coordinator::tables::Report& report) {
  if (!report.is_frozen())
    return fmt::format("草稿，未定稿　内容 SHA-256 {}", to_hex(report.content.view()).substr(0, 16));
  return fmt::format("第 {} 版，{} 于 {} 定稿　内容 SHA-256 {}", report.version, report.frozen_by.value(),
                     documents::beijing_text(report.frozen), to_hex(report.content.view()));
}

}  // namespace

Result<Bytes> report_pdf(const documents::Analysis& analysis, const coordinator::tables::Report& report) {
  page::Document document{.title = analysis.title,
                          .head = analysis.title,
                          .foot = foot_of(report),
                          .created = to_text(report.is_frozen() ? report.frozen : report.drafted),
                          .blocks = {}};
  std::string facts;
  for (const auto& [what, value] : analysis.facts) {
    document.head += fmt::format("　{}：{}", what, value);
    facts += fmt::format("{}：{}\n", what, value);
  }
  document.blocks.emplace_back(page::Paragraph{std::move(facts), true});
  for (const documents::Section& section : analysis.sections) {
    document.blocks.emplace_back(page::Heading{section.heading});
    document.blocks.emplace_back(page::Paragraph{section.narrative});
    if (!section.rows.empty()) document.blocks.emplace_back(table_of(section));
  }
  return page::to_pdf(document);
}

}  // namespace lab::board
