#pragma once
// The real lab-node program in a folder of its own, on loopback ports below the ephemeral range.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "protocol/http/client.hpp"
#include "tools/process/child.hpp"

namespace lab::node::app {

struct Answer {
  int status = 0;
  nlohmann::json body;  // null when the answer is not JSON
  std::string text;
};

class Program {
 public:
  explicit Program(std::string name);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Adds a person and remembers the token.
  void add_person(const std::string& id, const std::string& roles);
  /// Starts, and waits until it answers. Further arguments behind --data and --http.
  /// `input` is what it reads as its standard input; none: nothing.
  void start(const std::vector<std::string>& more = {}, const std::string& input = {});
  void kill();
  int stop();
  /// How it has ended, as waitpid gives it; it is about to.
  int ended_by();
  /// Runs the program to its end with these arguments; its exit status and what it wrote.
  std::pair<int, std::string> run(std::vector<std::string> arguments, const std::string& input = {}) const;

  Answer get(const std::string& person, const std::string& target) const;
  Answer post(const std::string& person, const std::string& target, const nlohmann::json& body) const;
  Answer post_bytes(const std::string& person, const std::string& target, std::string body,
                    const std::string& type) const;
  /// `number`'s state, by the interface.
  std::string state_of(const std::string& number) const;

  [[nodiscard]] std::uint16_t port(int offset) const { return static_cast<std::uint16_t>(first_port_ + offset); }
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  [[nodiscard]] pid_t pid() const { return child_->pid(); }
  [[nodiscard]] std::string log() const;

 private:
  [[nodiscard]] std::filesystem::path input_of(const std::string& text) const;
  Answer send(http::Call call, const std::string& person) const;

  std::filesystem::path folder_;
  std::filesystem::path data_;
  int first_port_;
  std::vector<std::pair<std::string, std::string>> tokens_;
  std::unique_ptr<process::Child> child_;
};

}  // namespace lab::node::app
