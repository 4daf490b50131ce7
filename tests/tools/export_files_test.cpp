// What an export does to the file that was there before it.

#include <atomic>

#include "protocol/http/router.hpp"
#include "protocol/http/server.hpp"
#include "tests/tools/qlims_program.hpp"

namespace lab::testing {
namespace {

namespace fs = std::filesystem;

// A coordinator of which every second page of an export cannot be had.
class ExportFiles : public ::testing::Test {
 protected:
  ExportFiles() {
    fs::create_directories(folder);
    std::ofstream{out} << before;
    http::Router router;
    router.add("GET", "/api/v1/export/{what}", [this](const http::Request&, const http::Respond& respond) {
      const bool is_first = pages++ == 0;
      if (is_first) return respond({.body = "first page\n", .headers = {{"qlims-next", "1"}}});
      respond(breaks ? http::problem(503, "busy", "later") : http::Response{.body = "second page\n"});
    });
    server = http::Server::start({.address = "127.0.0.1", .port = 0, .threads = 1}, router).value();
  }
  ~ExportFiles() override { fs::remove_all(folder); }

  [[nodiscard]] Answer export_(const std::string& what, int port) const {
    return run("export " + what + " --coordinator http://127.0.0.1:" + std::to_string(port) + " --out " + out.string());
  }
  [[nodiscard]] std::string content() const {
    std::ifstream file{out, std::ios::binary};
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator{folder}, {}); }

  const std::string before = "the export of last month\n";
  const fs::path folder = fs::temp_directory_path() / ("qlims_export_" + std::to_string(::getpid()));
  const fs::path out = folder / "export";
  std::atomic<int> pages = 0;
  std::atomic<bool> breaks = true;
  std::unique_ptr<http::Server> server;
};

TEST_F(ExportFiles, TheOldOneStaysWhenNobodyAnswers) {
  constexpr int discard = 9;  // nothing listens on it
  for (const char* what : {"events", "orders", "evidence", "head"}) {
    EXPECT_EQ(export_(what, discard).exit_code, 1) << what;
    EXPECT_EQ(content(), before) << what;
  }
  EXPECT_EQ(files(), 1) << "and nothing is left beside it";
}

TEST_F(ExportFiles, TheOldOneStaysWhenItBreaksOffInTheMiddle) {
  EXPECT_EQ(export_("events", server->port()).exit_code, 1);
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(content(), before);
  EXPECT_EQ(files(), 1);
}

TEST_F(ExportFiles, TheNewOneIsThereWhole) {
  breaks = false;
  EXPECT_EQ(export_("events", server->port()).exit_code, 0);
  EXPECT_EQ(content(), "first page\nsecond page\n");
  EXPECT_EQ(files(), 1);
}

TEST_F(ExportFiles, AFileThatCannotBeReadIsNamed) {
  const Answer answer = run("verify " + (folder / "none").string(), {}, Errors::among_the_lines);
  EXPECT_EQ(answer.exit_code, 1);
  ASSERT_EQ(answer.lines.size(), 1U);
  EXPECT_NE(answer.lines.front().find((folder / "none").string() + ": 文件无法打开"), std::string::npos)
      << answer.lines.front();
}

}  // namespace
}  // namespace lab::testing
