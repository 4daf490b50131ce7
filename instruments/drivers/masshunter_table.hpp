#pragma once
// What the two layouts of a MassHunter export have in common: the table, its groups of columns, and the choice of the
// column that holds the result.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/drivers/read_value.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/reading.hpp"

namespace lab::drivers::masshunter {

inline constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Columns under one cell of the first header row.
struct Group {
  std::string name;  // as given, or what the English edition would have written
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Table {
  std::vector<std::string>
      columns;  // second header row, normalised: "Final Conc." is "finalconc", and so is "最终浓度"
  std::span<const std::string_view> titles;  // as given
  std::vector<Group> groups;
  std::span<const CsvRowView> rows;  // of data
  CsvView csv;                       // what the two spans point into
};

/// A column title without blanks and points, in lower case.
std::string normalised(std::string_view title);

/// Splits the text, which must outlive the table, and checks that it is a table with two header rows.
Result<Table> read_table(std::string_view utf8);

/// The column of that normalised title within a group. Malformed when there are two.
Result<std::size_t> find_column(const Table& table, const Group& group, std::string_view title);

/// The columns of one ion.
struct ResultColumns {
  std::size_t final_concentration = nowhere;
  std::size_t calculated_concentration = nowhere;
  std::size_t area = nowhere;
  std::size_t height = nowhere;
  std::size_t retention_time = nowhere;
  std::size_t manual_integration = nowhere;
  std::size_t unit = nowhere;
};

/// Adds what a group offers to what is known. Malformed when a result column is there twice.
Result<void> add_columns(const Table& table, const Group& group, ResultColumns& columns);

/// Which kind of result the whole file reports.
enum class Quantity { final_concentration, calculated_concentration, response };

/// Final concentrations when any cell has one, else calculated ones, else responses.
Quantity choose_quantity(const Table& table, const std::vector<ResultColumns>& ions);

struct Choice {
  std::size_t column = nowhere;
  bool is_response = false;
};

Choice choose_column(const ResultColumns& columns, Quantity quantity);

/// Point or comma, for the whole file: every number outside the first group of columns is a witness. Malformed when
/// both are used, or when nothing tells a decimal comma from a thousands mark.
Result<CellFormat> choose_format(const Table& table);

/// How the values of a file are to be read.
struct Reading {
  Quantity quantity = Quantity::response;
  CellFormat format;
};

/// One value with its evidence: everything that comes from the columns of the ion.
void read_ion(const CsvRowView& row, const ResultColumns& columns, const Reading& reading,
              model::Observation& observation);

/// Without blanks at both ends; empty when there is no such column.
std::string_view cell_of(const CsvRowView& row, std::size_t column);

}  // namespace lab::drivers::masshunter
