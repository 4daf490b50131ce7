// Every layout of a microplate that a profile can describe, each on a small text.

#include "instruments/profiles/plates.hpp"

#include <gtest/gtest.h>

#include "instruments/drivers/flags.hpp"
#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

// The word "Sample" of the test profile's sign stands in the first line of every text.
model::Decoding read(std::string_view rules, std::string_view text, std::string_view more = "") {
  return decode_with(profile_with(rules, more), "Sample\n" + std::string{text});
}

std::vector<std::string> flags_of(const model::Decoding& decoding, std::size_t i) {
  return decoding.observations.at(i).flags;
}

constexpr std::string_view one_plate = R"(
  {"when": {"is": "Sample"}, "do": "skip"},
  {"when": [{"cell": 1, "empty": true}, {"cell": 2, "like": "#"}], "do": "header",
   "table": {"others": {"wells": "lettered", "response": true}, "ends_at_blank": true}})";

TEST(Plates, LettersBesideNumbersAbove) {
  const auto decoding = read(one_plate, ",01,02\nA,0.11,0.12\nB,,OVER\n\nbelow,the,plate\n");
  EXPECT_EQ(results_of(decoding), "A1 01=0.11; A2 02=0.12; B2 02=over_range");
  EXPECT_EQ(flags_of(decoding, 0), std::vector<std::string>{std::string{drivers::flag_response}});
  EXPECT_EQ(decoding.total_bytes - decoding.covered_bytes, 16U);
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(Plates, TextInsideAPlateIsNoRowOfIt) {
  const auto decoding = read(one_plate, ",1,2\nA,0.11,0.12\nremark,0.21,0.22\n");
  EXPECT_EQ(results_of(decoding), "A1 1=0.11; A2 2=0.12");
  EXPECT_EQ(decoding.diagnostics.size(), 1U);
}

TEST(Plates, APlateWithoutRoomForLettersIsRefused) {
  constexpr std::string_view rules = R"(
    {"when": {"is": "Sample"}, "do": "skip"},
    {"when": {"cell": 1, "is": "1"}, "do": "header", "table": {"others": {"wells": "lettered"}}})";
  EXPECT_NE(read(rules, "1,2\n0.11,0.12\n").refused, "");
}

constexpr std::string_view several_reads = R"(
  {"when": {"is": "Sample"}, "do": "skip"},
  {"when": {"cell": 1, "is": "Plate"}, "do": "set", "set": {"field": "run", "cell": 2}},
  {"when": {"cell": 1, "is": ["Map", "Reads"]}, "do": "section"},
  {"when": [{"section": "map"}, {"in_table": false}], "do": "header",
   "table": {"columns": [{"behind": true, "field": "analyte"}], "ends_at_blank": true,
             "others": {"wells": "lettered", "says": [{"label": "Name", "field": "sample_id"},
                                                      {"label": "Dilution", "field": "flag", "name": "dilution"},
                                                      {"field": "none"}]}}},
  {"when": [{"section": "reads"}, {"in_table": false}], "do": "header",
   "table": {"columns": [{"behind": true, "field": "analyte"}], "ends_at_blank": true, "others": {"wells": "lettered"}}},
  {"when": [{"section": "reads"}, {"last": true, "like": ["#", "*:#"]}], "do": "data", "response": true})";

TEST(Plates, SeveralReadsPerWellWithTheirLabelsBehindThem) {
  const auto decoding = read(several_reads, "Reads\n,1,2\nA,0.1,0.2,od:450\n,5,6,Conc\nB,0.3,0.4,od:450\n,7,8,Conc\n");
  EXPECT_EQ(results_of(decoding),
            "A1 od:450=0.1; A2 od:450=0.2; A1 Conc=5; A2 Conc=6; B1 od:450=0.3; B2 od:450=0.4; B1 Conc=7; B2 Conc=8");
  EXPECT_EQ(flags_of(decoding, 0), std::vector<std::string>{std::string{drivers::flag_response}});
  EXPECT_TRUE(flags_of(decoding, 2).empty());
}

TEST(Plates, AMapNamesTheWellsOfItsPlateWhereverItStands) {
  constexpr std::string_view map = "Map\n,1,2\nA,W-1,-,Name\n,0.5,,Dilution\n,x,y,Colour\n\n";
  constexpr std::string_view reads = "Reads\n,1,2\nA,0.1,0.2,450\n\n";
  for (const bool first : {true, false}) {
    const auto decoding = read(several_reads, "Plate,P1\n" + std::string{first ? map : reads} +
                                                  std::string{first ? reads : map} + "Plate,P2\n" + std::string{reads});
    EXPECT_EQ(results_of(decoding), "W-1 450=0.1; A2 450=0.2; A1 450=0.1; A2 450=0.2");
    EXPECT_EQ(flags_of(decoding, 0), (std::vector<std::string>{"response", "dilution=0.5", "well=A1"}));
    EXPECT_EQ(decoding.observations[0].run, "P1");
    EXPECT_EQ(decoding.observations[3].run, "P2");
  }
}

TEST(Plates, AMapWithoutThePlateCountsOnlyWhenThereIsOnePlate) {
  constexpr std::string_view map = "Map\n,1\nA,W-1,Name\n\n";
  constexpr std::string_view reads = "Reads\n,1\nA,0.1,450\n\n";
  const std::string one = std::string{map} + "Plate,P1\n" + std::string{reads};
  EXPECT_EQ(results_of(read(several_reads, one)), "W-1 450=0.1");
  EXPECT_EQ(results_of(read(several_reads, one + "Plate,P2\n" + std::string{reads})), "A1 450=0.1; A1 450=0.1");
}

TEST(Plates, AWellWithTwoNamesIsRefused) {
  constexpr std::string_view map = "Map\n,1\nA,W-1,Name\n\n";
  constexpr std::string_view other = "Map\n,1\nA,W-2,Name\n\n";
  constexpr std::string_view reads = "Reads\n,1\nA,0.1,450\n";
  EXPECT_EQ(results_of(read(several_reads, std::string{map} + std::string{map} + std::string{reads})), "W-1 450=0.1");
  EXPECT_NE(read(several_reads, std::string{map} + std::string{other} + std::string{reads}).refused, "");
}

TEST(Plates, AMapThatEndsInsideANameIsRefused) {
  EXPECT_NE(read(several_reads, "Reads\n,1\nA,0.1,450\n\nMap\n,1\nA,W-1,Name").refused, "");
}

TEST(Plates, SampleTypesAreToldByTheNamesOfTheMap) {
  const auto decoding = read(several_reads, "Map\n,1\nA,BLK,Name\n\nReads\n,1\nA,0.1,450\n",
                             R"(, "types_by_id": [{"starts": ["blk"], "type": "Blank"}])");
  EXPECT_EQ(decoding.observations.at(0).sample_type, "Blank");
}

constexpr std::string_view counted = R"(
  {"when": {"is": "Sample"}, "do": "skip"},
  {"when": {"cell": 1, "is": "Plate"}, "do": "section", "text": "plate",
   "set": [{"field": "analyte", "text": "Abs"}, {"list": true, "cell": 2, "separators": " "}, {"field": "wells", "cell": 3}]},
  {"when": {"cell": 1, "is": "t"}, "do": "header",
   "table": {"columns": [{"at": 1, "field": "flag", "name": "t", "fill_down": true}],
             "others": {"wells": "counted", "listed": true}}})";

TEST(Plates, RowsWithoutLettersPlatesSideBySideAndOneAfterTheOther) {
  const auto decoding =
      read(counted, "Plate,450 620,4\nt,1,2,,1,2\n0:00,1,2,,5,6\n,3,4,,7,8\n,\n0:30,9,,,10,11\n,12,13,,14,\n");
  EXPECT_EQ(results_of(decoding),
            "A1 Abs 450=1; A2 Abs 450=2; A1 Abs 620=5; A2 Abs 620=6; B1 Abs 450=3; B2 Abs 450=4; B1 Abs 620=7; "
            "B2 Abs 620=8; A1 Abs 450=9; A1 Abs 620=10; A2 Abs 620=11; B1 Abs 450=12; B2 Abs 450=13; B1 Abs 620=14");
  EXPECT_EQ(flags_of(decoding, 7), std::vector<std::string>{"t=0:00"});
  EXPECT_EQ(flags_of(decoding, 13), std::vector<std::string>{"t=0:30"});
}

TEST(Plates, APlateWithAnotherNumberOfWellsThanTheFileSaysIsRefused) {
  EXPECT_EQ(results_of(read(counted, "Plate,450,4\nt,1,2\n,1,2\n,3,4\n")),
            "A1 Abs 450=1; A2 Abs 450=2; B1 Abs 450=3; B2 Abs 450=4");
  EXPECT_NE(read(counted, "Plate,450,4\nt,1,2\n,1,2\n").refused, "");
  EXPECT_NE(read(counted, "Plate,450,4\nt,1,2\n,1,2\n\n,3,4\n").refused, "");
}

TEST(Plates, MorePlatesThanNamesAreRefused) {
  EXPECT_EQ(results_of(read(counted, "Plate,,1\nt,1\n,5\n")), "A1 Abs=5");
  EXPECT_NE(read(counted, "Plate,450,1\nt,1,,1\n,5,,6\n").refused, "");
}

constexpr std::string_view titled = R"(
  {"when": {"is": "Sample"}, "do": "skip"},
  {"when": [{"filled": 1}, {"after_blank": true}], "do": "section", "text": "read", "clear": ["analyte"],
   "set": {"field": "analyte"}},
  {"when": {"cell": 1, "is": "Time"}, "do": "header",
   "table": {"columns": [{"title": "Time", "field": "flag", "name": "t"}], "ends_at_blank": true,
             "others": {"wells": "titled", "response": true}}},
  {"when": {"cell": 1, "is": "nm"}, "do": "header",
   "table": {"columns": [{"title": "nm", "field": "analyte", "joined": true}], "ends_at_blank": true,
             "others": {"wells": "titled", "response": true}}})";

TEST(Plates, AColumnPerWellAndARowPerTimeOrWavelength) {
  const auto decoding = read(titled,
                             "\n600\nTime,Temperature,A1,B12\n0:00,37.0,0.1,0.2\n0:30,37.1,0.3,\n1:00\n\nScan\nnm,A1,"
                             "B12\n400,1,2\n410,OVER,4\n");
  EXPECT_EQ(
      results_of(decoding),
      "A1 600=0.1; B12 600=0.2; A1 600=0.3; A1 Scan 400=1; B12 Scan 400=2; A1 Scan 410=over_range; B12 Scan 410=4");
  EXPECT_EQ(flags_of(decoding, 2), (std::vector<std::string>{"t=0:30", "response"}));
  EXPECT_EQ(decoding.covered_bytes, decoding.total_bytes);
}

TEST(Plates, PlatesOneBelowTheOtherHaveTheirNamesFromTheList) {
  constexpr std::string_view rules = R"(
    {"when": {"is": "Sample"}, "do": "skip"},
    {"when": {"cell": 1, "is": "nm"}, "do": "set", "set": {"list": true, "cell": 2}},
    {"when": {"cell": 1, "is": "t"}, "do": "header",
     "table": {"columns": [{"at": 1, "field": "flag", "name": "t"}], "others": {"wells": "titled", "listed": true}}})";
  EXPECT_EQ(results_of(read(rules, "nm,450;620\nt,A1\n0,1\n1,2\n\n0,3\n1,4\n")),
            "A1 450=1; A1 450=2; A1 620=3; A1 620=4");
  EXPECT_NE(read(rules, "nm,450\nt,A1\n0,1\n\n0,3\n").refused, "");
}

constexpr std::string_view rows_of_wells = R"(
  {"when": {"is": "Sample"}, "do": "skip"},
  {"when": {"cell": 1, "is": "Group"}, "do": "header",
   "table": {"columns": [{"title": "Group", "field": "sample_id", "fill_down": true}, {"title": "Well", "field": "well"},
                         {"title": "Conc", "field": "value", "optional": true}],
             "names_wells": true, "ends_at_blank": true}},
  {"when": {"cell": 1, "is": "Position"}, "do": "header",
   "table": {"columns": [{"title": "Position", "field": "well", "required": true}], "others": {}}})";

TEST(Plates, ARowPerWell) {
  EXPECT_EQ(results_of(read(rows_of_wells, "Position,Label1\nA01,0.1\nA2,0.2\n")), "A1 Label1=0.1; A2 Label1=0.2");
}

TEST(Plates, ATableOfSamplesNamesTheWellsOfOtherTables) {
  const auto decoding =
      read(rows_of_wells, "Group,Well,Conc\nW-1,A1,5\n,A2,6\n\nPosition,Label1\nA01,0.1\nA02,0.2\nA03,0.3\n");
  EXPECT_EQ(results_of(decoding), "W-1 Conc=5; W-1 Conc=6; W-1 Label1=0.1; W-1 Label1=0.2; A3 Label1=0.3");
  EXPECT_EQ(flags_of(decoding, 1), std::vector<std::string>{"well=A2"});
  EXPECT_EQ(flags_of(decoding, 3), std::vector<std::string>{"well=A2"});
}

TEST(Plates, NamesOfWells) {
  EXPECT_EQ(well_name("A01"), "A1");
  EXPECT_EQ(well_name(" AF48 "), "AF48");
  EXPECT_EQ(well_name("e4"), "e4");
  for (const char* other : {"", "A", "A0", "A49", "1A", "ABC1", "A1.0", "A1 ", "Label1", "A-1"}) {
    EXPECT_EQ(well_name(other), std::string_view{other} == "A1 " ? "A1" : "") << other;
  }
  EXPECT_EQ(plate_row(0), "A");
  EXPECT_EQ(plate_row(25), "Z");
  EXPECT_EQ(plate_row(31), "AF");
  EXPECT_TRUE(is_plate_of("96", 8, 12));
  EXPECT_TRUE(is_plate_of("96", 8, 6));
  EXPECT_FALSE(is_plate_of("96", 7, 12));
  EXPECT_TRUE(is_plate_of("9", 3, 3));
  EXPECT_FALSE(is_plate_of("", 8, 12));
  EXPECT_EQ(plate_column("12.0"), 12U);
  EXPECT_EQ(plate_column("12.5"), std::nullopt);
  EXPECT_EQ(plate_column("-1"), std::nullopt);
}

}  // namespace
}  // namespace lab::profiles
