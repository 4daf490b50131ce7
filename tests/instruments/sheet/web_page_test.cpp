#include "instruments/sheet/web_page.hpp"

#include <gtest/gtest.h>

#include "instruments/sheet/document.hpp"

namespace lab::sheet {
namespace {

std::vector<std::vector<std::string>> cells_of(std::string_view page) {
  const auto sheet = read_web_page(page);
  if (!sheet) return {{"refused"}};
  std::vector<std::vector<std::string>> rows;
  for (const Row& row : sheet->rows) rows.push_back(row.cells);
  return rows;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(WebPage, GivesTheCellsOfItsTables) {
  EXPECT_EQ(cells_of("<html><p>before</p><TABLE><tr><td>a &lt; b</td><td><b> 0.5 </b>&nbsp;</td></tr>"
                     "<tr><th class=x>&#181;g&#x2F;L</th></tr></TABLE></html>"),
            (Rows{{"a < b", "0.5"}, {"\u00B5g/L"}}));
}

TEST(WebPage, KeepsColumnsInPlaceUnderCellsOfSeveralRows) {
  EXPECT_EQ(cells_of("<table><tr><td rowspan=\"2\">Run 1</td><td>2.0</td></tr><tr><td>5.0</td></tr>"
                     "<tr><td colspan = 2>both</td><td>x</td></tr></table>"),
            (Rows{{"Run 1", "2.0"}, {"", "5.0"}, {"both", "", "x"}}));
}

TEST(WebPage, RefusesOneThatWasCut) {
  const std::string page = "<html><table><tr><td>1.25</td></tr></table></html>";
  for (std::size_t size = 0; size < page.find("</table>") + 8; ++size) {
    EXPECT_EQ(cells_of(page.substr(0, size)), (Rows{{"refused"}})) << size;
  }
  EXPECT_EQ(cells_of(page), (Rows{{"1.25"}}));
}

TEST(WebPage, IsKnownByItsBeginning) {
  EXPECT_TRUE(looks_like_web_page("\r\n <HTML>"));
  EXPECT_FALSE(looks_like_web_page("<0.05,a"));
  EXPECT_NE(open_document("<table><tr><td>1</td></tr></table>")->sheets(), nullptr);
}

}  // namespace
}  // namespace lab::sheet
