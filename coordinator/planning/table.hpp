#pragma once
// A file of rows as a person sent it: decoded, its columns found by name in Chinese or English, its mistakes collected
// instead of stopping at the first.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/charset.hpp"
#include "protocol/base/csv.hpp"
#include "protocol/base/result.hpp"

namespace lab::planning {

/// 80,000 rows of 60 octets are 5 MB; 16 MiB leaves room for UTF-16 and remarks and still fits in memory ten times
/// over.
constexpr std::size_t table_bytes_max = 16U << 20U;
/// 183 counties x 4 rounds x 100 products is far above any real plan.
constexpr std::size_t table_rows_max = 80'000;
/// No name, code or product in these tables comes near it; it stops a shifted or unquoted file early.
constexpr std::size_t cell_bytes_max = 256;

/// One mistake in one cell: what, where, why, what to do.
struct Complaint {
  std::size_t line = 0;    // of the file, 1-based; the header is line 1
  std::size_t column = 0;  // 1-based; 0 when the whole row or file is meant
  std::string field;       // the column's Chinese name; empty when the whole row is meant
  std::string value;       // as given
  std::string message;     // Chinese, one sentence that says what to do

  bool operator==(const Complaint&) const = default;
};

/// "plan.csv 第 12 行 第 3 列（区县） “锦江”：…"
std::string to_text(const std::string& file, const Complaint& complaint);

/// Which sheet of a workbook a table is.
struct SheetPlace {
  std::size_t index = 0;  // among those of workbook::read_workbook
  std::string name;
};

/// Rows as cells, the header first.
struct Table {
  std::string name;  // for messages; of a workbook with the name of the sheet
  Charset charset = Charset::utf8;
  char delimiter = ',';
  std::vector<CsvRow> rows{};         // rows[0] is the header; of a workbook, `line` is the number of the row
  std::optional<SheetPlace> sheet{};  // nothing: it was text
};

/// The names under which a column may appear; the first is the one shown to people. Unused places stay empty.
struct Column {
  std::array<std::string_view, 4> names;
  bool may_be_missing = false;  // then its cells are empty

  [[nodiscard]] bool is_called(std::string_view name) const;
};

/// Of a workbook (XLSX) the first visible sheet with the most of `columns` in its first row: people keep guides and
/// lists of choices beside the table. Of text: decodes UTF-8 (with or without mark), UTF-16 with mark or GB18030; the
/// delimiter (comma, tab, semicolon) is the one most frequent in the first line. Errors: too_large over the limits
/// above; malformed when it is neither workbook nor text of these charsets, a quote is never closed, or there is no row
/// at all.
Result<Table> read_table(BytesView file, std::string name, std::span<const Column> columns = {});

/// The table seen through its columns. Cells are trimmed of blanks, also of the ideographic and no-break kinds.
class Reader {
 public:
  /// Complains of missing, unknown and repeated columns. A column whose name begins with 错误 or is error is ignored,
  /// so that a corrected error file can be sent in again; so is 备注 or note, and a column without a name or content.
  Reader(const Table& table, std::span<const Column> columns);

  [[nodiscard]] bool header_is_good() const { return header_is_good_; }
  [[nodiscard]] std::size_t row_count() const { return table_->rows.size() - 1; }

  /// Row 0 is the first below the header. Complains of content outside the named columns.
  void open(std::size_t row);
  /// Of the open row; empty when the column is missing or the row too short.
  [[nodiscard]] std::string_view cell(std::size_t column) const;
  /// The same, with a complaint when it is empty, too long or holds a control character; then nothing.
  std::optional<std::string> text(std::size_t column);
  /// A whole number in plain digits within the bounds; otherwise a complaint and nothing.
  std::optional<std::uint32_t> whole_number(std::size_t column, std::uint32_t least, std::uint32_t most);

  void complain(std::size_t column, std::string message);
  void complain_of_row(std::string message);

  [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }
  [[nodiscard]] std::vector<Complaint> take_complaints() { return std::move(complaints_); }
  [[nodiscard]] std::size_t line() const { return line_; }  // of the open row

 private:
  void find(std::size_t wanted);
  void refuse_unknown_columns();

  const Table* table_;
  std::vector<Column> columns_;
  std::vector<std::optional<std::size_t>> places_;  // where each column stands in the file
  std::vector<Complaint> complaints_;
  const CsvRow* row_ = nullptr;
  std::size_t line_ = 1;
  bool header_is_good_ = true;
};

/// The user's own file with a last column 错误 that holds the complaints of each row; an older column 错误 is replaced.
/// A text keeps its charset and its delimiter. A workbook (`file` is what the table was read from) keeps everything but
/// that column.
Bytes error_file(const Table& table, const std::vector<Complaint>& complaints, BytesView file);

/// For tables that an administrator maintains: the first complaints and their number, as one malformed Error.
Error summary_of(const Table& table, const std::vector<Complaint>& complaints);

}  // namespace lab::planning
