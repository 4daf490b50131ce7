#include "coordinator/planning/reference.hpp"

#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::Province;
using testing::reference_file;
using testing::table;

const std::string division_header = "code,name,level,parent_code,lon,lat\n";

TEST(Divisions, OfSichuanAre21CitiesAnd183Counties) {
  const auto divisions = Divisions::load(table(reference_file("divisions/sichuan.csv")));
  ASSERT_TRUE(divisions.has_value()) << divisions.error().message;
  EXPECT_EQ(divisions->cities().size(), 21U);
  EXPECT_EQ(divisions->counties().size(), 183U);
}

TEST(Divisions, TellApartCountiesOfTheSameName) {
  const auto divisions = Divisions::load(table(reference_file("divisions/sichuan.csv")));
  ASSERT_TRUE(divisions.has_value());
  const City* neijiang = divisions->find_city("内江市");
  const City* leshan = divisions->find_city("511100");
  ASSERT_TRUE(neijiang != nullptr && leshan != nullptr);
  EXPECT_EQ(divisions->find_county(*neijiang, "市中区")->code, model::CountyCode{511002});
  EXPECT_EQ(divisions->find_county(*leshan, "市中区")->code, model::CountyCode{511102});
  EXPECT_EQ(divisions->find_county(*leshan, "511002"), nullptr);
}

TEST(Divisions, MeasureDistancesInWholeKilometresAlikeBothWays) {
  const Province province;
  const auto there = province.divisions.kilometres(model::CityCode{510100}, model::CityCode{510300});
  EXPECT_NEAR(there, 160, 5);  // Chengdu to Zigong on the map
  EXPECT_EQ(there, province.divisions.kilometres(model::CityCode{510300}, model::CityCode{510100}));
  EXPECT_EQ(province.divisions.kilometres(model::CityCode{510100}, model::CityCode{510100}), 0U);
}

TEST(Divisions, RefuseWhatDoesNotBelongTogether) {
  const std::string city = "510100,成都市,city,510000,104,30\n";
  for (const std::string& rows :
       {city + "510104,锦江区,county,510300,,\n", city + city, std::string{"510100,成都市,city,510000,,\n"},
        std::string{"510100,成都市,city,510000,104,91\n"}, std::string{"51010,成都市,city,510000,104,30\n"},
        city + "510104,锦江区,town,510100,,\n", city + "510104,,county,510100,,\n"}) {
    EXPECT_FALSE(Divisions::load(table(division_header + rows)).has_value()) << rows;
  }
}

TEST(Categories, GiveThePathFromBroadToNarrow) {
  const Province province;
  EXPECT_EQ(province.categories.path_of(model::CategoryCode{"V3"}), (std::vector<std::string>{"蔬菜", "茄果类蔬菜"}));
  EXPECT_TRUE(province.categories.path_of(model::CategoryCode{"X"}).empty());
}

TEST(Categories, RefuseRepeatedCodesAndParentsThatComeLater) {
  EXPECT_FALSE(Categories::load(table("code,name_zh,parent\nV,蔬菜,\nV,水果,\n")).has_value());
  EXPECT_FALSE(Categories::load(table("code,name_zh,parent\nV3,茄果,V\nV,蔬菜,\n")).has_value());
  EXPECT_FALSE(Categories::load(table("code,name_zh,parent\nV,蔬菜,V\n")).has_value());
}

TEST(Programmes, MayHaveNoTarget) {
  const Province province;
  EXPECT_EQ(province.programmes[0].target, Decimal(96, -2));
  EXPECT_FALSE(province.programmes[1].target.has_value());
}

TEST(Programmes, RefuseCodesAndTargetsThatMakeNoSense) {
  const std::string header = "项目,项目名称,主管部门,样品数,目标合格率\n";
  for (const char* row : {"NC,例行监测,农业厅,10,0.96\n", "ncp,例行监测,农业厅,10,0.96\n",
                          "NCP,例行监测,农业厅,10,96\n", "NCP,例行监测,农业厅,10,96%\n", "NCP,例行监测,农业厅,0,0.96\n",
                          "NCP,例行监测,农业厅,100000,\n", "NCP,例行监测,,10,\n", "NCP,甲,乙,10,\nNCP,丙,丁,10,\n"}) {
    EXPECT_FALSE(load_programmes(table(header + row)).has_value()) << row;
  }
}

}  // namespace
}  // namespace lab::planning
