// Any text as a web page with tables: rows whose cells are told by their places, or refused.

#include <cstdint>

#include "instruments/sheet/web_page.hpp"
#include "protocol/base/check.hpp"
#include "protocol/workbook/workbook.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView text{reinterpret_cast<const char*>(data), size};
  (void)lab::sheet::looks_like_web_page(text);
  const auto sheet = lab::sheet::read_web_page(text);
  if (!sheet) {
    LAB_CHECK(!sheet.error().message.empty());
    return 0;
  }
  std::size_t cells = 0;
  std::size_t number = 0;
  for (const auto& row : sheet->rows) {
    LAB_CHECK(row.number == ++number);
    cells += row.cells.size();
  }
  LAB_CHECK(cells <= lab::workbook::cells_max);
  return 0;
}
