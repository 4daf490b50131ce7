#pragma once
// A coordinator and its laboratories as real processes, each laboratory behind a wire of its own that can misbehave,
// each process with a clock of its own that can be moved, and two of them on disks that can be filled.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/procs/node_notes.hpp"
#include "tests/procs/private_disks.hpp"
#include "tests/procs/proxy.hpp"
#include "tools/api/api.hpp"
#include "tools/process/child.hpp"

namespace lab::procs {

using Clock = std::chrono::steady_clock;

struct WorldOptions {
  std::filesystem::path folder;  // made anew
  std::uint16_t port = 0;        // three from here on
  int tasks = 0;
  int nodes = 0;
  double per_second = 10;    // samples that one laboratory begins
  std::size_t in_hand = 64;  // samples that one laboratory has under way
  std::uint64_t seed = 0;
  bool small_disks = false;
  std::filesystem::path programs{};  // of all members at first; empty: those beside this program
  bool is_empty = false;             // of everything but the planner's account: set up by the caller
};

/// What a node has been told is acknowledged, read on while it is written.
class AckBook {
 public:
  explicit AckBook(std::filesystem::path notes) : notes_(std::move(notes)) {}
  void read_on();
  [[nodiscard]] const std::vector<AckLine>& lines() const { return lines_; }
  [[nodiscard]] std::uint64_t verdicts() const { return verdicts_; }
  [[nodiscard]] const std::filesystem::path& notes() const { return notes_; }
  [[nodiscard]] NodeState state() const;

 private:
  std::filesystem::path notes_;
  std::uintmax_t read_ = 0;
  std::vector<AckLine> lines_;
  std::uint64_t verdicts_ = 0;
};

/// Member 0 is the coordinator, 1, 2 ... are the laboratories; a copied bench PC gets the next number. Main thread
/// only. Everything throws std::runtime_error with what the program said.
class World {
 public:
  explicit World(WorldOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const WorldOptions& options() const { return options_; }
  [[nodiscard]] int nodes() const { return options_.nodes; }

  // ---- processes
  void start(int member);
  /// The same without waiting for an answer, with failpoints armed: it may never give one.
  void launch(int member, const std::string& failpoints = "");
  /// From its next start on; those of another version.
  void use_programs(int member, std::filesystem::path folder);
  void kill(int member);
  void pause(int member);
  void resume(int member);
  void hurry(int member);
  [[nodiscard]] bool is_running(int member);
  [[nodiscard]] pid_t pid(int member) const;
  /// The coordinator's pages answer.
  void wait_for_coordinator();
  // ---- the set-up, for who does it step by step
  void load_plan();
  /// For a laboratory's node, which is started with it from now on.
  const std::string& issue_ticket(int node);
  void wait_for_nodes();
  void dispatch();

  /// Runs `qlims` to its end; throws when it fails.
  void qlims(const std::vector<std::string>& arguments) const;

  // ---- what surrounds them
  [[nodiscard]] Proxy& wire(int node) { return *members_.at(static_cast<std::size_t>(node)).wire; }
  void move_clock(int member, std::chrono::nanoseconds from_real) const;
  /// None when there are no small disks.
  [[nodiscard]] SmallDisk* disk(int member) { return members_.at(static_cast<std::size_t>(member)).disk.get(); }
  [[nodiscard]] const std::filesystem::path& data(int member) const {
    return members_.at(static_cast<std::size_t>(member)).data;
  }
  [[nodiscard]] std::filesystem::path log(int member) const;
  /// How often the coordinator's log has it.
  [[nodiscard]] std::uint64_t times_said(std::string_view text) const;

  /// A second machine with a copy of the node's folder, behind a wire of its own; not started.
  int add_copy(int node);
  /// The copy takes the node's place, or is thrown away; both are stopped before.
  void end_copy(int node, int copy, bool copy_stays);

  // ---- what is known
  [[nodiscard]] AckBook& acks(int member) { return *members_.at(static_cast<std::size_t>(member)).acks; }
  /// Of all, also of copies that are gone.
  [[nodiscard]] std::vector<AckBook*> all_acks();
  std::uint64_t acknowledged_verdicts();
  [[nodiscard]] api::Api api() const;
  /// Nothing while the coordinator does not answer.
  [[nodiscard]] nlohmann::json status() const;
  [[nodiscard]] std::uint64_t tasks_in(const char* state) const;
  /// Of the laboratory's node in `status`.
  [[nodiscard]] static nlohmann::json node_in(const nlohmann::json& status, int node);
  /// Orders as the coordinator has them now, before it forgets some.
  void save_orders();
  [[nodiscard]] const std::string& saved_orders() const { return saved_orders_; }
  [[nodiscard]] std::string exported(const char* what) const;
  [[nodiscard]] std::uint16_t http_port() const { return options_.port; }
  [[nodiscard]] std::uint16_t link_port() const { return static_cast<std::uint16_t>(options_.port + 1); }

 private:
  struct Member {
    std::filesystem::path data;
    std::filesystem::path clock;
    std::filesystem::path programs = process::program_folder();
    std::string ticket;
    std::unique_ptr<Proxy> wire;
    std::unique_ptr<SmallDisk> disk;
    std::unique_ptr<AckBook> acks;
    std::unique_ptr<process::Child> process;
    bool has_pace = false;
  };
  Member& member(int number) { return members_.at(static_cast<std::size_t>(number)); }
  [[nodiscard]] std::filesystem::path home_of(int number, std::uint64_t disk_octets, Member& member) const;
  void make_members();
  void add_planner();
  void enrol_all();
  void start_coordinator(std::vector<std::string> environment);
  void start_node(int number, std::vector<std::string> environment);

  WorldOptions options_;
  std::string token_;
  std::vector<Member> members_;
  std::string saved_orders_;
  std::string text_of_clock_shim_;
};

/// Asks until it is so; throws after `patience`, or when `keep_waiting` says no.
void wait_until(const std::string& what, std::chrono::seconds patience, const std::function<bool()>& is_so);

/// Everything stops happening; returns when all tasks are judged and everybody has heard so. Throws when that does not
/// come.
void come_to_rest(World& world);

}  // namespace lab::procs
