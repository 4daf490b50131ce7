#include "protocol/rules/retest.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::ItemVerdict;
using model::LaboratoryId;
using model::Reason;
using model::SampleOutcome;

constexpr ItemVerdict item(std::uint16_t index, ItemOutcome outcome) {
  return {.item = index, .outcome = outcome, .reason = Reason::within_limit, .limit_row = 7};
}
constexpr auto good = ItemOutcome::pass;
constexpr auto bad = ItemOutcome::fail;
constexpr auto unread = ItemOutcome::undetermined;

FirstAndFinal both(const std::vector<ItemVerdict>& first, const std::vector<ItemVerdict>& retested) {
  return first_and_final(first, retested, std::vector<model::PanelItem>(4));
}

TEST(Retest, WithoutOneTheFinalVerdictIsTheFirst) {
  const auto verdict = both({item(0, good), item(1, bad)}, {});
  EXPECT_EQ(verdict.first.outcome, SampleOutcome::fail);
  EXPECT_EQ(verdict.final, verdict.first);
  EXPECT_EQ(verdict.ruling, RetestRuling::not_retested);
}

TEST(Retest, OverturnsOrUpholdsTheFirstVerdictAndBothAreKept) {
  const auto overturned = both({item(0, good), item(1, bad)}, {item(1, good)});
  EXPECT_EQ(overturned.first.outcome, SampleOutcome::fail);
  EXPECT_EQ(overturned.final.outcome, SampleOutcome::pass);
  EXPECT_EQ(overturned.ruling, RetestRuling::overturned);
  const auto upheld = both({item(0, good), item(1, bad)}, {item(1, bad)});
  EXPECT_EQ(upheld.final.outcome, SampleOutcome::fail);
  EXPECT_EQ(upheld.ruling, RetestRuling::upheld);
}

TEST(Retest, EveryDisputedItemHasToBeOverturned) {
  const auto verdict = both({item(0, bad), item(1, bad)}, {item(1, good)});
  EXPECT_EQ(verdict.final.outcome, SampleOutcome::fail);
  EXPECT_EQ(verdict.ruling, RetestRuling::upheld);
  EXPECT_EQ(both({item(0, bad), item(1, bad)}, {item(1, good), item(0, good)}).final.outcome, SampleOutcome::pass);
}

TEST(Retest, AnItemItCouldNotDetermineStandsAsFirstFound) {
  const auto verdict = both({item(0, good), item(1, bad)}, {item(1, unread)});
  EXPECT_EQ(verdict.final.outcome, SampleOutcome::fail);
  EXPECT_EQ(verdict.ruling, RetestRuling::upheld);
}

TEST(Retest, NeverMakesAnUndisputedItemWorse) {
  const auto verdict = both({item(0, good), item(1, bad)}, {item(0, bad), item(1, good)});
  EXPECT_EQ(verdict.final.outcome, SampleOutcome::pass);
}

TEST(Retest, IsRefusedWithTheReasonTheLawGives) {
  const RetestRequest fair{.first_laboratory = LaboratoryId{1}, .retest_laboratory = LaboratoryId{2}};
  EXPECT_EQ(check_retest(SampleOutcome::fail, fair), RetestRefusal::none);
  EXPECT_EQ(check_retest(SampleOutcome::problem, fair), RetestRefusal::none);
  EXPECT_EQ(check_retest(SampleOutcome::pass, fair), RetestRefusal::nothing_disputed);
  EXPECT_EQ(check_retest(SampleOutcome::undetermined, fair), RetestRefusal::nothing_disputed);
  auto request = fair;
  request.retest_laboratory = request.first_laboratory;
  EXPECT_EQ(check_retest(SampleOutcome::fail, request), RetestRefusal::same_laboratory);
  request = fair;
  request.rapid_method = true;
  EXPECT_EQ(check_retest(SampleOutcome::fail, request), RetestRefusal::rapid_method);
  request = fair;
  request.reserve_fit = false;
  EXPECT_EQ(check_retest(SampleOutcome::fail, request), RetestRefusal::reserve_unfit);
  request = fair;
  request.expired = true;
  EXPECT_EQ(check_retest(SampleOutcome::fail, request), RetestRefusal::expired);
  request = fair;
  request.retestable = false;
  EXPECT_EQ(check_retest(SampleOutcome::fail, request), RetestRefusal::not_retestable);
}

TEST(Retest, EveryRefusalHasANameAndASentence) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  for (int i = 0; i <= static_cast<int>(RetestRefusal::not_retestable); ++i) {
    names.insert(name_of(static_cast<RetestRefusal>(i)));
    sentences.insert(chinese_name_of(static_cast<RetestRefusal>(i)));
  }
  EXPECT_EQ(names.size(), 7U);
  EXPECT_EQ(sentences.size(), 7U);
}

}  // namespace
}  // namespace lab::rules
