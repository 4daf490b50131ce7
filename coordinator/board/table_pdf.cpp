#include "coordinator/board/table_pdf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "coordinator/documents/table_files.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::board {
namespace {

// In characters: what stands upright on A4 in the size of a table without breaking most cells.
constexpr double upright_width_max = 110;

bool is_wide(const documents::Table& table) {
  const double width = std::accumulate(table.columns.begin(), table.columns.end(), 0.0,
                                       [](double sum, const documents::Column& column) { return sum + column.width; });
  return width > upright_width_max;
}

// A table whose rows are read, as they are printed and hashed.
struct Held {
  documents::Table table;
  std::vector<documents::Cells> rows;
};

Result<std::vector<Held>> read_rows(std::span<const documents::Table> tables) {
  std::vector<Held> all;
  std::size_t count = 0;
  for (const documents::Table& table : tables) {
    Held held{.table = {.title = table.title, .columns = table.columns, .rows = {}}, .rows = {}};
    table.rows([&](const documents::Cells& cells) {
      if (++count > printed_rows_max) return false;
      held.rows.push_back(cells);
      return true;
    });
    if (count > printed_rows_max) {
      return fail(ErrorCode::too_large,
                  fmt::format("{}超过 {} 行，不宜打印；请加上筛选条件，或改用 XLSX", table.title, printed_rows_max),
                  "table");
    }
    all.push_back(std::move(held));
  }
  return all;
}

Result<std::string> hash_of(std::vector<Held>& all) {
  std::string text;
  for (Held& held : all) {
    held.table.rows = documents::rows_from(held.rows);
    const auto csv = documents::to_csv(held.table, {}, true);
    if (!csv) return tl::unexpected(csv.error());
    text += *csv;
  }
  return to_hex(crypto::sha256(text).view());
}

}  // namespace

page::Table printed_table(std::span<const documents::Column> columns, std::vector<documents::Cells> rows) {
  page::Table table{.columns = {}, .rows = std::move(rows)};
  for (const documents::Column& column : columns) {
    table.columns.push_back({.heading = column.heading, .share = column.width, .is_figure = column.is_figure});
  }
  return table;
}

std::string facts_line(const documents::Facts& facts) {
  std::string line;
  for (const auto& [what, value] : facts) line += fmt::format("{}{}：{}", line.empty() ? "" : "　", what, value);
  return line;
}

Result<Bytes> tables_pdf(std::span<const documents::Table> tables, const documents::Facts& facts, UtcTime as_of) {
  auto all = read_rows(tables);
  if (!all) return fail(std::move(all));
  const auto hash = hash_of(*all);
  if (!hash) return tl::unexpected(hash.error());
  const std::string title = all->empty() ? std::string{} : all->front().table.title;
  page::Document document{.title = all->size() > 1 ? title + "等" : title,
                          .head = {},
                          .foot = fmt::format("表内容 SHA-256 {}", *hash),
                          .created = to_text(as_of),
                          .blocks = {},
                          .is_landscape = std::ranges::any_of(tables, is_wide)};
  document.head = document.title + "　" + facts_line(facts);
  std::string said;
  for (const auto& [what, value] : facts) said += fmt::format("{}：{}\n", what, value);
  document.blocks.emplace_back(page::Paragraph{std::move(said), true});
  for (Held& held : *all) {
    if (all->size() > 1) document.blocks.emplace_back(page::Heading{held.table.title});
    if (held.rows.empty()) document.blocks.emplace_back(page::Paragraph{"在这些筛选条件下没有一行。"});
    document.blocks.emplace_back(printed_table(held.table.columns, std::move(held.rows)));
  }
  return page::to_pdf(document);
}

}  // namespace lab::board
