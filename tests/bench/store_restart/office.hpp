#pragma once
// A coordinator with a plan of the year's kind (../province_year), and laboratories that can be started against it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::store_restart {

using Clock = std::chrono::steady_clock;

/// Everything throws std::runtime_error with what the program said.
class Office {
 public:
  /// Three ports from `port`, below the ephemeral range. The plan is loaded and allocated, not yet dispatched.
  Office(std::filesystem::path folder, std::uint16_t port, int tasks, int nodes);

  /// `endpoint` empty: the coordinator's own. `pace`: "line", or "held" until SIGUSR1.
  void start_node(int node, std::size_t window, const std::string& endpoint = {}, const char* pace = "line");
  void dispatch() const;
  void kill_coordinator() { coordinator_->kill(); }
  void launch_coordinator();

  struct Said {
    std::string output;
    double seconds = 0;
  };
  /// The product's command, as the planner; it has to succeed. Each command once.
  [[nodiscard]] Said qlims(const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::filesystem::path coordinator_data() const { return folder_ / "coordinator"; }

  /// null while it does not answer.
  [[nodiscard]] nlohmann::json status() const;
  /// 0 while it does not answer.
  [[nodiscard]] std::uint64_t tasks_in(const char* state) const;
  /// What the coordinator says of a laboratory's node: "events", "orders", "orders_acknowledged".
  [[nodiscard]] std::uint64_t of_node(int node, const char* what) const;
  /// Nodes end when nothing of theirs is under way; what they report of themselves, in their order.
  std::vector<nlohmann::json> stop_nodes();
  [[nodiscard]] pid_t node_process(int node) const { return nodes_.at(static_cast<std::size_t>(node - 1)).pid(); }
  [[nodiscard]] std::uint16_t link_port() const { return static_cast<std::uint16_t>(port_ + 1); }

  /// Asks until the goal is reached; throws when nothing has moved for two minutes.
  template <class Progress>
  static void wait_for(const char* what, const Progress& progress, std::uint64_t goal) {
    std::uint64_t before = 0;
    auto moved = Clock::now();
    for (std::uint64_t now = 0; (now = progress()) < goal;) {
      if (now != before) moved = Clock::now();
      before = now;
      if (Clock::now() - moved > std::chrono::minutes{2}) {
        throw std::runtime_error(std::string{what} + ": " + std::to_string(now) + " of " + std::to_string(goal));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

 private:
  [[nodiscard]] api::Api api() const;
  void post(const std::string& path, const nlohmann::json& body) const;
  void add_planner();
  void load(int tasks, int nodes);
  [[nodiscard]] std::uint64_t enrolled() const;
  [[nodiscard]] std::filesystem::path data_of(int node) const;

  std::filesystem::path folder_;
  std::uint16_t port_;
  std::string token_;
  std::unique_ptr<process::Child> coordinator_;
  std::vector<process::Child> nodes_;
};

}  // namespace lab::store_restart
