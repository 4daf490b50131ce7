// Binary workbooks, and the fields of one record alone: it begins with the sizes of its pieces.

#include <cstdint>

#include "instruments/sheet/biff_records.hpp"
#include "instruments/sheet/binary_workbook.hpp"
#include "instruments/sheet/compound.hpp"
#include "protocol/base/check.hpp"

namespace {

void read_strings(lab::BytesView bytes) {
  lab::sheet::BiffRecord record;
  while (!bytes.empty()) {
    const auto size = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    record.pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(record.pieces.back().size());
  }
  if (record.pieces.empty()) return;
  lab::sheet::BiffFields fields{record, 0};
  while (!fields.failed()) (void)fields.string(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  if (const auto sheets = lab::sheet::read_binary_workbook(bytes)) {
    for (const auto& sheet : *sheets) {
      for (const auto& row : sheet.rows) LAB_CHECK(row.cells.size() == row.kinds.size());
    }
  }
  read_strings(bytes);
  return 0;
}
