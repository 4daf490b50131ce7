#include "protocol/rules/sample_verdict.hpp"

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::SampleOutcome;

void count(const model::ItemVerdict& item, SampleVerdict& verdict) {
  if (item.reason == model::Reason::part_of_sum) return;  // the sum is counted where its verdict stands
  if (item.outcome == ItemOutcome::undetermined && item.reason == model::Reason::no_basis) {
    ++verdict.without_basis;
    return;
  }
  ++verdict.judged;
  switch (item.outcome) {
    case ItemOutcome::undetermined:
      ++verdict.open;
      if (item.reason == model::Reason::unconfirmed) ++verdict.unconfirmed;
      break;
    case ItemOutcome::fail:
      ++verdict.failed;
      break;
    case ItemOutcome::conditional_fail:
      ++verdict.conditional;
      break;
    case ItemOutcome::pass:
    case ItemOutcome::conditional_pass:
      break;
  }
}

}  // namespace

SampleVerdict sample_verdict(std::span<const model::ItemVerdict> items, std::span<const model::PanelItem> panel,
                             WithoutBasis without_basis) {
  SampleVerdict verdict;
  for (const model::ItemVerdict& item : items) {
    if (item.item < panel.size() && panel[item.item].reference_only) {
      ++verdict.reference;
    } else {
      count(item, verdict);
    }
  }
  const bool basis_is_missing = without_basis == WithoutBasis::leaves_open && verdict.without_basis > 0;
  if (verdict.failed > 0) {
    verdict.outcome = SampleOutcome::fail;
  } else if (verdict.conditional > 0 && verdict.unconfirmed == 0) {
    verdict.outcome = SampleOutcome::problem;
  } else if (verdict.open > 0 || verdict.judged == 0 || basis_is_missing) {
    verdict.outcome = SampleOutcome::undetermined;
  } else {
    verdict.outcome = SampleOutcome::pass;
  }
  return verdict;
}

}  // namespace lab::rules
