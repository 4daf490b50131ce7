#include "coordinator/board/notice_files.hpp"

#include <fmt/format.h>

#include <utility>

#include "coordinator/board/table_pdf.hpp"
#include "coordinator/documents/table_files.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

using coordinator::tables::NoticeState;

const std::vector<documents::Column> line_columns{{"栏目", false, 24}, {"内容", false, 76}};

std::string state_text(const coordinator::tables::Notice& notice) {
  const std::string way = notice.way.empty() ? "" : "，" + notice.way;
  switch (notice.state) {
    case NoticeState::made:
      return "草稿，还没有发出";
    case NoticeState::sent:
      return fmt::format("{} 发出，送达 {}{}", documents::beijing_text(notice.sent), notice.addressee, way);
    case NoticeState::received:
      return fmt::format("{} 发出，送达 {}{}；{} 收到", documents::beijing_text(notice.sent), notice.addressee, way,
                         documents::beijing_text(notice.received));
    case NoticeState::withdrawn:
      return "判定已改为合格，报告已撤回";
  }
  return {};
}

documents::Facts facts_of(const PrintedNotice& printed) {
  return {{"筛选条件", fmt::format("样品编号 {}", printed.number)},
          {"状态", state_text(printed.notice)},
          {"截至", documents::beijing_text(printed.as_of)},
          {"数据版本", fmt::format("{}", printed.version)}};
}

std::string hash_text(const PrintedNotice& printed) { return to_hex(crypto::sha256(printed.text).view()); }

// "受检单位:某某超市" is a row of two cells; a sentence without a name before it stands in the second one.
struct Lines {
  std::string title;
  std::vector<documents::Cells> rows;
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (lines.title.empty()) {
      lines.title = line;
    } else if (colon == std::string_view::npos) {
      lines.rows.push_back({"", std::string{line}});
    } else {
      lines.rows.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(colon + 1)}});
    }
  }
  return lines;
}

}  // namespace

Result<Bytes> notice_pdf(const PrintedNotice& printed) {
  Lines lines = lines_of(printed.text);
  const documents::Facts facts = facts_of(printed);
  page::Document document{.title = lines.title,
                          .head = lines.title + "　" + facts_line(facts),
                          .foot = fmt::format("文字 SHA-256 {}", hash_text(printed)),
                          .created = to_text(printed.as_of),
                          .blocks = {}};
  document.blocks.emplace_back(page::Paragraph{facts_line(facts), true});
  document.blocks.emplace_back(printed_table(line_columns, std::move(lines.rows)));
  document.blocks.emplace_back(
      page::Paragraph{"\n报送单位（盖章）：　　　　　　　　　　　　　　日期：\n\n"
                      "收件人（签字）：　　　　　　　　　　　　　　　　收到时间：\n"});
  return page::to_pdf(document);
}

Result<Bytes> notice_workbook(const PrintedNotice& printed) {
  const Lines lines = lines_of(printed.text);
  documents::Facts facts = facts_of(printed);
  facts.emplace_back("文字 SHA-256", hash_text(printed));
  const documents::Table table{.title = lines.title, .columns = line_columns, .rows = documents::rows_from(lines.rows)};
  return documents::to_workbook(std::span{&table, 1}, facts);
}

}  // namespace lab::board
