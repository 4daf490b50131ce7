// qlims lot, as a script drives it.

#include <gtest/gtest.h>
#include <cmath>

#include "tests/reference_csv.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

std::string first_line(const std::string& arguments, const std::string& input) {
  const Answer answer = run(arguments, input + "\n");
  EXPECT_EQ(answer.exit_code, 0) << input;
  return answer.lines.empty() ? std::string{} : answer.lines.front();
}

TEST(QlimsLotPlan, AnswersTheKnownPlans) {
  EXPECT_EQ(first_line("lot plan", R"({"lot_size":1000,"level":"II","aql":"1.0","inspection":"normal"})"),
            R"({"code_letter":"J","final_letter":"J","n":80,"n_to_inspect":80,"ac":2,"re":3,"full_inspection":false})");
  EXPECT_EQ(first_line("lot plan", R"({"lot_size":1000,"level":"II","aql":"1.0","inspection":"reduced"})"),
            R"({"code_letter":"J","final_letter":"J","n":32,"n_to_inspect":32,"ac":1,"re":2,"full_inspection":false})");
  EXPECT_EQ(first_line("lot plan", R"({"lot_size":8,"level":"II","aql":"2.5","inspection":"normal"})"),
            R"({"code_letter":"A","final_letter":"C","n":5,"n_to_inspect":5,"ac":0,"re":1,"full_inspection":false})");
  EXPECT_EQ(first_line("lot plan", R"({"lot_size":2,"level":"I","aql":"0.65","inspection":"normal"})"),
            R"({"code_letter":"A","final_letter":"F","n":20,"n_to_inspect":2,"ac":0,"re":1,"full_inspection":true})");
}

TEST(QlimsLotPlan, TakesAnAqlAsANumberOrAStringAndHasDefaults) {
  const std::string expected = first_line("lot plan", R"({"lot_size":6000,"level":"II","aql":"2.5"})");
  EXPECT_EQ(field(expected, "n"), "200");
  for (const char* line :
       {R"({"lot_size":"6000","aql":2.5})", R"({"lot_size":6000,"level":"","aql":"2.50","inspection":""})",
        R"({"lot_size":6000,"level":"ii","aql":"2.5e0","inspection":"normal","standard":"GB/T 2828.1-2012"})"}) {
    EXPECT_EQ(first_line("lot plan", line), expected) << line;
  }
  EXPECT_EQ(field(first_line("lot plan", R"({"lot_size":1000,"aql":1})"), "n"), "80");
  EXPECT_EQ(field(first_line("lot plan", R"({"lot_size":1000,"aql":1.0})"), "n"), "80");
  EXPECT_EQ(field(first_line("lot plan", R"({"lot_size":1000,"aql":0.01})"), "n"), "1250");
}

// A lot size and a level that lead to each code letter.
const std::map<std::string, std::string> lots_of_letter{
    {"A", R"("lot_size":2,"level":"II")"},      {"B", R"("lot_size":9,"level":"II")"},
    {"C", R"("lot_size":16,"level":"II")"},     {"D", R"("lot_size":26,"level":"II")"},
    {"E", R"("lot_size":51,"level":"II")"},     {"F", R"("lot_size":91,"level":"II")"},
    {"G", R"("lot_size":151,"level":"II")"},    {"H", R"("lot_size":281,"level":"II")"},
    {"J", R"("lot_size":501,"level":"II")"},    {"K", R"("lot_size":1201,"level":"II")"},
    {"L", R"("lot_size":3201,"level":"II")"},   {"M", R"("lot_size":10001,"level":"II")"},
    {"N", R"("lot_size":35001,"level":"II")"},  {"P", R"("lot_size":150001,"level":"II")"},
    {"Q", R"("lot_size":500001,"level":"II")"}, {"R", R"("lot_size":500001,"level":"III")"}};

std::string question(const NamedRow& row, const std::string& more) {
  return "{" + lots_of_letter.at(row.at("code_letter")) + ",\"aql\":\"" + row.at("aql") + "\",\"inspection\":\"" +
         row.at("inspection") + "\"" + more + "}\n";
}

void expect_table(const std::string& path, const std::string& more, const std::vector<std::string>& columns) {
  const auto rows = read_table(path);
  ASSERT_EQ(rows.size(), 1248U);
  std::string input;
  for (const NamedRow& row : rows) input += question(row, more);
  const Answer answer = run("lot plan", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool single = rows[i].contains("note") && rows[i].at("note") == "use_single";
    EXPECT_EQ(field(answer.lines[i], "use_single"), single ? "true" : "(absent)");
    if (single) continue;
    for (const std::string& column : columns) {
      EXPECT_EQ(field(answer.lines[i], column), rows[i].at(column)) << column << " of " << question(rows[i], more);
    }
  }
}

TEST(QlimsLotPlan, GivesEveryRowOfTheTables) {
  expect_table("tests/data/sampling/single_gbt2828_1_2012.csv", "", {"code_letter", "final_letter", "n", "ac", "re"});
  expect_table("tests/data/sampling/single_milstd105e.csv", R"(,"standard":"MIL-STD-105E")", {"n", "ac", "re"});
  expect_table("tests/data/sampling/double_milstd105e.csv", R"(,"standard":"MIL-STD-105E","sampling":"double")",
               {"n1", "ac1", "re1", "n2", "ac2", "re2"});
}

TEST(QlimsLotPlan, PutsErrorsInTheirPlace) {
  expect_errors("lot plan", {{R"({"lot_size":0,"level":"II","aql":"1.0"})", "lot"},
                             {R"({"lot_size":1,"level":"II","aql":"1.0"})", "lot"},
                             {R"({"lot_size":-5,"level":"II","aql":"1.0"})", "lot_size"},
                             {R"({"lot_size":10.5,"level":"II","aql":"1.0"})", "lot_size"},
                             {R"({"level":"II","aql":"1.0"})", "lot_size"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.2"})", "aql"},
                             {R"({"lot_size":1000,"level":"II"})", "aql"},
                             {R"({"lot_size":1000,"level":"IV","aql":"1.0"})", "level"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.0","inspection":"lax"})", "inspection"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.0","standard":"ISO"})", "standard"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.0","sampling":"double"})", "sampling"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.0","sampling":"triple"})", "sampling"},
                             {R"({"lot_size":1000,"level":"II","aql":"1.0","colour":"red"})", "colour"},
                             {R"([1000,"II","1.0"])", "object"}});
}

TEST(QlimsLotOc, AnswersWithTwelveDigits) {
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"binomial","p":"0.01"})"), R"({"pa":0.953446814264})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"p":0.01})"), R"({"pa":0.953446814264})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"poisson","p":0.01})"), R"({"pa":0.952577403929})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"binomial","pa":0.95})"), R"({"p":0.0102978013601})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"binomial","pa":"0.5"})"), R"({"p":0.0332853177682})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"binomial","pa":0.1})"), R"({"p":0.0651596669916})");
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"poisson","pa":0.1})"), R"({"p":0.0665290042229})");
}

TEST(QlimsLotOc, TakesALotAsACountOrAShareOfIt) {
  const std::string expected = R"({"pa":0.960751681552})";
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":1000,"defectives":10})"),
            expected);
  EXPECT_EQ(first_line("lot oc", R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":1000,"p":"0.01"})"), expected);
  EXPECT_EQ(first_line("lot oc", R"({"n":5,"ac":0,"model":"hypergeometric","lot_size":10,"pa":0.5})"),
            R"({"p":0.1,"defectives":1})");
}

TEST(QlimsLotOc, PutsErrorsInTheirPlace) {
  expect_errors("lot oc", {{R"({"ac":2,"p":0.01})", "n must"},
                           {R"({"n":80,"p":0.01})", "ac must"},
                           {R"({"n":0,"ac":0,"p":0.01})", "sample"},
                           {R"({"n":-1,"ac":0,"p":0.01})", "n must"},
                           {R"({"n":80,"ac":2})", "p or pa"},
                           {R"({"n":80,"ac":2,"p":0.01,"pa":0.9})", "p or pa"},
                           {R"({"n":80,"ac":2,"p":1.01})", "fraction"},
                           {R"({"n":80,"ac":2,"p":-0.01})", "fraction"},
                           {R"({"n":80,"ac":2,"pa":0})", "probability"},
                           {R"({"n":80,"ac":2,"model":"normal","p":0.01})", "model"},
                           {R"({"n":80,"ac":2,"p":0.01,"lot_size":100})", "lot_size"},
                           {R"({"n":80,"ac":2,"model":"hypergeometric","defectives":1})", "lot_size"},
                           {R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":50,"defectives":1})", "drawn"},
                           {R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":100,"defectives":101})", "101"},
                           {R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":100,"p":"0.005"})", "whole"},
                           {R"({"n":80,"ac":2,"model":"hypergeometric","lot_size":100})", "defectives"}});
}

// Lots of 1000 at level II and AQL 1.0: 80 2/3, tightened 80 1/2, reduced 32 1/2.
std::string steps(const std::vector<int>& nonconforming, const std::string& more = {}) {
  std::string text;
  for (const int d : nonconforming) {
    text += (text.empty() ? "" : ",") + std::string{R"({"N":1000,"lev":"II","aql":"1.0","d":)"} + std::to_string(d) +
            more + "}";
  }
  return text;
}

std::string history(const std::string& list, const std::string& more = {}) {
  return first_line("lot history", "{\"steps\":[" + list + "]" + more + "}");
}

// The values of one field over all steps.
std::string over_steps(const std::string& line, const std::string& name) {
  std::string values;
  for (auto at = line.find("{\"insp\""); at != std::string::npos; at = line.find("{\"insp\"", at + 1)) {
    values += (values.empty() ? "" : " ") + field(line.substr(at), name);
  }
  return values;
}

TEST(QlimsLotHistory, AnswersEachLotAndTheStateAfterIt) {
  EXPECT_EQ(history(steps({1, 3, 3, 1})),
            R"({"steps":[{"insp":"normal","n":80,"ac":2,"re":3,"accepted":true,"state":"normal","score":3},)"
            R"({"insp":"normal","n":80,"ac":2,"re":3,"accepted":false,"state":"normal","score":0},)"
            R"({"insp":"normal","n":80,"ac":2,"re":3,"accepted":false,"state":"tightened","score":0},)"
            R"({"insp":"tightened","n":80,"ac":1,"re":2,"accepted":true,"state":"tightened","score":0}]})");
}

TEST(QlimsLotHistory, GoesToReducedInspectionAndBack) {
  const std::string line = history(steps(std::vector<int>(11, 0)), R"(,"steady":true,"approved":true)");
  EXPECT_EQ(over_steps(line, "score"), "3 6 9 12 15 18 21 24 27 30 30");
  EXPECT_TRUE(over_steps(line, "state").ends_with("normal reduced reduced"));
  EXPECT_TRUE(over_steps(line, "n").ends_with("80 32"));
  const std::string said = R"(,"steady":true,"approved":true)";
  const std::string irregular = history(steps(std::vector<int>(10, 0), said) + "," + steps({0}, R"(,"steady":false)"));
  EXPECT_TRUE(over_steps(irregular, "state").ends_with("normal reduced normal"));
  EXPECT_TRUE(over_steps(irregular, "score").ends_with("27 30 0"));
}

TEST(QlimsLotHistory, StopsInspectionUntilACorrection) {
  const std::string line = history(steps({3, 3, 2, 2, 2, 2, 2, 0}) + "," + steps({0}, R"(,"corrective_action":true)"));
  EXPECT_EQ(over_steps(line, "insp"),
            "normal normal tightened tightened tightened tightened tightened discontinued tightened");
  EXPECT_EQ(over_steps(line, "state"),
            "normal tightened tightened tightened tightened tightened discontinued discontinued tightened");
  EXPECT_EQ(over_steps(line, "accepted"), "false false false false false false false null true");
}

TEST(QlimsLotHistory, LeavesResubmittedLotsOut) {
  const std::string line = history(steps({3}) + "," + steps({3, 3}, R"(,"resubmitted":true)"));
  EXPECT_EQ(over_steps(line, "state"), "normal normal normal");
}

TEST(QlimsLotHistory, OfNoLotsIsEmpty) { EXPECT_EQ(history(""), "{\"steps\":[]}"); }

TEST(QlimsLotHistory, PutsErrorsInTheirPlaceAndNamesTheStep) {
  const auto line = [](const std::string& list) { return "{\"steps\":[" + list + "]}"; };
  expect_errors("lot history", {{"{}", "steps"},
                                {R"({"steps":3})", "steps"},
                                {line(steps({0}) + "," + steps({-1})), "steps[1]: d"},
                                {line(steps({0, 81})), "steps[1]: 81 nonconforming"},
                                {line(R"({"N":1,"lev":"II","aql":"1.0","d":0})"), "steps[0]"},
                                {line(R"({"N":1000,"lev":"V","aql":"1.0","d":0})"), "lev"},
                                {line(R"({"N":1000,"lev":"II","aql":"1.1","d":0})"), "aql"},
                                {line(R"({"N":1000,"lev":"II","aql":"1.0"})"), "steps[0]: d"},
                                {line(steps({0}, R"(,"steady":"yes")")), "steady"},
                                {line(steps({0}, R"(,"colour":"red")")), "colour"},
                                {R"({"steps":[],"colour":"red"})", "colour"}});
  EXPECT_EQ(over_steps(history(R"({"N":1000,"lev":"II","aql":"25","d":120})"), "accepted"), "false");
}

TEST(QlimsLotVariables, JudgesValuesAMeanOrAPlanAlone) {
  const std::string values = R"("values":["197","188",184,"205","201"],"upper":"209")";
  const std::string line = first_line("lot variables", R"({"n":5,"k":"1.53",)" + values + "}");
  EXPECT_NEAR(number(line, "q"), 14 / std::sqrt(77.5), 1e-11);
  EXPECT_EQ(field(line, "accept"), "true");
  EXPECT_EQ(field(line, "pa"), "(absent)");
  EXPECT_EQ(field(first_line("lot variables", R"({"k":1.6,)" + values + "}"), "accept"), "false");
  EXPECT_EQ(first_line("lot variables", R"({"n":10,"k":"2","mean":"0.1","s":"0.1","upper":"0.3"})"),
            R"({"q":2,"accept":true})");
  EXPECT_EQ(first_line("lot variables", R"({"n":10,"k":"2","mean":0.1,"s":0.1,"lower":"-0.09"})"),
            R"({"q":1.9,"accept":false})");
  EXPECT_NEAR(number(first_line("lot variables", R"({"n":5,"k":"1.53","p":"0.01"})"), "pa"), 0.898317047416736, 1e-10);
  EXPECT_EQ(first_line("lot variables", R"({"n":3,"k":"2","values":[1,1,1],"upper":2})"),
            R"({"q":null,"accept":true})");
  EXPECT_EQ(first_line("lot variables", R"({"n":1,"k":"1.5","values":[7],"sigma":2,"upper":10})"),
            R"({"q":1.5,"accept":true})");
}

TEST(QlimsLotVariables, TakesThePlanFromMilStd414) {
  const std::string line = first_line("lot variables", R"({"code_letter":"I","aql":"1.0","p":0.01})");
  EXPECT_EQ(field(line, "n"), "25");
  EXPECT_EQ(field(line, "k"), "1.85");
  EXPECT_NEAR(number(line, "pa"), 0.929938722566325, 1e-10);
  EXPECT_NEAR(number(line, "m"), 2.854, 0.0005);
}

TEST(QlimsLotVariables, PutsErrorsInTheirPlace) {
  expect_errors("lot variables", {{R"({"n":3,"k":"1.5","values":[1,2,3]})", "upper"},
                                  {R"({"n":3,"k":"1.5","values":[1,2,3],"upper":5,"lower":0})", "upper"},
                                  {R"({"n":4,"k":"1.5","values":[1,2,3],"upper":5})", "values"},
                                  {R"({"n":3,"values":[1,2,3],"upper":5})", "k must"},
                                  {R"({"k":"1.5","mean":"1","s":"1","upper":5})", "n must"},
                                  {R"({"n":3,"k":"1.5","mean":"1","upper":5})", "s must"},
                                  {R"({"n":3,"k":"1.5","s":"1","upper":5})", "mean must"},
                                  {R"({"n":3,"k":"1.5","mean":"1","s":"-1","upper":5})", "negative"},
                                  {R"({"n":3,"k":"1.5","mean":"1","s":"1","values":[1,2,3],"upper":5})", "values"},
                                  {R"({"n":3,"k":"1.5","values":[1,"x",3],"upper":5})", "values"},
                                  {R"({"n":1,"k":"1.5","values":[1],"upper":5})", "values"},
                                  {R"({"n":3,"k":"1.5"})", "p must"},
                                  {R"({"n":3,"k":"1.5","p":1})", "fraction"},
                                  {R"({"n":1,"k":"1.5","p":0.1})", "sample"},
                                  {R"({"code_letter":"A","aql":"1.0"})", "code_letter"},
                                  {R"({"code_letter":"I","aql":"1.0","k":"2"})", "table"},
                                  {R"({"n":3,"k":"1.5","p":0.1,"colour":"red"})", "colour"}});
}

TEST(QlimsLot, HasHelpWithAnExample) {
  for (const char* command : {"lot", "lot plan", "lot oc", "lot history", "lot variables"}) {
    const Answer answer = run(std::string{command} + " --help");
    EXPECT_EQ(answer.exit_code, 0) << command;
    bool example = false;
    for (const std::string& line : answer.lines) example = example || line.starts_with("Example:");
    EXPECT_TRUE(example) << command;
  }
  EXPECT_NE(run("lot").exit_code, 0);
}

}  // namespace
}  // namespace lab::testing
