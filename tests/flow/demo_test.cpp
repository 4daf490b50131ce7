// `qlims demo` as a person runs it: real processes, a real weighing in the middle, and Ctrl-C.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/where.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::province {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

constexpr auto patience = 240s;  // twenty processes on a busy machine of two cores

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string first_line_of(const fs::path& path) {
  const std::string text = text_of(path);
  return text.substr(0, text.find('\n'));
}

// Processes that were started with `word` in an argument, this one excepted.
std::vector<std::string> processes_with(const std::string& word) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos || name == std::to_string(::getpid())) continue;
    const std::string command = text_of(entry.path() / "cmdline");
    if (command.find(word) != std::string::npos) found.push_back(command);
  }
  return found;
}

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder);
    fs::create_directories(elsewhere);
  }
  void TearDown() override {
    child.reset();
    if (!HasFailure()) fs::remove_all(folder);
  }

  void start(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        QLIMS_BIN_DIR "/qlims", "demo", "--source", QLIMS_SOURCE_DIR, "--dir", data.string(), "--port",
        std::to_string(port())};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto started =
        process::Child::start({.arguments = arguments,
                               .log = log,
                               .environment = {"HOME=" + elsewhere.string(), "TMPDIR=" + elsewhere.string()}});
    ASSERT_TRUE(started.has_value()) << to_text(started.error());
    child.emplace(std::move(*started));
  }
  // Until the demo has said it, or has ended.
  bool says(const std::string& text) {
    for (const auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
      if (said().find(text) != std::string::npos) return true;
      if (!child->is_running()) return said().find(text) != std::string::npos;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  std::string said() const { return text_of(log); }
  // What a command says of the running demo; the whole of it, and it must succeed.
  std::string asked(std::vector<std::string> command) const {
    const fs::path answer = folder / "answer.txt";
    fs::remove(answer);
    command.insert(command.begin(), QLIMS_BIN_DIR "/qlims");
    for (const std::string& word :
         {std::string{"--coordinator"}, origin(), std::string{"--token-file"}, (data / "planner.token").string()}) {
      command.push_back(word);
    }
    auto program = process::Child::start({.arguments = command, .log = answer});
    EXPECT_TRUE(program.has_value());
    EXPECT_EQ(program->wait(30s), 0) << text_of(answer);
    return text_of(answer);
  }
  static std::string origin() { return fmt::format("http://127.0.0.1:{}", port()); }
  void interrupt() { ASSERT_EQ(::kill(child->pid(), SIGINT), 0); }
  void expect_nothing_is_left_behind() const {
    EXPECT_THAT(processes_with(data.string()), testing::IsEmpty());
    EXPECT_TRUE(fs::is_empty(elsewhere));
  }
  static int port() { return 14'000 + ::getpid() % 90 * 32; }  // below kill_test's and the demo's own

  fs::path folder = fs::temp_directory_path() / fmt::format("qlims-demo-test-{}", ::getpid());
  fs::path data = folder / "data";
  fs::path elsewhere = folder / "elsewhere";  // home and temporary files: nothing is written there
  fs::path log = folder / "demo.log";
  std::optional<process::Child> child;
};

TEST_F(Demo, WeighsEverySampleAndShowsItInTheSamplesHistory) {
  start({"--divide-by", "400", "--laboratories", "2", "--photos", "20", "--keep"});
  ASSERT_TRUE(says("按 Ctrl-C 结束")) << said();
  EXPECT_THAT(said(), HasSubstr("天平称量 60 次，协调端事件中有 60 次，质量一致"));
  EXPECT_THAT(said(), HasSubstr("批次检验 1 批"));
  EXPECT_THAT(said(), HasSubstr("全部一致"));
  EXPECT_THAT(said(),
              testing::ContainsRegex("预埋质控不合格批次 1 个，拦下复核 [1-9][0-9]* 次，由复核人说明理由后放行 1 个"));

  auto api = api::Api::to(origin(), first_line_of(data / "planner.token")).value();
  const json task = api.get("/api/v1/tasks?limit=1").value().at("tasks").at(0);
  const std::string number = task.at("number");
  const json history = api.get("/api/v1/tasks/" + number).value();
  std::vector<std::string> kinds;
  std::string reading;
  for (const json& event : history.at("events")) {
    const bool weighing = event.at("details").contains("reading");
    kinds.push_back(weighing ? "weighed" : event.at("kind").get<std::string>());
    if (weighing) reading = event.at("details").at("reading");
  }
  EXPECT_THAT(kinds, testing::IsSupersetOf({"sampled", "received", "weighed", "measured", "judged", "approved"}));
  EXPECT_LT(std::ranges::find(kinds, "weighed"), std::ranges::find(kinds, "measured")) << "weighed before measuring";
  EXPECT_THAT(reading, testing::EndsWith(" g"));

  const std::string shown = asked({"sample", "show", number});
  EXPECT_THAT(shown, HasSubstr("称量"));
  EXPECT_THAT(shown, HasSubstr("XPE-01 " + reading));
  EXPECT_THAT(shown, HasSubstr(history.at("events").at(0).at("hash").get<std::string>()));

  interrupt();
  EXPECT_EQ(child->wait(60s), 0) << said();
  EXPECT_THAT(said(), HasSubstr("都已停止，数据在 " + data.string()));
  expect_nothing_is_left_behind();
}

// The house's limits without those of 2013: what only they say has no basis any more.
TEST_F(Demo, IsJudgedAgainByAnotherTableWithoutBeingChanged) {
  start({"--divide-by", "400", "--laboratories", "2", "--photos", "0", "--weighings", "0", "--keep"});
  ASSERT_TRUE(says("按 Ctrl-C 结束")) << said();
  const std::vector<std::string> again{"rejudge",   "--table", QLIMS_SOURCE_DIR "/protocol/rules/reference/limits.csv",
                                       "--dry-run", "--limit", "3"};
  const std::string before = asked({"summary", "--json"});
  const std::string text = asked(again);
  auto as_json = again;
  as_json.emplace_back("--json");
  const json report = json::parse(asked(as_json));
  EXPECT_GT(report.at("changed_items"), 0);
  EXPECT_THAT(text,
              HasSubstr(fmt::format("样品 {}，测定值 {}，判定会变化的项目 {}，结论会变化的样品 {}（未作任何改动）",
                                    report.at("samples").dump(), report.at("determinations").dump(),
                                    report.at("changed_items").dump(), report.at("changed_samples").dump())));
  EXPECT_THAT(text, testing::AllOf(HasSubstr("项目判定的变化"), HasSubstr("样品结论的变化"), HasSubstr("无适用限量")));
  EXPECT_THAT(text, HasSubstr("下一页：--after " + report.at("next").get<std::string>()));
  for (const json& row : report.at("rows")) {
    EXPECT_THAT(text, testing::AllOf(HasSubstr(row.at("task").get<std::string>()),
                                     HasSubstr(row.at("analyte").get<std::string>())));
  }
  EXPECT_EQ(json::parse(asked({"summary", "--json"})).at("total"), json::parse(before).at("total"));
  interrupt();
  EXPECT_EQ(child->wait(60s), 0) << said();
}

class InterruptedDemo : public Demo {
 protected:
  void interrupt_when_it_says(const std::string& text) {
    start({"--divide-by", "20", "--laboratories", "3", "--photos", "0"});
    ASSERT_TRUE(says(text)) << said();
    interrupt();
    const auto status = child->wait(60s);
    ASSERT_TRUE(status.has_value()) << said();
    EXPECT_EQ(WEXITSTATUS(*status), 130) << said();
    EXPECT_THAT(said(), HasSubstr("已中断"));
    EXPECT_THAT(said(), HasSubstr("都已停止"));
    EXPECT_THAT(said(), HasSubstr("已写入的数据留在 " + data.string()));
    expect_nothing_is_left_behind();
  }
};

TEST_F(InterruptedDemo, WhileTheCoordinatorStartsStopsEverything) { interrupt_when_it_says("启动省级协调端"); }

TEST_F(InterruptedDemo, WhileNodesEnrolStopsEverything) { interrupt_when_it_says("节点凭一次性凭证入网"); }

TEST_F(InterruptedDemo, InMidRunStopsEverythingAndSaysWhatRemains) { interrupt_when_it_says("已判定"); }

TEST_F(Demo, NamesAMissingProgramBeforeItBegins) {
  for (const char* name : {"coordinator", "lab-node", "qlims-label-worker"}) {
    fs::create_symlink(fs::path{QLIMS_BIN_DIR} / name, elsewhere / name);
  }
  for (const char* name : {"qlims", "qlims-demo"}) {
    fs::copy_file(fs::path{QLIMS_BIN_DIR} / name, elsewhere / name);  // they look beside themselves
  }
  auto started = process::Child::start(
      {.arguments = {(elsewhere / "qlims").string(), "demo", "--source", QLIMS_SOURCE_DIR, "--dir", data.string()},
       .log = log});
  ASSERT_TRUE(started.has_value()) << to_text(started.error());
  EXPECT_NE(started->wait(patience).value_or(0), 0);
  EXPECT_THAT(text_of(log), HasSubstr("qlims-recount"));
  EXPECT_FALSE(fs::exists(data));
}

// The demo is a program of its own; --json may stand anywhere there as well.
TEST_F(Demo, SaysAMisuseAsJsonWhereItWasAskedFor) {
  auto started =
      process::Child::start({.arguments = {QLIMS_BIN_DIR "/qlims", "--json", "demo", "--no-such-option"}, .log = log});
  ASSERT_TRUE(started.has_value()) << to_text(started.error());
  EXPECT_NE(started->wait(patience).value_or(0), 0);
  EXPECT_THAT(text_of(log),
              HasSubstr(R"({"code":"usage","error":"The following argument was not expected: --no-such-option"})"));
}

TEST_F(Demo, RefusesADirectoryThatExistsAndLeavesItAlone) {
  fs::create_directories(data);
  std::ofstream{data / "mine.txt"} << "mine";
  start({"--divide-by", "400"});
  EXPECT_NE(child->wait(30s), 0);
  EXPECT_THAT(said(), HasSubstr("这个目录已经存在；请用 --dir 另指定一个，或先删除它"));
  EXPECT_EQ(text_of(data / "mine.txt"), "mine");
}

}  // namespace
}  // namespace lab::province
