#pragma once
// A province at work until every task has its verdict, and the check of what came out.

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tools/province/province.hpp"
#include "tools/province/staff.hpp"

namespace lab::province {

/// What the people of the benches know of their samples, to hold the result against.
struct Known {
  std::vector<std::string> planted;            // numbers of the nonconforming samples
  std::vector<std::string> planted_runs;       // hashes of the batch tables that must fail their quality control
  std::map<std::string, std::string> weighed;  // what lay on the balance, "10.0137 g", by number
};

/// Works every bench in a thread of its own until the coordinator has a counted verdict for every task, or `stop`.
/// `watch` is called about once a second on the calling thread with how many verdicts are counted; it may kill and
/// restart processes.
/// unavailable: nothing was counted for `patience`, or `stop`.
Result<Known> work_until_done(const Province& province, const rules::ReferenceSet& reference,
                              const StaffOptions& options, StaffCounts& counts, const std::atomic<bool>& stop,
                              const std::function<void(std::uint64_t counted)>& watch);

/// What the independent recount says of the run.
struct Check {
  std::uint64_t events = 0;
  std::uint64_t counted = 0;
  std::uint64_t cells = 0;  // compared between summary and recount
  std::uint64_t planted = 0;
  std::uint64_t planted_found = 0;
  std::uint64_t planted_runs = 0;
  std::uint64_t released_runs = 0;  // of those: failed, and released by a reviewer with a reason, in the events
  std::uint64_t weighed = 0;
  std::uint64_t weighed_found = 0;      // with the same number and mass in an event at the coordinator
  std::uint64_t blind_files = 0;        // of laboratories, their logs and backups, that were looked through
  std::vector<std::string> complaints;  // empty when everything agrees
};

/// Exports orders and events, has `qlims-recount` count them, and compares every cell of the coordinator's summary with
/// it, the number of verdicts with the number of tasks, the failed samples and runs with those that were planted, and
/// the weighings in the events with what lay on the balances. Also looks for the names of enterprises in everything the
/// laboratories hold: stores, logs, and a backup of each; and in the coordinator's own store, which has them.
Result<Check> check_against_recount(const Province& province, const Known& known);

}  // namespace lab::province
