#pragma once
// What the past suggests for the next plan: how much more, or less, than the usual share to sample. A suggestion with
// its reasons; quotas are what the planner writes.

#include <optional>
#include <string>
#include <vector>

#include "coordinator/enterprises/evidence.hpp"
#include "coordinator/enterprises/risk_rules.hpp"
#include "coordinator/tables/results.hpp"

namespace lab::enterprises {

/// In percent of the usual share: 100 is as usual.
struct Weight {
  std::uint32_t percent = 100;
  std::string because;  // a Chinese sentence with the numbers it comes from
};

/// From the final verdicts of one enterprise, routine monitoring included: it is a reason to look, not a punishment.
Weight enterprise_weight(const std::vector<FinalVerdict>& verdicts, const RiskNumbers& numbers, CivilDate on);

/// From `failed` of `judged` in one cell, drawn towards `failed_in_all` of `judged_in_all` as if it had prior_samples
/// more of the average: (f + k F/N) / (n + k) over F/N, in whole percent, half up.
Weight share_weight(std::uint64_t failed, std::uint64_t judged, std::uint64_t failed_in_all,
                    std::uint64_t judged_in_all, const RiskNumbers& numbers);

struct CellWeight {
  model::CityCode city;
  model::CategoryCode category;
  std::uint64_t failed = 0;  // final verdicts: fail or problem
  std::uint64_t judged = 0;
  Weight weight;
};

/// Of every city and category with a verdict, of one programme or of all, the heaviest first.
std::vector<CellWeight> cell_weights(const journal::View& store, const std::optional<model::ProgrammeCode>& programme,
                                     const RiskNumbers& numbers);

struct EnterpriseWeight {
  coordinator::tables::Enterprise enterprise;
  Weight weight;
};

/// Of enterprises whose weight is not 100, the heaviest first, at most `most`.
std::vector<EnterpriseWeight> enterprise_weights(const journal::View& store, const RiskNumbers& numbers, CivilDate on,
                                                 std::size_t most);

}  // namespace lab::enterprises
