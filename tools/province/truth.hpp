#pragma once
// What the demo's instruments will find: plausible results drawn from a seed, with nonconforming samples planted among
// them. Which samples those are is known beforehand, so that the summary can be held against it. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/time.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::province {

/// One result as an instrument prints it, in the unit of the panel's item.
struct PlannedResult {
  std::string analyte;
  std::string text;  // "0.012" or "ND"
  std::string unit;
  std::string method;
};

struct Truth {
  std::vector<PlannedResult> results;  // one per item of the panel, in its order
  bool nonconforming = false;          // planted: an item is beyond its limit
};

/// Nonconforming samples per thousand: the 2013 plan expects a pass rate of 96 % or a little more.
constexpr unsigned nonconforming_per_mille = 35;

/// The same seed and number always give the same truth. `limits` are those of the panel's items, in order. A sample
/// none of whose items has a limit is never planted as nonconforming.
Truth truth_of(std::uint64_t seed, std::string_view number, const model::Panel& panel,
               const std::vector<model::Limit>& limits);

struct LotTruth {
  std::uint64_t nonconforming = 0;  // items among those inspected
  bool refused = false;             // planted: one more than the plan accepts
};

/// Of a lot that is accepted with up to `ac` nonconforming items. As many lots are planted as samples.
LotTruth lot_truth_of(std::uint64_t seed, std::string_view number, std::uint64_t ac);

/// The mass of the test portion, in g as a balance of 0.1 mg shows it: within 5 % of 10 g.
std::string test_portion(std::uint64_t seed, std::string_view number);

/// The day a sample of this round is drawn: spread over the quarter of the plan's year.
CivilDate sampling_day(std::uint64_t seed, std::string_view number, int year, int round);

}  // namespace lab::province
