#include "tests/coordinator/app/program.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "protocol/crypto/crypto.hpp"
#include "protocol/http/client.hpp"
#include "tests/coordinator/app/peer.hpp"
#include "tests/where.hpp"

namespace lab::coordinator::app {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const std::string program = (fs::path{QLIMS_BIN_DIR} / "coordinator").string();
int programs_made = 0;  // of each its own folder, also where that of a failed test is still there

}  // namespace

const char* const small_plan_csv =
    "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
    "NCP,510100,510104,V1,菠菜,生产基地,1,VEGA,4\n";

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool eventually(const std::function<bool()>& holds) {
  for (const auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return false;
}

CoordinatorProgram::CoordinatorProgram(int first_port)
    : folder_(fs::temp_directory_path() / fmt::format("qlims-coordinator-{}-{}", ::getpid(), ++programs_made)),
      first_port_(first_port != 0 ? first_port : 21'000 + ::getpid() % 3'000 * 3) {}

CoordinatorProgram::~CoordinatorProgram() {
  child_.reset();
  if (!testing::Test::HasFailure()) fs::remove_all(folder_);
}

std::string CoordinatorProgram::log() const { return text_of(folder_ / "coordinator.log"); }

void CoordinatorProgram::set_up() {
  crypto::start();
  fs::create_directories(folder_);
  const fs::path output = folder_ / "person.log";
  auto adding = process::Child::start({.arguments = {program, "--data", (folder_ / "data").string(), "--add-person",
                                                     "planner:计划员:coordinator+administrator"},
                                       .log = output});
  ASSERT_TRUE(adding.has_value());
  ASSERT_EQ(adding->wait(patience), 0);
  token_ = text_of(output);
  token_ = token_.substr(0, token_.find('\n'));
  start();
}

int CoordinatorProgram::exit_code() {
  const auto status = child_->wait(patience);
  return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

std::vector<std::string> CoordinatorProgram::command() const {
  std::vector<std::string> words{program,
                                 "--data",
                                 (folder_ / "data").string(),
                                 "--http",
                                 fmt::format("127.0.0.1:{}", first_port_),
                                 "--zmq",
                                 fmt::format("tcp://127.0.0.1:{}", first_port_ + 1),
                                 "--enrol",
                                 fmt::format("tcp://127.0.0.1:{}", first_port_ + 2)};
  if (tls_.certificate.empty()) return words;
  words.insert(words.end(), {"--tls-certificate", tls_.certificate, "--tls-key", tls_.key});
  return words;
}

std::string CoordinatorProgram::origin() const {
  return fmt::format("{}://127.0.0.1:{}", tls_.certificate.empty() ? "http" : "https", first_port_);
}

void CoordinatorProgram::start() {
  const fs::path ready = folder_ / "data/coordinator.json";
  fs::remove(ready);  // that of an earlier start
  auto started = process::Child::start({.arguments = command(), .log = folder_ / "coordinator.log"});
  ASSERT_TRUE(started.has_value());
  child_.emplace(std::move(*started));
  // It answers requests just before it writes that file.
  ASSERT_TRUE(eventually([&] { return fs::exists(ready) && api().get("/api/v1/status").has_value(); })) << log();
}

api::Api CoordinatorProgram::api() const { return *api::Api::to(origin(), token_); }

http::Response CoordinatorProgram::post_bytes(const std::string& target, std::string body) const {
  auto response = http::fetch({.method = "POST",
                               .url = origin() + target,
                               .body = std::move(body),
                               .content_type = "text/csv",
                               .headers = {{"authorization", "Bearer " + token_}}});
  EXPECT_TRUE(response.has_value()) << target;
  return response.value_or(http::Response{.status = 0});
}

json CoordinatorProgram::post(const std::string& target, const json& body) {
  auto answer = api().post(target, body);
  EXPECT_TRUE(answer.has_value()) << target << ": " << (answer ? "" : to_text(answer.error()));
  return answer.value_or(json::object());
}

void CoordinatorProgram::set_up_province() {
  const fs::path root = QLIMS_SOURCE_DIR;
  json files = json::array();
  for (const auto& [name, path] : {std::pair{"limits.csv", root / "protocol/rules/reference/limits.csv"},
                                   std::pair{"categories.csv", root / "protocol/rules/reference/categories.csv"},
                                   std::pair{"panels.csv", root / "coordinator/reference/sichuan_2013/panels.csv"}}) {
    files.push_back({{"name", name}, {"text", text_of(path)}});
  }
  post("/api/v1/reference", {{"files", files}});
  ASSERT_TRUE(api().post_bytes("/api/v1/laboratories", "编号,实验室,市州代码,容量,检测包\n1,成都站,510100,100,VEGA\n",
                               "text/csv"));
  ASSERT_TRUE(api().post_bytes("/api/v1/plans?title=2013&year=2013&due=2013-12-31", small_plan_csv, "text/csv"));
}

std::uint64_t CoordinatorProgram::tasks_in(const char* state) const {
  const auto status = api().get("/api/v1/status");
  return status && !status->at("plans").empty() ? status->at("plans").back().at("tasks").at(state).get<std::uint64_t>()
                                                : 0;
}

json CoordinatorProgram::durable_status() const {
  json status = api().get("/api/v1/status").value();
  status.erase("scrub");
  status.erase("store");
  for (json& laboratory : status.at("laboratories")) {
    for (json& node : laboratory.at("nodes")) {
      node.erase("connected");
      node.erase("last_contact");
      node.erase("clock_skew");
    }
  }
  return status;
}

}  // namespace lab::coordinator::app
