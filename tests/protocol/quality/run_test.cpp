#include "protocol/quality/run.hpp"

#include <gtest/gtest.h>

#include "tests/protocol/quality/values.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

using namespace quality;

std::string table(const std::string& name) {
  return read_file(QLIMS_SOURCE_DIR "/protocol/quality/reference/" + name + ".csv");
}

Criteria criteria() {
  Criteria ours;
  ours.recovery = Windows::load_recovery(table("recovery_limits")).value();
  ours.recovery_scheme = "NY/T 788-2018";
  ours.duplicates = Windows::load_duplicates(table("duplicate_limits")).value();
  ours.duplicate_scheme = "customary";
  return ours;
}

CheckOutcome outcome_of(Check check) {
  const Assessment assessment = assess({.samples = 1, .checks = {std::move(check)}}, criteria());
  EXPECT_EQ(assessment.checks.size(), 1U);
  EXPECT_EQ(assessment.checks[0].analyte, "毒死蜱");
  EXPECT_EQ(assessment.accepted(), assessment.checks[0].finding != Finding::failed);
  return assessment.checks[0];
}

CheckReason blank(std::string_view found) {
  return outcome_of(Blank{.analyte = "毒死蜱", .found = reading(found), .most = dec("0.01")}).reason;
}

CheckOutcome duplicate(std::string_view a, std::string_view b, const std::string& unit = "mg/kg") {
  return outcome_of(Duplicate{.analyte = "毒死蜱", .first = reading(a), .second = reading(b), .unit = unit});
}

CheckOutcome spike(std::string_view native, std::string_view spiked, std::string_view added,
                   const std::string& unit = "mg/kg") {
  return outcome_of(Spike{
      .analyte = "毒死蜱", .native = reading(native), .spiked = reading(spiked), .added = dec(added), .unit = unit});
}

CheckOutcome control(std::string_view found, std::vector<Decimal> earlier = {}) {
  return outcome_of(Control{.analyte = "毒死蜱",
                            .line = {.mean = dec("0.050"), .sd = dec("0.002")},
                            .earlier = std::move(earlier),
                            .found = reading(found)});
}

CheckOutcome calibration(std::initializer_list<std::string_view> y) {
  Calibration curve{.analyte = "毒死蜱", .points = {}};
  for (const std::string_view answer : y) {
    curve.points.push_back({.x = Decimal{static_cast<int>(curve.points.size()), 0}, .y = dec(answer)});
  }
  return outcome_of(curve);
}

TEST(RunBlank, MayShowUpToTheLimitOfQuantification) {
  EXPECT_EQ(blank("未检出"), CheckReason::within);
  EXPECT_EQ(blank("<LOQ"), CheckReason::within);
  EXPECT_EQ(blank("0.0100"), CheckReason::within);
  EXPECT_EQ(blank("0.0101"), CheckReason::contaminated);
  EXPECT_EQ(blank(""), CheckReason::not_a_number);
  EXPECT_EQ(blank(">0.001"), CheckReason::not_a_number);
}

TEST(RunBlank, BehindABoundAboveThatIsNotKnownToBeClean) {
  EXPECT_EQ(blank("<0.01"), CheckReason::within);
  EXPECT_EQ(blank("≤0.0100"), CheckReason::within);
  EXPECT_EQ(blank("<0.0101"), CheckReason::bound_too_high);
  EXPECT_EQ(blank("<5"), CheckReason::bound_too_high);
  EXPECT_EQ(blank("未检出(<5)"), CheckReason::bound_too_high);
  model::ReadValue unquantified = reading("<5");
  unquantified.state = model::ValueState::below_loq;
  const auto outcome = outcome_of(Blank{.analyte = "毒死蜱", .found = unquantified, .most = dec("0.01")});
  EXPECT_EQ(outcome.reason, CheckReason::bound_too_high);
  EXPECT_EQ(outcome.finding, Finding::failed);
}

TEST(RunDuplicate, IsHeldAgainstTheWindowOfItsMean) {
  const auto good = duplicate("0.9", "1.1");
  EXPECT_EQ(good.finding, Finding::accepted) << "exactly 20 %";
  EXPECT_NEAR(good.figure.value(), 20, 1e-12);
  EXPECT_EQ(good.window->most, dec("20"));
  EXPECT_EQ(duplicate("0.9", "1.1000001").reason, CheckReason::outside);
  EXPECT_EQ(duplicate("900", "1100", "ug/kg").reason, CheckReason::within);
}

TEST(RunDuplicate, WithoutTwoNumbersAgreesOnlyWhenNeitherSawAnything) {
  EXPECT_EQ(duplicate("ND", "ND").reason, CheckReason::both_undetected);
  EXPECT_EQ(duplicate("<0.01", "<0.010").reason, CheckReason::both_undetected);
  for (const auto& [first, second] :
       {std::pair{"<5", "<0.01"}, {"<0.01", "<5"}, {"<0.01", "ND"}, {"<0.01", "<=0.01"}}) {
    EXPECT_EQ(duplicate(first, second).reason, CheckReason::bound_too_high) << first << " beside " << second;
    EXPECT_EQ(duplicate(first, second).finding, Finding::failed);
  }
  EXPECT_EQ(duplicate("ND", "0.05").reason, CheckReason::not_a_number);
  EXPECT_EQ(duplicate("0.05", "").reason, CheckReason::not_a_number);
  EXPECT_EQ(duplicate("0", "0").reason, CheckReason::not_computable);
  EXPECT_EQ(duplicate("1", "1", "mg/L").reason, CheckReason::no_concentration);
}

TEST(RunSpike, IsHeldAgainstTheWindowOfTheLevelThatWasAdded) {
  EXPECT_EQ(spike("0.01", "0.08", "0.1").reason, CheckReason::within) << "70 % exactly, as a decimal";
  EXPECT_EQ(spike("0.01", "0.0799999", "0.1").reason, CheckReason::outside);
  EXPECT_EQ(spike("10", "80", "100", "ug/kg").reason, CheckReason::within);
  EXPECT_EQ(spike("ND", "0.006", "0.01").reason, CheckReason::outside) << "60 %: 0.01 belongs to the stricter class";
  EXPECT_EQ(spike("ND", "0.00594", "0.0099").reason, CheckReason::within) << "60 % of a smaller amount";
  EXPECT_EQ(spike("ND", "0.11", "0.1").window->most, dec("110"));
}

TEST(RunSpike, IsWithinOnlyWhenItIsForEveryNativeBelowTheBound) {
  // 70 % to 110 %. Of 0.08 at least 0.07 is recovered when the native is 0.01 at most.
  EXPECT_EQ(spike("<0.01", "0.08", "0.1").reason, CheckReason::within);
  EXPECT_NEAR(spike("<0.01", "0.08", "0.1").figure.value(), 80, 1e-12);
  const auto open = spike("<0.0101", "0.08", "0.1");
  EXPECT_EQ(open.reason, CheckReason::bound_too_high);
  EXPECT_EQ(open.finding, Finding::failed);
  EXPECT_EQ(spike("<0.05", "0.13", "0.1").reason, CheckReason::bound_too_high) << "80 % to 130 %";
  EXPECT_EQ(spike("<1", "0.2", "0.1").reason, CheckReason::bound_too_high) << "around the window on both sides";
  EXPECT_EQ(spike("<0.01", "0.13", "0.1").reason, CheckReason::outside) << "120 % to 130 %";
  EXPECT_EQ(spike("<0.01", "0.06", "0.1").reason, CheckReason::outside) << "50 % to 60 %";
}

TEST(RunSpike, ThatCannotBeComputedFails) {
  EXPECT_EQ(spike("0.01", "ND", "0.1").reason, CheckReason::not_a_number);
  EXPECT_EQ(spike("<LOQ", "0.1", "0.1").reason, CheckReason::not_a_number);
  EXPECT_EQ(spike("0.01", "0.1", "0").reason, CheckReason::not_computable);
  EXPECT_EQ(spike("0.01", "0.1", "0.1", "mg/L").reason, CheckReason::no_concentration);
  Criteria without = criteria();
  without.recovery_scheme = "GB/T 1";
  const quality::Run run{.samples = 1, .checks = {Spike{"甲", reading("0"), reading("1"), dec("1"), "mg/kg"}}};
  EXPECT_EQ(assess(run, without).checks.at(0).reason, CheckReason::no_window) << "no basis is not a pass";
}

TEST(RunControl, WarnsAtTwoAndIsRejectedByEveryOtherRule) {
  EXPECT_EQ(control("0.054").reason, CheckReason::within);
  const auto warned = control("0.0541");
  EXPECT_EQ(warned.finding, Finding::warning);
  EXPECT_EQ(warned.reason, CheckReason::control_warning);
  EXPECT_EQ(control("0.0561").reason, CheckReason::control_rejected);
  const auto twice = control("0.0541", decs({"0.05", "0.0542"}));
  EXPECT_EQ(twice.reason, CheckReason::control_rejected);
  EXPECT_EQ(twice.rules, (std::vector{ControlRule::one_2s, ControlRule::two_2s}));
  EXPECT_EQ(control("0.0501", decs({"0.06"})).reason, CheckReason::within) << "an earlier run was decided then";
  EXPECT_EQ(control("ND").reason, CheckReason::not_a_number);
}

TEST(RunCalibration, NeedsEnoughPointsOnALine) {
  const auto good = calibration({"0", "1", "2", "3", "4"});
  EXPECT_EQ(good.finding, Finding::accepted);
  EXPECT_NEAR(good.figure.value(), 1, 1e-12);
  EXPECT_EQ(calibration({"0", "1", "2", "3"}).reason, CheckReason::curve_unfit);
  EXPECT_EQ(calibration({"0", "1", "2", "3", "9"}).reason, CheckReason::curve_unfit);
  EXPECT_EQ(calibration({"5", "5", "5", "5", "5"}).reason, CheckReason::curve_unfit);
  EXPECT_EQ(calibration({}).reason, CheckReason::curve_unfit);
}

TEST(RunCalibration, IsHeldAgainstItsLimitExactly) {
  const Calibration curve{.analyte = "甲",
                          .points = {{dec("0"), dec("0")},
                                     {dec("0.1"), dec("0")},
                                     {dec("0.2"), dec("1000")},
                                     {dec("0.3"), dec("2000")},
                                     {dec("0.4"), dec("2000")}}};  // r2 = 0.9
  const auto reason_for = [&](std::string_view least) {
    Criteria ours = criteria();
    ours.r2_least = dec(least);
    return assess({.samples = 1, .checks = {curve}}, ours).checks.at(0).reason;
  };
  EXPECT_EQ(reason_for("0.9"), CheckReason::within);
  EXPECT_EQ(reason_for("0.899999999999999999999"), CheckReason::within);
  EXPECT_EQ(reason_for("0.900000000000000000001"), CheckReason::curve_unfit);
}

TEST(RunCalibration, OfMoreDigitsThanCanBeComparedFails) {
  EXPECT_EQ(calibration({"1", "2", "3", "4", "5.00000000000000000001"}).reason, CheckReason::not_computable);
  EXPECT_EQ(calibration({"12345678", "22345678", "32345679", "42345678", "52345678"}).reason, CheckReason::within);
}

TEST(Run, NeedsOneCheckForEachBegunGroupOfSamples) {
  Criteria ours = criteria();
  ours.due = {{CheckKind::blank, 20}, {CheckKind::calibration, 0}};
  const Check good_blank = Blank{.analyte = "甲", .found = reading("ND"), .most = dec("1")};
  const auto shortages = [&](std::uint32_t samples, std::vector<Check> checks) {
    return assess({.samples = samples, .checks = std::move(checks)}, ours).shortages;
  };
  const Shortage no_curve{CheckKind::calibration, 1, 0};
  EXPECT_EQ(shortages(0, {}), (std::vector{no_curve}));
  EXPECT_EQ(shortages(20, {good_blank}), (std::vector{no_curve}));
  EXPECT_EQ(shortages(21, {good_blank}), (std::vector{Shortage{CheckKind::blank, 2, 1}, no_curve}));
  EXPECT_FALSE(assess({.samples = 1, .checks = {good_blank}}, ours).accepted()) << "the curve is missing";
}

TEST(Run, FailsAsAWholeWhenOneCheckFails) {
  quality::Run run{
      .samples = 3,
      .checks = {Blank{"甲", reading("ND"), dec("0.01")}, Duplicate{"甲", reading("1"), reading("1.1"), "mg/kg"}}};
  EXPECT_TRUE(assess(run, criteria()).accepted());
  run.checks.emplace_back(Duplicate{"乙", reading("1"), reading("2"), "mg/kg"});
  const Assessment assessment = assess(run, criteria());
  EXPECT_FALSE(assessment.accepted());
  ASSERT_EQ(assessment.checks.size(), 3U);
  EXPECT_EQ(assessment.checks[0].kind, CheckKind::blank);
  EXPECT_EQ(assessment.checks[2].kind, CheckKind::duplicate);
  EXPECT_EQ(assessment.checks[2].analyte, "乙");
  EXPECT_EQ(assessment.checks[2].reason, CheckReason::outside);
}

TEST(RunRelease, OfAFailedRunNeedsAReviewerWithAReason) {
  const auto run = [](bool accepted, const char* reviewer = "", bool release = false, const char* reason = "") {
    model::RunEntry entry;
    entry.assessed.accepted = accepted;
    entry.reviewer = model::PersonId{reviewer};
    entry.decided = {.release = release, .reason = reason};
    return entry;
  };
  EXPECT_TRUE(may_release(run(true)));
  EXPECT_FALSE(may_release(run(false)));
  EXPECT_TRUE(may_release(run(false, "wang", true, "空白另行测定")));
  EXPECT_FALSE(may_release(run(false, "wang", true, "")));
  EXPECT_FALSE(may_release(run(false, "", true, "空白另行测定")));
  EXPECT_FALSE(may_release(run(false, "wang", false, "重测")));
  EXPECT_FALSE(may_release(run(true, "wang", false, "色谱峰拖尾")));
}

TEST(RunReasons, HaveEachANameAndASentence) {
  for (int i = 0; i <= static_cast<int>(CheckReason::bound_too_high); ++i) {
    const auto reason = static_cast<CheckReason>(i);
    EXPECT_GT(std::string_view{name_of(reason)}.size(), 0U) << i;
    EXPECT_GT(std::string_view{explanation_of(reason)}.size(), 0U) << i;
  }
}

}  // namespace
}  // namespace lab::testing
