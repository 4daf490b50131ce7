// qlims reference and lab add: what is sent to the coordinator, and what is told of it.

#include <atomic>

#include "protocol/http/router.hpp"
#include "protocol/http/server.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

namespace fs = std::filesystem;

// A coordinator that nobody has given tables, until somebody does.
class ReferenceCommands : public ::testing::Test {
 protected:
  ReferenceCommands() {
    fs::create_directories(tables);
    for (const char* name : {"limits_2013.csv", "categories.csv", "panels.csv"}) write(name);
    http::Router router;
    router.add("GET", "/api/v1/reference", [this](const http::Request&, const http::Respond& respond) {
      if (posts == 0) return respond(http::problem(404, "not_found", "缺少这个表"));
      respond({.body = R"({"programmes":[{"code":"NCP","name":"农产品"}],"categories":[],"panels":[],"cities":[]})"});
    });
    router.add("POST", "/api/v1/{what}", [this](const http::Request& request, const http::Respond& respond) {
      sent = request.body;
      ++posts;
      respond({.status = 201, .body = R"({"edition":"abc","octets":3,"laboratories":1})"});
    });
    server = http::Server::start({.address = "127.0.0.1", .port = 0, .threads = 1}, router).value();
  }
  ~ReferenceCommands() override { fs::remove_all(folder); }

  void write(const std::string& name) const { std::ofstream{tables / name} << "of " << name << "\n"; }
  [[nodiscard]] Answer ask(const std::string& arguments) const {
    return run(arguments + " --coordinator http://127.0.0.1:" + std::to_string(server->port()), {},
               Errors::among_the_lines);
  }
  [[nodiscard]] Answer import_() const { return ask("reference import " + tables.string()); }
  static bool says(const Answer& answer, const std::string& words) {
    for (const std::string& line : answer.lines) {
      if (line.find(words) != std::string::npos) return true;
    }
    return false;
  }

  const fs::path folder = fs::temp_directory_path() / ("qlims_reference_" + std::to_string(::getpid()));
  const fs::path tables = folder / "tables";
  std::atomic<int> posts = 0;
  std::string sent;  // body of the last post; read when the command has ended
  std::unique_ptr<http::Server> server;
};

TEST_F(ReferenceCommands, TheTablesOfAFolderAreSentUnderTheNamesThatAreKnown) {
  write("recovery_limits.csv");
  const Answer answer = import_();
  EXPECT_EQ(answer.exit_code, 0);
  for (const char* name : {"limits_2013.csv", "categories.csv", "panels.csv", "qc_recovery.csv"}) {
    EXPECT_NE(sent.find(std::string{"\"name\":\""} + name + "\""), std::string::npos) << sent;
  }
  EXPECT_NE(sent.find("of recovery_limits.csv"), std::string::npos) << sent;
  EXPECT_TRUE(says(answer, "已导入 4 个表，版本 abc"));
}

TEST_F(ReferenceCommands, WhatNobodyReadsIsNamedAndNotSent) {
  write("plan.csv");
  const Answer answer = import_();
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(sent.find("plan.csv"), std::string::npos) << sent;
  EXPECT_TRUE(says(answer, (tables / "plan.csv").string()));
}

TEST_F(ReferenceCommands, WhatIsMissingIsNamedBeforeAnythingIsSent) {
  fs::remove(tables / "limits_2013.csv");
  fs::remove(tables / "panels.csv");
  const Answer answer = import_();
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(posts, 0);
  EXPECT_TRUE(says(answer, "缺少 limits.csv、panels.csv"));
  EXPECT_EQ(ask("reference import " + (folder / "nothing").string()).exit_code, 1);
}

TEST_F(ReferenceCommands, ATableThatIsThereTwiceIsNotChosenFrom) {
  const fs::path other = folder / "other";
  fs::create_directories(other);
  std::ofstream{other / "panels.csv"} << "others\n";
  EXPECT_EQ(ask("reference import " + tables.string() + " " + other.string()).exit_code, 1);
  EXPECT_EQ(posts, 0);
}

TEST_F(ReferenceCommands, ATableThatIsNotUtf8IsNamed) {
  std::ofstream{tables / "panels.csv", std::ios::binary} << "\xBC\xEC\xB2\xE2\n";  // 检测 in GB18030
  const Answer answer = import_();
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_EQ(posts, 0);
  EXPECT_TRUE(says(answer, "panels.csv: 不是 UTF-8"));
}

TEST_F(ReferenceCommands, AnswerAsJson) {
  const Answer answer = ask("--json reference import " + tables.string());
  ASSERT_EQ(answer.lines.size(), 1U);
  EXPECT_EQ(field(answer.lines[0], "edition"), "abc");
  EXPECT_EQ(field(answer.lines[0], "programmes"), "1");
  EXPECT_TRUE(says(ask("reference list"), "农产品"));
}

TEST_F(ReferenceCommands, LaboratoriesAreSentAsTheTableTheyAre) {
  const Answer answer = ask("lab add " + (tables / "panels.csv").string());
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(sent, "of panels.csv\n");
  EXPECT_TRUE(says(answer, "已登记 1 个实验室"));
}

}  // namespace
}  // namespace lab::testing
