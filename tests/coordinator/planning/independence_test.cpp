#include "coordinator/planning/independence.hpp"

#include <gmock/gmock.h>

namespace lab::planning {
namespace {

using ::testing::HasSubstr;

Result<std::vector<IndependenceRule>> load(const std::string& rows) {
  return load_independence(*read_table("规则,项目,受检单位,实验室,依据\n" + rows, "independence.csv"));
}

TEST(Independence, ARuleIsAboutAProgrammeAnEnterpriseOrBoth) {
  const auto rules = load("I-1,LTS,,2,出资\nI-2,*,甲厂,3,甲厂所办\nI-3,LTS,乙厂,4,乙厂所办\n");
  ASSERT_TRUE(rules) << to_text(rules.error());
  const auto away = [&](std::uint32_t laboratory, const char* programme, const char* enterprise) {
    return keeps_away(*rules, model::LaboratoryId{laboratory}, model::ProgrammeCode{programme}, enterprise) != nullptr;
  };
  EXPECT_TRUE(away(2, "LTS", ""));
  EXPECT_TRUE(away(2, "LTS", "甲厂"));
  EXPECT_FALSE(away(2, "NCP", ""));
  EXPECT_TRUE(away(3, "NCP", "甲厂"));
  EXPECT_FALSE(away(3, "NCP", "乙厂"));
  EXPECT_FALSE(away(3, "NCP", ""));
  EXPECT_TRUE(away(4, "LTS", "乙厂"));
  EXPECT_FALSE(away(4, "NCP", "乙厂"));
}

TEST(Independence, EveryMistakeIsNamed) {
  EXPECT_THAT(load("I-1,*,,2,x\n").error().message, HasSubstr("请写明项目或受检单位"));
  EXPECT_THAT(load("I-1,LTS,,zero,x\n").error().message, HasSubstr("zero"));
  EXPECT_THAT(load("I-1,LTS,,2,x\nI-1,NCP,,2,x\n").error().message, HasSubstr("已出现过"));
  EXPECT_FALSE(load("I-1,LTS,,2,\n"));
}

}  // namespace
}  // namespace lab::planning
