#include "tools/qlims/commands.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "instruments/sim/masshunter_writer.hpp"

namespace lab::qlims {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Outcome {
  int status = 0;
  std::vector<json> lines;
  std::string text;
  std::string complaints;  // what went to standard error
};

class InstrumentDecode : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("qlims-decode-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Outcome decode(std::vector<std::string> arguments) {
    CLI::App app;
    add_instrument_commands(app);
    std::ranges::reverse(arguments);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Outcome run;
    try {
      app.parse(arguments);
    } catch (const CLI::Error& error) {
      run.status = error.get_exit_code();
    }
    run.text = testing::internal::GetCapturedStdout();
    run.complaints = testing::internal::GetCapturedStderr();
    std::istringstream lines{run.text};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('{')) run.lines.push_back(json::parse(line));
    }
    return run;
  }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return (folder_ / name).string();
  }

  fs::path folder_;
};

const std::string export_file = sim::masshunter_csv(
    {.file_name = "b.csv", .analytes = {"毒死蜱"}, .unit = "mg/kg", .rows = {{"S-1", "1.d", "Sample", {"<0.010"}}}});

TEST_F(InstrumentDecode, PrintsOneObjectPerObservationThenTheSummary) {
  const std::string file = write("b.csv", export_file + "\r\n");
  const Outcome outcome = decode({"instrument", "decode", "--json", file});
  EXPECT_EQ(outcome.status, 0);
  ASSERT_EQ(outcome.lines.size(), 2U);
  const json& observation = outcome.lines[0];
  EXPECT_EQ(observation["file"], file);
  EXPECT_EQ(observation["profile"], "masshunter-quant/1");
  EXPECT_EQ(observation["sample_id"], "S-1");
  EXPECT_EQ(observation["sample_type"], "Sample");
  EXPECT_EQ(observation["analyte"], "毒死蜱");
  EXPECT_EQ(observation["value"],
            (json{{"text", "<0.010"}, {"number", "0.010"}, {"comparator", "<"}, {"state", "below_lod"}}));
  EXPECT_EQ(observation["unit"], "mg/kg");
  for (const char* field : {"flags", "instrument", "run", "time", "offset"}) EXPECT_TRUE(observation.contains(field));
  const json& summary = outcome.lines[1]["summary"];
  EXPECT_EQ(summary["observations"], 1);
  EXPECT_EQ(summary["diagnostics"], 0);
  EXPECT_EQ(summary["covered_bytes"], summary["total_bytes"]);
}

TEST_F(InstrumentDecode, GoesOnAfterARefusedFileAndFailsAtTheEnd) {
  const std::string bad = write("bad.csv", "Samples,,A Results\nName,Data File,Area\nS,1.d,1\n");
  const std::string good = write("good.csv", export_file);
  const Outcome outcome = decode({"instrument", "decode", "--json", bad, good, (folder_ / "absent").string()});
  EXPECT_EQ(outcome.status, 1);
  ASSERT_EQ(outcome.lines.size(), 4U);
  EXPECT_EQ(outcome.lines[0]["summary"]["refused"], true);
  EXPECT_NE(outcome.lines[0]["summary"]["reason"], "");
  EXPECT_TRUE(outcome.lines[1].contains("analyte"));
  EXPECT_EQ(outcome.lines[3]["summary"]["refused"], true);
}

TEST_F(InstrumentDecode, PrintsATableForPeople) {
  const Outcome outcome = decode({"instrument", "decode", write("b.csv", export_file)});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.text.find("毒死蜱"), std::string::npos);
  EXPECT_NE(outcome.text.find("样品号"), std::string::npos);
}

TEST_F(InstrumentDecode, WritesNothing) {
  const std::string file = write("b.csv", export_file);
  const auto before = fs::last_write_time(file);
  decode({"instrument", "decode", file});
  EXPECT_EQ(fs::last_write_time(file), before);
  EXPECT_EQ(std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}), 1);
}

constexpr const char* our_profile = R"({
  "name": "our-spectrometer", "version": 3, "title": "ours", "recognise": [{"titles": ["Who", "What", "How much"]}],
  "rows": [{"when": {"titles": ["Who"]}, "do": "header", "table": {"columns": [
    {"title": "Who", "field": "sample_id"}, {"title": "What", "field": "analyte"},
    {"title": "How much", "field": "value", "required": true}]}}]})";

TEST_F(InstrumentDecode, TestsAProfileThatIsAFile) {
  const std::string profile = write("ours.json", our_profile);
  const std::string file = write("w.csv", "Who,What,How much\nW-1,Pb,0.05\n");
  const Outcome outcome = decode({"instrument", "decode", "--json", "--profile", profile, file});
  EXPECT_EQ(outcome.status, 0) << outcome.complaints;
  ASSERT_EQ(outcome.lines.size(), 2U);
  EXPECT_TRUE(outcome.lines[0]["profile"].get<std::string>().starts_with("our-spectrometer/3#"));
  EXPECT_EQ(outcome.lines[0]["value"]["number"], "0.05");
  EXPECT_EQ(decode({"instrument", "decode", file}).status, 1);  // nobody else knows it
}

TEST_F(InstrumentDecode, SaysWhatIsWrongWithAProfile) {
  std::string wrong = our_profile;
  wrong.replace(wrong.find("\"required\""), 10, "\"requires\"");
  const Outcome outcome =
      decode({"instrument", "decode", "--profile", write("ours.json", wrong), write("w.csv", "x\n")});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.complaints.find("rows[0].table.columns[2].requires"), std::string::npos) << outcome.complaints;
}

TEST_F(InstrumentDecode, SaysWhyAProfileWasChosen) {
  const std::string file =
      write("aq2.csv", "Sample ID,Sample Details,Test Name,Result,Units,Absorbance\nW-1,,NO3,1.2,ppm,0.2\n");
  const Outcome outcome = decode({"instrument", "decode", file});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.complaints.find("seal-aq2"), std::string::npos) << outcome.complaints;
  EXPECT_NE(outcome.complaints.find("第 1 行"), std::string::npos) << outcome.complaints;
}

TEST_F(InstrumentDecode, EveryFormatThatIsListedCanBeNamed) {
  const Outcome listed = decode({"instrument", "profiles"});
  EXPECT_EQ(listed.status, 0);
  std::istringstream lines{listed.text};
  std::size_t formats = 0;
  for (std::string line; std::getline(lines, line); ++formats) {
    const std::string name = line.substr(0, line.find('\t'));
    const Outcome run = decode({"instrument", "decode", "--json", "--profile", name, write("empty.txt", "x\n")});
    ASSERT_EQ(run.lines.size(), 1U) << name;
    EXPECT_EQ(run.lines[0].at("summary").at("reason").get<std::string>().find("没有“"), std::string::npos) << name;
  }
  EXPECT_GT(formats, 40U);
}

}  // namespace
}  // namespace lab::qlims
