// qlims stats, as a script drives it.

#include <gtest/gtest.h>
#include <cstdlib>

#include "tests/reference_csv.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

TEST(QlimsStatsInterval, GivesEveryExampleByEveryMethod) {
  const std::pair<const char*, const char*> methods[] = {
      {"wilson", "wilson"}, {"wilson_cc", "wilson_cc"}, {"clopper_pearson", "cp"}, {"jeffreys", "jeffreys"}};
  const auto rows = read_table("tests/coordinator/statistics/data/interval_examples.csv");
  std::string input;
  for (const auto& row : rows) {
    for (const auto& [method, column] : methods) {
      input +=
          object({{"passed", row.at("x")}, {"total", row.at("n")}, {"confidence", row.at("conf")}, {"method", method}});
    }
  }
  const Answer answer = run("stats interval", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), rows.size() * 4);
  for (std::size_t i = 0; i < answer.lines.size(); ++i) {
    const auto& row = rows[i / 4];
    const std::string column = methods[i % 4].second;
    EXPECT_NEAR(number(answer.lines[i], "low"), std::stod(row.at(column + "_lo")), 1e-11) << answer.lines[i];
    EXPECT_NEAR(number(answer.lines[i], "high"), std::stod(row.at(column + "_hi")), 1e-11) << answer.lines[i];
  }
}

TEST(QlimsStatsInterval, IsWilsonAtNinetyFivePercentUnlessToldOtherwise) {
  const Answer answer = run("stats interval", "{\"passed\":96,\"total\":100}\n");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.lines.at(0), "{\"low\":0.901629285641,\"high\":0.984336696008}");
}

TEST(QlimsStatsInterval, RefusesWhatIsNoCountOfSamples) {
  expect_errors("stats interval", {{R"({"passed":5,"total":4})", "5 of 4"},
                                   {R"({"passed":0,"total":0})", "total"},
                                   {R"({"passed":-1,"total":4})", "passed must not be negative"},
                                   {R"({"passed":4,"total":1000000001})", "total"},
                                   {R"({"passed":1.5,"total":4})", "passed must be a whole number"},
                                   {R"({"total":4})", "passed must be given"},
                                   {R"({"passed":1,"total":4,"confidence":1})", "confidence"},
                                   {R"({"passed":1,"total":4,"confidence":0})", "confidence"},
                                   {R"({"passed":1,"total":4,"confidence":"95"})", "confidence"},
                                   {R"({"passed":1,"total":4,"method":"wald"})", "method must be one of wilson"},
                                   {R"({"passed":1,"total":4,"colour":"red"})", "colour"},
                                   {"", "JSON"}});
}

TEST(QlimsStatsTest, KeepsTheRateTheTargetAndTheEvidenceApart) {
  const Answer answer =
      run("stats test", R"({"passed":50,"total":50,"target":"0.96","alternative":"greater","alpha":0.05})"
                        "\n"
                        R"({"passed":100,"total":100,"target":"0.96","alternative":"greater"})"
                        "\n"
                        R"({"passed":"90","total":"100","target":0.96,"alternative":"less","alpha":"0.05"})"
                        "\n"
                        R"({"passed":90,"total":100,"target":"0.96","alternative":"greater"})"
                        "\n"
                        R"({"passed":90,"total":100,"target":"0.96","alpha":0.001})"
                        "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 5U);
  EXPECT_EQ(answer.lines[0], R"({"rate":1,"meets_target":true,"p_value":0.129885793522,"statement":"undecided"})");
  EXPECT_EQ(answer.lines[1], R"({"rate":1,"meets_target":true,"p_value":0.0168703193588,"statement":"for"})");
  EXPECT_EQ(answer.lines[2], R"({"rate":0.9,"meets_target":false,"p_value":0.00684445878284,"statement":"against"})");
  EXPECT_EQ(answer.lines[3], R"({"rate":0.9,"meets_target":false,"p_value":0.997761454093,"statement":"against"})");
  EXPECT_EQ(field(answer.lines[4], "statement"), "undecided");
}

TEST(QlimsStatsTest, MeetsTheTargetInWholeNumbers) {
  std::string input;
  const std::tuple<int, int, const char*, const char*> cases[] = {
      {17'271, 18'000, "0.96", "false"}, {17'279, 18'000, "0.96", "false"}, {17'280, 18'000, "0.96", "true"},
      {5'969, 6'000, "0.995", "false"},  {5'970, 6'000, "0.995", "true"},   {5'970, 6'000, "0.9950", "true"}};
  for (const auto& [passed, total, target, meets] : cases) {
    input += object({{"passed", std::to_string(passed)}, {"total", std::to_string(total)}, {"target", target}});
  }
  const Answer answer = run("stats test", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), std::size(cases));
  for (std::size_t i = 0; i < answer.lines.size(); ++i) {
    EXPECT_EQ(field(answer.lines[i], "meets_target"), std::get<3>(cases[i])) << std::get<0>(cases[i]);
  }
}

TEST(QlimsStatsTest, RefusesWhatIsNoTarget) {
  expect_errors("stats test", {{R"({"passed":5,"total":4,"target":"0.96"})", "5 of 4"},
                               {R"({"passed":0,"total":0,"target":"0.96"})", "total"},
                               {R"({"passed":1,"total":4})", "target must be given"},
                               {R"({"passed":1,"total":4,"target":"96"})", "target"},
                               {R"({"passed":1,"total":4,"target":"-0.1"})", "target"},
                               {R"({"passed":1,"total":4,"target":"96 %"})", "target"},
                               {R"({"passed":1,"total":4,"target":"0.9600000000001"})", "target"},
                               {R"({"passed":1,"total":4,"target":"0.96","alternative":"two-sided"})", "less, greater"},
                               {R"({"passed":1,"total":4,"target":"0.96","alpha":0})", "alpha"},
                               {R"({"passed":1,"total":4,"target":"0.96","alpha":1})", "alpha"},
                               {R"({"passed":1,"total":4,"target":"0.96","side":1})", "side"}});
}

TEST(QlimsStatsStratified, ShowsThePooledRateBesideTheWeightedOne) {
  const Answer answer =
      run("stats stratified", R"({"strata":[{"name":"甲","N":9000,"n":10,"x":9},{"N":1000,"n":90,"x":45}]})"
                              "\n");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.lines.at(0), R"({"pooled":0.54,"weighted":0.86,"standard_error":0.0900919630031})");
}

TEST(QlimsStatsStratified, NamesTheStratumThatMakesNoSense) {
  expect_errors("stats stratified", {{R"({"strata":[]})", "strata"},
                                     {R"({})", "strata"},
                                     {R"({"strata":[1]})", "strata must be a list of objects"},
                                     {R"({"strata":[{"name":"甲","N":9,"n":3,"x":4}]})", "stratum 甲"},
                                     {R"({"strata":[{"N":9,"n":3,"x":3},{"N":9,"n":0,"x":0}]})", "stratum 2"},
                                     {R"({"strata":[{"N":9,"n":10,"x":3}]})", "stratum 1"},
                                     {R"({"strata":[{"N":9,"n":1,"x":1}]})", "stratum 1"},
                                     {R"({"strata":[{"N":9,"n":-3,"x":3}]})", "n must not be negative"},
                                     {R"({"strata":[{"N":9,"n":3}]})", "x must be given"},
                                     {R"({"strata":[{"N":9,"n":3,"x":3,"w":1}]})", R"(unknown field \"w\")"}});
}

TEST(QlimsStatsCusum, GivesThePathAndThePlaceOfTheSignal) {
  const Answer answer = run("stats cusum", R"({"observations":[0,1,0,1,1],"p0":"0.04","p1":"0.08","h":"1.8"})"
                                           "\n"
                                           R"({"observations":["0",1],"p0":0.04,"p1":0.08,"h":5})"
                                           "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 2U);
  EXPECT_EQ(answer.lines[0], R"({"path":[0,0.942151391411,0.884302782823,1.82645417423,2.76860556565],"signal_at":4})");
  EXPECT_EQ(answer.lines[1], R"({"path":[0,0.942151391411],"signal_at":null})");
}

TEST(QlimsStatsEwma, GivesThePathAndThePlaceOfTheSignal) {
  const Answer answer = run("stats ewma", R"({"observations":[0,1,0,1,1],"p0":0.04,"lambda":0.1,"L":3})"
                                          "\n"
                                          R"({"observations":[0,1,0,1,1],"p0":0.04})"
                                          "\n"
                                          R"({"observations":[0,1],"p0":0.04,"lambda":0.1,"L":6})"
                                          "\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 3U);
  EXPECT_EQ(answer.lines[0], R"({"path":[0.036,0.1324,0.11916,0.207244,0.2865196],"signal_at":2})");
  EXPECT_EQ(answer.lines[1], answer.lines[0]) << "lambda 0.1 and L 3 are usual";
  EXPECT_EQ(answer.lines[2], R"({"path":[0.036,0.1324],"signal_at":null})");
}

TEST(QlimsStatsControlPaths, RefuseWhatIsNoObservationOrParameter) {
  const std::vector<std::pair<std::string, std::string>> both = {
      {R"({"observations":[],"p0":0.04,"p1":0.08,"h":5,"lambda":0.1,"L":3})", "observations"},
      {R"({"observations":[0,2],"p0":0.04})", "element 2 is 2"},
      {R"({"observations":[0,0.5],"p0":0.04})", "element 2 is 0.5"},
      {R"({"observations":[0,true],"p0":0.04})", "element 2"},
      {R"({"observations":"01","p0":0.04})", "observations must be a list"},
      {R"({"observations":[0,1]})", "p0 must be given"},
      {R"({"observations":[0,1],"p0":1,"p1":0.08,"h":5})", ""},
  };
  expect_errors("stats cusum", both);
  expect_errors("stats ewma", both);
  expect_errors("stats cusum",
                {{R"({"observations":[0,1],"p0":0.08,"p1":0.04,"h":5})", "p0 < p1"},
                 {R"({"observations":[0,1],"p0":0.04,"p1":0.08,"h":0})", "h > 0"},
                 {R"({"observations":[0,1],"p0":0.04,"p1":0.08})", "h must be given"},
                 {R"({"observations":[0,1],"p0":0.04,"p1":0.08,"h":5,"k":1})", R"(unknown field \"k\")"}});
  expect_errors("stats ewma", {{R"({"observations":[0,1],"p0":0.04,"lambda":1.1,"L":3})", "lambda"},
                               {R"({"observations":[0,1],"p0":0.04,"lambda":0,"L":3})", "lambda"},
                               {R"({"observations":[0,1],"p0":0.04,"lambda":0.1,"L":-3})", "L > 0"},
                               {R"({"observations":[0,1],"p0":0.04,"p1":0.08})", R"(unknown field \"p1\")"}});
}

}  // namespace
}  // namespace lab::testing
