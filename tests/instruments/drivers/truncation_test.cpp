// A file that was cut off, at every octet: refused, or every value in it is a value of the whole file.

#include <gtest/gtest.h>
#include <algorithm>
#include <random>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/flags.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "instruments/sim/masshunter_writer.hpp"

namespace lab::drivers {
namespace {

using model::Observation;

bool is_flagged(const Observation& observation, std::string_view flag) {
  return std::ranges::find(observation.flags, flag) != observation.flags.end();
}

Bytes astm_capture(bool framed) {
  const sim::AnalyserMessage message{"S-1", {{"Pb", "0.050", "mg/kg"}, {"Cd", "12.75", "ug/kg"}}};
  Bytes capture;
  int number = 0;
  for (const std::string& record : sim::astm_records(message, "SIM")) {
    capture += framed ? sim::astm_frame(number = (number + 1) % 8, record, true) : record;
  }
  return capture;
}

std::string export_file() {
  return sim::masshunter_csv(
      {.file_name = "b.csv",
       .analytes = {"毒死蜱", "B"},
       .unit = "mg/kg",
       .rows = {{"S-1", "1.d", "Sample", {"0.050", "12.75"}}, {"S-2", "2.d", "Sample", {"1.25", "33.14"}}}});
}

// Every value of `part` stands in `whole` at the same place, unless it carries the mark of an unproven end.
void expect_part_of(const model::Decoding& part, const model::Decoding& whole, std::size_t cut) {
  if (!part.refused.empty()) {
    EXPECT_TRUE(part.observations.empty());
    return;
  }
  ASSERT_LE(part.observations.size(), whole.observations.size()) << cut;
  for (std::size_t i = 0; i < part.observations.size(); ++i) {
    if (is_flagged(part.observations[i], flag_unterminated)) {
      EXPECT_FALSE(part.diagnostics.empty()) << cut;
      continue;
    }
    EXPECT_EQ(part.observations[i].value, whole.observations[i].value) << cut;
    EXPECT_EQ(part.observations[i].sample_id, whole.observations[i].sample_id) << cut;
    EXPECT_EQ(part.observations[i].analyte, whole.observations[i].analyte) << cut;
    EXPECT_EQ(part.observations[i].unit, whole.observations[i].unit) << cut;
  }
}

TEST(ACutOffCapture, OfFramesIsRefusedWhole) {
  const Bytes capture = astm_capture(true);
  const auto whole = decode(capture, "astm-e1394/1");
  ASSERT_EQ(whole.observations.size(), 2U);
  std::size_t accepted = 0;
  for (std::size_t cut = 0; cut < capture.size(); ++cut) {
    const auto part = decode(BytesView{capture}.substr(0, cut), "astm-e1394/1");
    expect_part_of(part, whole, cut);
    if (part.refused.empty()) {
      ++accepted;
      EXPECT_EQ(part.observations.size(), 2U);
    }
  }
  EXPECT_EQ(accepted, 2U);  // only CR LF of the last frame may be missing
}

TEST(ACutOffCapture, OfBareRecordsIsRefusedUntilItsTerminatorBegins) {
  const Bytes capture = astm_capture(false);
  const auto whole = decode(capture, "astm-e1394/1");
  for (std::size_t cut = 0; cut < capture.size(); ++cut) {
    const auto part = decode(BytesView{capture}.substr(0, cut), "astm-e1394/1");
    expect_part_of(part, whole, cut);
    if (part.refused.empty()) {
      EXPECT_EQ(part.observations.size(), 2U);
    }
  }
}

TEST(ACutOffCapture, OfABatchTableNeverGivesAWrongValue) {
  const std::string csv = export_file();
  const auto whole = decode(csv, "");
  ASSERT_EQ(whole.observations.size(), 4U);
  for (std::size_t cut = 0; cut < csv.size(); ++cut) {
    expect_part_of(decode(BytesView{csv}.substr(0, cut), "masshunter-quant/1"), whole, cut);
    decode(BytesView{csv}.substr(0, cut), "");
  }
}

TEST(AGarbledCapture, OfFramesNeverGivesAnotherValue) {
  const Bytes capture = astm_capture(true);
  const auto whole = decode(capture, "astm-e1394/1");
  for (std::size_t at = 0; at < capture.size(); ++at) {
    for (const int bit : {0, 1, 2, 3, 4, 5, 6, 7}) {
      Bytes garbled = capture;
      garbled[at] = static_cast<char>(garbled[at] ^ (1 << bit));
      const auto decoding = decode(garbled, "astm-e1394/1");
      if (!decoding.refused.empty()) continue;
      ASSERT_EQ(decoding.observations.size(), 2U) << at;
      EXPECT_EQ(decoding.observations[0].value, whole.observations[0].value) << at;
      EXPECT_EQ(decoding.observations[1].value, whole.observations[1].value) << at;
      EXPECT_EQ(decoding.observations[1].sample_id, "S-1") << at;
    }
  }
}

TEST(AGarbledCapture, OfAnyKindIsReadToItsEndOrRefused) {
  std::mt19937 random{20130603};
  const std::vector<Bytes> seeds{astm_capture(true), astm_capture(false), export_file(),
                                 "S S     100.00 g\r\nI4 A \"12\"\r\n"};
  for (int round = 0; round < 4000; ++round) {
    Bytes capture = seeds[static_cast<std::size_t>(round) % seeds.size()];
    for (int edits = 1 + round % 5; edits > 0 && !capture.empty(); --edits) {
      const std::size_t at = random() % capture.size();
      if (random() % 3 == 0) {
        capture.erase(at, random() % 20);
      } else {
        capture[at] = static_cast<char>(random());
      }
    }
    for (const char* profile : {"", "astm-e1394/1", "masshunter-quant/1", "mt-sics/1"}) {
      const auto decoding = decode(capture, profile);
      EXPECT_TRUE(decoding.refused.empty() != decoding.observations.empty());
      EXPECT_LE(decoding.covered_bytes, decoding.total_bytes);
      for (const Observation& observation : decoding.observations) EXPECT_LT(observation.offset, capture.size());
    }
  }
}

}  // namespace
}  // namespace lab::drivers
