// What is wrong with the structure of a file refuses it whole; what is no sample is no result.

#include <gtest/gtest.h>

#include "instruments/drivers/flags.hpp"
#include "instruments/profiles/walk.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

constexpr std::string_view rows = R"({"when": {"titles": ["Sample"]}, "do": "header", "table": {"columns": [
  {"title": "Sample", "field": "sample_id", "required": true}, {"title": "Kind", "field": "sample_type"},
  {"title": "Element", "field": "analyte"}, {"title": "Result", "field": "value", "required": true}]}})";

model::Decoding read(std::string_view text, std::string_view more = "") {
  return decode_with(profile_with(rows, more), text);
}

TEST(Structure, ARequiredColumnIsMissing) {
  const auto decoding = read("Sample,Element\nW,Pb\n");
  EXPECT_NE(decoding.refused.find("result"), std::string::npos) << decoding.refused;
  EXPECT_TRUE(decoding.observations.empty());
  EXPECT_EQ(decoding.covered_bytes, 0U);
}

TEST(Structure, AColumnThatIsUsedHasItsTitleTwice) {
  EXPECT_NE(read("Sample,Element,Result,Result\nW,Pb,1,2\n").refused, "");
}

TEST(Structure, NothingIsThere) {
  const auto decoding = read("Sample,Element,Result\n");
  EXPECT_NE(decoding.refused.find("Sample | Element | Result"), std::string::npos) << decoding.refused;
}

TEST(Structure, TheLastRowIsCut) {
  EXPECT_NE(read("Sample,Kind,Element,Result\nW,S,Pb,1\nW,S,C").refused, "");
  const auto decoding = read("Sample,Kind,Element,Result\nW,S,Pb,1\nW,S,Cd,2");
  ASSERT_EQ(results_of(decoding), "W Pb=1; W Cd=2");
  EXPECT_TRUE(decoding.observations[0].flags.empty());
  EXPECT_EQ(decoding.observations[1].flags, std::vector<std::string>{std::string{drivers::flag_unterminated}});
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(Structure, AQuoteIsNeverClosed) { EXPECT_NE(read("Sample,Element,Result\nW,\"Pb,1\nW,Cd,2\n").refused, ""); }

TEST(Structure, TwoNumbersForOneThing) {
  constexpr std::string_view unique = R"(, "unique": ["sample_id", "analyte"])";
  EXPECT_NE(read("Sample,Element,Result\nW,Pb,1\nW,Pb,2\n", unique).refused, "");
  EXPECT_EQ(results_of(read("Sample,Element,Result\nW,Pb,OVER\nW,Pb,2\n", unique)), "W Pb=over_range; W Pb=2");
  EXPECT_EQ(results_of(read("Sample,Element,Result\nW,Pb,1\nW,Pb,2\n")), "W Pb=1; W Pb=2");
}

TEST(Structure, TheEndOfTheFileIsMissing) {
  constexpr std::string_view ends = R"(, "must_have": [{"when": {"cell": 1, "is": "end"}, "text": "no end"}])";
  EXPECT_EQ(read("Sample,Element,Result\nW,Pb,1\n", ends).refused, "no end");
}

TEST(Structure, ARowSaysThatTheFileIsNoGood) {
  const std::string bad =
      std::string{R"({"when": {"is": "Error"}, "do": "refuse", "text": "run failed"}, )"} + std::string{rows};
  EXPECT_EQ(decode_with(profile_with(bad), "Sample,Element,Result\nW,Pb,1\nError,,\n").refused, "第 3 行: run failed");
}

TEST(Structure, StatisticsAreNoSamples) {
  EXPECT_EQ(results_of(read("Sample,Element,Result\nW,Pb,1\nAverage,Pb,1\n%RSD,Pb,2\nStd. Dev.,Pb,1\n平均值,Pb,1\n")),
            "W Pb=1");
  EXPECT_TRUE(names_statistic("MEAN"));
  EXPECT_FALSE(names_statistic("Meanwhile"));
  EXPECT_FALSE(names_statistic(""));
}

TEST(Structure, KindsOfRowsAreSaidOrToldByTheirIds) {
  const auto decoding =
      read("Sample,Kind,Element,Result\nW,Unk,Pb,1\nBlank 2,,Pb,0\nQ,weird,Pb,1\n",
           R"(, "sample_types": {"unk": "Sample"}, "types_by_id": [{"starts": ["blank"], "type": "Blank"}])");
  ASSERT_EQ(decoding.observations.size(), 3U);
  EXPECT_EQ(decoding.observations[0].sample_type, "Sample");
  EXPECT_EQ(decoding.observations[1].sample_type, "Blank");
  EXPECT_EQ(decoding.observations[2].sample_type, "weird");
}

TEST(Structure, SampleIdsAreNormalised) {
  EXPECT_EQ(results_of(read("Sample,Element,Result\n W-1.d ,Pb,1\n", R"(, "id_suffixes": [".d"])")), "W-1 Pb=1");
}

TEST(Structure, RowsOutsideTablesAreReportedAndNotCovered) {
  const auto decoding = read("Operator,Li\nSample,Element,Result\nW,Pb,1\n");
  EXPECT_EQ(results_of(decoding), "W Pb=1");
  EXPECT_EQ(decoding.total_bytes - decoding.covered_bytes, 12U);
  ASSERT_EQ(decoding.diagnostics.size(), 1U);
  EXPECT_NE(decoding.diagnostics[0].message.find("Operator"), std::string::npos);
}

TEST(Structure, AnIdMayComeFromTheNameOfTheFile) {
  Library library;
  ASSERT_TRUE(library.add(profile_with(rows, R"(, "sample_from_file": true)")));
  const auto decoding =
      decode("Sample,Element,Result\n,Pb,1\n", {.profile = "test", .file_name = "in/W-7.csv"}, library);
  EXPECT_EQ(results_of(decoding), "W-7 Pb=1");
  const auto nameless = decode("Sample,Element,Result\n,Pb,1\n", {.profile = "test"}, library);
  EXPECT_EQ(nameless.observations.at(0).sample_id, "");
  EXPECT_EQ(nameless.diagnostics.size(), 1U);
}

TEST(Choice, SaysWhyAndAsksWhenTwoProfilesFit) {
  Library library;
  ASSERT_TRUE(library.add(profile_with(rows)));
  const auto one = decode_and_explain("Sample,Element,Result\nW,Pb,1\n", {}, library);
  EXPECT_EQ(results_of(one.decoding), "W Pb=1");
  EXPECT_EQ(one.reason, "test：第 1 行是“Sample”");
  EXPECT_TRUE(one.decoding.profile.starts_with("test/1#"));

  std::string twin = profile_with(rows);
  twin.replace(twin.find("\"test\""), 6, "\"twin\"");
  ASSERT_TRUE(library.add(twin));
  const auto two = decode_and_explain("Sample,Element,Result\nW,Pb,1\n", {}, library);
  EXPECT_NE(two.decoding.refused.find("twin"), std::string::npos);
  EXPECT_NE(two.decoding.refused.find("test"), std::string::npos);
  EXPECT_EQ(results_of(decode("Sample,Element,Result\nW,Pb,1\n", {.profile = "twin"}, library)), "W Pb=1");
  EXPECT_NE(decode("Sample,Element,Result\nW,Pb,1\n", {.profile = "nobody"}, library).refused, "");
  EXPECT_NE(decode("Something,else\n1,2\n", {}, library).refused, "");
  EXPECT_NE(decode("", {}, library).refused, "");
}

TEST(Choice, FindsTheDelimiterThatShowsTheSigns) {
  EXPECT_EQ(results_of(read("Sample\tElement\tResult\nW\tPb\t1\n", R"(, "text": {"delimiters": [",", "\t"]})")),
            "W Pb=1");
}

TEST(Choice, TakesEveryCharset) {
  EXPECT_EQ(results_of(read("\xEF\xBB\xBFSample,Element,Result\nW,Pb,1\n")), "W Pb=1");
  EXPECT_EQ(results_of(read("Sample,Element,Result\n\xD1\xF9\xC6\xB7,Pb,1\n")), "样品 Pb=1");
}

}  // namespace
}  // namespace lab::profiles
