#include "tests/bench/labels/engine_zxing_wasm.hpp"

#include <fmt/format.h>
#include <filesystem>
#include <fstream>

#include "tools/process/child.hpp"

namespace lab::bench {
namespace {

constexpr const char* folder = QLIMS_PEERS_DIR "/zxing-wasm";
constexpr std::chrono::minutes patience{20};

std::optional<Answer> answer_in(const std::string& line) {
  return line.starts_with("{\"texts\"") ? std::optional{unpacked(line)} : std::nullopt;
}

std::vector<std::optional<Answer>> answers_in(const std::filesystem::path& file) {
  std::vector<std::optional<Answer>> answers;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) answers.push_back(answer_in(line));
  return answers;
}

}  // namespace

std::vector<std::optional<Answer>> by_zxing_wasm(const std::vector<std::string>& files) {
  const auto said = std::filesystem::path{folder} / "said.jsonl";
  std::filesystem::remove(said);
  std::vector<std::string> command{QLIMS_NODE, std::string{folder} + "/read.cjs"};
  command.insert(command.end(), files.begin(), files.end());
  auto child = process::Child::start({.arguments = std::move(command), .log = said});
  const auto status = child ? child->wait(patience) : std::nullopt;
  auto answers = answers_in(said);
  if (status == 0 && answers.size() == files.size()) return answers;
  fmt::print(stderr, "zxing-wasm did not run; tests/instruments/peers/fetch {} zxing-wasm fetches it\n",
             QLIMS_PEERS_DIR);
  return {};
}

}  // namespace lab::bench
