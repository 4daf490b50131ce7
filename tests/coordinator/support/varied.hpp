#pragma once
// Verdicts on several items, some of which pass and some do not.

#include <array>
#include <utility>

#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator::testing {

/// A verdict on item 0, on three more that depend on `salt` alone, and on a part of a sum.
inline model::Judged varied(model::Judged judged, std::uint64_t salt) {
  using model::ItemOutcome;
  using model::Reason;
  constexpr std::array<std::pair<ItemOutcome, Reason>, 6> kinds{
      {{ItemOutcome::pass, Reason::within_limit},
       {ItemOutcome::fail, Reason::beyond_limit},
       {ItemOutcome::undetermined, Reason::no_basis},
       {ItemOutcome::undetermined, Reason::method_unfit},
       {ItemOutcome::conditional_fail, Reason::in_guard_band},
       {ItemOutcome::conditional_pass, Reason::in_guard_band}}};
  if (judged.lot) return judged;
  for (std::uint16_t item = 1; item <= 3; ++item) {
    const auto& [outcome, reason] = kinds[(salt * 7 + item * (salt % 5 + 1)) % kinds.size()];
    judged.items.push_back({.item = item, .outcome = outcome, .reason = reason, .limit_row = item});
  }
  judged.items.push_back({.item = 4, .outcome = ItemOutcome::pass, .reason = Reason::part_of_sum});
  return judged;
}

/// As Bench::conclude, by a varied verdict.
inline void conclude_varied(Bench& bench, const model::Grant& grant, model::SampleOutcome outcome,
                            std::uint16_t version, std::uint64_t salt) {
  const Hash record = bench.happen(grant, "analyst", varied(judged(grant, outcome, version), salt));
  bench.happen(grant, "reviewer", reviewed(grant, record));
  bench.happen(grant, "approver", approved(grant, record, outcome, version));
}

}  // namespace lab::coordinator::testing
