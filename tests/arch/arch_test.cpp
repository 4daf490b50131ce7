// The rules applied to this tree.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/arch/rules.hpp"
#include "tests/where.hpp"

namespace lab::arch {
namespace {

const std::filesystem::path root = QLIMS_SOURCE_DIR;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Tree read_tree() {
  Tree tree;
  for (const char* top : {"protocol", "instruments", "coordinator", "lab-node", "tools", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      const auto suffix = entry.path().extension();
      if (suffix != ".hpp" && suffix != ".cpp" && suffix != ".capnp") continue;
      const std::string path = entry.path().lexically_relative(root).generic_string();
      tree.emplace(path, SourceFile{.path = path, .text = read_text(entry.path())});
    }
  }
  return tree;
}

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += fmt::format("\n{}: {}", finding.where, finding.what);
  return text;
}

class House : public testing::Test {
 protected:
  void SetUp() override {
    auto parsed = parse_level_table(read_text(root / "docs/ARCHITECTURE.md"));
    ASSERT_TRUE(parsed) << lab::to_text(parsed.error());
    table_ = std::move(*parsed);
    tree_ = read_tree();
    ASSERT_GT(tree_.size(), 50U) << "the tree was not found";
  }

  using Rule = std::vector<Finding> (*)(const Tree&, const LevelTable&);
  void expect_clean(Rule rule) const {
    const auto findings = rule(tree_, table_);
    EXPECT_TRUE(findings.empty()) << to_text(findings);
  }

  LevelTable table_;
  Tree tree_;
};

TEST_F(House, ListsEveryFolderInItsTable) { expect_clean(check_folders); }
TEST_F(House, IncludesDownwardsOnly) { expect_clean(check_own_includes); }
TEST_F(House, KeepsForeignLibrariesBehindTheirDoorkeepers) { expect_clean(check_foreign_includes); }
TEST_F(House, KeepsPureFoldersPure) { expect_clean(check_purity); }
TEST_F(House, KeepsFilesAndFunctionsShortAndFreeOfBannedCalls) {
  const auto findings = check_form(tree_);
  EXPECT_TRUE(findings.empty()) << to_text(findings);
}

}  // namespace
}  // namespace lab::arch
