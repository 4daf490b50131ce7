#include <gtest/gtest.h>
#include <set>
#include <string>

#include "protocol/model/plan.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/run.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::model {
namespace {

// Stored numbers and JSON names are an interface: a new value goes to the end, and no two share a name.
template <class Enum>
void expect_distinct_names(Enum last) {
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.insert(name_of(static_cast<Enum>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
}

TEST(Names, AreDistinctWithinEachList) {
  expect_distinct_names(reason_last);
  expect_distinct_names(ItemOutcome::conditional_fail);
  expect_distinct_names(SampleOutcome::problem);
  expect_distinct_names(LimitKind::banned);
  expect_distinct_names(ValueState::invalid);
  expect_distinct_names(Comparator::greater_or_equal);
  expect_distinct_names(CheckKind::calibration);
  expect_distinct_names(Finding::failed);
  expect_distinct_names(check_reason_last);
}

TEST(Names, StoredReasonsKeepTheirNumbers) {
  EXPECT_EQ(static_cast<int>(Reason::within_limit), 0);
  EXPECT_EQ(static_cast<int>(Reason::in_guard_band), 14);
  EXPECT_EQ(static_cast<int>(Reason::qualitative), 15);
  EXPECT_EQ(static_cast<int>(Reason::no_uncertainty), 16);
  EXPECT_EQ(static_cast<int>(Reason::total_suffices), 17);
  EXPECT_EQ(static_cast<int>(Reason::species_needed), 18);
  EXPECT_EQ(static_cast<int>(Reason::unconfirmed), 19);
  EXPECT_EQ(static_cast<int>(Reason::confirmation_disagrees), 20);
  EXPECT_EQ(static_cast<int>(Reason::lot_accepted), 21);
  EXPECT_EQ(static_cast<int>(Reason::lot_not_accepted), 22);
  EXPECT_EQ(static_cast<int>(Reason::part_of_sum), 23);
  EXPECT_EQ(reason_last, Reason::part_of_sum);
}

TEST(Names, StoredChecksKeepTheirNumbers) {
  EXPECT_EQ(static_cast<int>(CheckKind::blank), 0);
  EXPECT_EQ(static_cast<std::size_t>(CheckKind::calibration), check_kinds - 1);
  EXPECT_EQ(static_cast<int>(Finding::failed), 2);
  EXPECT_EQ(static_cast<int>(CheckReason::within), 0);
  EXPECT_EQ(static_cast<int>(CheckReason::bound_too_high), 11);
}

TEST(Stage, ReadsItsEnglishAndItsChineseName) {
  for (int i = 0; i <= static_cast<int>(Stage::catering); ++i) {
    const auto stage = static_cast<Stage>(i);
    EXPECT_EQ(parse_stage(name_of(stage)), stage);
    EXPECT_EQ(parse_stage(chinese_name_of(stage)), stage);
  }
  EXPECT_FALSE(parse_stage("market"));
}

}  // namespace
}  // namespace lab::model
