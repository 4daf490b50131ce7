#include "protocol/quality/requirements.hpp"

#include <gmock/gmock.h>

#include "tests/protocol/quality/values.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

using namespace quality;
using ::testing::HasSubstr;

const std::string methods_header =
    "method,recovery_scheme,duplicate_scheme,r2_min,points_min,blank_per,duplicate_per,spike_per,control_per,"
    "calibration_per\n";
const std::string materials_header = "kind,method,name,analyte,amount,sd,unit\n";
const std::string recovery =
    "scheme,conc_min_mg_kg,conc_max_mg_kg,recovery_min_pct,recovery_max_pct,rsd_max_pct,confidence\nR,0,,70,120,,K\n";

Result<Requirements> load(const std::string& methods, const std::string& materials) {
  const std::vector<rules::ReferenceFile> files{{"qc_materials.csv", materials_header + materials},
                                                {"qc_methods.csv", methods_header + methods},
                                                {"qc_recovery.csv", recovery}};
  return Requirements::load(files);
}

std::string refusal(const std::string& methods, const std::string& materials) {
  const auto loaded = load(methods, materials);
  return loaded ? "accepted" : to_text(loaded.error());
}

TEST(Requirements, NoTableAsksForNothing) {
  const auto none = Requirements::load({});
  ASSERT_TRUE(none.has_value());
  EXPECT_EQ(none->of("NY/T 761-2008"), nullptr);
  EXPECT_EQ(none->material("NY/T 761-2008", "QC-1", "铅"), nullptr);
}

TEST(Requirements, AMethodHasItsSchemesAndWhatIsDue) {
  const auto loaded = load("NY/T 761-2008,R,,0.99,6,run,,20,,\n", "spike,NY/T 761-2008,-SP,,0.1,,mg/kg\n");
  ASSERT_TRUE(loaded.has_value()) << to_text(loaded.error());
  const Criteria* criteria = loaded->of("NY/T 761-2008");
  ASSERT_NE(criteria, nullptr);
  EXPECT_EQ(criteria->recovery_scheme, "R");
  EXPECT_EQ(criteria->r2_least, dec("0.99"));
  EXPECT_EQ(criteria->points_least, 6U);
  ASSERT_EQ(criteria->due.size(), 2U);
  EXPECT_EQ(criteria->due[0].kind, CheckKind::blank);
  EXPECT_EQ(criteria->due[0].per_samples, 0U);
  EXPECT_EQ(criteria->due[1].kind, CheckKind::spike);
  EXPECT_EQ(criteria->due[1].per_samples, 20U);
  EXPECT_EQ(loaded->of("GB 5009.12-2010"), nullptr);
}

TEST(Requirements, ARowIsFoundByItsNameOrItsEnding) {
  const auto loaded = load("M,R,,,,,,,,\n",
                           "spike,M,-SP,,0.1,,mg/kg\nspike,M,-sp,铅,0.5,,mg/kg\nspike,M,H-SP,,1,,mg/kg\n"
                           "control,M,QC-1,Lead,0.2,0.01,mg/kg\n");
  ASSERT_TRUE(loaded.has_value()) << to_text(loaded.error());
  const auto amount = [&](const char* name, const char* analyte) {
    const Material* found = loaded->material("M", name, analyte);
    return found ? found->amount->to_text() : "none";
  };
  EXPECT_EQ(amount("SC13NCP00001X-SP", "镉"), "0.1");
  EXPECT_EQ(amount("SC13NCP00001X-sp", "铅"), "0.5") << "the analyte's own row before one for each analyte";
  EXPECT_EQ(amount("SC13NCP00001XH-SP", "铅"), "1") << "the longest name first";
  EXPECT_EQ(amount("-SP", "镉"), "none") << "of no sample";
  EXPECT_EQ(amount("qc-1", "lead"), "0.2");
  EXPECT_EQ(amount("QC-1", "镉"), "none");
  EXPECT_EQ(amount("QC-10", "lead"), "none");
  EXPECT_EQ(loaded->material("N", "QC-1", "lead"), nullptr);
}

TEST(Requirements, WhatWillNotDoIsRefusedWithItsPlace) {
  EXPECT_THAT(refusal("M,X,,,,,,,,\n", ""), HasSubstr("qc_methods.csv, row 1 (line 2): qc_recovery.csv has no scheme"));
  EXPECT_THAT(refusal("M,,X,,,,,,,\n", ""), HasSubstr("qc_duplicates.csv has no scheme \"X\""));
  EXPECT_THAT(refusal("M,R,,,,often,,,,\n", ""), HasSubstr("blank_per is \"often\""));
  EXPECT_THAT(refusal("M,R,,,,0,,,,\n", ""), HasSubstr("blank_per is \"0\""));
  EXPECT_THAT(refusal("M,R,,high,,,,,,\n", ""), HasSubstr("r2_min"));
  EXPECT_THAT(refusal("M,R,,,-1,,,,,\n", ""), HasSubstr("points_min"));
  EXPECT_THAT(refusal("M,R,,,,,,,,\nM,R,,,,,,,,\n", ""), HasSubstr("row 2 (line 3): method M comes twice"));
  EXPECT_THAT(refusal(",R,,,,,,,,\n", ""), HasSubstr("method is missing"));
  const std::string method = "M,R,,,,,,,,\n";
  EXPECT_EQ(refusal(method, ""), "accepted");
  EXPECT_THAT(refusal(method, "blank,M,B,,0,,mg/kg\n"), HasSubstr("qc_materials.csv, row 1 (line 2): kind is not"));
  EXPECT_THAT(refusal(method, "control,N,QC,,1,0.1,mg/kg\n"), HasSubstr("has no method \"N\""));
  EXPECT_THAT(refusal(method, "control,M,,,1,0.1,mg/kg\n"), HasSubstr("name is missing"));
  EXPECT_THAT(refusal(method, "control,M,QC,,,0.1,mg/kg\n"), HasSubstr("amount is missing"));
  EXPECT_THAT(refusal(method, "control,M,QC,,1,0,mg/kg\n"), HasSubstr("sd is missing or 0"));
  EXPECT_THAT(refusal(method, "spike,M,-SP,,0,,mg/kg\n"), HasSubstr("amount is 0"));
  EXPECT_THAT(refusal(method, "spike,M,-SP,,-1,,mg/kg\n"), HasSubstr("amount is not a number of 0 or more"));
  EXPECT_THAT(refusal("M,,,,,,,,,\n", "spike,M,-SP,,1,,mg/kg\n"), HasSubstr("no scheme to hold a spike against"));
  EXPECT_THAT(refusal(method, "duplicate,M,-DUP,,,,\n"), HasSubstr("no scheme to hold a duplicate against"));
  EXPECT_THAT(refusal("M,R,,,,,,20,,\n", ""), HasSubstr("method M: a spike is due"));
}

// What the Sichuan plan of 2013 comes with.
TEST(Requirements, TheHousesOwnTablesLoad) {
  const std::string ours = QLIMS_SOURCE_DIR "/protocol/quality/reference/";
  const std::string plan = QLIMS_SOURCE_DIR "/coordinator/reference/sichuan_2013/";
  const std::vector<rules::ReferenceFile> files{{"qc_duplicates.csv", read_file(ours + "duplicate_limits.csv")},
                                                {"qc_materials.csv", read_file(plan + "qc_materials.csv")},
                                                {"qc_methods.csv", read_file(plan + "qc_methods.csv")},
                                                {"qc_recovery.csv", read_file(ours + "recovery_limits.csv")}};
  const auto loaded = Requirements::load(files);
  ASSERT_TRUE(loaded.has_value()) << to_text(loaded.error());
  const Criteria* criteria = loaded->of("NY/T 761-2008");
  ASSERT_NE(criteria, nullptr);
  const Material* spike = loaded->material("NY/T 761-2008", "SC13NCP00001X-SP", "毒死蜱");
  ASSERT_NE(spike, nullptr);
  EXPECT_NE(criteria->recovery.find(criteria->recovery_scheme, *spike->amount), nullptr);
}

}  // namespace
}  // namespace lab::testing
