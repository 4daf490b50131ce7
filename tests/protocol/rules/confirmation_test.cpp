#include "protocol/rules/confirmation.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

using rules::confirmed;

constexpr Finding good{ItemOutcome::pass, Reason::within_limit};
constexpr Finding bad{ItemOutcome::fail, Reason::beyond_limit};
constexpr Finding nearly{ItemOutcome::conditional_fail, Reason::in_guard_band};
constexpr Finding just{ItemOutcome::conditional_pass, Reason::in_guard_band};
constexpr Finding unread{ItemOutcome::undetermined, Reason::not_a_number};

Finding from(std::vector<Finding> determinations, std::uint8_t needed = 1) {
  return confirmed(determinations, {.needed = needed});
}

TEST(Confirmation, ASuspicionDoesNotCountBeforeItIsConfirmed) {
  EXPECT_EQ(from({bad}), open(Reason::unconfirmed));
  EXPECT_EQ(from({nearly}), open(Reason::unconfirmed));
  EXPECT_EQ(from({bad, bad}, 2), open(Reason::unconfirmed));
  EXPECT_EQ(from({bad, bad}), bad);
  EXPECT_EQ(from({bad, bad, bad}, 2), bad);
  EXPECT_EQ(from({bad}, 0), bad);
}

TEST(Confirmation, AGoodResultNeedsNoneAndAnOpenOneStaysOpen) {
  EXPECT_EQ(from({good}), good);
  EXPECT_EQ(from({good, bad}), good);
  EXPECT_EQ(from({unread}), unread);
  EXPECT_EQ(from({}), open(Reason::missing_result));
}

TEST(Confirmation, RefutedMeansThatEveryFurtherOnePasses) {
  EXPECT_EQ(from({bad, good}), good);
  EXPECT_EQ(from({bad, good, just}), just);
  EXPECT_EQ(from({bad, good, good}, 2), good);
}

TEST(Confirmation, WhatDisagreesIsLeftToAPerson) {
  EXPECT_EQ(from({bad, good, bad}), open(Reason::confirmation_disagrees));
  EXPECT_EQ(from({bad, unread}), open(Reason::confirmation_disagrees));
}

TEST(Confirmation, IsNoHarderThanTheMildestOfThem) {
  EXPECT_EQ(from({bad, nearly}), nearly);
  EXPECT_EQ(from({nearly, bad}), nearly);
}

}  // namespace
}  // namespace lab::testing
