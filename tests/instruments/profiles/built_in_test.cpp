// The built-in profiles on texts of our own, in the forms that their programs are documented to write and that the
// shared corpus does not show.

#include <gtest/gtest.h>
#include <algorithm>

#include "instruments/drivers/flags.hpp"
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

// The Chinese titles are not from a real file; what is certain is that they are read as the English ones are.
TEST(BuiltIn, AnAsciiReportOfAChineseProgramIsReadAsTheEnglishOne) {
  const std::string_view chinese =
      "[Header]\r\n数据文件名\tC:\\data\\w17.lcd\r\n\r\n"
      "[Sample Information]\r\n样品ID\tW-17\r\n样品类型\t未知\r\n稀释因子\t2\r\n\r\n"
      "[Compound Results(PDA-Ch1)]\r\n# of IDs\t3\r\nID#\t名称\t保留时间\t面积\t高度\t浓度\t单位\r\n"
      "1\tAflatoxin M1\t5.012\t1000\t90\t0.52\tug/kg\r\n2\tAflatoxin B1\t0.000\t0\t0\t0.000\tug/kg\r\n";
  const auto decoding = decode(chinese);
  EXPECT_EQ(results_of(decoding), "W-17 Aflatoxin M1=0.52 ug/kg; W-17 Aflatoxin B1=below_lod ug/kg");
  EXPECT_EQ(decoding.profile.substr(0, 15), "shimadzu-ascii/");
  EXPECT_EQ(decoding.observations.at(0).sample_type, "Sample");
  EXPECT_EQ(decoding.observations.at(0).flags, decode(lc_report).observations.at(0).flags);
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

constexpr std::string_view two_plates_of_gen5 =
    "Software Version\t3.1\n\nExperiment File Path:\tC:\\a.xpt\n\nPlate Number\tPlate "
    "1\nDate\t1/2/2020\nTime\t9:00:00\n"
    "Reader Serial Number:\tn/a\n\nProcedure Details\n\nPlate Type\t96 WELL PLATE\nRead\tAbsorbance Endpoint\n\n"
    "Layout\n\t1\t2\nA\tBLK\tSPL1\tWell ID\n\t\t0,5\tConc/Dil\n\n"
    "Results\n\t1\t2\nA\t0,05\t1,2\t450\n\t<0,00\t6,5\t[Concentration]\n\n"
    "Software Version\t3.1\n\nExperiment File Path:\tC:\\a.xpt\n\nPlate Number\tPlate 2\n\nProcedure Details\n\n"
    "Plate Type\t96 WELL PLATE\n\nResults\n\t1\t2\nA\t0,06\t1,3\t450\n";

TEST(BuiltIn, TwoPlatesOfOneFileKeepTheirOwnSamples) {
  const auto decoding = decode(two_plates_of_gen5);
  ASSERT_EQ(
      results_of(decoding),
      "BLK 450=0.05; SPL1 450=1.2; BLK [Concentration]=invalid; SPL1 [Concentration]=6.5; A1 450=0.06; A2 450=1.3");
  EXPECT_EQ(decoding.observations[0].sample_type, "Blank");
  EXPECT_EQ(decoding.observations[0].time, "1/2/2020 9:00:00");
  EXPECT_EQ(decoding.observations[1].flags, (std::vector<std::string>{"response", "conc/dil=0,5", "well=A2"}));
  EXPECT_EQ(decoding.observations[3].flags, (std::vector<std::string>{"conc/dil=0,5", "well=A2"}));
  EXPECT_EQ(decoding.observations[4].run, "Plate 2");
  EXPECT_EQ(decoding.covered_bytes, decoding.total_bytes);
}

// Name, version, format, kind, mode, data, ..., number of points, ..., wavelengths, first column, columns, wells, rows.
std::string softmax(std::string_view format, std::string_view kind, std::string_view table) {
  return fmt::format(
      "##BLOCKS= 2\nGroup:\tUnknowns\t1\nSample\tWells\tWellPlateName\tValue\tResult\tSD\nW-1\tA1\tP\t0.1\t5\t0.1\n"
      "\tA2\tP\t0.2\t\t\n\n~End\n"
      "Plate:\tP\t1.3\t{}\t{}\tAbsorbance\tRaw\tFALSE\t1\t\t\t\t\t\t2\t450 620 \t1\t2\t2\t1\t1\n{}~End\n",
      format, kind, table);
}

TEST(BuiltIn, WavelengthsOfSoftMaxStandSideBySideOrOneBelowTheOther) {
  const std::string groups = "W-1 Value=0.1; W-1 Result=5; W-1 Value=0.2; ";
  EXPECT_EQ(read(softmax("PlateFormat", "Endpoint", "\tTemperature\t1\t2\t\t1\t2\n\t37\t0.1\t0.2\t\t0,3\t0.4\n\n")),
            groups + "W-1 Absorbance 450=0.1; W-1 Absorbance 450=0.2; W-1 Absorbance 620=0.3; W-1 Absorbance 620=0.4");
  EXPECT_EQ(
      read(softmax("TimeFormat", "Kinetic",
                   "Time\tTemperature\tA1\tA2\n0:00\t37\t0.1\t0.2\n\n0:00\t37\t0.3\t0.4\n\n\t\tA1\tA2\n\t\t7\t8\n")),
      groups +
          "W-1 Absorbance 450=0.1; W-1 Absorbance 450=0.2; W-1 Absorbance 620=0.3; W-1 Absorbance 620=0.4; "
          "W-1 Reduced=7; W-1 Reduced=8");
}

TEST(BuiltIn, SoftMaxIsRefusedWhenBlocksAreMissingOrItIsAScan) {
  const std::string table = "\tTemperature\t1\t2\t\t1\t2\n\t37\t0.1\t0.2\t\t0.3\t0.4\n\n";
  const std::string whole = softmax("PlateFormat", "Endpoint", table);
  EXPECT_TRUE(read(whole.substr(0, whole.find("Plate:"))).starts_with("refused"));
  EXPECT_TRUE(read(softmax("PlateFormat", "Well Scan", table)).starts_with("refused"));
}

TEST(BuiltIn, AMarsFileTellsRawDataFromWhatIsCalculated) {
  const auto decoding = decode(
      "User: LI,Path: C:\\x,Test run no.: 7\nTest name: ELISA,Date: 03/04/2020,Time: 10:11:12\n,,\nID1: P-9,,\n"
      "Absorbance,,\n,,\nRaw Data (450),,\n,,\n,1,2\nA,0.1,0.2\n,,\nLinear regression fit based on Raw Data,,\n"
      ",,\n,1,2\nA,5,6\n");
  ASSERT_EQ(results_of(decoding),
            "A1 Raw Data (450)=0.1; A2 Raw Data (450)=0.2; A1 Linear regression fit based on Raw Data=5; "
            "A2 Linear regression fit based on Raw Data=6");
  EXPECT_EQ(decoding.observations[0].flags.size(), 1U);
  EXPECT_TRUE(decoding.observations[2].flags.empty());
  EXPECT_EQ(decoding.observations[0].run, "P-9");
}

TEST(BuiltIn, APlateFileWithoutItsLastLineIsRefused) {
  const std::string ensight =
      "EnSight Results from\nMeasurement Date,1/2/2020\n\nResult for Absorbance 1\nBarcode,Repeat\nP-9,1\n\n,1,2,\n"
      "A,0.1,0.2,\n\nMeasurement Information\n\nPlatemap\n,1,2,\nA,W-1,-,\n\n";
  EXPECT_TRUE(read(ensight).starts_with("refused"));
  EXPECT_EQ(read(ensight + "Exported with Kaleido 3.0\n"), "W-1 Absorbance 1=0.1; A2 Absorbance 1=0.2");
}

TEST(BuiltIn, APcrExportGivesACycleForEachWellAndTarget) {
  const std::string head =
      "* Experiment File Name = C:\\a.eds\r\n* Experiment Name = run 7\r\n* Experiment Run End Time = 2024-05-06 "
      "07:08:09\r\n"
      "* Instrument Serial Number = 4711\r\n* Quantification Cycle Method = Ct\r\n\r\n";
  const std::string curve =
      "[Amplification Data]\r\nWell\tCycle\tTarget Name\tRn\tDelta Rn\r\n1\t1\tMON810\t0.6\t-0.1\r\n2\t1\t\t\t\r\n\r\n"
      "[Multicomponent Data]\r\nWell\tWell Position\tCycle\tFAM\tROX\r\n1\tA1\t1\t12.5\t20\r\n\r\n";
  const std::string results =
      "[Results]\r\nWell\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tCT\tQuantity\tCq Conf\r\n"
      "1\tA1\tfalse\tW-1\tMON810\tUNKNOWN\tFAM\t24.5\t1,250.5\t0.98\r\n"
      "2\tA2\tfalse\t\t\t\t\t\t\t\r\n"
      "3\tA3\ttrue\tW-1\tMON810\tUNKNOWN\tFAM\t31.5\t2\t0.2\r\n"
      "4\tA4\tfalse\twater\tMON810\tNTC\tFAM\tUndetermined\t\t0\r\n\r\n"
      "Analysis Type = Singleplex\r\nReference Sample = W-1\r\n";
  const auto decoding = decode(head + curve + results);
  EXPECT_EQ(results_of(decoding),
            " MON810 Rn=0.6;  MON810 Delta Rn=-0.1;  FAM=12.5;  ROX=20; "
            "W-1 MON810=24.5 cycles; W-1 MON810 quantity=1250.5; water MON810=below_lod cycles");
  EXPECT_EQ(decoding.covered_bytes, decoding.total_bytes);
  const auto& first = decoding.observations.at(0);
  EXPECT_NE(std::ranges::find(first.flags, drivers::flag_response), first.flags.end());
  const auto& cycle = decoding.observations.at(4);
  EXPECT_EQ(cycle.flags, (std::vector<std::string>{"well-number=1", "well=A1", "reporter=FAM", "cq-conf=0.98"}));
  EXPECT_EQ(cycle.run, "run 7");
  EXPECT_EQ(cycle.instrument, "4711");
  EXPECT_EQ(cycle.time, "2024-05-06 07:08:09");
  EXPECT_EQ(decoding.observations.at(6).sample_type, "Blank");
  EXPECT_TRUE(read(head + curve).starts_with("refused"));
}

TEST(BuiltIn, APcrTableNamesTheTargetOrElseTheDye) {
  const auto decoding = decode(
      ";Well;Fluor;Target;Content;Sample;Cq;Starting Quantity (SQ)\n"
      ";A01;FAM;35S;Unkn-1;W-1;24,5;12,5\n;A02;HEX;;Neg Ctrl;water;NaN;NaN\n");
  EXPECT_EQ(results_of(decoding), "W-1 35S=24.5 cycles; water HEX=below_lod cycles");
  EXPECT_EQ(decoding.observations.at(0).sample_type, "Sample");
  EXPECT_EQ(decoding.observations.at(1).sample_type, "Blank");
}

TEST(BuiltIn, AnAreaReportIsRefusedBecauseItsPeaksHaveNoNames) {
  const auto decoding = decode(
      "Data File C:\\DATA\\A.D\nSample Name: W-1\nAcq. Instrument : one\n   Area Percent Report  \n"
      "   1   1.442 BV    0.4671  831.18597\n");
  EXPECT_NE(decoding.refused.find("面积百分比报告"), std::string::npos);
}

TEST(BuiltIn, AChromatographySequenceInJsonGivesAmountsAndKeepsAreasApart) {
  const std::string_view text = R"({
    "sequence": {"sequence name": "S1", "sequence directory": "D"},
    "injections": [{"sample identifier": "W-1", "injection time": "2024-05-06T07:08:09Z", "injection type": "Unknown",
      "signals": [{"signal name": "UV", "chromatogram": {"x": [0, 1], "y": [2, 3]}, "peaks": [
        {"name": "caffeine", "retention time": 3.5, "area": 120.5, "height": 12, "amount": 0.75},
        {"name": null, "retention time": 4, "area": 7, "height": 1, "amount": null}]}]}]})";
  const auto decoding = decode(text);
  EXPECT_EQ(results_of(decoding),
            "W-1 caffeine=0.75; W-1 caffeine area=120.5; W-1 caffeine height=12; W-1 area=7; W-1 height=1");
  EXPECT_EQ(decoding.observations.at(0).sample_type, "Sample");
  const auto& area = decoding.observations.at(1);
  EXPECT_NE(std::ranges::find(area.flags, drivers::flag_response), area.flags.end());
}

TEST(BuiltIn, ASampleSetInJsonWithoutResultsIsRefused) {
  EXPECT_EQ(read(R"({"values": {"fields": {"SampleSetName": "S", "SampleSetId": 1, "SystemName": "I"}, "results": [
      {"fields": {"SampleName": "W-1", "SampleType": "Unknown"},
       "peaks": [{"fields": {"Name": "A", "Area": 10, "Height": 2, "Amount": 0.5, "Units": "mg/L"}}]}]}})"),
            "W-1 A=0.5 mg/L; W-1 A area=10; W-1 A height=2");
  EXPECT_NE(
      read(R"({"values": {"fields": {"SampleSetName": "S", "SampleSetId": 1}, "results": []}})").find("没有处理过"),
      std::string::npos);
}

}  // namespace
}  // namespace lab::profiles
