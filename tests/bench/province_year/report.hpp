#pragma once
// Medians of several rounds, one line per figure, beside the peer and the targets.

#include <string>
#include <vector>

#include "tests/bench/province_year/run_result.hpp"

namespace lab::province_year {

/// Both sides of one kind of work, round by round: ours[i] and peers[i] ran one after the other.
struct Comparison {
  std::string name;  // "disk, 32 in flight per laboratory, pace line"
  int nodes = 0;
  std::vector<RunResult> ours;
  std::vector<RunResult> peers;  // none when there is no peer to this work
  double rate_target = 0;        // of the ratio of rates; none when 0
  const char* target_name = "";
};

/// Everything that both sides have.
void print(const Comparison& comparison);
/// Times of one task alone, against the cost of a flush.
void print_latency(const Comparison& comparison, double flush_ms);

}  // namespace lab::province_year
