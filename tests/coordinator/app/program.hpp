#pragma once
// The real coordinator program in a folder of its own, on loopback ports.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "protocol/http/message.hpp"
#include "protocol/http/server.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::coordinator::app {

class CoordinatorProgram {
 public:
  /// Three ports from `first_port`; without one, below the range that connecting clients are given, and different in
  /// runs at the same time. Its folder goes with it, unless the test has failed.
  explicit CoordinatorProgram(int first_port = 0);
  ~CoordinatorProgram();
  CoordinatorProgram(const CoordinatorProgram&) = delete;
  CoordinatorProgram& operator=(const CoordinatorProgram&) = delete;

  /// Before set_up: its pages are served over https, to who trusts this certificate.
  void use_tls(const http::TlsFiles& files) { tls_ = files; }
  /// Adds the planner, starts the program, and waits until it answers.
  void set_up();
  void start();
  void kill() { child_->kill(); }
  int stop() { return child_->stop(); }
  /// Of a program that ends by itself; -1 when it does not, or by a signal.
  int exit_code();
  [[nodiscard]] bool is_running() { return child_ && child_->is_running(); }
  [[nodiscard]] pid_t pid() const { return child_->pid(); }

  /// As the planner.
  [[nodiscard]] api::Api api() const;
  /// The whole answer, whatever its status.
  [[nodiscard]] http::Response post_bytes(const std::string& target, std::string body) const;
  nlohmann::json post(const std::string& target, const nlohmann::json& body);
  /// Limits, panels, one laboratory, and a plan of four samples.
  void set_up_province();
  [[nodiscard]] std::uint64_t tasks_in(const char* state) const;
  /// The status without what only sessions know.
  [[nodiscard]] nlohmann::json durable_status() const;

  [[nodiscard]] std::vector<std::string> command() const;
  [[nodiscard]] int first_port() const { return first_port_; }
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] const std::string& token() const { return token_; }  // the planner's
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path folder_;
  int first_port_;
  http::TlsFiles tls_;
  std::string token_;
  std::optional<process::Child> child_;
};

/// Whether it comes true within the patience of a test on a busy machine.
bool eventually(const std::function<bool()>& holds);

std::string text_of(const std::filesystem::path& path);

/// The plan that set_up_province sends: four samples of one cell.
extern const char* const small_plan_csv;

}  // namespace lab::coordinator::app
