#include "tests/lab-node/app/program.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/where.hpp"

namespace lab::node::app {
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string program = QLIMS_BIN_DIR "/lab-node";

}  // namespace

Program::Program(std::string name)
    : folder_(fs::temp_directory_path() / fmt::format("qlims-node-{}-{}", name, getpid())),
      data_(folder_ / "data"),
      first_port_(20'000 + getpid() % 1'200 * 10) {
  fs::remove_all(folder_);
  fs::create_directories(data_);
}

Program::~Program() {
  child_.reset();
  if (testing::Test::HasFailure()) {
    fmt::print(stderr, "log of the node:\n{}\n", log());
  }
  fs::remove_all(folder_);
}

std::string Program::log() const { return text_of(folder_ / "node.log"); }

fs::path Program::input_of(const std::string& text) const {
  const fs::path file = folder_ / "input.txt";
  std::ofstream{file} << text;
  return file;
}

std::pair<int, std::string> Program::run(std::vector<std::string> arguments, const std::string& input) const {
  const fs::path out = folder_ / "run.log";
  fs::remove(out);
  arguments.insert(arguments.begin(), {program, "--data", data_.string()});
  auto child = process::Child::start({.arguments = arguments, .log = out, .input = input_of(input)});
  if (!child) return {-1, to_text(child.error())};
  const auto status = child->wait(std::chrono::seconds{30});
  return {status.value_or(-1), text_of(out)};
}

void Program::add_person(const std::string& id, const std::string& roles) {
  auto [status, text] = run({"--add-person", fmt::format("{}:{}:{}", id, id, roles)});
  ASSERT_EQ(status, 0) << text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  tokens_.emplace_back(id, text.substr(text.rfind('\n') + 1));
}

void Program::start(const std::vector<std::string>& more, const std::string& input) {
  std::vector<std::string> arguments{program, "--data", data_.string(), "--http", fmt::format("127.0.0.1:{}", port(0))};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto child = process::Child::start({.arguments = arguments, .log = folder_ / "node.log", .input = input_of(input)});
  ASSERT_TRUE(child.has_value()) << to_text(child.error());
  child_ = std::make_unique<process::Child>(std::move(*child));
  ASSERT_TRUE(wait_until([this] { return get("", "/api/v1/status").status == 200 || !child_->is_running(); }));
  ASSERT_TRUE(child_->is_running()) << log();
}

void Program::kill() { child_->kill(); }

int Program::stop() { return child_->stop(); }

int Program::ended_by() { return child_->wait(std::chrono::seconds{30}).value_or(0); }

Answer Program::send(http::Call call, const std::string& person) const {
  const auto token = std::ranges::find(tokens_, person, &std::pair<std::string, std::string>::first);
  if (token != tokens_.end()) call.headers["authorization"] = "Bearer " + token->second;
  call.url = fmt::format("http://127.0.0.1:{}{}", port(0), call.url);
  const auto response = http::fetch(call);
  if (!response) return {.status = 0, .body = nullptr, .text = to_text(response.error())};
  return {.status = response->status,
          .body = nlohmann::json::parse(response->body, nullptr, false),
          .text = response->body};
}

Answer Program::get(const std::string& person, const std::string& target) const {
  return send({.url = target}, person);
}

Answer Program::post(const std::string& person, const std::string& target, const nlohmann::json& body) const {
  return send({.method = "POST", .url = target, .body = body.dump()}, person);
}

Answer Program::post_bytes(const std::string& person, const std::string& target, std::string body,
                           const std::string& type) const {
  return send({.method = "POST", .url = target, .body = std::move(body), .content_type = type}, person);
}

std::string Program::state_of(const std::string& number) const {
  const Answer answer = get("chen", "/api/v1/samples/" + number);
  return answer.status == 200 ? answer.body.at("state").get<std::string>() : answer.text;
}

}  // namespace lab::node::app
