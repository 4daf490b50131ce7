// HL7 clients that other people wrote, against the real program: each message is answered by its name once it is
// durable, and a killed node neither loses what it acknowledged nor takes a repeated message twice.
// These tests fail without their peers: `tools/setup` and the test `instruments_peers_fetch` bring them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/rules/reference_set.hpp"
#include "tests/lab-node/app/fake_coordinator.hpp"
#include "tests/lab-node/app/program.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Peer {
  std::string name;
  bool is_npm = true;
};

struct Sent {
  int status = -1;
  std::vector<std::string> answers;  // "AA M1", in order
  std::string output;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string control_id(std::size_t number) { return fmt::format("M{}", number); }

std::string oru(std::size_t number) {
  return fmt::format(
      "MSH|^~\\&|BS-360|检验科|LIS|LAB|20130603090000||ORU^R01|{}|P|2.3.1||||||UNICODE UTF-8\rPID|1\r"
      "OBR|1||PEER-{}||||20130603085500\rOBX|1|NM|1^铅^L||0.{}|mg/kg|||||F\r",
      control_id(number), number, 100 + number);
}

// The codes and names in what an answer consists of: every "MSA|code|id".
std::vector<std::string> answers_in(const std::string& text) {
  std::vector<std::string> answers;
  for (std::size_t at = text.find("MSA|"); at != std::string::npos; at = text.find("MSA|", at + 1)) {
    const std::size_t code_end = text.find('|', at + 4);
    const std::size_t id_end = text.find_first_of("|\r\n\x1C", code_end + 1);
    answers.push_back(text.substr(at + 4, code_end - at - 4) + ' ' + text.substr(code_end + 1, id_end - code_end - 1));
  }
  return answers;
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    if (line.size() > 3 && line[2] == ' ' && line[3] == 'M') lines.push_back(line);
  }
  return lines;
}

class Hl7Peers : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    crypto::start();
    folder_ = fs::temp_directory_path() / fmt::format("qlims-peers-{}", ::getpid());
    fs::create_directories(folder_);
    program_.add_person("chen", "technician");
    coordinator_ = std::make_unique<FakeCoordinator>(program_.port(6), rules::bundle(small_reference()));
    program_.start({"--enrol", coordinator_->ticket(), "--name", "bench-1", "--coordinator", coordinator_->endpoint(),
                    "--coordinator-key", coordinator_->key(), "--hl7", where()});
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string where() const { return fmt::format("127.0.0.1:{}=BS-360:chen", program_.port(1)); }

  Result<process::Child> start_peer(const std::vector<std::string>& messages) {
    fs::remove(log());
    const std::string port = std::to_string(program_.port(1));
    if (!GetParam().is_npm) {
      std::ofstream file{folder_ / "messages.hl7", std::ios::binary};
      for (const std::string& message : messages) file << '\x0B' << message << "\x1C\r";
      file.close();
      return process::Child::start({.arguments = {"/usr/bin/mllp_send", "--file", (folder_ / "messages.hl7").string(),
                                                  "--port", port, "127.0.0.1"},
                                    .log = log()});
    }
    std::ofstream{folder_ / "messages.json"} << json(messages).dump();
    return process::Child::start({.arguments = {QLIMS_NODE, QLIMS_PEERS_DIR "/" + GetParam().name + "/send.cjs",
                                                "127.0.0.1", port, (folder_ / "messages.json").string()},
                                  .log = log()});
  }

  Sent finish_peer(process::Child& child) const {
    const int status = child.wait(std::chrono::seconds{90}).value_or(-1);
    const std::string output = text_of(log());
    return {status, GetParam().is_npm ? lines_in(output) : answers_in(output), output};
  }

  Sent send(const std::vector<std::string>& messages) {
    auto child = start_peer(messages);
    if (!child) return {.output = to_text(child.error())};
    return finish_peer(*child);
  }

  // All captures the node holds, newest first.
  json captures() const {
    json all = json::array();
    json next = 0;
    while (!next.is_null()) {
      const Answer page =
          program_.get("chen", fmt::format("/api/v1/captures?limit=100&before={}", next.get<std::uint64_t>()));
      if (page.status != 200) return all;
      for (const json& capture : page.body.at("captures")) all.push_back(capture);
      next = page.body.at("next");
    }
    return all;
  }

  [[nodiscard]] fs::path log() const { return folder_ / "peer.log"; }

  fs::path folder_;
  Program program_{"peers"};
  std::unique_ptr<FakeCoordinator> coordinator_;
};

std::vector<std::string> messages(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 1; i <= count; ++i) texts.push_back(oru(i));
  return texts;
}

TEST_P(Hl7Peers, EachMessageIsAnsweredByItsNameAndIsDurable) {
  const Sent sent = send(messages(5));
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_EQ(sent.answers, (std::vector<std::string>{"AA M1", "AA M2", "AA M3", "AA M4", "AA M5"})) << sent.output;
  program_.kill();
  program_.start({"--hl7", where()});
  const json held = captures();
  ASSERT_EQ(held.size(), 5U);
  for (const json& capture : held) {
    EXPECT_EQ(capture.at("profile"), "hl7-oru/1");
    EXPECT_EQ(capture.at("instrument"), "BS-360");
    EXPECT_EQ(capture.at("observations"), 1);
    EXPECT_EQ(capture.at("refused"), "");
  }
}

TEST_P(Hl7Peers, AMessageThatHoldsNoResultIsRefusedByItsName) {
  const std::string admission =
      "MSH|^~\\&|ADT|LAB|LIS|LAB|20130603090000||ADT^A01|M1|P|2.3.1||||||UNICODE UTF-8\rPID|1\r";
  const Sent sent = send({admission, oru(2)});
  EXPECT_EQ(sent.answers, (std::vector<std::string>{"AE M1", "AA M2"})) << sent.output;
  EXPECT_EQ(captures().size(), 2U) << "what was refused is kept too";
}

TEST_P(Hl7Peers, AKilledNodeLosesNothingAndDoublesNothing) {
  constexpr std::size_t count = 400;
  auto child = start_peer(messages(count));
  ASSERT_TRUE(child) << to_text(child.error());
  ASSERT_TRUE(wait_until([&] { return captures().size() >= 20; })) << text_of(log());
  program_.kill();
  const Sent interrupted = finish_peer(*child);
  EXPECT_NE(interrupted.status, 0) << "the peer must notice that it got no answer";
  EXPECT_LT(interrupted.answers.size(), count) << "the node was killed too late to show anything";
  program_.start({"--hl7", where()});
  EXPECT_GE(captures().size(), interrupted.answers.size()) << "acknowledged and lost";
  const Sent repeated = send(messages(count));
  EXPECT_EQ(repeated.status, 0) << repeated.output;
  ASSERT_EQ(repeated.answers.size(), count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(repeated.answers[i], "AA " + control_id(i + 1));
  std::set<std::string> hashes;
  const json held = captures();
  for (const json& capture : held) hashes.insert(capture.at("hash"));
  EXPECT_EQ(held.size(), count);
  EXPECT_EQ(hashes.size(), count);
}

INSTANTIATE_TEST_SUITE_P(All, Hl7Peers,
                         testing::Values(Peer{"node-hl7-client"}, Peer{"simple-hl7"}, Peer{"medplum-hl7"},
                                         Peer{"mllp_send", false}),
                         [](const auto& instance) {
                           std::string name = instance.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lab::node::app
