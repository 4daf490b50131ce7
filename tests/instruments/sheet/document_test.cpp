#include "instruments/sheet/document.hpp"

#include <gtest/gtest.h>

#include "tests/protocol/workbook/zipped_parts.hpp"

namespace lab::sheet {
namespace {

using workbook::workbook_parts;
using workbook::zipped;

TEST(Document, IsOpenedByItsContent) {
  EXPECT_NE(open_document("a,b\n1,2\n")->text(), nullptr);
  EXPECT_NE(open_document(zipped(workbook_parts("<row><c><v>1</v></c></row>")))->sheets(), nullptr);
  const auto old = open_document("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on");
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, ErrorCode::malformed);
  EXPECT_FALSE(open_document(std::string_view{"a\0b", 3}));
  EXPECT_FALSE(open_document(zipped({{"readme.txt", "no workbook"}})));
}

}  // namespace
}  // namespace lab::sheet
