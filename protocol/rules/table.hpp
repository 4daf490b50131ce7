#pragma once
// A reference table: CSV with named columns.

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/csv.hpp"
#include "protocol/base/result.hpp"

namespace lab::rules {

/// Columns are found by name, so that a table may gain columns and change their order.
class Table {
 public:
  /// Malformed when the text is not CSV, a needed column is missing, or a row has more cells than the header.
  static Result<Table> load(std::string_view csv, std::initializer_list<std::string_view> needed);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }  // data rows, without the header
  /// Empty when the row is short or the column does not exist. Blanks around the cell are removed.
  [[nodiscard]] std::string_view cell(std::size_t row, std::string_view column) const;
  /// "row 17 (line 18)", counted as people count data rows: from 1.
  [[nodiscard]] std::string place(std::size_t row) const;

 private:
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<CsvRow> rows_;
};

}  // namespace lab::rules
