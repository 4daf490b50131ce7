#include "protocol/rules/limit_entry.hpp"

#include <gtest/gtest.h>

namespace lab::rules {
namespace {

using Path = std::vector<std::string>;

bool matches(const char* entry, const char* commodity, const Path& path = {}) {
  return LimitEntry{entry}.rank(SampleNames{commodity, path}).has_value();
}

TEST(LimitEntry, AListNamesEachOfItsMembers) {
  for (const char* commodity : {"稻谷", "糙米", "大米"})
    EXPECT_TRUE(matches("稻谷、糙米、大米", commodity)) << commodity;
  EXPECT_FALSE(matches("稻谷、糙米、大米", "小米"));
  EXPECT_TRUE(matches("新鲜蔬菜:豆类蔬菜、薯类", "马铃薯", {"蔬菜", "根茎类和薯芋类蔬菜"}));
  EXPECT_TRUE(matches("麦片、面筋、八宝粥罐头、带馅(料)面米制品", "带馅(料)面米制品"));
}

TEST(LimitEntry, MembersInBracketsCloseTheClassUnlessItSaysAndSoOn) {
  const char* closed = "茄果类蔬菜(番茄、茄子、辣椒、甜椒、酸浆)";
  EXPECT_TRUE(matches(closed, "番茄"));
  EXPECT_TRUE(matches(closed, "番茄", {"蔬菜", "茄果类蔬菜"}));
  EXPECT_FALSE(matches(closed, "人参果", {"蔬菜", "茄果类蔬菜"}));
  EXPECT_TRUE(matches(closed, "", {"蔬菜", "茄果类蔬菜"}));
  const char* open = "瓜类蔬菜(黄瓜、冬瓜、南瓜等)";
  EXPECT_TRUE(matches(open, "黄瓜"));
  EXPECT_TRUE(matches(open, "西葫芦", {"蔬菜", "瓜类蔬菜"}));
}

TEST(LimitEntry, ExceptionsAreHonouredByCommodityByClassAndByKnownMembership) {
  const char* residual = "新鲜蔬菜(芸薹类蔬菜、叶菜蔬菜、豆类蔬菜、薯类除外)";
  EXPECT_TRUE(matches(residual, "黄瓜", {"蔬菜", "瓜类蔬菜"}));
  EXPECT_FALSE(matches(residual, "菠菜", {"蔬菜", "叶菜类蔬菜"}));  // the other spelling of the class
  EXPECT_FALSE(matches(residual, "结球甘蓝", {"蔬菜", "芸薹类蔬菜"}));
  EXPECT_FALSE(matches(residual, "马铃薯", {"蔬菜", "根茎类和薯芋类蔬菜"}));
  EXPECT_TRUE(matches(residual, "萝卜", {"蔬菜", "根茎类和薯芋类蔬菜"}));
  EXPECT_FALSE(matches("新鲜食用菌(香菇和姬松茸除外)", "姬松茸", {"食用菌"}));
  EXPECT_FALSE(matches("新鲜水果(浆果和其他小粒水果除外)", "草莓", {"水果", "浆果和其他小型类水果"}));
  EXPECT_FALSE(matches("新鲜蔬菜(叶菜蔬菜、块根和块茎蔬菜除外)", "萝卜", {"蔬菜", "根茎类和薯芋类蔬菜"}));
  EXPECT_FALSE(matches("谷物及其制品[麦片、面筋、带馅(料)面米制品除外]", "带馅(料)面米制品", {"谷物"}));
}

TEST(LimitEntry, TheLastSegmentOfAPathCounts) {
  EXPECT_TRUE(matches("水果:仁果类水果:苹果", "苹果", {"水果", "仁果类水果"}));
  EXPECT_TRUE(matches("水果:仁果类水果:苹果", "苹果"));
  EXPECT_FALSE(matches("水果:仁果类水果:苹果", "梨", {"水果", "仁果类水果"}));
  EXPECT_TRUE(matches("药用植物:石斛(鲜)", "石斛(鲜)"));
  EXPECT_FALSE(matches("药用植物:石斛(鲜)", "石斛"));  // fresh or dried? not ours to guess
}

TEST(LimitEntry, ATissueNeedsItsAnimal) {
  EXPECT_TRUE(matches("牛:肌肉", "牛肉"));
  EXPECT_FALSE(matches("牛:肌肉", "猪肉"));
  EXPECT_FALSE(matches("牛:肌肉", "牛肝"));
  EXPECT_TRUE(matches("牛:肌肉", "牛:肌肉"));
  EXPECT_TRUE(matches("牛:肌肉", "肌肉", {"牛"}));
  EXPECT_FALSE(matches("牛:肌肉", "肌肉", {"猪"}));
  EXPECT_FALSE(matches("牛:肌肉", "肌肉"));
  EXPECT_TRUE(matches("牛:奶", "生鲜乳"));
  EXPECT_TRUE(matches("家禽（产蛋期禁用）:肌肉", "鸭肉"));
  EXPECT_TRUE(matches("所有食品动物（产蛋期禁用）:肌肉", "猪肉"));
  EXPECT_TRUE(matches("所有食品动物:所有可食组织", "鸡蛋"));
  EXPECT_FALSE(matches("猪:可食组织", "牛肝"));
  EXPECT_FALSE(matches("其他动物（牛、羊、猪、家禽、鱼除外）:脂肪", "猪肉"));
  EXPECT_TRUE(matches("鱼:皮+肉", "草鱼", {"水产品", "鱼类"}));
  EXPECT_FALSE(matches("所有食品动物（产蛋期禁用，不包括鱼）:肌肉", "草鱼", {"水产品", "鱼类"}));
}

TEST(LimitEntry, NarrowerEntriesRankBeforeBroaderOnes) {
  const SampleNames celery{"芹菜", {"蔬菜", "茎类蔬菜"}};
  const auto own = LimitEntry{"芹菜"}.rank(celery);
  const auto narrow = LimitEntry{"茎类蔬菜"}.rank(celery);
  const auto broad = LimitEntry{"新鲜蔬菜"}.rank(celery);
  ASSERT_TRUE(own && narrow && broad);
  EXPECT_LT(*own, *narrow);
  EXPECT_LT(*narrow, *broad);
  const SampleNames pork{"猪肉", {"畜禽产品", "畜肉"}};
  EXPECT_LT(LimitEntry{"猪:肌肉"}.rank(pork), LimitEntry{"所有食品动物:肌肉"}.rank(pork));
  EXPECT_LT(LimitEntry{"所有食品动物:肌肉"}.rank(pork), LimitEntry{"其他畜肉"}.rank(pork));
}

TEST(SampleNames, SurviveBeingMoved) {
  std::vector<SampleNames> kept;
  for (int i = 0; i < 20; ++i) kept.emplace_back("猪肉", Path{"畜禽产品", "畜肉"});
  for (const SampleNames& names : kept) EXPECT_TRUE(LimitEntry{"猪:肌肉"}.rank(names));
}

}  // namespace
}  // namespace lab::rules
