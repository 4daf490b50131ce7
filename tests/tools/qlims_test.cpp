// The built program, as a script drives it.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/reference_csv.hpp"
#include "tests/tools/qlims_program.hpp"
#include "tests/where.hpp"

namespace lab::testing {
namespace {

TEST(QlimsRound, GivesEveryExampleOfTheStandard) {
  const auto rows = read_table("tests/data/rounding/rounding_examples.csv");
  std::string input;
  for (const auto& row : rows) {
    input += object(
        {{"value", row.at("value")}, {"unit", row.at("unit")}, {"fraction_of_unit", row.at("fraction_of_unit")}});
  }
  const Answer answer = run("round", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(field(answer.lines[i], "rounded"), rows[i].at("rounded")) << rows[i].at("value");
  }
}

TEST(QlimsRound, TakesDigitsAsANumberOrAStringAndRefusesMixtures) {
  const Answer answer = run("round",
                            "{\"value\":\"99.96\",\"digits\":3}\n"
                            "{\"value\":\"9.995\",\"digits\":\"3\"}\n"
                            "{\"value\":\"1\",\"digits\":3,\"unit\":\"1\"}\n"
                            "{\"value\":\"1\"}\n"
                            "{\"value\":\"1\",\"unit\":\"0.3\"}\n"
                            "{\"value\":\"1\",\"unit\":\"1\",\"fraction_of_unit\":\"0.3\"}\n"
                            "{\"value\":\"abc\",\"unit\":\"1\"}\n"
                            "{\"value\":\"1\",\"digits\":39}\n"
                            "{\"unit\":\"1\"}\n");
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 9U);
  EXPECT_EQ(answer.lines[0], "{\"rounded\":\"100\"}");
  EXPECT_EQ(answer.lines[1], "{\"rounded\":\"10.0\"}");
  for (std::size_t i = 2; i < 9; ++i) EXPECT_EQ(field(answer.lines[i], "line"), std::to_string(i + 1));
}

TEST(QlimsJudge, GivesEveryExampleOfTheStandardByBothComparisons) {
  const auto rows = read_table("tests/data/rounding/limit_comparison_examples.csv");
  std::string input;
  for (const auto& row : rows) {
    const std::string& lower = row.at("lower");
    const std::string& upper = row.at("upper");
    const std::string op = lower.empty() ? "<=" : upper.empty() ? ">=" : "range";
    const std::string limit = op == "range" ? lower + "~" + upper : lower + upper;
    for (const char* comparison : {"full_value", "rounded_value"}) {
      input += object({{"op", op},
                       {"limit", limit},
                       {"result", row.at("measured")},
                       {"comparison", comparison},
                       {"rounding_unit", row.at("unit")},
                       {"lower_inclusive", row.at("lower_inclusive") == "1" ? "true" : "false"},
                       {"upper_inclusive", row.at("upper_inclusive") == "1" ? "true" : "false"}});
    }
  }
  const Answer answer = run("judge", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), rows.size() * 2);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(field(answer.lines[i * 2], "verdict"), rows[i].at("full_value_conforms") == "1" ? "pass" : "fail");
    EXPECT_EQ(field(answer.lines[i * 2 + 1], "verdict"), rows[i].at("rounded_value_conforms") == "1" ? "pass" : "fail");
  }
}

TEST(QlimsJudge, GivesEveryDecisionRuleExampleWithTwelveDigitsOfProbability) {
  const auto rows = read_table("tests/data/qc/decision_rule_examples.csv");
  const std::pair<const char*, const char*> rules[] = {{"simple", "simple"},
                                                       {"guard_acceptance", "guard_acceptance_w_eq_U"},
                                                       {"guard_rejection", "guard_rejection_w_eq_U"},
                                                       {"nonbinary", "nonbinary_w_eq_U"}};
  std::string input;
  for (const auto& row : rows) {
    for (const auto& [rule, column] : rules) {
      input += object({{"op", "<="},
                       {"limit", row.at("upper_limit")},
                       {"result", row.at("y")},
                       {"decision_rule", rule},
                       {"expanded_uncertainty", row.at("U_k2")}});
    }
  }
  const Answer answer = run("judge", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), rows.size() * 4);
  for (std::size_t i = 0; i < answer.lines.size(); ++i) {
    const auto& row = rows[i / 4];
    EXPECT_EQ(field(answer.lines[i], "verdict"), row.at(rules[i % 4].second)) << answer.lines[i];
    EXPECT_NEAR(std::strtod(field(answer.lines[i], "p_conform").c_str(), nullptr),
                std::strtod(row.at("p_conform_normal").c_str(), nullptr), 1e-11);
  }
}

TEST(QlimsJudge, AnswersInOrderAndPutsErrorsInTheirPlace) {
  const Answer answer = run("judge",
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.05\"}\n"
                            "nonsense\n"
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.06\",\"colour\":\"red\"}\n"
                            "\n"
                            "[1,2]\n"
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":0.04}\n"
                            "{\"op\":\"<\",\"limit\":\"0.05\",\"result\":\"0.04\"}\n"
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.04\",\"lod\":\"x\"}\n"
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.04\",\"decision_rule\":\"fair\"}\n"
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.06\"}");
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 10U);
  EXPECT_EQ(field(answer.lines[0], "verdict"), "pass");
  EXPECT_EQ(field(answer.lines[9], "verdict"), "fail");
  for (std::size_t i = 1; i < 9; ++i) {
    EXPECT_EQ(field(answer.lines[i], "line"), std::to_string(i + 1)) << answer.lines[i];
    EXPECT_NE(field(answer.lines[i], "error"), "(absent)");
  }
  EXPECT_NE(answer.lines[2].find("colour"), std::string::npos) << "the unknown field is named";
  EXPECT_NE(answer.lines[7].find("lod"), std::string::npos) << "the wrong field is named";
}

TEST(QlimsJudge, MissingOptionalFieldsMayBeLeftOutOrEmpty) {
  const Answer answer = run("judge",
                            "{\"op\":\"<=\",\"limit\":\"0.05\",\"result\":\"0.05\",\"lod\":\"\",\"loq\":null,"
                            "\"comparison\":\"\",\"rounding_unit\":\"\",\"lower_inclusive\":null,"
                            "\"decision_rule\":\"\",\"expanded_uncertainty\":\"\",\"reference_only\":\"\"}\n"
                            "{\"op\":\"none\"}\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 2U);
  EXPECT_EQ(field(answer.lines[0], "verdict"), "pass");
  EXPECT_EQ(field(answer.lines[0], "p_conform"), "(absent)");
  EXPECT_EQ(field(answer.lines[1], "reason"), "no_basis");
}

TEST(QlimsJudge, NoWrongInputEverPasses) {
  std::string input;
  for (const char* op : {"<=", "ND", "banned", "none"}) {
    for (const char* result : {"", "-----", "abc", "OVER", "阴性", "-1", "0,01", "0.01 mg/kg"}) {
      input += object({{"op", op},
                       {"limit", "0.05"},
                       {"unit_limit", "mg/kg"},
                       {"unit_result", "mg/kg"},
                       {"result", result},
                       {"lod", "0.001"}});
    }
  }
  const Answer answer = run("judge", input);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 32U);
  for (const std::string& line : answer.lines) EXPECT_EQ(field(line, "verdict"), "undetermined") << line;
}

TEST(QlimsJudge, AddsTheComponentsOfAResidueDefinition) {
  const std::string limit = "{\"op\":\"<=\",\"limit\":\"0.05\",\"unit_limit\":\"mg/kg\",";
  const std::string components =
      "\"components\":[{\"name\":\"a\",\"result\":\"0.035\",\"unit_result\":\"mg/kg\"},"
      "{\"name\":\"b\",\"result\":\"ND\",\"lod\":\"20\",\"unit_result\":\"ug/kg\",\"factor\":\"1.1\"}]";
  const Answer answer =
      run("judge", limit + components + "}\n" + limit + components + ",\"non_detects\":\"zero\"}\n" + limit +
                       components + ",\"result\":\"1\"}\n" + limit + "\"components\":[{\"colour\":\"red\"}]}\n");
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 4U);
  EXPECT_EQ(field(answer.lines[0], "reason"), "bound_undecided");
  EXPECT_EQ(field(answer.lines[0], "sum_low"), "0.0350");
  EXPECT_EQ(field(answer.lines[0], "sum_high"), "0.0570");
  EXPECT_EQ(field(answer.lines[1], "verdict"), "pass");
  EXPECT_NE(answer.lines[2].find("result"), std::string::npos);
  EXPECT_NE(answer.lines[3].find("colour"), std::string::npos);
}

const std::string table = "--table " QLIMS_SOURCE_DIR "/protocol/rules/reference/limits.csv";

TEST(QlimsLimit, AnswersTheRowOrNulls) {
  const Answer answer = run(
      "limit " + table,
      "{\"analyte\":\"镉\",\"commodity\":\"芹菜\",\"category_path\":[\"蔬菜\",\"茎类蔬菜\"],\"date\":\"2013-07-01\"}\n"
      "{\"analyte\":\"镉\",\"commodity\":\"芹菜\",\"date\":\"2010-07-01\"}\n"
      "{\"analyte\":\"甲胺磷\",\"commodity\":\"番茄\",\"date\":\"2013-07-01\"}\n"
      "{\"analyte\":\"氯丙嗪\",\"commodity\":\"猪肉\",\"date\":\"2021-07-01\"}\n");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 4U);
  EXPECT_EQ(answer.lines[0],
            "{\"op\":\"<=\",\"limit\":\"0.2\",\"unit\":\"mg/kg\",\"standard\":\"GB 2762-2012\","
            "\"clause\":\"4.2 表2\",\"row\":53}");
  EXPECT_EQ(answer.lines[1],
            "{\"op\":null,\"limit\":null,\"unit\":null,\"standard\":null,\"clause\":null,\"row\":null}");
  EXPECT_EQ(field(answer.lines[2], "op"), "ND");
  EXPECT_EQ(field(answer.lines[2], "limit"), "0.05");
  EXPECT_EQ(field(answer.lines[3], "op"), "ND");
  EXPECT_EQ(field(answer.lines[3], "limit"), "null");
}

TEST(QlimsLimit, LooksIntoTheBansOnlyWhenAsked) {
  const std::string line =
      "{\"analyte\":\"甲胺磷\",\"commodity\":\"白菜\",\"category_path\":[\"蔬菜\"],"
      "\"date\":\"2013-07-01\"}\n";
  EXPECT_EQ(field(run("limit " + table, line).lines.at(0), "op"), "null");
  const std::string banned = run("limit --bans " + table, line).lines.at(0);
  EXPECT_EQ(field(banned, "op"), "banned");
  EXPECT_EQ(field(banned, "row"), "551");
}

TEST(QlimsLimit, AWrongDateOrFileIsAnError) {
  EXPECT_EQ(run("limit " + table, "{\"analyte\":\"镉\",\"date\":\"2013-02-30\"}\n").exit_code, 1);
  const Answer missing = run("limit --table /nonexistent.csv", "{}\n");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_TRUE(missing.lines.empty());
}

// A table of our own in a file of its own.
std::string table_file(const std::string& name, const std::string& rows) {
  const auto path = std::filesystem::temp_directory_path() / ("qlims_" + name + std::to_string(::getpid()) + ".csv");
  std::ofstream{path, std::ios::binary}
      << "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n"
      << rows;
  return path.string();
}

TEST(QlimsLimit, DiffNamesWhatANewEditionChanges) {
  const std::string before = table_file("old", "铅,lead,芹菜,<=,0.3,mg/kg,GB 1,,,\n镉,,芹菜,<=,0.2,mg/kg,GB 1,,,\n");
  const std::string after = table_file("new", "铅,lead,芹菜,<=,0.2,mg/kg,GB 2,,,\n砷,,芹菜,<=,0.5,mg/kg,GB 2,,,\n");
  const Answer json = run("limit diff --json " + before + " " + after);
  EXPECT_EQ(json.exit_code, 0);
  ASSERT_EQ(json.lines.size(), 1U);
  const std::string& line = json.lines[0];
  EXPECT_TRUE(line.starts_with("{\"removed\":[{\"row\":2,\"analyte\":\"镉\"")) << line;
  EXPECT_NE(line.find("\"added\":[{\"row\":2,\"analyte\":\"砷\""), std::string::npos) << line;
  EXPECT_EQ(field(line, "strictness"), "stricter");
  EXPECT_NE(line.find("{\"column\":\"limit\",\"was\":\"0.3\",\"is\":\"0.2\"}"), std::string::npos) << line;
  EXPECT_EQ(field(line, "unchanged"), "0");
  const Answer text = run("limit diff " + before + " " + after);
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.lines.back(), "删除 1，新增 1，修改 1，不变 0");
  EXPECT_EQ(run("limit diff " + before + " " + before).lines.back(), "删除 0，新增 0，修改 0，不变 2");
  EXPECT_EQ(run("limit diff " + before + " /nonexistent.csv").exit_code, 1);
  EXPECT_NE(run("limit diff " + before).exit_code, 0);
  EXPECT_NE(run("limit").exit_code, 0);
  std::filesystem::remove(before);
  std::filesystem::remove(after);
}

TEST(QlimsNumber, ChecksAndMakes) {
  const Answer made = run("number make --year 2013 --programme NCP --serial 907 --count 2");
  EXPECT_EQ(made.exit_code, 0);
  EXPECT_EQ(made.lines, (std::vector<std::string>{"SC13NCP00907R", "SC13NCP00908P"}));
  EXPECT_EQ(run("number check SC13NCP00907R").exit_code, 0);
  const Answer official = run("number check SC1622590001 --json");
  EXPECT_EQ(official.exit_code, 0);
  EXPECT_EQ(official.lines.at(0), R"({"number":"SC1622590001","valid":true,"official":"provincial"})");
  const Answer wrong = run("number check SC13NCP00907X --json");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_EQ(field(wrong.lines.at(0), "valid"), "false");
  EXPECT_NE(wrong.lines.at(0).find("expected R"), std::string::npos);
  EXPECT_NE(run("number make --year 13 --programme ncp --serial 1").exit_code, 0);
  EXPECT_NE(run("number make --year 13").exit_code, 0);
  EXPECT_EQ(run("number check", "{\"number\":\"SC13NCP00907R\"}\n").lines.at(0),
            "{\"number\":\"SC13NCP00907R\",\"valid\":true}");
  EXPECT_EQ(run("number make", "{\"year\":13,\"programme\":\"NCP\",\"serial\":\"907\"}\n").lines.at(0),
            "{\"number\":\"SC13NCP00907R\"}");
}

// Kilobytes that the largest program so far was in memory.
std::int64_t largest_child() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_maxrss;
}

TEST(Qlims, ALineThatIsTooLongIsAnsweredAndTheBatchGoesOn) {
  constexpr std::size_t octets_max = 1 << 20;
  const std::string good = "{\"number\":\"SC13NCP00907R\"}";
  const auto padded = [&](std::size_t size) { return good + std::string(size - good.size(), ' '); };
  const Answer answer =
      run("number check", padded(octets_max) + "\n" + padded(octets_max) + "\r\n" + padded(octets_max + 1) + "\n" +
                              padded(octets_max + 1) + "\rx\n" + padded(2 * octets_max) + "\n\n" + good);
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 7U);
  for (const std::size_t fitting : {0U, 1U, 6U}) EXPECT_EQ(field(answer.lines[fitting], "valid"), "true") << fitting;
  for (const std::size_t lengthy : {2U, 3U, 4U}) {
    EXPECT_NE(answer.lines[lengthy].find("longer than 1048576 octets"), std::string::npos) << answer.lines[lengthy];
    EXPECT_EQ(field(answer.lines[lengthy], "line"), std::to_string(lengthy + 1));
  }
  EXPECT_NE(answer.lines[5].find("not JSON"), std::string::npos) << answer.lines[5];
}

TEST(Qlims, ALineWithoutEndIsNotHeldInMemory) {
  run("number check", "{\"number\":\"SC13NCP00907R\"}\n");
  const std::int64_t usual = largest_child();
  std::FILE* const pipe = ::popen("head -c 200000000 /dev/zero | " QLIMS_BIN_DIR "/qlims number check", "r");
  std::array<char, 1024> buffer{};
  const std::string output(buffer.data(), std::fread(buffer.data(), 1, buffer.size(), pipe));
  EXPECT_EQ(WEXITSTATUS(::pclose(pipe)), 1);
  EXPECT_NE(output.find("longer than 1048576 octets"), std::string::npos) << output;
  EXPECT_LT(largest_child() - usual, 50'000);
}

TEST(Qlims, AnUnknownCommandIsNotSuccess) {
  EXPECT_NE(run("frobnicate").exit_code, 0);
  EXPECT_NE(run("").exit_code, 0);
  EXPECT_NE(run("judge --frobnicate").exit_code, 0);
}

TEST(Qlims, SaysWhatAMistypedCommandProbablyMeant) {
  const Answer top = run("summry", {}, Errors::among_the_lines);
  EXPECT_NE(top.exit_code, 0);
  EXPECT_EQ(top.lines[0], "qlims: no command 'summry'; did you mean 'summary'?");
  EXPECT_EQ(run("task shw T-1.1-1", {}, Errors::among_the_lines).lines[0],
            "qlims: no command 'shw'; did you mean 'show'?");
  EXPECT_EQ(run("frobnicate", {}, Errors::among_the_lines).lines[0], "qlims: no command 'frobnicate'");
}

TEST(Qlims, AFailureIsAnObjectWhereJsonWasAskedFor) {
  for (const char* arguments :
       {"status --json --coordinator http://127.0.0.1:1", "--json status --coordinator http://127.0.0.1:1"}) {
    const Answer answer = run(arguments, {}, Errors::among_the_lines);
    EXPECT_EQ(answer.exit_code, 1);
    ASSERT_EQ(answer.lines.size(), 1U);
    EXPECT_EQ(field(answer.lines[0], "code"), "unavailable");
    EXPECT_NE(field(answer.lines[0], "error").find("Connection refused"), std::string::npos) << answer.lines[0];
  }
}

TEST(Qlims, AFileThatCannotBeFetchedIsAnObjectToo) {
  const std::string nobody = " --json --out /dev/null/x.xlsx --coordinator http://127.0.0.1:1";
  for (const char* command : {"report pdf 1", "report xlsx 1", "plan template"}) {
    const Answer answer = run(command + nobody, {}, Errors::among_the_lines);
    EXPECT_EQ(answer.exit_code, 1) << command;
    ASSERT_EQ(answer.lines.size(), 1U) << command;
    EXPECT_EQ(field(answer.lines[0], "code"), "unavailable") << answer.lines[0];
  }
}

TEST(Qlims, AMisusedCommandEndsWithOneAndSaysWhy) {
  for (const char* arguments : {"judge --frobnicate", "task show", "lot oc extra", "frobnicate", "",
                                "summary --verdicts both", "plan template --out plan.doc"}) {
    const Answer plain = run(arguments, {}, Errors::among_the_lines);
    EXPECT_EQ(plain.exit_code, 1) << arguments;
    ASSERT_FALSE(plain.lines.empty()) << arguments;
    EXPECT_TRUE(plain.lines[0].starts_with("qlims: ")) << plain.lines[0];
    const Answer object = run(std::string{arguments} + " --json", {}, Errors::among_the_lines);
    EXPECT_EQ(object.exit_code, 1) << arguments;
    ASSERT_EQ(object.lines.size(), 1U) << arguments;
    EXPECT_EQ(field(object.lines[0], "code"), "usage") << object.lines[0];
  }
}

TEST(Qlims, TheFormatsOfInstrumentsAreHadAsObjects) {
  const Answer answer = run("instrument profiles --json");
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), run("instrument profiles").lines.size());
  for (const std::string& line : answer.lines) EXPECT_TRUE(line.starts_with("{\"profile\":\"")) << line;
}

TEST(Qlims, EveryFamilyShowsAnExampleOfItsOwn) {
  for (const std::string family : {"lab", "task", "plan", "lot", "stats", "qc", "series", "quarantine"}) {
    const Answer help = run(family + " --help");
    EXPECT_EQ(help.exit_code, 0);
    bool shown = false;
    for (const std::string& line : help.lines) shown = shown || line.find("qlims " + family + " ") != std::string::npos;
    EXPECT_TRUE(shown) << family;
  }
}

TEST(QlimsDoctor, DrawsALabelAndLooksAtTheFolder) {
  const auto data = std::filesystem::temp_directory_path() / ("qlims_doctor_" + std::to_string(::getpid()));
  std::filesystem::create_directories(data / "store");
  std::ofstream{data / "store" / "data.mdb"} << "x";
  std::ofstream{data / "people.json"} << "{}";
  const auto state_of = [&](const std::string& what) {
    const Answer answer = run("doctor --json --data " + data.string());
    for (const std::string& line : answer.lines) {
      if (field(line, "what") == what) return field(line, "state");
    }
    return std::string{"not looked at"};
  };
  EXPECT_EQ(state_of("标签打印"), "good");
  EXPECT_EQ(state_of("数据库"), "good");
  std::filesystem::permissions(data / "people.json", std::filesystem::perms{0644});
  EXPECT_EQ(state_of("密钥权限"), "bad");
  EXPECT_EQ(run("doctor --data " + data.string()).exit_code, 1);
  std::filesystem::permissions(data / "people.json", std::filesystem::perms{0600});
  EXPECT_EQ(state_of("密钥权限"), "good");
  std::filesystem::remove_all(data);
  EXPECT_EQ(state_of("数据库"), "bad");
  EXPECT_EQ(state_of("磁盘空间"), "bad");
}

}  // namespace
}  // namespace lab::testing
