#include "protocol/quality/control_rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <algorithm>

#include "tests/protocol/quality/values.hpp"

namespace lab::testing {
namespace {

using quality::ControlLine;
using quality::ControlPosition;
using quality::position_of;

std::vector<ControlPosition> positions(std::span<const Decimal> z) {
  std::vector<ControlPosition> all;
  for (const Decimal& value : z) all.push_back(position_of(value, {.mean = {}, .sd = Decimal{1, 0}}).value());
  return all;
}

// One text per value: "1_2s 2_2s".
std::vector<std::string> flags(std::initializer_list<std::string_view> z) {
  std::vector<std::string> texts;
  const auto values = decs(z);
  for (const auto& rules : quality::completed_rules(positions(values))) {
    std::string text;
    for (const auto rule : rules) text += (text.empty() ? "" : " ") + std::string{name_of(rule)};
    texts.push_back(text);
  }
  return texts;
}

using Flags = std::vector<std::string>;

TEST(ControlRules, WarnBeyondTwoAndStopBeyondThree) {
  EXPECT_EQ(flags({"2.01", "0", "-2.01", "0", "3.01", "0", "-99"}),
            (Flags{"1_2s", "", "1_2s", "", "1_2s 1_3s", "", "1_2s 1_3s"}));
}

TEST(ControlRules, TakeAValueOnALimitAsWithinIt) {
  EXPECT_EQ(flags({"2", "2.000", "3", "-3.0"}), (Flags{"", "", "1_2s", "1_2s R_4s"}));
  EXPECT_EQ(flags({"1", "1", "1", "1.0"}), (Flags{"", "", "", ""}));
  EXPECT_EQ(flags({"2.00000000000000000000001"}), (Flags{"1_2s"})) << "nearer to 2 than a double can tell";
}

TEST(ControlRules, TwoInARowBeyondTwoCountOnOneSideOnly) {
  EXPECT_EQ(flags({"2.1", "2.2"}), (Flags{"1_2s", "1_2s 2_2s"}));
  EXPECT_EQ(flags({"-2.1", "-3.2"}), (Flags{"1_2s", "1_2s 1_3s 2_2s"}));
  EXPECT_EQ(flags({"2.1", "0", "2.1"}), (Flags{"1_2s", "", "1_2s"}));
}

TEST(ControlRules, TheRangeNeedsBothValuesBeyondTwo) {
  EXPECT_EQ(flags({"2.1", "-2.1"}), (Flags{"1_2s", "1_2s R_4s"}));
  EXPECT_EQ(flags({"-2.1", "2.1"}), (Flags{"1_2s", "1_2s R_4s"}));
  EXPECT_EQ(flags({"2.5", "-1.6"}), (Flags{"1_2s", ""})) << "4.1 s apart, but only one of them is unusual";
  EXPECT_EQ(flags({"2.5", "0", "-2.5"}), (Flags{"1_2s", "", "1_2s"})) << "not consecutive";
}

TEST(ControlRules, FourBeyondOneAndTenOnASideGoOnBeingCompleted) {
  EXPECT_EQ(flags({"1.1", "1.2", "1.3", "1.4", "1.5", "0.5"}), (Flags{"", "", "", "4_1s", "4_1s", ""}));
  EXPECT_EQ(flags({"-1.1", "-1.2", "1.3", "-1.4"}), (Flags{"", "", "", ""}));
  const auto ten = flags({"0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0", "0.1"});
  EXPECT_EQ(ten, (Flags{"", "", "", "", "", "", "", "", "", "10_x", "10_x", "", ""})) << "0 is on neither side";
}

TEST(ControlRules, OnlyTheWarningLetsARunPass) {
  using quality::ControlRule;
  EXPECT_FALSE(rejects(ControlRule::one_2s));
  for (const auto rule :
       {ControlRule::one_3s, ControlRule::two_2s, ControlRule::range_4s, ControlRule::four_1s, ControlRule::ten_x}) {
    EXPECT_TRUE(rejects(rule)) << name_of(rule);
  }
}

TEST(ControlPositions, AreExactInTheUnitOfTheControl) {
  const ControlLine line{.mean = dec("0.050"), .sd = dec("0.002")};
  EXPECT_EQ(position_of(dec("0.054"), line), (ControlPosition{.side = 1, .beyond = 1})) << "2 s exactly";
  EXPECT_EQ(position_of(dec("0.0540001"), line), (ControlPosition{.side = 1, .beyond = 2}));
  EXPECT_EQ(position_of(dec("0.0439999"), line), (ControlPosition{.side = -1, .beyond = 3}));
  EXPECT_EQ(position_of(dec("0.05"), line), (ControlPosition{}));
  EXPECT_FALSE(position_of(dec("1"), {.mean = dec("1"), .sd = dec("0")}).has_value());
  EXPECT_FALSE(position_of(dec("1"), {.mean = dec("1"), .sd = dec("-1")}).has_value());
  EXPECT_FALSE(position_of(dec("1e40"), line).has_value()) << "the digits do not fit";
}

TEST(ControlLines, AreFrozenFromTwentyValues) {
  std::vector<Decimal> values;
  for (int i = 0; i < 10; ++i) {
    values.push_back(dec("9"));
    values.push_back(dec("11"));
  }
  const auto line = quality::freeze(values);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->mean, dec("10"));
  EXPECT_EQ(line->sd.to_text(), "1.02597835209");  // sqrt(20 / 19)
  values.pop_back();
  EXPECT_FALSE(quality::freeze(values).has_value());
  EXPECT_FALSE(quality::freeze(std::vector<Decimal>(20, dec("9.0"))).has_value());
}

TEST(ControlRulesProperty, NothingThatComesLaterChangesAnEarlierFlagAndSidesAreAlike) {
  EXPECT_TRUE(rc::check([] {
    const auto tenths = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-40, 41));
    RC_PRE(!tenths.empty());
    std::vector<Decimal> z;
    std::vector<Decimal> mirrored;
    for (const int tenth : tenths) {
      z.emplace_back(tenth, -1);
      mirrored.emplace_back(-tenth, -1);
    }
    const auto all = quality::completed_rules(positions(z));
    RC_ASSERT(all == quality::completed_rules(positions(mirrored)));
    const auto prefix = *rc::gen::inRange<std::size_t>(0, z.size() + 1);
    const auto some = quality::completed_rules(positions(std::span{z}.first(prefix)));
    RC_ASSERT(std::ranges::equal(some, std::span{all}.first(prefix)));
    for (std::size_t i = 0; i < z.size(); ++i) {
      const auto has = [&](quality::ControlRule rule) { return std::ranges::find(all[i], rule) != all[i].end(); };
      RC_ASSERT((has(quality::ControlRule::one_2s) == (tenths[i] > 20 || tenths[i] < -20)));
      RC_ASSERT((has(quality::ControlRule::one_3s) == (tenths[i] > 30 || tenths[i] < -30)));
      RC_ASSERT((!(has(quality::ControlRule::two_2s) && has(quality::ControlRule::range_4s))));
    }
  }));
}

}  // namespace
}  // namespace lab::testing
