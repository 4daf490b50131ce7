#pragma once
// What kind of file the octets are. Names say little: ".xls" may be a spreadsheet of either kind, text, or a web page.

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/drivers/text.hpp"
#include "instruments/sheet/sheet.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::sheet {

/// Text, still to be split, or the sheets of a workbook; a web page is a workbook of one sheet without a name.
struct Document {
  std::variant<drivers::InstrumentText, std::vector<Sheet>> content;

  [[nodiscard]] const drivers::InstrumentText* text() const { return std::get_if<drivers::InstrumentText>(&content); }
  [[nodiscard]] const std::vector<Sheet>* sheets() const { return std::get_if<std::vector<Sheet>>(&content); }
};

/// By content alone, but for the charset of text where somebody has said it. Unsupported for binary files that are no
/// workbook, with what it is and what to do; otherwise as read_workbook, read_binary_workbook and
/// decode_instrument_text.
Result<Document> open_document(BytesView capture, const Whole& whole = all_sheets,
                               std::optional<drivers::TextCoding> said = std::nullopt);

}  // namespace lab::sheet
