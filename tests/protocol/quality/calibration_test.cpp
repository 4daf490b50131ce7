#include "protocol/quality/calibration.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <cmath>

#include "tests/protocol/quality/values.hpp"

namespace lab::testing {
namespace {

using quality::CalibrationPoint;
using quality::fit_line;

std::vector<CalibrationPoint> points(const std::vector<Decimal>& x, const std::vector<Decimal>& y) {
  std::vector<CalibrationPoint> joined;
  for (std::size_t i = 0; i < x.size(); ++i) joined.push_back({.x = x[i], .y = y[i]});
  return joined;
}

TEST(Calibration, GivesTheLineAPersonWorksOutOnPaper) {
  // Means 2 and 5; Sxx = 2, Sxy = 5, Syy = 14: slope 2.5, intercept 0, r2 = 25 / 28.
  const auto line = fit_line(points(decs({"1", "2", "3"}), decs({"3", "4", "8"})));
  ASSERT_TRUE(line.has_value());
  EXPECT_NEAR(line->slope, 2.5, 1e-12);
  EXPECT_NEAR(line->intercept, 0, 1e-12);
  EXPECT_NEAR(*line->r2, 25.0 / 28, 1e-12);
  ASSERT_EQ(line->residuals.size(), 3U);
  EXPECT_NEAR(line->residuals[0], 0.5, 1e-12);
  EXPECT_NEAR(line->residuals[1], -1, 1e-12);
  EXPECT_NEAR(line->residuals[2], 0.5, 1e-12);
}

TEST(Calibration, KeepsItsDigitsFarFromTheOrigin) {
  const auto line = fit_line(points(decs({"100000001", "100000002", "100000003"}), decs({"1", "2", "4"})));
  ASSERT_TRUE(line.has_value());
  EXPECT_NEAR(line->slope, 1.5, 1e-12);
  EXPECT_NEAR(*line->r2, 27.0 / 28, 1e-12);
}

TEST(Calibration, OfAFlatAnswerExplainsNothing) {
  const auto line = fit_line(points(decs({"1", "2"}), decs({"5", "5.0"})));
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->slope, 0);
  EXPECT_EQ(line->intercept, 5);
  EXPECT_FALSE(line->r2.has_value());
}

TEST(Calibration, NeedsTwoDifferentStandards) {
  EXPECT_FALSE(fit_line({}).has_value());
  EXPECT_FALSE(fit_line(points(decs({"1"}), decs({"1"}))).has_value());
  EXPECT_FALSE(fit_line(points(decs({"1", "1.0"}), decs({"1", "2"}))).has_value());
}

TEST(CalibrationProperty, ResidualsLeaveNothingThatALineCouldTake) {
  EXPECT_TRUE(rc::check([] {
    const auto size = *rc::gen::inRange(2, 12);
    std::vector<CalibrationPoint> standards;
    for (int i = 0; i < size; ++i) {
      standards.push_back(
          {.x = Decimal{i * 10 + *rc::gen::inRange(0, 9), -1}, .y = Decimal{*rc::gen::inRange(-10'000, 10'000), -2}});
    }
    const auto line = fit_line(standards);
    RC_ASSERT(line.has_value());
    double sum = 0;
    double moment = 0;
    for (int i = 0; i < size; ++i) {
      const auto at = static_cast<std::size_t>(i);
      sum += line->residuals[at];
      moment += line->residuals[at] * static_cast<double>(standards[at].x.mantissa()) / 10;
    }
    RC_ASSERT(std::abs(sum) < 1e-9);
    RC_ASSERT(std::abs(moment) < 1e-8);
    RC_ASSERT((!line->r2 || (*line->r2 >= 0 && *line->r2 <= 1 + 1e-12)));
  }));
}

}  // namespace
}  // namespace lab::testing
