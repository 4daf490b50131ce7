#include "coordinator/enterprises/enterprise_file.hpp"

#include <gtest/gtest.h>

#include "coordinator/tables/enterprises.hpp"

namespace lab::enterprises {
namespace {

namespace kind = coordinator::tables::enterprise_kind;

planning::Divisions divisions() {
  return planning::Divisions::load(*planning::read_table("code,name,level,parent_code,lon,lat\n"
                                                         "510000,四川省,province,,,\n"
                                                         "510100,成都市,city,510000,104.06,30.67\n"
                                                         "510104,锦江区,county,510100,,\n",
                                                         "divisions"))
      .value();
}

EnterpriseImport imported(const std::string& text) { return import_enterprises(text, "firms", divisions()).value(); }

TEST(EnterpriseFile, IsTakenWhenEveryRowIsRight) {
  const auto import = imported(
      "名称,统一社会信用代码,类型,市州,区县,地址,其他名称\n"
      "成都某某食品厂,91350100M000100Y43,生产者、经营者,成都市,锦江区,人民路 1 号,某某厂;老某某\n"
      "张三菜园,,种养殖者,510100,,,\n"
      "只有名称,,,,,,\n");
  ASSERT_TRUE(import.accepted()) << import.complaints.front().message;
  ASSERT_EQ(import.rows.size(), 3U);
  const auto& [named, names] = import.rows.front();
  EXPECT_EQ(named.name, "成都某某食品厂");
  EXPECT_EQ(named.kinds, kind::producer | kind::shop);
  EXPECT_EQ(named.city.value(), 510100U);
  EXPECT_EQ(named.county.value(), 510104U);
  EXPECT_EQ(names, (std::vector<std::string>{"某某厂", "老某某"}));
  EXPECT_EQ(import.rows[1].first.kinds, kind::farm);
  EXPECT_TRUE(import.error_file.empty());
}

TEST(EnterpriseFile, TellsEveryFaultAtOnceAndTakesNothing) {
  const auto import = imported(
      "名称,代码,类型,市州,区县\n"
      "甲,91350100M000100Y44,生产者,成都市,锦江区\n");
  EXPECT_FALSE(import.accepted()) << "a column that nobody knows";
  const auto faulty = imported(
      "名称,统一社会信用代码,类型,市州,区县\n"
      ",91350100M000100Y43,,,\n"
      "乙,91350100M000100Y44,,,\n"
      "丙,91350100m000100y43,,,\n"
      "丁,,工厂,,\n"
      "戊,,,成都,\n"
      "己,,,成都市,天河区\n"
      "庚,,,,锦江区\n");
  ASSERT_EQ(faulty.complaints.size(), 7U);
  EXPECT_TRUE(faulty.rows.empty());
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(faulty.complaints[i].line, i + 2);
  EXPECT_NE(faulty.complaints[1].message.find("校验位"), std::string::npos);
  EXPECT_NE(faulty.complaints[2].message.find("第 2 行"), std::string::npos);
  EXPECT_NE(faulty.error_file.find("错误"), std::string::npos);
}

TEST(EnterpriseFile, TheTemplateIsAHeaderThatIsRead) {
  EXPECT_TRUE(imported(enterprise_template_text() + "甲,,,,,,\n").accepted());
}

}  // namespace
}  // namespace lab::enterprises
