// Balances and meters that print one value a line: Sartorius SBI and the plain line of a number and a unit.

#include <gtest/gtest.h>

#include "instruments/drivers/balance_host.hpp"
#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/weighing_line.hpp"
#include "instruments/sim/sbi_balance.hpp"
#include "protocol/base/text.hpp"

namespace lab::drivers {
namespace {

using namespace std::chrono_literals;
using sim::sbi_line;

constexpr UtcTime start{1'000'000ms};

std::string bare(const std::string& line) { return line.substr(0, line.size() - 2); }

TEST(SbiLine, ReadsBothLengths) {
  const auto short_line = parse_sbi_line(bare(sbi_line("123.56", true)));
  ASSERT_TRUE(short_line);
  EXPECT_EQ(short_line->state, WeighingState::stable);
  EXPECT_EQ(short_line->value.text, "123.56");
  EXPECT_EQ(short_line->unit, "g");
  const auto long_line = parse_sbi_line(bare(sbi_line("-0.0012", true, "N")));
  ASSERT_TRUE(long_line);
  EXPECT_EQ(long_line->id, "N");
  EXPECT_EQ(long_line->value.number, Decimal::parse("-0.0012"));
}

TEST(SbiLine, ABlankUnitIsAPanInMotion) {
  EXPECT_EQ(parse_sbi_line(bare(sbi_line("123.56", false)))->state, WeighingState::unstable);
}

TEST(SbiLine, GrossTareAndCountAreNoWeight) {
  for (const char* id : {"G", "T", "Qnt", "T1"}) {
    EXPECT_EQ(parse_sbi_line(bare(sbi_line("10.0", true, id)))->state, WeighingState::other) << id;
  }
}

TEST(SbiLine, WordsAreNotNumbers) {
  EXPECT_EQ(parse_sbi_line(bare(sbi_line("High", true)))->state, WeighingState::overload);
  EXPECT_EQ(parse_sbi_line(bare(sbi_line("Low", true)))->state, WeighingState::underload);
  EXPECT_FALSE(parse_sbi_line("+   12 3.5 g  "));
  EXPECT_FALSE(parse_sbi_line("+   12.3.5 g  "));
  EXPECT_FALSE(parse_sbi_line("+  123.56 g")) << "an octet is missing";
  EXPECT_FALSE(parse_sbi_line("+ 123.56 grams"));
}

TEST(SbiLine, TheDigitInBracketsIsADigit) {
  EXPECT_EQ(parse_sbi_line("+   123.5[6] g ")->value.number, Decimal::parse("123.56"));
}

TEST(MeterLine, ReadsANumberAndItsUnit) {
  EXPECT_EQ(parse_meter_line("    0.1818g ")->value.text, "0.1818");
  EXPECT_EQ(parse_meter_line("    0.1818g ")->unit, "g");
  EXPECT_EQ(parse_meter_line("-12 mg/L")->unit, "mg/L");
  EXPECT_EQ(parse_meter_line("45 %")->unit, "%");
  EXPECT_EQ(parse_meter_line("45")->state, WeighingState::unstable);
}

TEST(MeterLine, AnExponentIsPartOfTheNumber) {
  const auto read = parse_meter_line("+1.50E-03 V");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value.number, Decimal::parse("0.0015"));
  EXPECT_EQ(read->unit, "V");
  EXPECT_EQ(parse_meter_line("+1.50E-03")->state, WeighingState::unstable);
}

TEST(MeterLine, RefusesEverythingElse) {
  for (const char* line : {"", "g", "1.2.3 g", "12 34 g", "weight 12 g", "1,234 g", "12 g 13 g", "0x12 g", "- g"}) {
    EXPECT_FALSE(parse_meter_line(line)) << line;
  }
}

TEST(WeighingCapture, IsDecodedByTheProfileOfItsForm) {
  const auto sbi = decode(sbi_line("123.56", true) + sbi_line("5.00", false) + sbi_line("High", true), "");
  EXPECT_EQ(sbi.profile, sbi_profile) << sbi.refused;
  ASSERT_EQ(sbi.observations.size(), 1U);
  EXPECT_EQ(sbi.observations[0].analyte, "weight");
  EXPECT_EQ(sbi.observations[0].value.text, "123.56");
  EXPECT_EQ(sbi.diagnostics.size(), 1U);
  const auto meter = decode("    0.1818g \r", "");
  EXPECT_EQ(meter.profile, line_meter_profile) << meter.refused;
  ASSERT_EQ(meter.observations.size(), 1U);
  EXPECT_EQ(meter.observations[0].unit, "g");
}

TEST(WeighingCapture, IsRefusedWhenAnythingIsDoubtful) {
  EXPECT_NE(decode_sbi(bare(sbi_line("123.56", true))).refused, "") << "the line has no end";
  EXPECT_NE(decode_sbi(sbi_line("123.56", false)).refused, "") << "never stable";
  EXPECT_NE(decode_sbi(sbi_line("123.56", true) + "???\r\n").refused, "");
  EXPECT_NE(decode_line_meter("12.5 g\r\n12..5 g\r\n").refused, "");
  EXPECT_NE(decode_line_meter("").refused, "");
}

struct Bench {
  std::unique_ptr<BalanceHost> host = make_balance_host(BalanceKind::sartorius_sbi);
  UtcTime now = start;

  explicit Bench(BalanceKind kind = BalanceKind::sartorius_sbi) : host(make_balance_host(kind)) {
    host->connected(now);
    static_cast<void>(host->take_output());
    wait(1s);
  }
  Bytes wait(Milliseconds time) {
    now += time;
    host->tick(now);
    return host->take_output();
  }
  std::vector<Weighed> push(BytesView bytes) {
    host->push(bytes, now);
    return host->take_weighed();
  }
};

TEST(LineWeigher, AsksAndTakesTheStableLine) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  EXPECT_EQ(bench.host->take_output(), "\x1BP\r\n");
  EXPECT_FALSE(bench.host->weigh(bench.now)) << "one at a time";
  const auto weighed = bench.push(sbi_line("12.34", true));
  ASSERT_EQ(weighed.size(), 1U);
  EXPECT_TRUE(weighed[0].stable);
  EXPECT_EQ(weighed[0].cause, Weighed::Cause::asked);
  EXPECT_EQ(decode(weighed[0].raw, "").observations.at(0).value.text, "12.34");
  EXPECT_FALSE(bench.host->wake_at());
}

TEST(LineWeigher, AsksAgainWhileThePanMoves) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  static_cast<void>(bench.host->take_output());
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(bench.push(sbi_line("12.34", false)).empty());
    EXPECT_EQ(bench.wait(500ms), "\x1BP\r\n");
  }
  EXPECT_TRUE(bench.push(sbi_line("12.35", true)).at(0).stable);
}

TEST(LineWeigher, GivesUpAPanThatNeverRests) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  std::vector<Weighed> weighed;
  for (int i = 0; i < 200 && weighed.empty(); ++i) {
    bench.host->push(sbi_line("12.34", false), bench.now);
    bench.wait(500ms);
    weighed = bench.host->take_weighed();
  }
  ASSERT_EQ(weighed.size(), 1U);
  EXPECT_FALSE(weighed[0].stable);
  EXPECT_NE(weighed[0].error, "");
}

TEST(LineWeigher, ALateAnswerIsNotTheWeightOfTheNextVessel) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  bench.wait(5s);
  EXPECT_EQ(bench.host->take_weighed().size(), 1U);
  EXPECT_FALSE(bench.host->weigh(bench.now)) << "the line must be silent first";
  bench.wait(4s);
  const auto late = bench.push(sbi_line("99.99", true));
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].cause, Weighed::Cause::printed);
  EXPECT_FALSE(bench.host->weigh(bench.now)) << "it spoke, so the silence starts again";
  bench.wait(5s);
  EXPECT_TRUE(bench.host->weigh(bench.now));
}

TEST(LineWeigher, APrintIsDeliveredAndAnUnstableOneIsNot) {
  Bench bench;
  EXPECT_TRUE(bench.push(sbi_line("1.00", false)).empty());
  const auto printed = bench.push(sbi_line("1.00", true));
  ASSERT_EQ(printed.size(), 1U);
  EXPECT_EQ(printed[0].cause, Weighed::Cause::printed);
  EXPECT_NE(bench.push(sbi_line("High", true)).at(0).error, "");
}

TEST(LineWeigher, ALineInPiecesAndOneWithoutEndAreHandled) {
  Bench bench;
  std::vector<Weighed> all;
  for (const char octet : sbi_line("7.5", true)) {
    for (auto& weighed : bench.push({&octet, 1})) all.push_back(std::move(weighed));
  }
  EXPECT_EQ(all.size(), 1U);
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(bench.push(std::string(100, '1')).empty());
  const auto too_long = bench.push(" g\r\n");
  ASSERT_EQ(too_long.size(), 1U) << "its end; the rest of it is no line";
  EXPECT_FALSE(too_long[0].stable);
  EXPECT_NE(too_long[0].error.find("80"), std::string::npos) << too_long[0].error;
  EXPECT_EQ(bench.push(sbi_line("7.6", true)).size(), 1U);
}

TEST(LineWeigher, WhoWaitsLearnsThatTheLineIsGone) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  bench.host->disconnected();
  const auto weighed = bench.host->take_weighed();
  ASSERT_EQ(weighed.size(), 1U);
  EXPECT_NE(weighed[0].error, "");
}

TEST(LineWeigher, ALineThatIsNoWeightIsToldOnceOfEachForm) {
  Bench bench;
  for (const char* line : {"pH 7.01\r\n", "    0,1818 g\r\n"}) {
    const auto told = bench.push(line);
    ASSERT_EQ(told.size(), 1U) << line;
    EXPECT_FALSE(told[0].stable);
    EXPECT_NE(told[0].error.find(trim(line)), std::string::npos) << told[0].error;
    EXPECT_TRUE(told[0].raw.empty());
  }
  EXPECT_TRUE(bench.push("pH 6.98\r\n").empty()) << "the same form again";
  EXPECT_TRUE(bench.push(sbi_line("1.00", true)).at(0).stable);
  for (int i = 0; i < 1000; ++i)
    static_cast<void>(bench.push("x" + std::string(static_cast<std::size_t>(i % 70), 'y') + "\r\n"));
  EXPECT_TRUE(bench.push("yet another form\r\n").empty()) << "there is an end to it";
}

TEST(LineWeigher, ALineThatMayHaveBeenAWeightIsToldEachTime) {
  Bench bench;
  std::string damaged = sbi_line("12.34", true);
  damaged[4] = '\0';
  for (int i = 0; i < 100; ++i) {
    const auto told = bench.push(damaged);
    ASSERT_EQ(told.size(), 1U) << i;
    EXPECT_NE(told[0].error.find("奇偶校验"), std::string::npos) << told[0].error;
    EXPECT_EQ(bench.push(std::string(100, '1') + "\r\n").size(), 1U) << i;
  }
  EXPECT_EQ(bench.push("pH 7.01\r\n").size(), 1U) << "they are none of the forms";
}

TEST(LineWeigher, FormsAreToldAgainWhenTheLineComesBack) {
  Bench bench;
  EXPECT_EQ(bench.push("pH 7.01\r\n").size(), 1U);
  EXPECT_TRUE(bench.push("pH 7.02\r\n").empty());
  bench.host->disconnected();
  bench.host->connected(bench.now);
  EXPECT_EQ(bench.push("pH 7.03\r\n").size(), 1U) << "another meter may be at its end";
}

TEST(LineWeigher, WhoAskedIsToldWhatCameInsteadOfAWeight) {
  Bench bench;
  ASSERT_TRUE(bench.host->weigh(bench.now));
  EXPECT_TRUE(bench.push("Mod. BSA224S\r\n").empty()) << "a heading may stand before the weight";
  EXPECT_TRUE(bench.push(sbi_line("2.00", true)).at(0).stable);
  ASSERT_TRUE(bench.host->weigh(bench.now));
  EXPECT_TRUE(bench.push("pH 7.01\r\n").empty());
  bench.wait(5s);
  const auto weighed = bench.host->take_weighed();
  ASSERT_EQ(weighed.size(), 1U);
  EXPECT_EQ(weighed[0].cause, Weighed::Cause::asked);
  EXPECT_NE(weighed[0].error.find("pH 7.01"), std::string::npos) << weighed[0].error;
}

// With INPCK a character that breaks the parity reads as NUL.
TEST(LineWeigher, ACharacterThatBrokeTheParityIsNoPartOfAWeight) {
  const std::string good = sbi_line("12.34", true);
  const std::string meter = "    12.34 mg\r\n";
  for (std::size_t at = 0; at + 2 < good.size(); ++at) {
    std::string bad = good;
    bad[at] = '\0';
    const auto weighed = Bench{}.push(bad);
    ASSERT_EQ(weighed.size(), 1U) << at;
    EXPECT_FALSE(weighed[0].stable) << at;
    EXPECT_NE(weighed[0].error.find("奇偶校验"), std::string::npos) << weighed[0].error;
    EXPECT_NE(decode_sbi(bad).refused, "") << at;
  }
  for (std::size_t at = 0; at + 2 < meter.size(); ++at) {
    std::string bad = meter;
    bad[at] = '\0';
    EXPECT_FALSE(parse_meter_line(bare(bad))) << at;
  }
}

TEST(MeterLine, AMeterThatPrintsNoUnitHasTheOneOfItsSettings) {
  EXPECT_EQ(parse_meter_line("7.01", "pH")->state, WeighingState::stable);
  EXPECT_EQ(parse_meter_line("7.01", "pH")->unit, "pH");
  EXPECT_EQ(parse_meter_line("7.01 mV", "pH")->unit, "mV") << "what it prints counts";
  auto host = make_balance_host(BalanceKind::line_meter, "pH");
  host->connected(start);
  ASSERT_TRUE(host->weigh(start + 6s));
  host->push("  7.01\r\n", start + 6s);
  const auto weighed = host->take_weighed();
  ASSERT_EQ(weighed.size(), 1U);
  EXPECT_TRUE(weighed[0].stable);
  const auto decoding = decode(weighed[0].raw, "line-meter/1,unit=pH");
  EXPECT_EQ(decoding.profile, "line-meter/1,unit=pH") << decoding.refused;
  ASSERT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.observations[0].value.text, "7.01");
  EXPECT_EQ(decoding.observations[0].unit, "pH");
  EXPECT_EQ(decode(weighed[0].raw, decoding.profile).observations.size(), 1U) << "by what was recorded";
  EXPECT_NE(decode("7.01\r\n", "line-meter/1,unit=7").refused, "");
  EXPECT_NE(decode("7.01\r\n", "line-meter/1,unit=").refused, "");
}

TEST(LineWeigher, AMeterIsGreetedAndRead) {
  Bench bench{BalanceKind::line_meter};
  auto fresh = make_balance_host(BalanceKind::line_meter);
  fresh->connected(start);
  EXPECT_EQ(fresh->take_output(), "*IDN?\r\n");
  EXPECT_TRUE(bench.push("MAKER,MODEL 7,0815,1.0\r\n").empty());
  bench.wait(6s);
  ASSERT_TRUE(bench.host->weigh(bench.now));
  EXPECT_EQ(bench.host->take_output(), "READ?\r\n");
  EXPECT_TRUE(bench.push("    0.1818g \r").at(0).stable);
}

}  // namespace
}  // namespace lab::drivers
