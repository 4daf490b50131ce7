#pragma once
// One coordinator and its lab-nodes as real processes on this machine, set up the way an administrator would: people,
// reference set, laboratories, plan, tickets, enrolment, allocation, dispatch. Used by the demo and by tests that kill
// processes. Everything it writes is below its directory; every port is on the loopback address.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/rules/reference_set.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"
#include "tools/province/balance.hpp"

namespace lab::province {

struct ProvinceOptions {
  std::filesystem::path programs;   // where coordinator, lab-node and the label worker are
  std::filesystem::path reference;  // root of the source tree: plan, limits, divisions
  std::filesystem::path directory;  // made anew
  int laboratories = 6;
  int divide_by = 20;                 // 1 = the whole year
  std::uint16_t first_port = 17'080;  // below the ephemeral range, see protocol/transport
  int year = 2013;
  std::string password{};                   // everybody's, at the pages; empty: nobody can sign in there
  const std::atomic<bool>* stop = nullptr;  // start() gives up soon after this has become true
};

/// A person's name at one node and the token that stands for them.
struct Person {
  std::string id;
  std::string token;
};

struct NodePorts {
  std::uint16_t http = 0;
  std::uint16_t astm = 0;
};

/// One bench PC of one laboratory.
struct Bench {
  std::string name;
  std::string laboratory_name;
  int laboratory = 0;
  std::filesystem::path data;
  std::filesystem::path drop_folder;
  std::unique_ptr<Balance> balance;
  NodePorts ports;
  std::vector<std::string> command;
  Person sampler, receptionist, technician, reviewer, approver;
  [[nodiscard]] std::string origin() const;
};

/// Says what is being done, for the person who waits.
using Progress = std::function<void(const std::string&)>;

/// Call everything from one thread, the main one: children end with the thread that starts them.
class Province {
 public:
  static Result<std::unique_ptr<Province>> start(ProvinceOptions options, const Progress& progress);
  ~Province();

  [[nodiscard]] const std::vector<Bench>& benches() const { return benches_; }
  [[nodiscard]] const ProvinceOptions& options() const { return options_; }
  [[nodiscard]] std::string coordinator_origin() const;
  [[nodiscard]] api::Api coordinator_api() const;  // as the plan coordinator
  /// Holds the plan coordinator's token, for --token-file.
  [[nodiscard]] std::filesystem::path token_file() const;
  [[nodiscard]] std::uint64_t task_count() const { return tasks_; }
  [[nodiscard]] int plan() const { return plan_; }
  /// What every laboratory of this province judges by.
  [[nodiscard]] Result<rules::ReferenceSet> reference_set() const;

  /// SIGKILL and a new start over the same data; returns when it answers again.
  Result<void> kill_and_restart_coordinator();
  Result<void> kill_and_restart_node(std::size_t bench);
  /// SIGTERM to all, nodes first. Says how each ended when that was not well.
  Result<void> stop();

 private:
  explicit Province(ProvinceOptions options) : options_(std::move(options)) {}
  Result<void> set_up_coordinator();
  [[nodiscard]] Result<void> keep_token() const;
  Result<void> start_coordinator();
  [[nodiscard]] Result<std::vector<rules::ReferenceFile>> reference_files() const;
  Result<void> load_reference();
  Result<void> load_laboratories();
  Result<void> load_plan();
  [[nodiscard]] Result<void> add_people(const std::vector<std::string>& program, Bench& bench) const;
  Result<void> set_up_bench(std::size_t index);
  Result<void> start_bench(std::size_t index);
  Result<void> allocate_and_dispatch();
  Result<void> name_sampled_units();
  [[nodiscard]] Result<void> wait_until(const std::string& what, std::chrono::seconds patience,
                                        const std::function<bool()>& ready) const;
  Result<std::string> add_person(const std::vector<std::string>& program, const std::string& person) const;
  [[nodiscard]] Result<void> set_password(const std::vector<std::string>& program, const std::string& person) const;

  ProvinceOptions options_;
  Person planner_;
  std::vector<Bench> benches_;
  std::vector<std::unique_ptr<process::Child>> nodes_;
  std::unique_ptr<process::Child> coordinator_;
  std::uint64_t tasks_ = 0;
  std::uint64_t waiting_lots_ = 0;  // at the beginning
  int plan_ = 0;
};

/// What every bench calls its balance.
constexpr const char* balance_name = "XPE-01";

/// Every enterprise of the demo carries this word; no byte of a laboratory may.
constexpr const char* enterprise_canary = "CANARY-ENTERPRISE";

}  // namespace lab::province
