// Files said to be workbooks, and their XML alone: a fuzzer does not find valid checksums by itself.

#include <cstdint>

#include "instruments/sheet/document.hpp"
#include "protocol/base/check.hpp"
#include "protocol/workbook/workbook.hpp"
#include "protocol/workbook/xml.hpp"

namespace {

class Ignore : public lab::workbook::XmlReader {
 public:
  bool begin(std::string_view name, const lab::workbook::Attributes& attributes) override {
    return name != "stop" && attributes.find("stop") == std::nullopt;
  }
  bool end(std::string_view) override { return true; }
  void text(std::string_view) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lab::BytesView bytes{reinterpret_cast<const char*>(data), size};
  (void)lab::sheet::open_document(bytes);
  if (const auto sheets = lab::workbook::read_workbook(bytes)) {
    for (const auto& sheet : *sheets) {
      for (const auto& row : sheet.rows) LAB_CHECK(row.cells.size() == row.kinds.size());
    }
  }
  Ignore reader;
  (void)lab::workbook::read_xml(bytes, reader);
  return 0;
}
