#pragma once
// The judge of a campaign. What was acknowledged is taken from the nodes' notes, what there is from the coordinator's
// export of raw octets; hashes, counting and comparison share nothing with the product but the schema (tests/oracle).

#include <cstdint>
#include <string>
#include <vector>

#include "tests/procs/world.hpp"

namespace lab::procs {

struct Finding {
  std::string task;
  std::int64_t at_ms = 0;  // when it was acknowledged
};

struct Judgement {
  std::uint64_t acknowledged = 0;  // verdicts
  std::uint64_t events = 0;        // acknowledged, of every kind
  std::vector<Finding> lost;       // acknowledged events that the coordinator does not have
  std::uint64_t told_lost = 0;     // as the coordinator's status has it: at most
  std::uint64_t told_lost_at_least = 0;
  std::uint64_t counted = 0;                 // verdicts, by the recount
  std::uint64_t counted_twice = 0;           // by which the summary exceeds the recount, over all cells
  std::uint64_t late = 0;                    // by the recount: kept, not counted
  std::uint64_t cells = 0;                   // compared
  std::vector<std::int64_t> verdicts_at_ms;  // when each was first acknowledged
  std::vector<std::string> complaints;
};

/// Precondition: everything is at rest and every task judged.
Judgement judge(World& world);

}  // namespace lab::procs
