// JSON documents as rows, and the same octets as a time.

#include <cstdint>

#include "instruments/profiles/dates.hpp"
#include "instruments/profiles/json_records.hpp"
#include "protocol/base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto document = lab::profiles::JsonDocument::parse(text)) {
    for (const char* path : {"a[]", "a[].b[]", "a.b[]"}) {
      const auto sheet = document->records(path);
      if (!sheet) continue;
      for (const auto& row : sheet->rows) LAB_CHECK(row.kinds.empty() || row.cells.size() == row.kinds.size());
    }
  }
  using lab::profiles::DateOrder;
  for (const DateOrder order : {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy}) {
    const auto time = lab::profiles::iso_time(text, order);
    LAB_CHECK(!time || lab::profiles::iso_time(*time, order) == time);
  }
  return 0;
}
