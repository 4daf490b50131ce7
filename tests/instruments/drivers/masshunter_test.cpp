#include "instruments/drivers/masshunter.hpp"

#include <gtest/gtest.h>
#include <algorithm>

#include "instruments/drivers/flags.hpp"
#include "instruments/sim/masshunter_writer.hpp"
#include "protocol/base/charset.hpp"

namespace lab::drivers {
namespace {

using model::ValueState;

bool has_flag(const model::Observation& observation, std::string_view flag) {
  return std::ranges::find(observation.flags, flag) != observation.flags.end();
}

sim::Batch batch() {
  return {.file_name = "batch.csv",
          .analytes = {"毒死蜱", "Carbofuran"},
          .unit = "mg/kg",
          .rows = {{"S-1", "001.d", "Sample", {"0.050", ""}},
                   {"CAL1", "002.d", "Cal", {"0.1", "0.1"}},
                   {"S-2", "003.d", "Sample", {"ND", "<0.01"}}}};
}

// A wide text cannot be cut at an octet; what stands further below must not speak for the title row all the same.
TEST(MassHunter, IsRecognisedByItsTwoTitleRowsInEveryCharset) {
  for (const Charset charset : {Charset::utf8, Charset::utf16_le}) {
    EXPECT_TRUE(looks_like_masshunter(*encode_text(sim::masshunter_csv(batch()), charset))) << name_of(charset);
    EXPECT_FALSE(looks_like_masshunter(*encode_text("Reader Results\nPlate,1\nA,0.1\nArea,RT\n", charset)))
        << name_of(charset);
  }
}

TEST(MassHunter, ReadsConcentrationsWithUnitSampleAndRun) {
  const std::string csv = sim::masshunter_csv(batch()) + "\r\n";
  const auto decoding = decode_masshunter(csv);
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 6U);
  const auto& first = decoding.observations[0];
  EXPECT_EQ(first.sample_id, "S-1");
  EXPECT_EQ(first.sample_type, "Sample");
  EXPECT_EQ(first.analyte, "毒死蜱");
  EXPECT_EQ(first.value.number->to_text(), "0.050");
  EXPECT_EQ(first.unit, "mg/kg");
  EXPECT_EQ(first.run, "001.d");
  EXPECT_EQ(first.time, "6/3/2013 9:00");
  EXPECT_EQ(first.flags, std::vector<std::string>{"RT=3.422"});
  EXPECT_EQ(csv.substr(first.offset, 5), ",S-1,");
  EXPECT_EQ(decoding.observations[1].value.state, ValueState::missing);
  EXPECT_EQ(decoding.observations[2].sample_type, "Cal");
  EXPECT_EQ(decoding.observations[4].value.state, ValueState::below_lod);
  EXPECT_TRUE(decoding.diagnostics.empty());
}

std::string replaced(std::string text, std::initializer_list<std::pair<std::string_view, std::string_view>> words) {
  for (const auto& [from, to] : words) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

// The Chinese titles are not from a real file; what is certain is that they are read as the English ones are.
TEST(MassHunter, ReadsAChineseEditionAsTheEnglishOne) {
  const std::string english = sim::masshunter_csv(batch()) + "\r\n";
  const std::string chinese = replaced(english, {{" Results", " 结果"},
                                                 {" Method", " 方法"},
                                                 {"Data File", "数据文件"},
                                                 {"Name", "名称"},
                                                 {"Type", "类型"},
                                                 {"Acq. Date-Time", "采集日期-时间"},
                                                 {"Final Conc.", "最终浓度"},
                                                 {"Calc. Conc.", "计算浓度"},
                                                 {"Conc. Units", "浓度单位"},
                                                 {"Units", "单位"},
                                                 {"RT", "保留时间"},
                                                 {"Area", "面积"}});
  const std::string translated = chinese.starts_with("Sample") ? "样品" + chinese.substr(6) : chinese;
  ASSERT_NE(translated, english);
  EXPECT_TRUE(looks_like_masshunter(translated));
  const auto expected = decode_masshunter(english);
  const auto decoding = decode_masshunter(translated);
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), expected.observations.size());
  for (std::size_t i = 0; i < expected.observations.size(); ++i) {
    const auto& ours = decoding.observations[i];
    const auto& theirs = expected.observations[i];
    EXPECT_EQ(ours.sample_id, theirs.sample_id);
    EXPECT_EQ(ours.analyte, theirs.analyte);
    EXPECT_EQ(ours.value, theirs.value);
    EXPECT_EQ(ours.unit, theirs.unit);
    EXPECT_EQ(ours.run, theirs.run);
    EXPECT_EQ(ours.time, theirs.time);
    EXPECT_EQ(ours.flags, theirs.flags);
  }
  const std::string qualifier = "样品,,定性离子 (350.0 -> 97.0) 结果\r\n名称,数据文件,面积\r\nS-1,1.d,12\r\n";
  const auto evidence = decode_masshunter(qualifier);
  ASSERT_EQ(evidence.observations.size(), 1U) << evidence.refused;
  EXPECT_TRUE(has_flag(evidence.observations[0], flag_qualifier)) << evidence.observations[0].analyte;
}

TEST(MassHunter, ReadsTheSameInEveryCharacterSet) {
  const std::string csv = sim::masshunter_csv(batch()) + "\r\n";
  const auto expected = decode_masshunter(csv);
  for (const Charset charset : {Charset::utf8_bom, Charset::utf16_le, Charset::utf16_be, Charset::gb18030}) {
    auto bytes = encode_text(csv, charset);
    ASSERT_TRUE(bytes);
    const auto decoding = decode_masshunter(*bytes);
    ASSERT_EQ(decoding.refused, "") << name_of(charset);
    ASSERT_EQ(decoding.observations.size(), expected.observations.size());
    for (std::size_t i = 0; i < expected.observations.size(); ++i) {
      EXPECT_EQ(decoding.observations[i].value, expected.observations[i].value);
      EXPECT_EQ(decoding.observations[i].analyte, expected.observations[i].analyte);
    }
    const std::string row = charset == Charset::utf16_le   ? std::string{",\0S\0-\0", 6}
                            : charset == Charset::utf16_be ? std::string{"\0,\0S\0-", 6}
                                                           : ",S-";
    for (const auto& observation : decoding.observations) {
      if (observation.sample_id.starts_with("S-")) {
        EXPECT_EQ(bytes->substr(observation.offset, row.size()), row) << name_of(charset);
      }
    }
  }
}

TEST(MassHunter, PrefersTheFinalConcentrationAndMarksAnAreaAsAResponse) {
  const auto both = decode_masshunter(
      "Sample,,A Results,,,B Results\nName,Data File,Area,Calc. Conc.,Final Conc.,Area\nS,1.d,9000,0.1,0.2,77\n");
  ASSERT_EQ(both.refused, "");
  EXPECT_EQ(both.observations[0].value.text, "0.2");
  EXPECT_FALSE(has_flag(both.observations[0], flag_response));
  EXPECT_EQ(both.observations[1].value.text, "77");
  EXPECT_TRUE(has_flag(both.observations[1], flag_response));
  const auto calculated =
      decode_masshunter("Sample,,A Results,,\nName,Data File,Area,Calc. Conc.,Final Conc.\nS,1.d,9000,0.1,\n");
  EXPECT_EQ(calculated.observations[0].value.text, "0.1");
  const auto area = decode_masshunter("Sample,,A Method,A Results\nName,Data File,Units,Area\nS,1.d,mg/kg,9000\n");
  EXPECT_EQ(area.observations[0].value.text, "9000");
  EXPECT_EQ(area.observations[0].unit, "");  // the unit is that of a concentration
  EXPECT_TRUE(has_flag(area.observations[0], flag_response));
}

// A compound that was found in no sample has empty concentrations; its areas must not take their place.
TEST(MassHunter, DoesNotMixConcentrationsAndAreasFromRowToRow) {
  const auto decoding = decode_masshunter(
      "Sample,,A Results,,B Results,\nName,Data File,Area,Final Conc.,Area,Final "
      "Conc.\nS,1.d,9000,,5,0.1\nT,2.d,8000,,6,0.2\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].value.state, ValueState::missing);
  EXPECT_EQ(decoding.observations[2].value.state, ValueState::missing);
}

TEST(MassHunter, FlagsQualifiersManualIntegrationAndOutliers) {
  const auto decoding = decode_masshunter(
      "Sample,,,A Results,,Qualifier (300.1 -> 60.1) Results\n,Name,Data File,Final "
      "Conc.,MI,Area\n!,S,1.d,0.1,TRUE,5\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].flags, (std::vector<std::string>{"manual-integration", "!"}));
  EXPECT_TRUE(has_flag(decoding.observations[1], flag_qualifier));
  EXPECT_EQ(decoding.observations[1].analyte, "Qualifier (300.1 -> 60.1)");
}

TEST(MassHunter, ReadsADecimalCommaWhenTheWholeFileAgrees) {
  const auto decoding =
      decode_masshunter("Sample,,A Results,\nName,Data File,RT,Final Conc.\nS,1.d,\"9,754\",\"0,056\"\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].value.number->to_text(), "0.056");
  const auto semicolons =
      decode_masshunter("Sample;;A Results;\nName;Data File;RT;Final Conc.\nS;1.d;9,754;1,234\nT;2.d;9,7;2,5\n");
  ASSERT_EQ(semicolons.refused, "");
  EXPECT_EQ(semicolons.observations[0].value.number->to_text(), "1.234");
}

TEST(MassHunter, RefusesNumbersThatCouldBeReadBothWays) {
  EXPECT_NE(decode_masshunter("Sample,,A Results\nName,Data File,Final Conc.\nS,1.d,\"1,234\"\n").refused, "");
  EXPECT_NE(decode_masshunter("Sample,,A Results,\nName,Data File,RT,Final Conc.\nS,1.d,3.4,\"0,05\"\n").refused, "");
}

TEST(MassHunter, ReportsAThousandsMarkAsAnInvalidValue) {
  const auto decoding = decode_masshunter("Sample,,A Results,\nName,Data File,RT,Area\nS,1.d,3.422,\"1,334\"\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].value.state, ValueState::invalid);
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(MassHunter, RefusesTheWholeFileWhenItsStructureIsInDoubt) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"Samples,,A Results\nName,Data File,Area\nS,1.d,1\n", "Samples"},
      {"Sample,A Results\nName,Area\nS,1\n", "Data File"},
      {"Sample,,A Results\nName,Data File,Area\nS,1.d,1\nT,2.d\n", "第 4 行"},
      {"Sample,,A Results,A Results\nName,Data File,Area,Area\nS,1.d,1,2\n", "两次"},
      {"Sample,,A Results,\nName,Data File,Area,Area\nS,1.d,1,2\n", "两次"},
      {"Sample,,A Results\nName,Data File,Area\nS,1.d,1\nT,1.d,2\n", "两次"},
      {"Sample,,A Results\nName,Data File,RT\nS,1.d,1\n", "浓度"},
      {"Sample,,A Results\nName,Data File,Area\n", "两行列名"},
      {"Sample,,\"A Results\nName,Data File,Area\nS,1.d,1\n", "引号"},
      {"Batch table,,\nSample,,A Results\nName,Data File,Area\nS,1.d,1\n", "Batch table"},
  };
  for (const auto& [csv, reason] : cases) {
    const auto decoding = decode_masshunter(csv);
    EXPECT_NE(decoding.refused.find(reason), std::string::npos) << csv << decoding.refused;
    EXPECT_TRUE(decoding.observations.empty());
  }
}

TEST(MassHunter, UsesTheDataFileWhenTheExportHasNoNames) {
  const auto decoding = decode_masshunter(",A Results\nData File,Area\nD:\\data\\SPL4.d,1\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].sample_id, "SPL4");
}

TEST(MassHunter, AnEmptyNameIsNotReplacedByAnotherIdentity) {
  const auto decoding = decode_masshunter("Sample,,A Results\nName,Data File,Area\n,SPL4.d,1\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].sample_id, "");
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(MassHunter, ReadsACompoundTableWithItsQualifiers) {
  const auto decoding = decode_masshunter(
      "Compound Method,,Run A,,Run A,Qualifier 1 Method,Qualifier 1 Results,Run A,,Run A,Qualifier 1 Method,Qualifier "
      "1 Results\n"
      "Name,Transition,Data File,Type,Area,Transition,Area,Data File,Type,Area,Transition,Area\n"
      "Sph,272 -> 254,1.d,Sample,237,272 -> 236,94,2.d,QC,159,272 -> 236,65\n"
      "Cer,288 -> 270,1.d,Sample,278,,,2.d,QC,150,,\n");
  ASSERT_EQ(decoding.refused, "");
  ASSERT_EQ(decoding.observations.size(), 6U);
  EXPECT_EQ(decoding.observations[0].analyte, "Sph");
  EXPECT_EQ(decoding.observations[0].sample_id, "Run A");
  EXPECT_EQ(decoding.observations[0].run, "1.d");
  EXPECT_EQ(decoding.observations[1].analyte, "Qualifier (272 -> 236)");
  EXPECT_EQ(decoding.observations[2].run, "2.d");
  EXPECT_EQ(decoding.observations[2].sample_type, "QC");
  EXPECT_EQ(decoding.observations[5].value.text, "150");
}

TEST(MassHunter, RefusesACompoundTableWhoseInjectionsCannotBeToldApart) {
  EXPECT_NE(decode_masshunter("Compound Method,S,,S,\nName,RT,Area,RT,Area\nA,1,2,3,4\n").refused, "");
  EXPECT_NE(decode_masshunter("Compound Method,S,T\nName,Area,Area\nA,1,2\nA,3,4\n").refused, "");
  EXPECT_NE(decode_masshunter("Compound Method,S,\nName,Data File,Area\nA,1.d,2\nB,2.d,4\n").refused, "");
}

TEST(MassHunter, MarksTheLastRowWhenNothingProvesThatItIsWhole) {
  const auto decoding = decode_masshunter(sim::masshunter_csv(batch()));
  ASSERT_EQ(decoding.refused, "");
  EXPECT_FALSE(has_flag(decoding.observations[3], flag_unterminated));
  EXPECT_TRUE(has_flag(decoding.observations[5], flag_unterminated));
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(MassHunter, ReadsWesternEuropeanTextAndSaysNothingWrong) {
  const auto decoding = decode_masshunter("Sample,,A Results\nName,Data File,Area\nSch\xF6ner Blank,1.d,1\n");
  ASSERT_EQ(decoding.refused, "");
  EXPECT_EQ(decoding.observations[0].sample_id, "Schöner Blank");
}

}  // namespace
}  // namespace lab::drivers
