#include "coordinator/enterprises/register.hpp"

#include <gmock/gmock.h>

#include "coordinator/tables/diary.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::enterprises {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
namespace kind = tables::enterprise_kind;
using tables::EnterpriseId;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* code = "91350100M000100Y43";
constexpr model::CityCode chengdu{510100};
constexpr model::CountyCode jinjiang{510104};
constexpr model::CountyCode wuhou{510107};

class Register : public ::testing::Test {
 protected:
  EnterpriseId entered(const Named& named) {
    return world.turn([&](journal::Draft& draft) { return enter(draft, named, world.now); });
  }
  tables::Enterprise entry(EnterpriseId id) const { return *tables::enterprise(*world.view(), id); }
  auto merged(EnterpriseId from, EnterpriseId into, const std::string& reason = "证照相同") {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_merge(draft, from, into, {model::PersonId{"ming"}, reason}, world.now);
    });
  }

  World world;
};

TEST_F(Register, ACodeDecidesWhateverTheNameIs) {
  const auto first = entered({.name = "成都某某食品厂", .code = code, .kinds = kind::producer});
  const auto again = entered({.name = "成都某某食品有限公司", .code = "91350100m000100y43", .kinds = kind::shop});
  EXPECT_EQ(first, again);
  EXPECT_EQ(entry(first).code, code);
  EXPECT_EQ(entry(first).other_names, std::vector<std::string>{"成都某某食品有限公司"});
  EXPECT_EQ(entry(first).kinds, kind::producer | kind::shop);
}

TEST_F(Register, ACodeThatComesLaterIsAddedToTheName) {
  const auto first = entered({.name = "成都某某食品厂", .city = chengdu, .county = jinjiang});
  EXPECT_EQ(entered({.name = "成都某某食品厂", .code = code}), first);
  EXPECT_EQ(entry(first).code, code);
  EXPECT_EQ(entered({.name = "另一名称", .code = code}), first);
}

TEST_F(Register, WidthCaseAndBlanksOfANameDoNotMatter) {
  const auto first = entered({.name = "ABC(成都)食品厂"});
  EXPECT_EQ(entered({.name = "\xE3\x80\x80\xEF\xBD\x81"
                             "bc\xEF\xBC\x88成都\xEF\xBC\x89 食品厂"}),
            first);
  EXPECT_TRUE(entry(first).other_names.empty());
}

TEST_F(Register, TwoOfOneNameWithDifferentCodesStayTwo) {
  const auto first = entered({.name = "便民超市", .code = code});
  const auto second = entered({.name = "便民超市", .code = "D2143569-X"});
  EXPECT_NE(first, second);
  const auto third = entered({.name = "便民超市"});  // which of them nobody can say
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  EXPECT_EQ(entered({.name = "便民超市"}), third);
}

TEST_F(Register, OneNameInTwoCountiesIsTwoUntilSomebodySaysOtherwise) {
  const auto here = entered({.name = "张三蔬菜店", .city = chengdu, .county = jinjiang});
  EXPECT_NE(entered({.name = "张三蔬菜店", .city = chengdu, .county = wuhou}), here);
  EXPECT_EQ(entered({.name = "张三蔬菜店", .city = chengdu, .county = jinjiang}), here);
}

TEST_F(Register, ACodeWithAWrongCheckCharacterIdentifiesNobodyAndIsKept) {
  const auto first = entered({.name = "甲店", .code = "91350100M000100Y44"});
  const auto second = entered({.name = "乙店", .code = "91350100M000100Y44"});
  EXPECT_NE(first, second);
  EXPECT_EQ(entry(first).code, "");
  EXPECT_EQ(entry(first).licence, "91350100M000100Y44");
}

TEST_F(Register, WhatWasKnownStaysWhenAFormSaysSomethingElse) {
  const auto first = entered({.name = "甲店", .code = code, .address = "人民路 1 号"});
  entered({.name = "甲店", .code = code, .address = "解放路 9 号"});
  EXPECT_EQ(entry(first).address, "人民路 1 号");
}

TEST_F(Register, AMergePointsAndLosesNothing) {
  const auto one = entered({.name = "甲店"});
  const auto other = entered({.name = "甲店(总店)", .code = code});
  EXPECT_EQ(merged(one, other, "").error().code, ErrorCode::malformed);
  ASSERT_TRUE(merged(one, other));
  EXPECT_EQ(entry(one).merged_by.value(), "ming");
  EXPECT_EQ(entered({.name = "甲店"}), one) << "what named it before still does";
  EXPECT_EQ(tables::standing_for(*world.view(), one), other);
  EXPECT_TRUE(merged(one, other)) << "said again";
  EXPECT_EQ(merged(one, other, "另一理由").error().code, ErrorCode::conflict);
  EXPECT_EQ(merged(other, one).error().code, ErrorCode::conflict) << "no ring";
  EXPECT_EQ(merged(other, other).error().code, ErrorCode::conflict);
  EXPECT_EQ(merged(other, EnterpriseId{99}).error().code, ErrorCode::not_found);
  const auto third = entered({.name = "丙店"});
  EXPECT_EQ(merged(third, one).error().code, ErrorCode::conflict) << "into what has been merged itself";
  std::vector<EnterpriseId> standing;
  tables::for_each_enterprise(*world.view(), {}, [&](const tables::Enterprise& found) {
    standing.push_back(found.id);
    return true;
  });
  EXPECT_EQ(standing, (std::vector{other, third}));
}

TEST_F(Register, TheDiaryTellsOfAMergeWithoutNamingAnybody) {
  const auto one = entered({.name = "甲店"});
  const auto other = entered({.name = "乙店"});
  ASSERT_TRUE(merged(one, other, "乙店的老板说的"));
  std::string last;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& written) {
    if (written.kind == tables::DiaryKind::enterprises_merged) last = written.subject;
    return true;
  });
  EXPECT_THAT(last, HasSubstr("enterprise 1 into 2 by ming"));
  EXPECT_THAT(last, Not(HasSubstr("乙店")));
}

TEST_F(Register, ALotNamesItsEnterpriseAsItsProducerToo) {
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({lot_cell(1, "成都电缆厂")});
  bench.conclude_lot(*world.open_lot_of(bench), 0);
  world.acknowledged(bench, bench.all_events());
  const auto ids = tables::enterprises_by_name(*world.view(), "成都电缆厂");
  ASSERT_EQ(ids.size(), 1U);
  const auto lines = tables::history_of(*world.view(), ids.front());
  ASSERT_EQ(lines.size(), 1U) << "one sample, whatever it is to it";
  EXPECT_TRUE(lines.front().as_unit && lines.front().as_producer);
  EXPECT_EQ(tables::tally_of(*world.view(), ids.front()).final.pass, 1U);
}

// A store of an earlier program: units are there, the register is not.
TEST_F(Register, UnitsThatWereNamedBeforeThereWasARegisterAreEntered) {
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  world.dispatched_plan({cell(3)});
  for (const model::Grant& grant : world.grants_of(bench)) {
    world.turn([&](journal::Draft& draft) { tables::put_sampled_unit(draft, grant.task, {"甲店", "", ""}); });
    bench.conclude(grant, model::SampleOutcome::pass);
  }
  world.turn([&](journal::Draft& draft) { tables::set_entering_from(draft, model::TaskId{}); });
  EXPECT_GT(world.work(), 0);
  EXPECT_EQ(tables::entering_from(*world.view()), std::nullopt);
  const auto ids = tables::enterprises_by_name(*world.view(), "甲店");
  ASSERT_EQ(ids.size(), 1U);
  EXPECT_EQ(tables::tally_of(*world.view(), ids.front()), tables::Tally{}) << "nothing was counted yet";
  world.acknowledged(bench, bench.all_events());
  EXPECT_EQ(tables::tally_of(*world.view(), ids.front()).final.pass, 3U);
}

}  // namespace
}  // namespace lab::enterprises
