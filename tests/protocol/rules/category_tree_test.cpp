#include "protocol/rules/category_tree.hpp"

#include <gtest/gtest.h>

#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::rules {
namespace {

using model::CategoryCode;

TEST(CategoryTree, PathsRunFromBroadToNarrow) {
  const auto tree = CategoryTree::load(testing::read_file(QLIMS_SOURCE_DIR "/protocol/rules/reference/categories.csv"));
  ASSERT_TRUE(tree) << to_text(tree.error());
  EXPECT_EQ(tree->codes().size(), 49U);
  EXPECT_EQ(tree->path(CategoryCode{"V1"}), (std::vector<std::string>{"蔬菜", "叶菜类蔬菜"}));
  EXPECT_EQ(tree->path(CategoryCode{"T"}), (std::vector<std::string>{"茶叶"}));
  EXPECT_EQ(tree->name(CategoryCode{"L6"}), "生鲜乳");
  EXPECT_TRUE(tree->path(CategoryCode{"Z"}).empty());
  EXPECT_TRUE(tree->name(CategoryCode{"Z"}).empty());
}

TEST(CategoryTree, RefusesTablesThatAreNoTree) {
  EXPECT_FALSE(CategoryTree::load(""));
  EXPECT_FALSE(CategoryTree::load("code,name_zh\nV,蔬菜\n"));
  EXPECT_FALSE(CategoryTree::load("code,name_zh,parent\nV,蔬菜,\nV,水果,\n"));
  EXPECT_FALSE(CategoryTree::load("code,name_zh,parent\nV1,叶菜,V\n"));
  EXPECT_FALSE(CategoryTree::load("code,name_zh,parent\nA,a,B\nB,b,A\n"));
  const auto empty_code = CategoryTree::load("code,name_zh,parent\nA,a,\n,b,A\n");
  ASSERT_FALSE(empty_code);
  EXPECT_EQ(empty_code.error().where, "row 2 (line 3)");
}

}  // namespace
}  // namespace lab::rules
