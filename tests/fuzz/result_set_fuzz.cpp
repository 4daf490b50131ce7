// A result set of OpenLab CDS: any octets as the archive, and any octets as the list of samples and the peaks inside
// one that is well packed.

#include <cstdint>

#include "instruments/sheet/result_set.hpp"
#include "protocol/base/check.hpp"
#include "protocol/workbook/archive.hpp"

namespace {

void read(lab::BytesView zip) {
  (void)lab::sheet::holds_result_set(zip);
  const auto sheets = lab::sheet::read_result_set(zip);
  if (!sheets) {
    LAB_CHECK(!sheets.error().message.empty());
    return;
  }
  LAB_CHECK(sheets->size() == 1);
  const auto& rows = sheets->front().rows;
  LAB_CHECK(!rows.empty());
  for (const auto& row : rows) LAB_CHECK(row.cells.size() == rows.front().cells.size());
}

// The list before the mark, the peaks of its one injection behind it.
void read_packed(lab::BytesView bytes) {
  const std::size_t mark = bytes.find('\x1E');
  if (mark == lab::BytesView::npos) return;
  const auto peaks = lab::workbook::pack({{"Base/InjectionACAML", lab::Bytes{bytes.substr(mark + 1)}}});
  LAB_CHECK(peaks.has_value());
  const auto set = lab::workbook::pack({{"set/set.acaml", lab::Bytes{bytes.substr(0, mark)}}, {"set/one.rx", *peaks}});
  LAB_CHECK(set.has_value());
  read(*set);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  read(bytes);
  read_packed(bytes);
  return 0;
}
