#pragma once
// One run of either side, in the same figures.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lab::province_year {

enum class Regime : std::uint8_t {
  disk,  // real files; flushes cost what they cost and are only counted
  slow,  // files in memory; each flush costs 5.0 ms
};

/// What a program has to run with in this regime; its flushes end up in `flush_log`.
std::vector<std::string> flush_environment(Regime regime, const std::filesystem::path& programs,
                                           const std::filesystem::path& flush_log);

struct RunResult {
  int tasks = 0;
  double seconds = 0;
  double cpu_seconds = 0;         // all processes
  double server_cpu_seconds = 0;  // of them: the coordinator, or the database
  std::uint64_t server_flushes = 0;
  std::uint64_t node_flushes = 0;   // over all laboratories; the peer keeps nothing there
  std::uint64_t server_octets = 0;  // on disk
  std::uint64_t node_octets = 0;    // on disk, over all laboratories, raw captures included
  std::uint64_t wire_octets = 0;    // both ways, before encryption
  std::vector<double> life_ms;      // per task: sampling form .. acknowledged
  std::vector<double> approval_ms;  // per task: approval .. acknowledged

  [[nodiscard]] double rate() const { return tasks / seconds; }
  [[nodiscard]] double cpu_us_per_task() const { return cpu_seconds / tasks * 1e6; }
};

}  // namespace lab::province_year
