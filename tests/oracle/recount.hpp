#pragma once
// Counts verdicts from exported raw bytes alone: orders as they went to the nodes, events as they came back. It shares
// the schema with the product and nothing else, so that a mistake in the product's counting cannot hide here.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace oracle {

/// programme, city, category, stage, month ("2013-06"), node
using Cell = std::tuple<std::string, std::uint32_t, std::string, std::uint8_t, std::string, std::uint32_t>;

struct Tally {
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t problem = 0;
  std::uint64_t undetermined = 0;

  bool operator==(const Tally&) const = default;
};

/// plan, revision, number
using TaskKey = std::tuple<std::uint32_t, std::uint16_t, std::uint32_t>;

/// What a verdict says of one item: 0 undetermined, 1 pass, 2 fail, 3 conditional fail, 4 without basis.
using Items = std::map<std::uint16_t, std::uint8_t>;

/// The items of a counted verdict and where it is counted. A part of a sum is none.
struct CountedItems {
  Cell cell;
  std::uint32_t county = 0;
  std::uint8_t round = 0;
  std::string panel;
  Items items;
};

struct Recount {
  std::map<TaskKey, CountedItems> first_items;
  std::map<TaskKey, CountedItems> final_items;
  std::map<Cell, Tally> first;
  std::map<Cell, Tally> final;
  std::uint64_t counted = 0;
  std::uint64_t late = 0;         // approvals whose token is not the task's newest
  std::uint64_t unsupported = 0;  // approvals without a matching judged record, with fewer than three people, or of a
                                  // lot whose count does not lead to that verdict
  std::uint64_t events = 0;
  std::uint64_t broken_chains = 0;
  std::vector<std::pair<std::string, std::string>> weighings;  // sample number and reading, in order of the events
  std::set<std::string> failed_runs;                 // captures, in hexadecimal, whose checks were not accepted
  std::map<std::string, std::string> released_runs;  // capture -> the reason, of those that a person then released
  std::map<std::string, std::string> failed;         // sample number -> "fail" for every counted nonconforming sample
};

/// `orders`: repeated {u32 node, u32 length, order bytes}; `events`: repeated {u32 length, event bytes}; little-endian.
/// Throws std::runtime_error with the offset when the files do not have that form.
Recount recount(std::string_view orders, std::string_view events);

}  // namespace oracle
