#include "instruments/drivers/astm_records.hpp"

#include <gtest/gtest.h>

#include "instruments/drivers/flags.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "protocol/base/charset.hpp"

namespace lab::drivers {
namespace {

using model::ValueState;
using sim::astm_frame;

std::string message(const std::string& records) { return "H|\\^&|M7||XP-100^00-13\rP|1\r" + records + "L|1|N\r"; }

TEST(AstmRecords, ReadAResultWithEverythingThatBelongsToIt) {
  const std::string text = message("O|1|S-1^LAB\rR|1|^^^Pb^Lead|  0.050|mg/kg||H\\A||P||||20130603090000\r");
  const auto decoding = decode_astm(text);
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 1U);
  const auto& observation = decoding.observations[0];
  EXPECT_EQ(observation.sample_id, "S-1");
  EXPECT_EQ(observation.analyte, "Pb");
  EXPECT_EQ(observation.value.text, "0.050");
  EXPECT_EQ(observation.value.state, ValueState::numeric);
  EXPECT_EQ(observation.unit, "mg/kg");
  EXPECT_EQ(observation.flags, (std::vector<std::string>{"H", "A", "status=P"}));
  EXPECT_EQ(observation.instrument, "XP-100^00-13");
  EXPECT_EQ(observation.run, "M7");
  EXPECT_EQ(observation.time, "20130603090000");
  EXPECT_EQ(text.substr(observation.offset, 8), "R|1|^^^P");
  EXPECT_EQ(decoding.covered_bytes, text.size());
}

TEST(AstmRecords, CorrectedAndVerifiedResultsAreFinal) {
  const auto flags_of = [](const std::string& status) {
    return decode_astm(message("O|1|S-1\rR|1|^^^Pb|0.05|mg/kg||||" + status + "\r")).observations.at(0).flags;
  };
  using Flags = std::vector<std::string>;
  EXPECT_EQ(flags_of("F"), Flags{});
  EXPECT_EQ(flags_of("C"), Flags{"corrected"});
  EXPECT_EQ(flags_of("V"), Flags{"operator-verified"});
  for (const std::string status : {"P", "X", "I", "W", "CP"}) EXPECT_EQ(flags_of(status), Flags{"status=" + status});
}

TEST(AstmRecords, AnOrderOfAControlSpecimenSaysSo) {
  const auto decoding =
      decode_astm(message("O|1|QC-LOW|||||||||Q\rR|1|^^^Pb|0.05|mg/kg\r"
                          "O|2|QC-HIGH|||||||||N\\Q\rR|1|^^^Pb|0.5|mg/kg\r"
                          "O|3|S-1|||||||||N\rR|1|^^^Pb|0.1|mg/kg\r"
                          "O|4|S-2\rR|1|^^^Pb|0.2|mg/kg\r"));
  ASSERT_EQ(decoding.refused, "");
  std::vector<std::string> types;
  for (const auto& observation : decoding.observations) types.push_back(observation.sample_type);
  EXPECT_EQ(types, (std::vector<std::string>{"QC", "QC", "", ""}));
}

TEST(AstmRecords, ReadTheSameFromFramesAsFromBareText) {
  const std::string text = message("O|1|S-1\rR|1|^^^Pb|0.05|mg/kg\r");
  const Bytes framed =
      "\x05" + astm_frame(1, text.substr(0, 40), false) + astm_frame(2, text.substr(40), true) + "\x04";
  const auto bare = decode_astm(text);
  const auto decoding = decode_astm(framed);
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.observations[0].value, bare.observations[0].value);
  EXPECT_EQ(framed.substr(decoding.observations[0].offset, 4), "R|1|");
  EXPECT_EQ(decoding.covered_bytes, framed.size());
}

TEST(AstmRecords, TakeTheDelimitersFromTheHeader) {
  const auto decoding = decode_astm("H|@^\\||||GeneXpert\rO|1|S-1\rR|1|^^^A@B|1.5|g\rL|1\r");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].analyte, "A");
  const auto other = decode_astm("H!~*?\rO!1!S-1\rR!1!***Pb!2.5!g\rL!1\r");
  ASSERT_EQ(other.refused, "");
  EXPECT_EQ(other.observations[0].analyte, "Pb");
}

TEST(AstmRecords, PutEscapedDelimitersBack) {
  const auto decoding = decode_astm(message("O|1|A&F&B\rR|1|^^^x&S&y|1|&E&g&Z&\r"));
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].sample_id, "A|B");
  EXPECT_EQ(decoding.observations[0].analyte, "x^y");
  EXPECT_EQ(decoding.observations[0].unit, "&g&Z&");
}

// GB18030 trail octets include | \ ^ and ~.
TEST(AstmRecords, SplitAfterDecodingChineseText) {
  const std::string text = message("O|1|样品乗亅\rR|1|^^^镉亅丱|0.2|毫克/千克\r");
  const auto gb = encode_text(text, Charset::gb18030);
  ASSERT_TRUE(gb);
  ASSERT_NE(gb->find("\x81\x7C"), Bytes::npos);  // a bar inside a character
  const Bytes framed = astm_frame(1, *gb, true);
  for (const Bytes& capture : {*gb, framed}) {
    const auto decoding = decode_astm(capture);
    ASSERT_EQ(decoding.refused, "");
    ASSERT_EQ(decoding.observations.size(), 1U);
    EXPECT_EQ(decoding.observations[0].sample_id, "样品乗亅");
    EXPECT_EQ(decoding.observations[0].analyte, "镉亅丱");
    EXPECT_EQ(decoding.observations[0].unit, "毫克/千克");
    EXPECT_EQ(capture.substr(decoding.observations[0].offset, 4), "R|1|");
  }
}

TEST(AstmRecords, TakeTheSampleFromTheInstrumentFieldOnlyWithAFlag) {
  const auto decoding = decode_astm(message("O|1||^^      113^A\rR|1|^^^Pb|1|g\r"));
  ASSERT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.observations[0].sample_id, "113");
  EXPECT_EQ(decoding.observations[0].flags, std::vector<std::string>{std::string{flag_instrument_specimen_id}});
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(AstmRecords, NeverCarryASampleOverToTheNextPatient) {
  const auto decoding = decode_astm(message("O|1|S-1\rR|1|^^^Pb|1|g\rP|2\rR|1|^^^Pb|2|g\r"));
  ASSERT_EQ(decoding.observations.size(), 2U);
  EXPECT_EQ(decoding.observations[0].sample_id, "S-1");
  EXPECT_EQ(decoding.observations[1].sample_id, "");
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(AstmRecords, TellApartTwoTestsThatBeginAlike) {
  const auto decoding = decode_astm(message("O|1|S-1\rR|1|^^^MTB^main|1|\rR|2|^^^MTB^Ct|23.4|\rR|3|^^^MTB^main|2|\r"));
  ASSERT_EQ(decoding.observations.size(), 3U);
  EXPECT_EQ(decoding.observations[0].analyte, "MTB");
  EXPECT_EQ(decoding.observations[1].analyte, "MTB^Ct");
  EXPECT_EQ(decoding.observations[2].analyte, "MTB");
}

TEST(AstmRecords, NeverMakeANumberOfAValueInParts) {
  const auto decoding = decode_astm(message("O|1|S-1\rR|1|^^^Pb|-1^0.12|g\rR|2|^^^Cd|0.1\\0.2|g\rR|3|^^^As|^0.3|g\r"));
  ASSERT_EQ(decoding.observations.size(), 3U);
  EXPECT_EQ(decoding.observations[0].value.state, ValueState::invalid);
  EXPECT_EQ(decoding.observations[1].value.state, ValueState::invalid);
  EXPECT_EQ(decoding.observations[2].value.state, ValueState::numeric);
  EXPECT_EQ(decoding.diagnostics.size(), 2U);
}

TEST(AstmRecords, KeepDashesAndWordsOutOfTheNumbers) {
  const auto decoding =
      decode_astm(message("O|1|S-1\rR|1|^^^A|-----||HH\rR|2|^^^B|ND\rR|3|^^^C|<0.01|g\rR|4|^^^D|阳性\r"));
  ASSERT_EQ(decoding.observations.size(), 4U);
  EXPECT_EQ(decoding.observations[0].value.state, ValueState::missing);
  EXPECT_EQ(decoding.observations[1].value.state, ValueState::below_lod);
  EXPECT_EQ(decoding.observations[2].value.state, ValueState::below_lod);
  EXPECT_EQ(decoding.observations[3].value.state, ValueState::qualitative);
}

TEST(AstmRecords, RefuseAMessageThatIsCutOff) {
  EXPECT_NE(decode_astm("H|\\^&\rO|1|S-1\rR|1|^^^Pb|1|g\r").refused, "");
  EXPECT_NE(decode_astm(message("O|1|S-1\rR|1|^^^Pb|1|g\r") + "H|\\^&\rO|1|S-2\r").refused, "");
  EXPECT_NE(decode_astm("O|1|S-1\rR|1|^^^Pb|1|g\rL|1\r").refused, "");
}

TEST(AstmRecords, RefuseOtherStandardsAndMessagesWithoutResults) {
  EXPECT_NE(decode_astm("H|\\^&||||||||||P|NON-LIS2-A2|\rO|1|S\rR|1|^^^A|1\rL|1\r").refused, "");
  EXPECT_EQ(decode_astm("H|\\^&||||||||||P|E 1394-97|\rO|1|S\rR|1|^^^A|1\rL|1\r").refused, "");
  EXPECT_NE(decode_astm("H|\\^&\rQ|1|^S-1||ALL\rL|1\r").refused, "");
  EXPECT_NE(decode_astm("H|\\\\\\\\|\rO|1|S\rR|1|^^^A|1\rL|1\r").refused, "");
}

TEST(AstmRecords, SkipDamagedAndRepeatedFramesOfACapture) {
  const std::string first = "H|\\^&\rO|1|S-1\r";
  const std::string second = "R|1|^^^Pb|1|g\r";
  Bytes damaged = astm_frame(2, second, true);
  damaged[10] ^= 0x01;
  const Bytes capture = "\x05" + astm_frame(1, first, true) + damaged + astm_frame(2, second, true) +
                        astm_frame(2, second, true) + "noise" + astm_frame(3, "L|1\r", true) + "\x04";
  const auto decoding = decode_astm(capture);
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.diagnostics.size(), 3U);
  EXPECT_EQ(decoding.covered_bytes, capture.size() - 2 * (damaged.size() - 2) - 5);
}

TEST(AstmRecords, TakeAMessageThatWasStartedAgainOnce) {
  const std::string text = message("O|1|S-1\rR|1|^^^Pb|1|g\r");
  const Bytes capture = "\x05" + astm_frame(1, text.substr(0, 50), false) + "\x05" + astm_frame(1, text, true) + "\x04";
  const auto decoding = decode_astm(capture);
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(AstmRecords, WhatTheLinkHandsOutInTheMiddleOfATransferIsReadToo) {
  const std::string text = message("O|1|S-1\rR|1|^^^Pb|1|g\r");
  const auto decoding = decode_astm(astm_frame(5, text.substr(0, 50), false) + astm_frame(6, text.substr(50), true));
  EXPECT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations.size(), 1U);
}

}  // namespace
}  // namespace lab::drivers
