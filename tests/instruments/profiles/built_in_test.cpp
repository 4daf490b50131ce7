// The built-in profiles on texts of our own, in the forms that their programs are documented to write and that the
// shared corpus does not show.

#include <gtest/gtest.h>

#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

std::string read(std::string_view text) { return results_of(decode(text)); }

constexpr std::string_view lc_report =
    "[Header]\r\nApplication Name\tLabSolutions\r\nData File Name\tC:\\data\\w17.lcd\r\n\r\n"
    "[Sample Information]\r\nSample Name\tmilk\r\nSample ID\tW-17\r\nSample Type\tUnknown\r\nDilution Factor\t2\r\n\r\n"
    "[Peak Table(PDA-Ch1)]\r\n# of Peaks\t1\r\nPeak#\tR.Time\tArea\tConc.\r\n1\t5.012\t1000\t0.9\r\n\r\n"
    "[Compound Results(PDA-Ch1)]\r\n# of IDs\t3\r\nID#\tName\tR.Time\tArea\tHeight\tConc.\tCurve\r\n"
    "1\tAflatoxin M1\t5.012\t1000\t90\t0.52\tLinear\r\n2\tAflatoxin B1\t0.000\t0\t0\t0.000\tLinear\r\n"
    "3\tAflatoxin B2\t6.2\t10\t1\t0.000\tLinear\r\n\r\n"
    "[LC Chromatogram(PDA-Ch1)]\r\n# of Points\t2\r\nR.Time (min)\tIntensity\r\n0.0\t12\r\n0.1\t13\r\n";

TEST(BuiltIn, AnAsciiReportGivesTheCompoundsAndNotThePeaks) {
  const auto decoding = decode(lc_report);
  EXPECT_EQ(results_of(decoding), "W-17 Aflatoxin M1=0.52; W-17 Aflatoxin B1=below_lod; W-17 Aflatoxin B2=0.000");
  EXPECT_EQ(decoding.observations.at(0).sample_type, "Sample");
  EXPECT_EQ(decoding.covered_bytes, decoding.total_bytes);
}

TEST(BuiltIn, ADecimalCommaIsTakenWhereTheFileShowsIt) {
  EXPECT_EQ(read("Sample ID;Analyte Name;Date;Time;Conc (Samp);Samp Units\nW-1;Pb;1.2.13;9:00;0,05;mg/kg\n"),
            "W-1 Pb=0.05 mg/kg");
  EXPECT_EQ(read("\"Sample/ctrl ID\"\t\"Pat/Ctr/cAl\"\t\"Test name\"\t\"Result\"\t\"Result unit\"\n"
                 "\"W-1\"\t\"P\"\t\"Glucose\"\t\"141,4722\"\t\"mg/L\"\n"),
            "W-1 Glucose=141.4722 mg/L");
}

TEST(BuiltIn, TheConcentrationOfTheSolutionNeverGetsTheUnitOfTheSample) {
  EXPECT_EQ(read("Sample ID,Analyte Name,Date,Time,Reported Conc (Calib),Units (Samp)\nW-1,Pb,1/2,9:00,0.05,mg/kg\n"),
            "W-1 Pb=0.05");
}

TEST(BuiltIn, AFlex2ExportWithoutARowOfUnitsLosesNoSample) {
  EXPECT_EQ(read("Date & Time,Sample ID,Sample Type,Gln,Glu,Gluc,Lac\n1/1/2020 16:20,W-1,x,1,2,3,4\n"),
            "W-1 Gln=1; W-1 Glu=2; W-1 Gluc=3; W-1 Lac=4");
}

TEST(BuiltIn, ATwoDimensionalTableWithoutItsEndIsRefused) {
  EXPECT_EQ(read(",Pb,Cd,end\nW-1,0.5,ND,\nend,,,\n"), "W-1 Pb=0.5; W-1 Cd=below_lod");
  EXPECT_TRUE(read(",Pb,Cd,end\nW-1,0.5,ND,\n").starts_with("refused"));
}

TEST(BuiltIn, APhotometerRecordWithOneIdForTwoNumbersIsRefused) {
  const std::string head =
      "\"DR3900 ,S/N 1\"\n\"Parameter:,Date:,Sample ID:,Dilution,Result,Unit\"\n\"NO3,2022/06/21 "
      "21:46:09,W-1,1,3.5,mg/L\"\n";
  EXPECT_EQ(read(head + "\"NO2,2022/06/21 21:46:09,W-1,1,0.5,mg/L\"\n"), "W-1 NO3=3.5 mg/L; W-1 NO2=0.5 mg/L");
  EXPECT_TRUE(read(head + "\"NO3,2022/06/21 21:47:09,W-1,1,3.6,mg/L\"\n").starts_with("refused"));
}

}  // namespace
}  // namespace lab::profiles
