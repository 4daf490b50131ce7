// Any octets: decoding and splitting never crash, and what was read can be written and read again unchanged.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/charset.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto text = lab::decode_text(bytes);
  if (!text) return 0;
  LAB_CHECK(lab::is_utf8(text->utf8));
  const auto rows = lab::parse_csv(text->utf8);
  if (!rows) return 0;
  for (const auto& row : *rows) {
    LAB_CHECK(row.offset < text->utf8.size() && row.line > 0);
    const auto again = lab::parse_csv(lab::format_csv_row(row.cells));
    LAB_CHECK(again && again->size() == 1 && again->front().cells == row.cells);
  }
  return 0;
}
