#include "instruments/sheet/result_set.hpp"

#include <gtest/gtest.h>

#include "instruments/sheet/document.hpp"
#include "tests/protocol/workbook/zipped_parts.hpp"

namespace lab::sheet {
namespace {

using workbook::zipped;

const std::string list = R"(<ACAML xmlns="urn:x"><Doc><Content>
  <Samples>
    <Setup id="s1"><DAParam><Type>Sample</Type><SampleAmount val="2.5" unit="mg"/></DAParam></Setup>
    <MeasData id="m1"><IdentParam><Name>W-1</Name></IdentParam><AcqParam><VialNumber>A3</VialNumber></AcqParam>
      <SampleSetup_ID id="s1"/><InjectionMeasData_ID id="i1"/><InjectionMeasData_ID id="i2"/></MeasData>
  </Samples>
  <Injections>
    <MeasData id="i1"><Signal id="g1"><Name>DAD1A</Name></Signal><ExternalResultPath>one.rx</ExternalResultPath></MeasData>
    <MeasData id="i2"><Signal id="g2"><Name>DAD1A</Name></Signal></MeasData>
  </Injections></Content></Doc></ACAML>)";

const std::string injection = R"(<ACAML><Doc><Content><Injections><Result id="r">
  <SignalResult><Signal_ID id="g1"/>
    <Peak id="p1"><RetentionTime val="1.5" unit="min"/><Area val="120.25" unit="mAU·s"/></Peak>
    <Peak id="p2"><RetentionTime val="2.5" unit="min"/><Area val="7" unit="mAU·s"/></Peak></SignalResult>
  <InjectionCompound><CompoundName>caffeine</CompoundName><Identification><Qualified><Peaks><Peak_ID id="p1"/></Peaks>
    </Qualified></Identification><Amount val="0.75" unit="mg/L"/></InjectionCompound>
  <InjectionCompound><CompoundName/><Identification><Qualified><Peaks><Peak_ID id="p2"/></Peaks></Qualified>
    </Identification><Area val="7"/></InjectionCompound>
  <InjectionCompound><CompoundName>theobromine</CompoundName></InjectionCompound>
</Result></Injections></Content></Doc></ACAML>)";

Bytes set_of(const std::string& listed, const std::string& peaks, const std::string& name = "set/one.rx") {
  return zipped({{"__MACOSX/set/._set.acaml", "no list"},
                 {"set/set.acaml", listed},
                 {name, zipped({{"Base/InjectionACAML", peaks}})}});
}

std::string cell(const Row& titles, const Row& row, const std::string& title) {
  for (std::size_t i = 0; i < titles.cells.size(); ++i) {
    if (titles.cells[i] == title) return std::string{row.cell(i)};
  }
  return "no such title";
}

TEST(ResultSet, HasARowForEachPeakAndEachNamedCompoundWithoutOne) {
  const auto sheets = read_result_set(set_of(list, injection));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  const auto& rows = sheets->front().rows;
  ASSERT_EQ(rows.size(), 4U);
  std::string text;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (const char* title : {"Sample", "Type", "Vial", "Sample Amount", "Signal", "Compound", "Amount", "Amount Unit",
                              "Retention Time", "Area"}) {
      text += cell(rows[0], rows[i], title) + "|";
    }
    text += "\n";
  }
  EXPECT_EQ(text,
            "W-1|Sample|A3|2.5|DAD1A|caffeine|0.75|mg/L|1.5|120.25|\n"
            "W-1|Sample|A3|2.5|DAD1A||||2.5|7|\n"
            "W-1|Sample|A3|2.5||theobromine|-||||\n");
}

TEST(ResultSet, TellsTheAmountOfACompoundOnce) {
  std::string both = injection;
  both.replace(both.find("<Peak_ID id=\"p1\"/>"), 18, R"(<Peak_ID id="p1"/><Peak_ID id="p2"/>)");
  const auto sheets = read_result_set(set_of(list, both));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  const auto& rows = sheets->front().rows;
  EXPECT_EQ(cell(rows[0], rows.at(1), "Amount"), "0.75");
  EXPECT_EQ(cell(rows[0], rows.at(2), "Compound"), "caffeine");
  EXPECT_EQ(cell(rows[0], rows.at(2), "Amount"), "");
}

TEST(ResultSet, IsADocumentLikeTheOthers) {
  const auto document = open_document(set_of(list, injection));
  ASSERT_TRUE(document) << to_text(document.error());
  ASSERT_NE(document->sheets(), nullptr);
  EXPECT_EQ(document->sheets()->front().name, "Peaks");
}

TEST(ResultSet, IsRefusedWhenAPartIsMissingOrDamaged) {
  EXPECT_FALSE(read_result_set(set_of(list, injection, "set/two.rx")));
  EXPECT_FALSE(read_result_set(set_of(list, "<ACAML><Doc>")));
  EXPECT_FALSE(read_result_set(set_of("<ACAML><Doc>", injection)));
  std::string unknown = list;
  unknown.replace(unknown.find("MeasData id=\"i2\""), 16, "MeasData id=\"i9\"");
  EXPECT_FALSE(read_result_set(set_of(unknown, injection)));
  EXPECT_FALSE(read_result_set(zipped({{"readme.txt", "nothing"}})));
  EXPECT_FALSE(read_result_set(zipped({{"set.acaml", list}, {"one.rx", "no archive"}})));
  const Bytes whole = set_of(list, injection);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    EXPECT_FALSE(read_result_set(BytesView{whole}.substr(0, size))) << size;
  }
}

// Elements in places where the program never writes them must not be taken for more than they are.
TEST(ResultSet, TakesNothingFromWhereNothingBelongs) {
  const auto sheets = read_result_set(
      set_of(list, "<R><Peak id='x'><Area val='1'/></Peak><Peak_ID id='y'/><Result><InjectionCompound/></Result></R>"));
  ASSERT_TRUE(sheets) << to_text(sheets.error());
  EXPECT_EQ(sheets->front().rows.size(), 1U);
  EXPECT_TRUE(
      read_result_set(set_of("<R><Injections><ExternalResultPath>x</ExternalResultPath></Injections></R>", "<R/>")));
}

}  // namespace
}  // namespace lab::sheet
