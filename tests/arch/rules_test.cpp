// The rules are tested on small trees in memory: each bad line must be found, and its good twin must not.
#include "tests/arch/rules.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lab::arch {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

LevelTable table() {
  return {
      {"protocol/base", {.level = 0, .pure = false, .libraries = {}}},
      {"protocol/rules", {.level = 2, .pure = true, .libraries = {}}},
      {"protocol/journal", {.level = 2, .pure = false, .libraries = {"lmdb"}}},
      {"instruments/label", {.level = 2, .pure = false, .libraries = {"opencv", "json"}}},
      {"coordinator/ledger", {.level = 4, .pure = true, .libraries = {}}},
      {"lab-node/bench", {.level = 4, .pure = true, .libraries = {}}},
      {"lab-node/app", {.level = 8, .pure = false, .libraries = {}}},
  };
}

Tree tree(std::initializer_list<SourceFile> files) {
  Tree tree;
  for (const SourceFile& file : files) tree.emplace(file.path, file);
  return tree;
}

auto finding(std::string_view where, std::string_view what) {
  return AllOf(Field(&Finding::where, HasSubstr(std::string(where))),
               Field(&Finding::what, HasSubstr(std::string(what))));
}

TEST(OwnIncludes, MayGoToALowerLevelAndTheOwnFolder) {
  const auto good = tree({
      {"protocol/base/time.hpp", ""},
      {"lab-node/bench/a.hpp", ""},
      {"lab-node/bench/a.cpp", "#include \"lab-node/bench/a.hpp\"\n#include \"protocol/base/time.hpp\"\n"},
  });
  EXPECT_THAT(check_own_includes(good, table()), IsEmpty());
}

TEST(OwnIncludes, MayNotGoToTheSameOrAHigherLevel) {
  const auto same =
      tree({{"protocol/rules/a.hpp", "\n#include \"protocol/journal/b.hpp\"\n"}, {"protocol/journal/b.hpp", ""}});
  EXPECT_THAT(check_own_includes(same, table()),
              ElementsAre(finding("protocol/rules/a.hpp:2", "level 2 from level 2")));
  const auto higher = tree({{"lab-node/bench/a.hpp", "#include \"lab-node/app/b.hpp\"\n"}, {"lab-node/app/b.hpp", ""}});
  EXPECT_THAT(check_own_includes(higher, table()),
              ElementsAre(finding("lab-node/bench/a.hpp:1", "level 8 from level 4")));
}

TEST(OwnIncludes, AreWrittenFromTheRoot) {
  const auto relative = tree({{"protocol/base/a.hpp", "#include \"time.hpp\"\n"}, {"protocol/base/time.hpp", ""}});
  EXPECT_THAT(check_own_includes(relative, table()), ElementsAre(finding("protocol/base/a.hpp:1", "from the root")));
}

TEST(OwnIncludes, MayNameAHeaderThatTheBuildMakesOfASchema) {
  const auto good =
      tree({{"protocol/base/a.cpp", "#include \"protocol/base/x.capnp.h\"\n"}, {"protocol/base/x.capnp", ""}});
  EXPECT_THAT(check_own_includes(good, table()), IsEmpty());
}

TEST(OwnIncludes, NeverCrossFromOneProcessToTheOther) {
  const auto crossed = tree({
      {"lab-node/app/a.cpp", "#include \"coordinator/ledger/b.hpp\"\n"},
      {"coordinator/ledger/b.hpp", ""},
      {"coordinator/ledger/c.cpp", "#include \"lab-node/bench/d.hpp\"\n"},
      {"lab-node/bench/d.hpp", ""},
  });
  EXPECT_THAT(check_own_includes(crossed, table()), ElementsAre(finding("coordinator/ledger/c.cpp", "two processes"),
                                                                finding("lab-node/app/a.cpp", "two processes")));
}

TEST(OwnIncludes, NeverLeaveProtocolNorGoFromInstrumentsToAProcess) {
  const auto bad = tree({
      {"protocol/journal/a.cpp", "#include \"instruments/label/b.hpp\"\n"},
      {"instruments/label/b.hpp", ""},
      {"instruments/label/c.cpp", "#include \"lab-node/bench/d.hpp\"\n"},
      {"lab-node/bench/d.hpp", ""},
  });
  EXPECT_THAT(check_own_includes(bad, table()), ElementsAre(finding("instruments/label/c.cpp", "neither process"),
                                                            finding("protocol/journal/a.cpp", "outside")));
}

TEST(OwnIncludes, NeverUseTests) {
  const auto bad = tree({{"lab-node/app/a.cpp", "#include \"tests/base/b.hpp\"\n"}, {"tests/base/b.hpp", ""}});
  EXPECT_THAT(check_own_includes(bad, table()), ElementsAre(finding("lab-node/app/a.cpp:1", "does not use tests")));
}

TEST(OwnIncludes, MayNotBringAForeignHeaderIntoAnotherFolder) {
  const auto leak = tree({
      {"lab-node/app/a.cpp", "#include \"instruments/label/outer.hpp\"\n"},
      {"instruments/label/outer.hpp", "#include \"instruments/label/image.hpp\"\n"},
      {"instruments/label/image.hpp", "#include <opencv2/core.hpp>\n"},
      {"instruments/label/b.cpp", "#include \"instruments/label/image.hpp\"\n"},
  });
  EXPECT_THAT(check_own_includes(leak, table()),
              ElementsAre(finding("lab-node/app/a.cpp:1", "<opencv2/core.hpp> through")));
  LevelTable granted = table();
  granted.at("lab-node/app").libraries = {"opencv"};
  EXPECT_THAT(check_own_includes(leak, granted), IsEmpty());
}

TEST(ForeignIncludes, AreForTheDoorkeeperOnly) {
  const auto files = tree({
      {"protocol/journal/a.cpp",
       "#include <lmdb.h>\n#include <vector>\n#include <fmt/format.h>\n#include <unistd.h>\n"},
      {"protocol/base/b.cpp", "#include <lmdb.h>\n"},
  });
  EXPECT_THAT(check_foreign_includes(files, table()),
              ElementsAre(finding("protocol/base/b.cpp:1", "doorkeeper of lmdb")));
}

TEST(ForeignIncludes, MustBeOfAKnownLibrary) {
  const auto files = tree({{"protocol/base/a.cpp", "#include <protocol/base/time.hpp>\n#include <gtest/gtest.h>\n"}});
  EXPECT_THAT(check_foreign_includes(files, table()),
              ElementsAre(finding("a.cpp:1", "no library we know"), finding("a.cpp:2", "doorkeeper of test")));
}

TEST(ForeignIncludes, StayOutOfHeadersWhenTheyAreSlow) {
  const auto files =
      tree({{"instruments/label/a.hpp", "#include <nlohmann/json.hpp>\n"},
            {"instruments/label/own.hpp", "#include <nlohmann/json.hpp>\n"},
            {"instruments/label/a.cpp", "#include <nlohmann/json.hpp>\n#include \"instruments/label/own.hpp\"\n"},
            {"tests/instruments/label/a_test.cpp", "#include \"instruments/label/a.hpp\"\n"}});
  EXPECT_THAT(check_foreign_includes(files, table()), ElementsAre(finding("a.hpp:1", "slow to compile")));
}

TEST(Purity, ForbidsThreadsFilesAndSocketsAlsoThroughHeaders) {
  for (const char* header : {"thread", "mutex", "fstream", "filesystem", "random", "unistd.h", "sys/socket.h"}) {
    const auto direct = tree({{"protocol/rules/a.cpp", fmt::format("#include <{}>\n", header)}});
    EXPECT_THAT(check_purity(direct, table()), ElementsAre(finding("protocol/rules/a.cpp:1", header))) << header;
  }
  const auto through = tree({{"coordinator/ledger/a.cpp", "#include \"protocol/journal/store.hpp\"\n"},
                             {"protocol/journal/store.hpp", "\n#include <filesystem>\n"}});
  EXPECT_THAT(check_purity(through, table()),
              ElementsAre(finding("protocol/journal/store.hpp:2", "reaches coordinator/ledger")));
  const auto shell = tree({{"lab-node/app/a.cpp", "#include <thread>\n"}});
  EXPECT_THAT(check_purity(shell, table()), IsEmpty());
}

TEST(Purity, ForbidsClocksRandomDevicesAndOutput) {
  for (const char* call : {"std::chrono::system_clock::now()", "std::chrono::steady_clock::now()", "std::printf(\"x\")",
                           "std::cout << 1", "crypto::random_bytes(8)", "std::getenv(\"HOME\")"}) {
    const auto bad = tree({{"protocol/rules/a.cpp", fmt::format("void f() {{ {}; }}\n", call)}});
    EXPECT_EQ(check_purity(bad, table()).size(), 1U) << call;
    const auto comment = tree({{"protocol/rules/a.cpp", fmt::format("// not {}\n", call)}});
    EXPECT_THAT(check_purity(comment, table()), IsEmpty()) << call;
  }
}

TEST(Purity, ForbidsTheLog) {
  const auto bad =
      tree({{"protocol/rules/a.cpp", "#include \"protocol/base/log.hpp\"\n"}, {"protocol/base/log.hpp", ""}});
  EXPECT_THAT(check_purity(bad, table()), ElementsAre(finding("protocol/rules/a.cpp", "reaches the log")));
}

TEST(Folders, AreListedBothWays) {
  const auto files = tree({{"protocol/base/a.cpp", ""}, {"protocol/novel/a.cpp", ""}, {"tests/x/a.cpp", ""}});
  const LevelTable rows{{"protocol/base", {}}, {"protocol/gone", {}}};
  EXPECT_THAT(check_folders(files, rows),
              ElementsAre(finding("protocol/novel", "add one"), finding("protocol/gone", "remove the row")));
}

TEST(Form, LimitsFilesAndFunctions) {
  const auto lines = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "x();\n";
    return text;
  };
  const auto good = tree({{"a.cpp", lines(600)}, {"b.cpp", "void f() {\n" + lines(68) + "}\n"}});
  EXPECT_THAT(check_form(good), IsEmpty());
  const auto bad = tree({{"a.cpp", lines(601)}, {"b.cpp", "void f() {\n" + lines(69) + "}\n"}});
  EXPECT_THAT(check_form(bad), ElementsAre(finding("a.cpp", "601 lines"), finding("b.cpp:1", "71 lines")));
}

TEST(Form, FindsBannedCallsInCodeButNotInText) {
  const auto bad = tree({{"tools/a.cpp", "int f() {\n return system(\"ls\") + std::rand();\n}\n"}});
  EXPECT_THAT(check_form(bad), ElementsAre(finding("a.cpp:2", "'rand('"), finding("a.cpp:2", "'system('")));
  const auto good = tree({{"tools/a.cpp", "int f() {\n return file_system(\"system(\"); // rand( is banned\n}\n"}});
  EXPECT_THAT(check_form(good), IsEmpty());
  const auto header = tree({{"tools/a.cpp", "#include <regex>\n"}});
  EXPECT_THAT(check_form(header), ElementsAre(finding("a.cpp:1", "<regex>")));
}

TEST(Form, LetsOnlyProgramsTalkOnTheirStandardStreams) {
  const auto files = tree({{"tools/x/a.cpp", "#include <iostream>\n"},
                           {"instruments/sim/main.cpp", "#include <iostream>\n"},
                           {"protocol/base/b.cpp", "#include <iostream>\n"}});
  EXPECT_THAT(check_form(files), ElementsAre(finding("protocol/base/b.cpp:1", "<iostream>")));
}

TEST(Form, FindsMarksOfUnfinishedWorkInComments) {
  const auto bad = tree({{"a.cpp", "// TODO later\n"}});
  EXPECT_THAT(check_form(bad), ElementsAre(finding("a.cpp:1", "TODO")));
}

TEST(LevelTable, ReadsLevelMarkAndLibraries) {
  const auto rows =
      parse_level_table(
          "text\n<!-- levels: begin -->\n| level | folder | mark | libraries | what |\n|---|---|---|---|---|\n"
          "| 2 | `protocol/rules` | pure | | verdicts |\n| 6 | `protocol/http` | | beast, asio | pages |\n"
          "<!-- levels: end -->\n")
          .value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows.at("protocol/rules").pure);
  EXPECT_EQ(rows.at("protocol/http").level, 6);
  EXPECT_EQ(rows.at("protocol/http").libraries, (std::set<std::string>{"asio", "beast"}));
}

TEST(LevelTable, RefusesRowsItCannotRead) {
  const auto with_row = [](std::string_view row) {
    return parse_level_table(fmt::format("<!-- levels: begin -->\n| h |\n|---|\n{}\n<!-- levels: end -->", row));
  };
  EXPECT_TRUE(with_row("| 1 | `a` | pure | | x |"));
  for (const char* bad : {"| 1 | `a` | pure | x |", "| one | `a` | | | x |", "| 1 | `a` | clean | | x |",
                          "| 1 | `a` | | | |", "| 1 | `a` | | | x |\n| 2 | `a` | | | x |"}) {
    EXPECT_FALSE(with_row(bad)) << bad;
  }
  EXPECT_FALSE(parse_level_table("no table"));
}

}  // namespace
}  // namespace lab::arch
