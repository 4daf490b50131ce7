// Instruments that send text between STX and ETX without frame numbers: the receiver, and the two kinds of text known.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/stx_link.hpp"
#include "instruments/drivers/stx_text.hpp"
#include "tests/instruments/control_characters.hpp"

namespace lab::drivers {
namespace {

using namespace std::chrono_literals;
using namespace lab::control;
using model::ValueState;

constexpr UtcTime start{1'000'000ms};

struct Bench {
  StxLink link;
  UtcTime now = start;

  explicit Bench(std::size_t limit = 64'000) : link(limit) {}
  Bytes push(BytesView bytes) {
    link.push(bytes, now);
    return link.take_reply();
  }
};

TEST(StxLink, AcknowledgesATextOnlyWhenItIsStored) {
  Bench bench;
  EXPECT_EQ(bench.push(enq), ack);
  EXPECT_EQ(bench.push("\x02text\x03"), "");
  EXPECT_EQ(bench.link.take_message(), "\x02text\x03");
  bench.link.stored(bench.now);
  EXPECT_EQ(bench.link.take_reply(), ack);
  EXPECT_EQ(bench.push(eot), "");
  EXPECT_FALSE(bench.link.wake_at());
}

TEST(StxLink, NeedsNoEnquiryAndReadsInAnyPieces) {
  Bench bench;
  for (const char octet : Bytes{"noise\x02one\x03"}) EXPECT_EQ(bench.push({&octet, 1}), "");
  EXPECT_EQ(bench.link.take_message(), "\x02one\x03");
}

TEST(StxLink, TwoTextsInOneSegmentAreTwo) {
  Bench bench;
  bench.push("\x02one\x03\x02two\x03");
  EXPECT_EQ(bench.link.take_message(), "\x02one\x03");
  EXPECT_FALSE(bench.link.take_message());
  bench.link.stored(bench.now);
  EXPECT_EQ(bench.link.take_message(), "\x02two\x03");
}

TEST(StxLink, ATextThatCouldNotBeStoredIsRefused) {
  Bench bench;
  bench.push("\x02one\x03");
  bench.link.not_stored(bench.now);
  EXPECT_EQ(bench.link.take_reply(), nak);
  EXPECT_FALSE(bench.link.awaits_storage());
}

TEST(StxLink, ATextThatIsNotEndedIsDroppedAfterThirtySeconds) {
  Bench bench;
  bench.push("\x02half");
  EXPECT_EQ(bench.link.wake_at(), start + 30s);
  bench.link.tick(start + 30s);
  EXPECT_EQ(bench.link.take_notes().size(), 1U);
  bench.now += 31s;
  bench.push(" rest\x03");
  EXPECT_FALSE(bench.link.take_message());
}

TEST(StxLink, ATextThatStartsAgainReplacesTheFirst) {
  Bench bench;
  bench.push("\x02half\x02whole\x03");
  EXPECT_EQ(bench.link.take_message(), "\x02whole\x03");
  EXPECT_EQ(bench.link.take_notes().size(), 1U);
}

TEST(StxLink, KeepsItsMemoryBoundedOnAnEndlessText) {
  Bench bench{1000};
  bench.push("\x02");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(bench.push(std::string(100, 'x')), "");
  EXPECT_EQ(bench.push("\x03"), "\x15");
  EXPECT_FALSE(bench.link.take_message());
  bench.push("\x02short\x03");
  EXPECT_TRUE(bench.link.take_message());
}

// Between STX and ETX: lines, GS and the sum.
Bytes bci(const std::string& lines) {
  unsigned sum = 0x1D;
  for (const char c : lines) sum += static_cast<unsigned char>(c);
  return fmt::format("\x02{}\x1D{:02x}\x03", lines, sum % 256);
}

TEST(BciText, AQuantityIsReadWithItsUnit) {
  const auto decoding = decode(
      enq + bci("\x1Emtrsl|piP|pnX|ciS-1|rtHCG|rnHCG|\x1Ett15:09|td20/05/2013|ql|qn28,94mUI/ml|y3mUI/ml|ncvalid|") +
          eot,
      "");
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 1U);
  const auto& observation = decoding.observations[0];
  EXPECT_EQ(observation.sample_id, "S-1");
  EXPECT_EQ(observation.analyte, "HCG");
  EXPECT_EQ(observation.value.number, Decimal::parse("28.94"));
  EXPECT_EQ(observation.unit, "mUI/ml");
  EXPECT_EQ(observation.time, "20/05/2013 15:09");
  EXPECT_TRUE(observation.flags.empty());
}

TEST(BciText, AWordIsTheResultAndItsIndexIsNoConcentration) {
  const auto decoding = decode_bci(bci("\x1Emtrsl|ciS-1|rtHBCT|qlPos\x1Eitif|qn0.05|nccalexp|"));
  ASSERT_EQ(decoding.refused, "");
  const auto& observation = decoding.observations[0];
  EXPECT_EQ(observation.value.text, "Positif") << "a line may begin inside a field";
  EXPECT_EQ(observation.value.state, ValueState::qualitative);
  EXPECT_FALSE(observation.value.number);
  EXPECT_EQ(observation.flags, (std::vector<std::string>{"qn=0.05", "status=calexp"}));
}

TEST(BciText, BoundsAreBounds) {
  EXPECT_EQ(decode_bci(bci("\x1Emtrsl|ciS|rtA|ql|qn>500,00mUI/ml|y3mUI/ml|")).observations.at(0).value.state,
            ValueState::over_range);
  EXPECT_EQ(decode_bci(bci("\x1Emtrsl|ciS|rtA|ql|qn<0.10 ng/ml|")).observations.at(0).value.state,
            ValueState::below_lod);
}

TEST(BciText, IsRefusedWhenAnythingIsDoubtful) {
  const Bytes good = bci("\x1Emtrsl|ciS|rtA|qn1.5 ng/ml|y3ng/ml|");
  ASSERT_EQ(decode_bci(good).refused, "");
  Bytes damaged = good;
  damaged[good.find("1.5")] = '7';
  EXPECT_NE(decode_bci(damaged).refused, "");
  EXPECT_NE(decode_bci(good.substr(0, good.size() - 1)).refused, "") << "no ETX";
  EXPECT_NE(decode_bci("\x02\x1Emtrsl|ciS|rtA|qn1.5|\x03").refused, "") << "no sum";
  EXPECT_NE(decode_bci(bci("\x1Emtrsl|ciS|rtA|qn1.5 ng/ml|y3mg/ml|")).refused, "") << "two units";
  EXPECT_NE(decode_bci(bci("\x1Emtrsl|ciS|rtA|qn1,234,567 ng/ml|")).refused, "") << "two commas";
  EXPECT_NE(decode_bci(bci("\x1Emtmpr|ciS|rtA|")).refused, "") << "an order only";
  EXPECT_NE(decode_bci(bci("\x1Emtrsl|ciS|rt|qn1|")).refused, "") << "no test";
}

TEST(ResultLine, NamesValuesAndUnitsAreRead) {
  const auto decoding = decode(
      "\x02"
      "13/06/03 09:08 ID# S-77   [Serum] Na       131  mmol/L K  <0.7  mmol/L GLU ---- mg/dL  \x03",
      "");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.profile, result_line_profile);
  ASSERT_EQ(decoding.observations.size(), 3U);
  EXPECT_EQ(decoding.observations[0].sample_id, "S-77");
  EXPECT_EQ(decoding.observations[0].analyte, "Na");
  EXPECT_EQ(decoding.observations[0].value.text, "131");
  EXPECT_EQ(decoding.observations[0].time, "13/06/03 09:08");
  EXPECT_EQ(decoding.observations[1].value.state, ValueState::below_lod);
  EXPECT_EQ(decoding.observations[2].value.state, ValueState::missing);
  EXPECT_EQ(decoding.observations[2].flags, std::vector<std::string>{"material=Serum"});
}

TEST(ResultLine, IsRefusedWhenAnythingIsDoubtful) {
  const std::string head = "13/06/03 09:08 ID# S-77 [Serum] ";
  for (const char* results :
       {"Na mmol/L K 9.7 mmol/L Cl 96", "Na 131 mmol/L K", "Na 13x1 mmol/L", "131 Na mmol/L", "Na 131 132", ""}) {
    EXPECT_NE(decode_result_line("\x02" + head + results + "\x03").refused, "") << results;
  }
  EXPECT_NE(decode_result_line("\x02" + head + "Na 131 mmol/L").refused, "") << "no ETX";
  EXPECT_NE(decode_result_line("\x02Na 131 mmol/L\x03").refused, "") << "no heading";
}

}  // namespace
}  // namespace lab::drivers
