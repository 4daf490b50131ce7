#pragma once
// Rounds in worlds until there were enough, and what came of them.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/procs/checker.hpp"
#include "tests/procs/rounds.hpp"

namespace lab::procs {

struct CampaignOptions {
  std::uint64_t rounds = 40;
  std::uint64_t verdicts = 0;  // 0: a hundred for each round
  std::uint64_t seed = 1;
  int nodes = 5;
  std::size_t at_once = 5;  // rounds
  std::filesystem::path folder;
  std::uint16_t port = 0;
  bool small_disks = false;
  bool verbose = false;
  std::string only{};                       // part of a scenario's name: nothing else happens
  std::uint64_t partition_results = 1'000;  // of each laboratory
  int flood_seconds = 10;
};

struct Row {
  std::uint64_t rounds = 0;
  std::uint64_t fired = 0;
  std::uint64_t acknowledged = 0;  // verdicts, from the beginning of its rounds to their end
  std::uint64_t lost = 0;          // of them
};

struct Results {
  std::array<Row, scenarios> rows{};
  std::uint64_t rounds = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t events = 0;
  std::uint64_t lost = 0;
  std::uint64_t counted = 0;
  std::uint64_t counted_twice = 0;
  std::uint64_t late = 0;
  std::uint64_t cells = 0;
  std::vector<std::string> complaints;
  std::vector<std::string> figures;  // of the partition and the flood
};

class Campaign {
 public:
  explicit Campaign(CampaignOptions options) : options_(std::move(options)), random_(options_.seed) {}
  /// True when nothing was wrong.
  bool run();
  void print() const;

 private:
  struct Past {
    Scenario scenario;
    std::int64_t from_ms = 0;
    std::int64_t to_ms = 0;
  };
  std::vector<Scenario> draw_scenarios();
  [[nodiscard]] bool is_wanted(Scenario scenario) const;
  void run_world(const std::vector<Scenario>& wanted, int number);
  void run_rounds(World& world, const std::vector<Scenario>& wanted, std::vector<Past>& past);
  void run_partition(int number);
  void run_flood(int number);
  void finish(World& world, const std::vector<Past>& past, int number);
  WorldOptions world_options(int number, int tasks, double per_second);
  void complain(const std::string& what);

  CampaignOptions options_;
  Random random_;
  Results results_;
};

}  // namespace lab::procs
