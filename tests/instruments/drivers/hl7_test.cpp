#include "instruments/drivers/hl7.hpp"

#include <gtest/gtest.h>
#include <algorithm>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/flags.hpp"
#include "protocol/base/charset.hpp"

namespace lab::drivers {
namespace {

using model::Comparator;
using model::Observation;
using model::ValueState;

std::string header(const std::string& type = "ORU^R01", const std::string& rest = "P|2.3.1") {
  return "MSH|^~\\&|BS-360|LAB|LIS|LAB|20130603090000||" + type + "|M1|" + rest + "\r";
}

std::string message(const std::string& segments) { return header() + "PID|1\r" + segments; }

Observation only(const std::string& text) {
  const auto decoding = decode_hl7(text);
  EXPECT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations.size(), 1U);
  return decoding.observations.empty() ? Observation{} : decoding.observations[0];
}

Observation value(const std::string& type, const std::string& field) {
  return only(message("OBR|1||S-1\rOBX|1|" + type + "|Pb||" + field + "|mg/kg|||||F\r"));
}

bool has_flag(const Observation& observation, std::string_view flag) {
  return std::ranges::find(observation.flags, flag) != observation.flags.end();
}

TEST(Hl7, ReadsAResultWithEverythingThatBelongsToIt) {
  const std::string text = message(
      "OBR|1|P-9^LIS|S-1^BS|x|||20130603080000\r"
      "OBX|1|NM|7439-92-1^铅^CAS|2| 0.050 |mg/kg^milligram^UCUM|<0.2|H~A|||P|||20130603085900\r");
  const auto decoding = decode_hl7(text);
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 1U);
  const Observation& observation = decoding.observations[0];
  EXPECT_EQ(observation.sample_id, "S-1");
  EXPECT_EQ(observation.analyte, "铅");
  EXPECT_EQ(observation.value.text, "0.050");
  EXPECT_EQ(observation.value.state, ValueState::numeric);
  EXPECT_EQ(observation.unit, "mg/kg");
  EXPECT_EQ(observation.flags, (std::vector<std::string>{"code=7439-92-1", "H", "A", "status=P", "sub-id=2"}));
  EXPECT_EQ(observation.instrument, "BS-360");
  EXPECT_EQ(observation.run, "M1");
  EXPECT_EQ(observation.time, "20130603085900");
  EXPECT_EQ(text.substr(observation.offset, 8), "OBX|1|NM");
  EXPECT_EQ(decoding.covered_bytes, text.size());
}

TEST(Hl7, TakesTheTimeOfTheOrderWhenTheResultHasNone) {
  EXPECT_EQ(only(message("OBR|1||S-1||||20130603080000\rOBX|1|NM|Pb||1||||||F\r")).time, "20130603080000");
}

TEST(Hl7, TakesTheSampleFromTheSpecimenThenTheFillerThenThePlacer) {
  const std::string result = "OBX|1|NM|Pb||1||||||F\r";
  EXPECT_EQ(only(message("OBR|1|A|B\r" + result + "SPM|1|C&LIS^D\r")).sample_id, "C");
  EXPECT_EQ(only(message("OBR|1|A|B\r" + result + "SPM|1|^D&BS\r")).sample_id, "D");
  EXPECT_EQ(only(message("OBR|1|A|B\r" + result + "SPM|1\r")).sample_id, "B");
  const Observation placer = only(message("OBR|1|A\r" + result));
  EXPECT_EQ(placer.sample_id, "A");
  EXPECT_TRUE(has_flag(placer, flag_sample_from_placer));
}

TEST(Hl7, AsksNothingOfASpecimenBehindTheNextOrder) {
  const auto decoding =
      decode_hl7(message("OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\rSPM|1|X-1\rOBR|2||S-2\rOBX|1|NM|Pb||2||||||F\r"));
  ASSERT_EQ(decoding.observations.size(), 2U);
  EXPECT_EQ(decoding.observations[0].sample_id, "X-1");
  EXPECT_EQ(decoding.observations[1].sample_id, "S-2");
}

TEST(Hl7, TakesASpecimenInFrontForAllOrdersBehindIt) {
  const auto decoding = decode_hl7(header("OUL^R22") +
                                   "SPM|1|X-1|||||||||P\rOBR|1||a\rOBX|1|NM|Pb||1||||||F\rOBR|2||b\r"
                                   "OBX|1|NM|Cd||2||||||F\rSPM|2|QC-1|||||||||Q\rOBR|3||c\rOBX|1|NM|Pb||3||||||F\r");
  ASSERT_EQ(decoding.observations.size(), 3U) << decoding.refused;
  EXPECT_EQ(decoding.observations[0].sample_id, "X-1");
  EXPECT_EQ(decoding.observations[0].sample_type, "P");
  EXPECT_EQ(decoding.observations[1].sample_id, "X-1");
  EXPECT_EQ(decoding.observations[2].sample_id, "QC-1");
  EXPECT_EQ(decoding.observations[2].sample_type, "Q");
}

TEST(Hl7, GivesNoSampleWhenTwoSpecimensShareAnOrder) {
  const auto decoding = decode_hl7(message("OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\rSPM|1|X-1\rSPM|2|X-2\r"));
  ASSERT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.observations[0].sample_id, "");
  EXPECT_FALSE(decoding.diagnostics.empty());
}

TEST(Hl7, ReadsValuesByTheirType) {
  EXPECT_EQ(value("NM", "13.0").value.number, Decimal::parse("13.0"));
  EXPECT_EQ(value("ST", "<0.01").value.comparator, Comparator::less);
  EXPECT_EQ(value("ST", "ND").value.state, ValueState::below_lod);
  EXPECT_EQ(value("ST", "未检出").value.state, ValueState::below_lod);
  EXPECT_EQ(value("NM", "").value.state, ValueState::missing);
  EXPECT_EQ(value("NM", "\"\"").value.state, ValueState::missing);
  EXPECT_EQ(value("NM", "1,5").value.state, ValueState::invalid);
  EXPECT_EQ(value("", "7").value.number, Decimal::parse("7"));
}

TEST(Hl7, ReadsStructuredNumbers) {
  const Observation over = value("SN", ">^11.0");
  EXPECT_EQ(over.value.text, ">11.0");
  EXPECT_EQ(over.value.comparator, Comparator::greater);
  EXPECT_EQ(over.value.number, Decimal::parse("11.0"));
  EXPECT_EQ(value("SN", "^12.5").value.state, ValueState::numeric);
  EXPECT_EQ(value("SN", "=^12.5").value.number, Decimal::parse("12.5"));
  for (const char* not_one_number : {"^1^:^128", "^10^-^20", "<>^5", "^10^+", "<^<5"}) {
    EXPECT_EQ(value("SN", not_one_number).value.state, ValueState::invalid) << not_one_number;
    EXPECT_FALSE(value("SN", not_one_number).value.number) << not_one_number;
  }
  EXPECT_EQ(value("SN", "^1^:^128").value.text, "1:128");
}

TEST(Hl7, NeverTakesACodeForANumber) {
  EXPECT_EQ(value("CE", "260415000^Not detected^SCT").value.text, "Not detected");
  EXPECT_EQ(value("CE", "260415000^Not detected^SCT").value.state, ValueState::below_lod);
  for (const char* field : {"42", "42^17", "^42^L"}) {
    EXPECT_FALSE(value("CWE", field).value.number) << field;
    EXPECT_EQ(value("CWE", field).value.state, ValueState::invalid) << field;
  }
}

TEST(Hl7, KeepsCompositeRepeatedAndUnknownValuesAsText) {
  EXPECT_EQ(value("NM", "1^2").value.state, ValueState::invalid);
  EXPECT_EQ(value("NM", "1~2").value.text, "1~2");
  EXPECT_FALSE(value("NM", "1~2").value.number);
  EXPECT_FALSE(value("XYZ", "12").value.number);
}

TEST(Hl7, FlagsPicturesSoThatTheyAreNeverJudged) {
  const Observation picture = value("ED", "^Image^PNG^Base64^" + std::string(5000, 'A'));
  EXPECT_TRUE(has_flag(picture, flag_response));
  EXPECT_LT(picture.value.text.size(), 200U);
  EXPECT_FALSE(picture.value.number);
}

TEST(Hl7, ReplacesEscapesBehindTheSplit) {
  const Observation observation =
      only(message("OBR|1||S\\F\\1\rOBX|1|ST|a\\S\\b\\T\\c||\\E\\x\\R\\ \\X41\\|\\H\\mg\\N\\||||||F\r"));
  EXPECT_EQ(observation.sample_id, "S|1");
  EXPECT_EQ(observation.analyte, "a^b&c");
  EXPECT_EQ(observation.value.text, "\\x~ A");
  EXPECT_EQ(observation.unit, "mg");
}

TEST(Hl7, TakesItsDelimitersFromTheHeader) {
  const auto decoding = decode_hl7(
      "MSH#*~!&#BS#LAB#LIS#LAB#20130603##ORU*R01#M1#P#2.3\rOBR#1##S-1*x\rOBX#1#NM#c*Pb##1#mg*L###"
      "##F\r");
  ASSERT_EQ(decoding.observations.size(), 1U) << decoding.refused;
  EXPECT_EQ(decoding.observations[0].sample_id, "S-1");
  EXPECT_EQ(decoding.observations[0].analyte, "Pb");
  EXPECT_EQ(decoding.observations[0].unit, "mg");
  EXPECT_NE(decode_hl7("MSH|^^~&|a\rOBR|1||S\rOBX|1|NM|Pb||1\r").refused, "");
}

TEST(Hl7, ReadsEveryKindOfLineEndAndTheMarksOfMllp) {
  const std::string cr = message("OBR|1||S-1\rOBX|1|NM|Pb||1|mg/kg|||||F\r");
  for (const std::string end : {"\n", "\r\n", "\n\n"}) {
    std::string text;
    for (const char c : cr) text += c == '\r' ? end : std::string(1, c);
    EXPECT_EQ(only(text).value.number, Decimal::parse("1"));
  }
  EXPECT_EQ(only("\x0B" + cr + "\x1C\r").sample_id, "S-1");
}

// 0x7C and 0x5E are second halves of Chinese characters: the split must not see them.
TEST(Hl7, DecodesBeforeItSplits) {
  for (const std::string declared : {"", "GB 18030-2000", "GB18030", "GBK", "UNICODE UTF-8"}) {
    const std::string utf8 =
        header("ORU^R01", "P|2.4||||||" + declared) + "OBR|1||样品瓅1\rOBX|1|NM|1^倈乗^L||0.5|mg/kg|||||F\r";
    const auto gb = encode_text(utf8, Charset::gb18030);
    ASSERT_TRUE(gb);
    const Observation observation = only(*gb);
    EXPECT_EQ(observation.sample_id, "样品瓅1") << declared;
    EXPECT_EQ(observation.analyte, "倈乗") << declared;
    EXPECT_EQ(observation.value.number, Decimal::parse("0.5")) << declared;
  }
}

TEST(Hl7, ReadsSeveralMessagesAndBatchEnvelopes) {
  const std::string one = message("OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r");
  const std::string two = header("ADT^A01") + "PID|1\rOBX|1|NM|Pb||9||||||F\r";
  const std::string three = message("OBR|1||S-3\rOBX|1|NM|Pb||3||||||F\r");
  const auto decoding = decode_hl7("FHS|^~\\&|x\rBHS|^~\\&|x\r" + one + two + three + "BTS|3\rFTS|1\r");
  ASSERT_EQ(decoding.observations.size(), 2U) << decoding.refused;
  EXPECT_EQ(decoding.observations[0].sample_id, "S-1");
  EXPECT_EQ(decoding.observations[1].sample_id, "S-3");
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(Hl7, RefusesWhatIsNoResultAndSaysWhatItIs) {
  for (const char* type : {"ADT^A01", "SIU^S12", "MFN^M02", "ACK"}) {
    const auto decoding = decode_hl7(header(type) + "PID|1\r");
    EXPECT_NE(decoding.refused.find(type), std::string::npos) << decoding.refused;
  }
  EXPECT_NE(decode_hl7(message("OBR|1||S-1\r")).refused, "");
  EXPECT_NE(decode_hl7("PID|1\r" + message("")).refused, "");
  EXPECT_NE(decode_hl7("").refused, "");
}

TEST(Hl7, RefusesALineThatBreaksAResultAndIgnoresOneInText) {
  EXPECT_NE(decode_hl7(message("OBR|1||S-1\rOBX|1|NM|Pb||1\n2|mg/kg|||||F\r")).refused, "");
  const auto decoding = decode_hl7(message("NTE|1||free\ntext\rOBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r"));
  EXPECT_EQ(decoding.observations.size(), 1U);
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
  EXPECT_LT(decoding.covered_bytes, decoding.total_bytes);
}

TEST(Hl7, ACorrectedResultIsFinal) {
  const auto flags_of = [](const std::string& status, const std::string& processing = "P") {
    return only(header("ORU^R01", processing + "|2.3.1") + "OBR|1||S-1\rOBX|1|NM|Pb||1||||||" + status + "\r").flags;
  };
  using Flags = std::vector<std::string>;
  EXPECT_EQ(flags_of("C"), Flags{"corrected"});
  for (const std::string status : {"P", "X", "D", "V", "R"}) EXPECT_EQ(flags_of(status), Flags{"status=" + status});
  EXPECT_EQ(flags_of("C", "T"), (Flags{"corrected", "status=T"})) << "a training message still is one";
}

TEST(Hl7, DoesNotLetTrainingMessagesBeJudged) {
  for (const char* processing : {"T", "D"}) {
    const auto decoding =
        decode_hl7(header("ORU^R01", std::string{processing} + "|2.3.1") + "OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r");
    ASSERT_EQ(decoding.observations.size(), 1U);
    EXPECT_TRUE(has_flag(decoding.observations[0], std::string{"status="} + processing));
  }
}

TEST(Hl7, TellsControlsFromSamplesWhereAnAnalyserSaysSo) {
  const auto type_of = [](const std::string& kind) {
    return only(header("ORU^R01", "P|2.3.1||||" + kind) + "OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r").sample_type;
  };
  EXPECT_EQ(type_of("0"), "");
  EXPECT_EQ(type_of("AL"), "");
  EXPECT_EQ(type_of("1"), "calibration");
  EXPECT_EQ(type_of("2"), "control");
}

TEST(Hl7, NamesTwoTestsOfOneNameApart) {
  const auto decoding = decode_hl7(message("OBR|1||S-1\rOBX|1|NM|1^Pb||1||||||F\rOBX|2|NM|2^Pb||2||||||F\r"));
  ASSERT_EQ(decoding.observations.size(), 2U);
  EXPECT_EQ(decoding.observations[0].analyte, "Pb");
  EXPECT_EQ(decoding.observations[1].analyte, "2^Pb");
}

TEST(Hl7, MarksALastValueThatNothingEnds) {
  const std::string text = message("OBR|1||S-1\rOBX|1|NM|Pb||12.5");
  EXPECT_TRUE(has_flag(only(text), flag_unterminated));
  EXPECT_FALSE(has_flag(only(text + "\r"), flag_unterminated));
  EXPECT_FALSE(has_flag(only(text + "|mg/kg"), flag_unterminated));
}

// A file cut off anywhere: every value in it is a value of the whole file, or carries the mark.
TEST(Hl7, CutAnywhereNeverGivesAWrongValue) {
  const std::string text =
      message("OBR|1||S-1\rOBX|1|NM|1^Pb||0.050|mg/kg|||||F\rOBX|2|SN|2^Cd||<^12.75|ug/kg|||||F\r");
  const auto whole = decode_hl7(text);
  ASSERT_EQ(whole.observations.size(), 2U);
  std::size_t read = 0;
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    const auto part = decode_hl7(text.substr(0, cut));
    EXPECT_NE(part.refused.empty(), part.observations.empty()) << cut;
    for (std::size_t i = 0; i < part.observations.size(); ++i) {
      const Observation& observation = part.observations[i];
      if (has_flag(observation, flag_unterminated) || observation.value.state == ValueState::missing) continue;
      EXPECT_EQ(observation.value, whole.observations[i].value) << cut;
      EXPECT_EQ(observation.sample_id, "S-1") << cut;
      ++read;
    }
  }
  EXPECT_GT(read, 50U);
}

TEST(Hl7, IsChosenByItsContent) {
  EXPECT_EQ(decode(message("OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r"), "").profile, hl7_profile);
  EXPECT_EQ(decode("\r\n " + message("OBR|1||S-1\rOBX|1|NM|Pb||1||||||F\r"), "").profile, hl7_profile);
  EXPECT_FALSE(looks_like_hl7("MSH is a word"));
  EXPECT_FALSE(looks_like_hl7(""));
}

}  // namespace
}  // namespace lab::drivers
