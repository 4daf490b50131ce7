#include "tools/province/plan_share.hpp"

#include <gtest/gtest.h>

namespace lab::province {
namespace {

constexpr const char* plan =
    "项目,产品名称,样品数,AQL,受检单位\n"
    "LTS,电热水壶,9,2.5,甲县家电经销部\n"
    "NCP,菠菜,11,,\n"
    "LTS,电饭锅,1,2.5,甲县家电经销部\n"
    "LTS,电热水壶,3,2.5,甲县家电经销部\n";

TEST(PlanShare, CarriesWhatIsCutOffOnToTheNextCell) {
  EXPECT_EQ(samples_in_plan(plan).value(), 24);
  for (const int divide_by : {1, 2, 3, 5, 7, 24}) {
    const auto share = share_of_plan(plan, divide_by);
    ASSERT_TRUE(share) << divide_by;
    EXPECT_EQ(samples_in_plan(*share).value(), 24 / divide_by);
  }
}

TEST(PlanShare, DropsCellsThatAreLeftWithNothing) {
  EXPECT_EQ(share_of_plan(plan, 24).value(), "项目,产品名称,样品数,AQL,受检单位\nLTS,电热水壶,1,2.5,甲县家电经销部\n");
}

TEST(PlanShare, LetsAllLotsOfASeriesButOneWait) {
  EXPECT_EQ(lots_that_wait(plan).value(), 9 + 3 - 1) << "one series of kettles; the one cooker waits for nobody";
  EXPECT_EQ(lots_that_wait("项目,产品名称,样品数\nNCP,菠菜,11\n").value(), 0);
}

TEST(PlanShare, NamesTheLineOfAQuotaThatIsNoNumber) {
  const auto share = share_of_plan("项目,样品数\nNCP,11\nNCP,1x\n", 2);
  ASSERT_FALSE(share);
  EXPECT_EQ(share.error().where, "line 3");
}

}  // namespace
}  // namespace lab::province
