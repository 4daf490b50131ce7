#pragma once
// The four tables a province sends in (domain.md 4.10), row by row out of the store.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/documents/names.hpp"
#include "coordinator/planning/weights.hpp"
#include "protocol/base/result.hpp"

namespace lab::documents {

struct Column {
  std::string heading;
  bool is_figure = false;
  double width = 12;  // in characters
};

using Cells = std::vector<std::string>;
/// Takes one row; false: no more are wanted.
using TakeRow = std::function<bool(const Cells& cells)>;

/// A table whose rows are made when they are asked for, in one pass over the store.
struct Table {
  std::string title;
  std::vector<Column> columns;
  std::function<void(const TakeRow& take)> rows;
};

/// The rows of a table that are there already. They have to outlive it.
inline std::function<void(const TakeRow& take)> rows_from(const std::vector<Cells>& rows) {
  return [&rows](const TakeRow& take) {
    for (const Cells& cells : rows) {
      if (!take(cells)) return;
    }
  };
}

enum class TableKind : std::uint8_t {
  results,        // 检测结果汇总表: each item of each counted sample
  nonconforming,  // 不合格样品明细表: each sample that did not pass, with what failed
  rates,          // 合格率统计表: by the axes of the query, or by programme, city and category
  progress,       // 抽样情况表: planned and done, by programme and city
};

/// "results", "nonconforming", "rates", "progress"; nothing for anything else.
std::optional<TableKind> parse_table_kind(std::string_view text);

struct TableQuestion {
  reports::Query query;
  reports::Targets targets;
  std::vector<planning::StratumWeight> weights{};  // of production, for the analysis
  /// Whether the reader may know whom a sample was taken from.
  bool with_units = false;
  /// Whether samples that a rule of sampling keeps out of the rates are left out of the list of nonconforming ones.
  bool without_aside = false;
  /// As it stood then; names, targets and whom samples were taken from are of now. Not of the table of progress: how
  /// tasks stood is not kept.
  std::optional<UtcTime> as_of{};
};

/// Why there is no such table, if there is none: unavailable or not_found as reports::summarize_as_of; malformed for
/// progress of a moment or by another filter than programme and city; too_large for rates of items by too many axes.
Result<void> check_question(TableKind kind, const journal::View& store, const TableQuestion& question);

/// Precondition: check_question() found nothing. The store and the names have to outlive the table. Samples are those
/// whose verdict is counted; a retested sample has the rows of both laboratories.
Table table_of(TableKind kind, const journal::View& store, const Names& names, const TableQuestion& question);

}  // namespace lab::documents
