#include "instruments/sheet/document.hpp"

#include <utility>

#include "instruments/sheet/binary_workbook.hpp"
#include "instruments/sheet/compound.hpp"
#include "instruments/sheet/result_set.hpp"
#include "instruments/sheet/web_page.hpp"
#include "protocol/workbook/workbook.hpp"

namespace lab::sheet {
namespace {

constexpr std::string_view zip_mark = "PK\x03\x04";

// Text has no zero octets but in UTF-16, which begins with its mark.
bool is_binary(BytesView capture) {
  if (capture.starts_with("\xFF\xFE") || capture.starts_with("\xFE\xFF")) return false;
  return capture.find('\0') != BytesView::npos;
}

}  // namespace

Result<Document> open_document(BytesView capture, const Whole& whole, std::optional<drivers::TextCoding> said) {
  if (capture.starts_with(zip_mark)) {
    auto sheets = holds_result_set(capture) ? read_result_set(capture) : workbook::read_workbook(capture, whole);
    if (!sheets) return fail(std::move(sheets));
    return Document{*std::move(sheets)};
  }
  if (looks_like_compound_file(capture)) {
    auto sheets = read_binary_workbook(capture);
    if (!sheets) return fail(std::move(sheets));
    return Document{*std::move(sheets)};
  }
  if (is_binary(capture))
    return fail(ErrorCode::unsupported, "这是二进制文件，不是文本、xlsx 或 xls 表格，请导出为文本或 xlsx");
  auto text = said ? drivers::decode_text_said_to_be(capture, *said) : drivers::decode_instrument_text(capture);
  if (!text) return fail(std::move(text));
  if (looks_like_web_page(text->utf8)) {
    auto page = read_web_page(text->utf8);
    if (!page) return fail(std::move(page));
    return Document{std::vector<Sheet>{*std::move(page)}};
  }
  return Document{*std::move(text)};
}

}  // namespace lab::sheet
