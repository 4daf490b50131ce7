// Every layout that a profile can describe, each on a small text.

#include <gtest/gtest.h>

#include "instruments/drivers/flags.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

constexpr std::string_view long_table = R"({
  "when": {"titles": ["Sample", "Element", "Result"]}, "do": "header",
  "table": {"columns": [
    {"title": "Sample", "field": "sample_id", "required": true},
    {"title": "Element", "field": "analyte", "required": true},
    {"title": "Result", "field": "value", "required": true, "unit_title": "Unit"}]}})";

TEST(Layouts, OneRowPerResult) {
  const auto decoding =
      decode_with(profile_with(long_table), "Sample,Element,Result,Unit\nW-1,Pb,0.05,mg/kg\nW-1,Cd,<0.01,mg/kg\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=0.05 mg/kg; W-1 Cd=0.01 mg/kg");
  EXPECT_EQ(decoding.observations[1].value.state, model::ValueState::below_lod);
  EXPECT_EQ(decoding.observations[1].offset, 45U);
  EXPECT_EQ(decoding.covered_bytes, decoding.total_bytes);
}

TEST(Layouts, OneRowPerSampleWithAnalytesAcrossAndUnitsInBrackets) {
  const auto decoding = decode_with(profile_with(R"({
      "when": {"titles": ["Sample"]}, "do": "header",
      "table": {"columns": [{"title": "Sample", "field": "sample_id", "required": true}, {"title": "Vial", "field": "none"}],
                "others": {"unit_from": "brackets", "except": ["Remark"]}}})"),
                                    "Sample,Vial,Pb (ug/L),Cd [mg/L],Remark\nW-1,3,1.5,0.2,fine\nW-2,4,,0.3,\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=1.5 ug/L; W-1 Cd=0.2 mg/L; W-2 Cd=0.3 mg/L");
}

TEST(Layouts, UnitsInASecondHeaderRow) {
  const auto decoding = decode_with(profile_with(R"({
      "when": {"titles": ["Sample"]}, "do": "header",
      "table": {"header_rows": 2, "columns": [{"title": "Sample", "field": "sample_id"}],
                "others": {"unit_from": "row", "unit_row": 2}}})"),
                                    "Sample,Fe,Cu\n,(%),--\nW-1,1.5,0.2\n");
  EXPECT_EQ(results_of(decoding), "W-1 Fe=1.5 %; W-1 Cu=0.2");
}

TEST(Layouts, APairOfColumnsPerAnalyteUnderItsName) {
  const auto decoding = decode_with(profile_with(R"({
      "when": [{"cell": 1, "empty": true}, {"in_table": false}], "do": "header",
      "table": {"header_rows": 2, "title_row": 2, "columns": [{"title": "Sample", "field": "sample_id"}],
                "others": {"name_row": 1, "value_title": "C", "unit_title": "Unit"}}})"),
                                    ",SiO2,,CaO,\nSample,C,Unit,C,Unit\nW-1,36.1,%,200,ppm\n");
  EXPECT_EQ(results_of(decoding), "W-1 SiO2=36.1 %; W-1 CaO=200 ppm");
}

TEST(Layouts, ASectionPerCompoundWithRepeatedHeadersAndMeans) {
  const std::string rules = R"(
    {"when": {"cell": 1, "is": "Name"}, "do": "end", "clear": ["analyte"], "set": {"field": "analyte", "cell": 2}},
    {"when": {"titles": ["Sample", "Conc."]}, "do": "header", "table": {"columns": [
      {"title": "Sample", "field": "sample_id", "required": true},
      {"title": "RT", "field": "flag", "name": "RT"},
      {"title": "Conc.", "field": "value", "required": true, "absent_title": "RT"}]}})";
  const auto decoding = decode_with(profile_with(rules),
                                    "Name,DDT\nSample,RT,Conc.\nW-1,3.1,0.5\nW-2,-----,-----\nAverage,3.1,0.5\n\n"
                                    "Name,Aldrin\nSample,RT,Conc.\nW-1,4.4,-----\n%RSD,1,2\n");
  EXPECT_EQ(results_of(decoding), "W-1 DDT=0.5; W-2 DDT=below_lod; W-1 Aldrin=missing");
}

TEST(Layouts, ASectionPerSampleWithKeysAndColumnsByPlace) {
  const std::string rules = R"(
    {"when": {"cell": 1, "is": "Sample:"}, "do": "section", "text": "results", "clear": ["sample_id"],
     "set": [{"field": "sample_id", "key": "Sample:"}, {"field": "time", "key": "Measured:"}]},
    {"when": [{"section": "results"}, {"cell": 3, "number": true}], "do": "data", "table": {"columns": [
      {"at": 1, "field": "analyte"}, {"at": 3, "field": "value"}, {"at": 4, "field": "unit"}]}})";
  const auto decoding =
      decode_with(profile_with(rules), "Sample:,W-1,Measured:,10:15\nPb,,1.5,mg/L\nSample:,W-2\nPb,,2.5,mg/L\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=1.5 mg/L; W-2 Pb=2.5 mg/L");
  EXPECT_EQ(decoding.observations[0].time, "10:15");
}

TEST(Layouts, NamesOfTablesFromAListAboveThem) {
  const std::string rules = R"(
    {"when": {"cell": 1, "is": "Methods"}, "do": "set", "set": {"list": true, "cell": 2}},
    {"when": {"cell": 1, "starts": "Method:"}, "do": "section", "text": "m", "set": {"field": "analyte", "next_of_list": true}},
    {"when": {"section": "m"}, "do": "data", "table": {"columns": [{"at": 1, "field": "sample_id"}, {"at": 2, "field": "value"}]}})";
  EXPECT_EQ(results_of(decode_with(profile_with(rules), "Methods,\"Au, Mg\"\nMethod: a\nW-1,2\nMethod: b\nW-1,3\n")),
            "W-1 Au=2; W-1 Mg=3");
  EXPECT_NE(decode_with(profile_with(rules), "Methods,Au\nMethod: a\nW-1,2\nMethod: b\nW-1,3\n").refused, "");
}

TEST(Layouts, SamplesNamedOnceForSeveralRows) {
  const auto decoding = decode_with(profile_with(R"({
      "when": {"titles": ["Sample"]}, "do": "header",
      "table": {"columns": [{"title": "Sample", "field": "sample_id", "fill_down": true},
                            {"title": "Element", "field": "analyte"}, {"title": "Result", "field": "value"}]}})"),
                                    "Sample,Element,Result\nW-1,Pb,1\n,Cd,2\nW-2,Pb,3\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=1; W-1 Cd=2; W-2 Pb=3");
}

TEST(Layouts, ASampleAndATimeInOneCell) {
  const std::string rules = R"(
    {"when": {"filled": 1}, "do": "set", "set": [{"field": "sample_id", "cell": 1, "part": "before_date"},
                                                 {"field": "time", "cell": 1, "part": "date"}]},
    {"when": {"cell": 1, "is": "mean"}, "do": "data",
     "table": {"columns": [{"at": 2, "field": "value", "analyte": "Ca", "unit": "ppm"}]}})";
  const auto decoding = decode_with(profile_with(rules), "BATCH 61 B 5/22/2026 8:01:33\nMean,0.25\n");
  EXPECT_EQ(results_of(decoding), "BATCH 61 B Ca=0.25 ppm");
  EXPECT_EQ(decoding.observations[0].time, "5/22/2026 8:01:33");
}

TEST(Layouts, EachRowInQuotes) {
  const auto decoding = decode_with(profile_with(long_table, R"(, "text": {"quoted_rows": true})"),
                                    "\"Sample,Element,Result,Unit\"\n\"W-1,Pb,0.05,mg/kg\"\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=0.05 mg/kg");
}

TEST(Layouts, AnAlternativeIsTakenOnlyWhenTheFirstChoiceIsNotThere) {
  const std::string rules = R"json({"when": {"titles": ["Sample"]}, "do": "header", "table": {"columns": [
      {"title": "Sample", "field": "sample_id"},
      {"title": "Conc (Samp)", "field": "value", "analyte": "Pb", "unit": "mg/kg"},
      {"title": "Conc (Calib)", "field": "value", "analyte": "Pb", "unit": "mg/L", "alternative": true}]
}
})json";
  EXPECT_EQ(results_of(decode_with(profile_with(rules), "Sample,Conc (Calib),Conc (Samp)\nW-1,1,10\n")),
            "W-1 Pb=10 mg/kg");
  EXPECT_EQ(results_of(decode_with(profile_with(rules), "Sample,Conc (Calib)\nW-1,1\n")), "W-1 Pb=1 mg/L");
}

TEST(Layouts, SamplesAcrossEachWithAColumnBesideIt) {
  const auto decoding =
      decode_with(profile_with(R"({
      "when": {"cell": 2, "is": "Client"}, "do": "header",
      "table": {"header_rows": 2, "title_row": 2,
                "columns": [{"at": 1, "field": "analyte"}, {"title": "Units", "field": "unit"}],
                "others": {"value_title": "Result", "flag_title": "RL", "samples": true}}},
      {"when": {"filled": 1}, "do": "skip"})"),
                  ",Client,W-1,,W-2,\n,Units,Result,RL,Result,RL\nMetals\nPb,mg/L,0.5,0.1,< 0.2,0.2\nCd,mg/L,,,3,\n");
  EXPECT_EQ(results_of(decoding), "W-1 Pb=0.5 mg/L; W-2 Pb=0.2 mg/L; W-2 Cd=3 mg/L");
  EXPECT_EQ(decoding.observations[1].flags, std::vector<std::string>{"RL=0.2"});
  EXPECT_EQ(decoding.observations[1].value.state, model::ValueState::below_lod);
  EXPECT_TRUE(decoding.observations[2].flags.empty());
}

TEST(Layouts, KindsOfSamplesByTheBeginningOfTheirWords) {
  const auto decoding =
      decode_with(profile_with(R"({"when": {"titles": ["Sample"]}, "do": "header", "table": {"columns": [
      {"title": "Sample", "field": "sample_id"}, {"title": "Content", "field": "sample_type"}, {"title": "Cq", "field": "value"}]}})",
                               R"(, "sample_types": {"unkn*": "Sample", "unkn": "Sample", "unkn-q*": "QC"})"),
                  "Sample,Content,Cq\nW-1,Unkn-01,21\nW-2,Unkn-Q1,22\nW-3,Unkn,23\nW-4,Other,24\n");
  std::string types;
  for (const auto& observation : decoding.observations) types += observation.sample_type + " ";
  EXPECT_EQ(types, "Sample QC Sample Other ");
}

TEST(Layouts, AFormatThatIsKnownToHaveNoResults) {
  const auto decoding = decode_with(profile_with(R"({"when": {"is": "Report"}, "do": "refuse", "text": "no names"})"),
                                    "Sample\nReport\n");
  EXPECT_NE(decoding.refused.find("no names"), std::string::npos);
}

}  // namespace
}  // namespace lab::profiles
