#pragma once
// Workbooks for people: sheets of headed tables that open in any spreadsheet program. Texts are written as texts, so
// that nothing of them is ever taken for a formula; decisions/0041 says why not with a library.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/workbook/archive.hpp"

namespace lab::workbook {

/// How a cell looks. In the order of the styles the writer puts into the file.
enum class Look : std::uint8_t {
  plain,
  title,    // large and bold
  heading,  // bold on grey, framed, broken into lines
  note,     // grey
  figure,   // a number, framed
  cell,     // a text, framed, broken into lines
  code,     // a text also when a person types digits into it
};

struct OutCell {
  std::string text;
  Look look = Look::cell;  // under `figure` the text has to be a decimal number; any other text is written as text
};

/// A drop-down in the cells of a column. What is not in the list is warned of, and taken when the person insists: the
/// import says more about it than a spreadsheet can.
struct Choice {
  std::size_t column = 0;     // 0-based
  std::size_t first_row = 2;  // 1-based
  std::size_t last_row = 2;
  std::string list;  // of cells, such as "选项!$A$2:$A$22"; empty: a hint without a list
  std::string hint;  // shown beside the cell that is being filled in
};

struct SheetForm {
  std::string name;              // cut to the 31 characters that programs take, without []:*?/ and backslash
  std::vector<double> widths;    // of the columns, in characters
  std::size_t frozen_rows = 0;   // stay in sight
  std::size_t repeated_row = 0;  // 1-based; printed on every page; 0: none
  bool landscape = false;        // how it is printed
  bool hidden = false;
  std::vector<Choice> choices{};
};

/// Rows a sheet may have (ECMA-376).
inline constexpr std::size_t sheet_rows_max = 1'048'576;

/// Writes a workbook sheet after sheet, row after row, into memory: about 80 octets a cell until it is packed.
class WorkbookWriter {
 public:
  void begin_sheet(SheetForm form);
  /// Precondition: a sheet was begun, and has fewer than sheet_rows_max rows.
  void add_row(const std::vector<OutCell>& cells);
  /// The last row's cells [first, last] become one.
  void merge(std::size_t first, std::size_t last);
  [[nodiscard]] std::size_t rows() const { return rows_; }  // of the open sheet

  /// The file. `title` stands in its properties. Unavailable when memory runs out.
  Result<Bytes> finish(std::string_view title);

 private:
  void end_sheet();

  std::vector<PackedFile> sheets_;
  std::vector<SheetForm> forms_;
  std::string xml_;
  std::vector<std::string> merged_;
  std::size_t rows_ = 0;
};

/// A text as it stands between tags and in attributes. What XML cannot hold (control characters, broken UTF-8) becomes
/// U+FFFD; more than the 32,767 characters that a cell takes are cut off.
std::string xml_text(std::string_view text);

}  // namespace lab::workbook
