// `qlims label print`, as a laboratory's scripts drive it.

#include <algorithm>

#include "tests/tools/qlims_program.hpp"
#include "tests/where.hpp"

namespace lab {
namespace {

using testing::Answer;
using testing::field;
using testing::run;

class LabelPrint : public ::testing::Test {
 protected:
  LabelPrint() { std::filesystem::create_directories(folder_); }
  ~LabelPrint() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream{path(name), std::ios::binary} << text;
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream stream{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }

  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  /// What it says on standard error.
  [[nodiscard]] std::string complaint(const std::string& arguments, const std::string& input = {}) const {
    write("stdin", input);
    const std::string command = QLIMS_BIN_DIR "/qlims label print " + arguments + " < " + path("stdin") + " > " +
                                path("stdout") + " 2> " + path("stderr");
    EXPECT_NE(std::system(command.c_str()), 0) << command;
    EXPECT_EQ(content("stdout"), "");
    std::string text = content("stderr");
    for (const char* name : {"stdin", "stdout", "stderr"}) std::filesystem::remove(path(name));
    return text;
  }

  const std::string usual = " --lab CD01 --date 2013-06-03 ";

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("qlims_label_print_test_" + std::to_string(::getpid()));
};

TEST_F(LabelPrint, OneNumberGivesOneFileOfEachKind) {
  for (const char* name : {"one.png", "one.pdf", "one.zpl", "one.tspl"}) {
    const Answer answer = run("label print --json --out " + path(name) + usual + "--name 菠菜 SC13NCP00042H");
    EXPECT_EQ(answer.exit_code, 0) << name;
    ASSERT_EQ(answer.lines.size(), 1u) << name;
    EXPECT_EQ(field(answer.lines[0], "file"), path(name));
    EXPECT_EQ(field(answer.lines[0], "number"), "SC13NCP00042H");
    EXPECT_EQ(field(answer.lines[0], "layout"), "bench");
  }
  EXPECT_TRUE(content("one.png").starts_with("\x89PNG"));
  EXPECT_TRUE(content("one.pdf").starts_with("%PDF-"));
  EXPECT_TRUE(content("one.zpl").starts_with("^XA"));
  EXPECT_TRUE(content("one.tspl").starts_with("SIZE 60 mm,40 mm"));
  EXPECT_EQ(files().size(), 4u) << "nothing unfinished stays behind";
}

TEST_F(LabelPrint, APrintedPictureIsReadAgain) {
  ASSERT_EQ(run("label print --layout tube --out " + path("tube.png") + usual + "SC13NCP00042H").exit_code, 0);
  const Answer read = run("label read --json " + path("tube.png"));
  ASSERT_EQ(read.lines.size(), 1u);
  EXPECT_EQ(field(read.lines[0], "number"), "SC13NCP00042H");
}

TEST_F(LabelPrint, NumbersComeFromStandardInputAndCopiesGetFilesOfTheirOwn) {
  const Answer answer =
      run("label print --copies 2 --out " + path("l.png") + usual, "SC13NCP00042H\n\n SC13NCP000012\r\n");
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(answer.lines.size(), 4u);
  EXPECT_EQ(files(), (std::vector<std::string>{"l-SC13NCP000012-1.png", "l-SC13NCP000012-2.png",
                                               "l-SC13NCP00042H-1.png", "l-SC13NCP00042H-2.png"}));
}

TEST_F(LabelPrint, ATableGivesEachLabelItsOwnWords) {
  write("t.csv",
        "样品编号,抽样日期,样品名称,封条号,份数\n"
        "SC13NCP00042H,2013-06-03,\"菠菜, 叶菜\",FT-1,2\n"
        "SC13NCP000012,,辣椒,,\n");
  const Answer answer =
      run("label print --json --layout bench-bars --out " + path("t.zpl") + " --from " + path("t.csv") + usual);
  EXPECT_EQ(answer.exit_code, 0);
  ASSERT_EQ(answer.lines.size(), 3u);
  EXPECT_EQ(field(answer.lines[1], "copy"), "2");
  EXPECT_EQ(field(answer.lines[2], "number"), "SC13NCP000012");
}

TEST_F(LabelPrint, EveryWrongRowIsNamedAndNothingIsWritten) {
  write("t.csv",
        "number,date,kind,copies,seal\n"
        "SC13NCP00042H,2013-06-03,检样,2,\n"
        "SC13NCP00042X,2013-06-03,,,\n"
        "SC13NCP000012,2013-13-03,,,\n"
        "SC13NCP000012,2013-06-03,样品,,\n"
        "SC13NCP000012,2013-06-03,,100,\n"
        "SC13NCP00042H,2013-06-03,,,\n"
        "SC13NCP000012,2013-06-03,,,川质监封〔2013〕第00871号之二十五补发第三次\n");
  const std::string said = complaint("--out " + path("t.pdf") + " --from " + path("t.csv") + " --lab CD01");
  for (const char* expected : {"第 3 行 number 列 “SC13NCP00042X”", "第 4 行 date 列 “2013-13-03”", "第 5 行 kind 列",
                               "第 6 行 copies 列 “100”", "第 7 行 number 列 “SC13NCP00042H”"}) {
    EXPECT_NE(said.find(expected), std::string::npos) << expected << "\n" << said;
  }
  EXPECT_EQ(files(), std::vector<std::string>{"t.csv"});
}

TEST_F(LabelPrint, ALabelThatCannotBeDrawnStopsAllOfThem) {
  write("t.csv",
        "number,seal\n"
        "SC13NCP00042H,FT-1\n"
        "SC13NCP000012,川质监封〔2013〕第00871号之二十五补发第三次\n");
  const std::string said = complaint("--out " + path("t.png") + " --from " + path("t.csv") + usual);
  EXPECT_NE(said.find("第 3 行 SC13NCP000012：seal"), std::string::npos) << said;
  EXPECT_EQ(files(), std::vector<std::string>{"t.csv"});
}

TEST_F(LabelPrint, AFileThatCannotBeWrittenLeavesTheOthersAsTheyWere) {
  write("l-SC13NCP00042H.png", "old");
  std::filesystem::create_directory(path("l-SC13NCP000012.png"));
  const std::string said = complaint("--out " + path("l.png") + usual + "SC13NCP00042H SC13NCP000012");
  EXPECT_NE(said.find("l-SC13NCP000012.png"), std::string::npos) << said;
  EXPECT_EQ(content("l-SC13NCP00042H.png"), "old");
  EXPECT_EQ(files().size(), 2u);
}

TEST_F(LabelPrint, WrongTablesAndNamesAreExplained) {
  write("t.csv", "number,colour\nSC13NCP00042H,red\n");
  EXPECT_NE(complaint("--out " + path("t.png") + usual + "--from " + path("t.csv")).find("“colour”"),
            std::string::npos);
  write("t.csv", "date\n2013-06-03\n");
  EXPECT_NE(complaint("--out " + path("t.png") + usual + "--from " + path("t.csv")).find("缺少 number"),
            std::string::npos);
  EXPECT_NE(complaint("--out " + path("t.gif") + usual + "SC13NCP00042H").find(".tspl"), std::string::npos);
  EXPECT_NE(complaint("--out " + path("t.png") + usual).find("没有要打印的样品编号"), std::string::npos);
  EXPECT_NE(complaint("--out " + path("t.png") + " --date 2013-06-03 SC13NCP00042H").find("laboratory"),
            std::string::npos);
  EXPECT_NE(complaint("--out " + path("no/t.png") + usual + "SC13NCP00042H").find("no/t.png"), std::string::npos);
}

}  // namespace
}  // namespace lab
