// qlims qc, as a script drives it.

#include <gtest/gtest.h>

#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

TEST(QlimsQcWestgard, FlagsEachValueWithTheRulesItCompletes) {
  const Answer answer = run("qc westgard", R"({"z":["0.3","2.1","-2.4","-3.01"]})"
                                           "\n"
                                           R"({"z":[1.1,1.2,2.0,1.4,2.01]})"
                                           "\n"
                                           R"({"z":[1,"1",0.1,0.1,0.1,0.1,0.1,0.1,0.1,"1e-30"]})"
                                           "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 3U);
  EXPECT_EQ(answer.lines[0], R"({"flags":[[],["1_2s"],["1_2s","R_4s"],["1_2s","1_3s","2_2s"]]})");
  EXPECT_EQ(answer.lines[1], R"({"flags":[[],[],[],["4_1s"],["1_2s","4_1s"]]})");
  EXPECT_EQ(answer.lines[2], R"({"flags":[[],[],[],[],[],[],[],[],[],["10_x"]]})");
}

TEST(QlimsQcWestgard, RefusesWhatIsNoSeries) {
  expect_errors("qc westgard", {{R"({"z":[]})", "z must hold at least one number"},
                                {R"({})", "z must be given"},
                                {R"({"z":"1"})", "z must be a list"},
                                {R"({"z":[1,"x"]})", "its element 2"},
                                {R"({"z":["1e60"]})", "out of range"},
                                {R"({"z":[1],"mean":0})", R"(unknown field \"mean\")"}});
}

TEST(QlimsQcHorwitz, PredictsAndCompares) {
  const Answer answer = run("qc horwitz", R"({"mass_fraction":"0.000001","rsd_observed":"12"})"
                                          "\n"
                                          R"({"mass_fraction":1e-6,"rsd_observed":12})"
                                          "\n"
                                          R"({"mass_fraction":"1e-9"})"
                                          "\n"
                                          R"({"mass_fraction":"5e-8","rsd_observed":"11"})"
                                          "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 4U);
  EXPECT_EQ(answer.lines[0], R"({"prsd_r":16,"horrat":0.75})");
  EXPECT_EQ(answer.lines[1], answer.lines[0]);
  EXPECT_EQ(answer.lines[2], R"({"prsd_r":22,"horrat":null})");
  EXPECT_EQ(answer.lines[3], R"({"prsd_r":22,"horrat":0.5})");
}

TEST(QlimsQcHorwitz, RefusesWhatIsNoMassFraction) {
  expect_errors("qc horwitz", {{R"({"mass_fraction":"0","rsd_observed":"1"})", "mass_fraction"},
                               {R"({"mass_fraction":"1.1","rsd_observed":"1"})", "mass_fraction"},
                               {R"({"mass_fraction":"1 mg/kg"})", "mass_fraction"},
                               {R"({"rsd_observed":"1"})", "mass_fraction must be given"},
                               {R"({"mass_fraction":"0.01","rsd_observed":"-1"})", "rsd_observed must not be negative"},
                               {R"({"mass_fraction":"0.01","rsd":"1"})", R"(unknown field \"rsd\")"}});
}

TEST(QlimsQcDuplicate, ComparesAsDecimals) {
  const Answer answer = run("qc duplicate", R"({"a":"0.9","b":"1.1"})"
                                            "\n"
                                            R"({"a":0.050,"b":"0.05"})"
                                            "\n"
                                            R"({"a":"3","b":1})"
                                            "\n");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.lines, (std::vector<std::string>{R"({"rpd":20})", R"({"rpd":0})", R"({"rpd":100})"}));
  expect_errors("qc duplicate", {{R"({"a":"0","b":"0"})", "mean"},
                                 {R"({"a":"-1","b":"0.5"})", "mean"},
                                 {R"({"a":"1"})", "b must be given"},
                                 {R"({"a":"1","b":"<0.01"})", "b must be a decimal number"},
                                 {R"({"a":"1","b":true})", "b must be a decimal number"},
                                 {R"({"a":"1","b":"1","c":"1"})", R"(unknown field \"c\")"}});
}

TEST(QlimsQcRecovery, SubtractsWhatWasThereBefore) {
  const Answer answer = run("qc recovery", R"({"spiked":"0.095","native":"0.010","added":"0.100"})"
                                           "\n"
                                           R"({"spiked":0.3,"native":0.1,"added":0.3})"
                                           "\n"
                                           R"({"spiked":"0.01","native":"0.02","added":"0.1"})"
                                           "\n");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.lines,
            (std::vector<std::string>{R"({"recovery":85})", R"({"recovery":66.6666666667})", R"({"recovery":-10})"}));
  expect_errors("qc recovery",
                {{R"({"spiked":"1","native":"0","added":"0"})", "added"},
                 {R"({"spiked":"1","native":"0","added":"-1"})", "added"},
                 {R"({"spiked":"1","added":"1"})", "native must be given"},
                 {R"({"spiked":"ND","native":"0","added":"1"})", "spiked"},
                 {R"({"spiked":"1","native":"0","added":"1","unit":"g"})", R"(unknown field \"unit\")"}});
}

TEST(QlimsQcCalibration, FitsALine) {
  const Answer answer = run("qc calibration", R"({"x":["1","2","3"],"y":[3,4,8]})"
                                              "\n"
                                              R"({"x":[0,1],"y":["5","5.0"]})"
                                              "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 2U);
  EXPECT_EQ(answer.lines[0], R"({"slope":2.5,"intercept":0,"r2":0.892857142857,"residuals":[0.5,-1,0.5]})");
  EXPECT_EQ(answer.lines[1], R"({"slope":0,"intercept":5,"r2":null,"residuals":[0,0]})");
}

TEST(QlimsQcCalibration, RefusesWhatIsNoLine) {
  expect_errors("qc calibration", {{R"({"x":[1,2,3],"y":[1,2]})", "y has 2 values and x has 3"},
                                   {R"({"x":[1],"y":[1]})", "two points"},
                                   {R"({"x":[1,1.0],"y":[1,2]})", "all x are equal"},
                                   {R"({"x":[],"y":[]})", "x must hold at least one number"},
                                   {R"({"x":[1,2]})", "y must be given"},
                                   {R"({"x":[1,null],"y":[1,2]})", "its element 2"},
                                   {R"({"x":[1,2],"y":[1,2],"w":[1,1]})", R"(unknown field \"w\")"}});
}

}  // namespace
}  // namespace lab::testing
