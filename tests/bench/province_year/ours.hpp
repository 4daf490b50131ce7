#pragma once
// One run of our side: a coordinator and its laboratories as processes of their own, set up afresh, from the order to
// dispatch until every verdict is counted and every laboratory holds the acknowledgement.

#include <filesystem>
#include <string>

#include "protocol/base/result.hpp"
#include "tests/bench/province_year/run_result.hpp"

namespace lab::province_year {

struct OursOptions {
  std::filesystem::path programs;  // coordinator, bench_node, the flush shim
  std::filesystem::path folder;    // must not exist; removed afterwards
  std::uint16_t first_port = 0;    // three from here, below the ephemeral range
  Regime regime = Regime::disk;
  int tasks = 0;
  int nodes = 0;
  int window = 0;
  std::string pace;  // step or line
};

/// Fails when a process ends badly, a robot is refused something, nothing is counted for a minute, or the coordinator's
/// summary is not exactly what the robots did.
Result<RunResult> run_ours(const OursOptions& options);

}  // namespace lab::province_year
