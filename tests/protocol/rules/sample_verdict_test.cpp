#include "protocol/rules/sample_verdict.hpp"

#include <gtest/gtest.h>

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::ItemVerdict;
using model::Reason;
using model::SampleOutcome;

struct Item {
  ItemOutcome outcome;
  Reason reason = Reason::within_limit;
  bool reference_only = false;
};

SampleVerdict sample(const std::vector<Item>& items, WithoutBasis without_basis = WithoutBasis::not_judged) {
  std::vector<ItemVerdict> verdicts;
  std::vector<model::PanelItem> panel;
  for (const Item& item : items) {
    verdicts.push_back(
        {.item = static_cast<std::uint16_t>(panel.size()), .outcome = item.outcome, .reason = item.reason});
    panel.emplace_back().reference_only = item.reference_only;
  }
  return sample_verdict(verdicts, panel, without_basis);
}

constexpr Item pass{ItemOutcome::pass};
constexpr Item failing{ItemOutcome::fail, Reason::beyond_limit};
constexpr Item reference_fail{ItemOutcome::fail, Reason::beyond_limit, true};
constexpr Item reference_pass{ItemOutcome::pass, Reason::within_limit, true};
constexpr Item unread{ItemOutcome::undetermined, Reason::not_a_number};
constexpr Item without_limit{ItemOutcome::undetermined, Reason::no_basis};
constexpr Item nearly{ItemOutcome::conditional_fail, Reason::in_guard_band};
constexpr Item just{ItemOutcome::conditional_pass, Reason::in_guard_band};

TEST(SampleVerdict, AnyFailingItemFailsTheSample) {
  EXPECT_EQ(sample({pass, failing, pass}).outcome, SampleOutcome::fail);
  EXPECT_EQ(sample({unread, failing, nearly, without_limit}).outcome, SampleOutcome::fail);
}

TEST(SampleVerdict, AnUnconfirmedSuspicionIsAProvisionalFailAndNotYetAFail) {
  const Item suspected{ItemOutcome::undetermined, Reason::unconfirmed};
  for (const auto& items : {std::vector<Item>{pass, suspected}, {pass, suspected, nearly}}) {
    const auto verdict = sample(items);
    EXPECT_EQ(verdict.outcome, SampleOutcome::undetermined);
    EXPECT_EQ(verdict.unconfirmed, 1);
    EXPECT_EQ(verdict.failed, 0);
  }
  const auto failed_anyway = sample({suspected, failing});
  EXPECT_EQ(failed_anyway.outcome, SampleOutcome::fail);
  EXPECT_EQ(failed_anyway.failed, 1);
  EXPECT_EQ(sample({pass, unread}).unconfirmed, 0);
}

TEST(SampleVerdict, AReferenceItemIsShownAndNeverFailsTheSample) {
  const auto verdict = sample({pass, reference_fail});
  EXPECT_EQ(verdict.outcome, SampleOutcome::pass);
  EXPECT_EQ(verdict.reference, 1);
  EXPECT_EQ(verdict.failed, 0);
}

TEST(SampleVerdict, OnlyReferenceItemsLeaveTheSampleUndetermined) {
  EXPECT_EQ(sample({reference_pass, reference_pass}).outcome, SampleOutcome::undetermined);
  EXPECT_EQ(sample({}).outcome, SampleOutcome::undetermined);
}

TEST(SampleVerdict, AnUndecidedItemKeepsTheSampleOpen) {
  EXPECT_EQ(sample({pass, unread}).outcome, SampleOutcome::undetermined);
}

TEST(SampleVerdict, NoBasisIsNeverAPass) {
  EXPECT_EQ(sample({without_limit}).outcome, SampleOutcome::undetermined);
  EXPECT_EQ(sample({without_limit, without_limit, reference_pass}).outcome, SampleOutcome::undetermined);
  const auto beside = sample({pass, without_limit});
  EXPECT_EQ(beside.outcome, SampleOutcome::pass);
  EXPECT_EQ(beside.judged, 1);
  EXPECT_EQ(beside.without_basis, 1);
  EXPECT_EQ(sample({pass, without_limit}, WithoutBasis::leaves_open).outcome, SampleOutcome::undetermined);
}

TEST(SampleVerdict, AConditionalFailIsAProblemForAPersonToDecide) {
  EXPECT_EQ(sample({pass, nearly}).outcome, SampleOutcome::problem);
  EXPECT_EQ(sample({unread, nearly}).outcome, SampleOutcome::problem);
  EXPECT_EQ(sample({pass, just}).outcome, SampleOutcome::pass);
}

TEST(SampleVerdict, AnItemOutsideThePanelCounts) {
  const ItemVerdict stray{.item = 9, .outcome = ItemOutcome::fail, .reason = Reason::detected};
  EXPECT_EQ(sample_verdict({&stray, 1}, {}).outcome, SampleOutcome::fail);
}

TEST(SampleVerdict, TheFurtherPartsOfASumDoNotCount) {
  constexpr Item part{ItemOutcome::undetermined, Reason::part_of_sum};
  const SampleVerdict verdict = sample({pass, part, part});
  EXPECT_EQ(verdict.outcome, SampleOutcome::pass);
  EXPECT_EQ(verdict.judged, 1);
  EXPECT_EQ(verdict.open, 0);
  EXPECT_EQ(sample({part}).outcome, SampleOutcome::undetermined);
}

}  // namespace
}  // namespace lab::rules
