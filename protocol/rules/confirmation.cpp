#include "protocol/rules/confirmation.hpp"

#include <algorithm>

namespace lab::rules {
namespace {

using model::ItemOutcome;
using model::Reason;

bool is_suspected(const Finding& finding) { return is_nonconforming(finding.outcome); }

bool is_cleared(const Finding& finding) {
  return finding.outcome == ItemOutcome::pass || finding.outcome == ItemOutcome::conditional_pass;
}

// The first determination of that outcome, or of any.
Finding first_of(std::span<const Finding> determinations, ItemOutcome outcome) {
  const auto found = std::ranges::find(determinations, outcome, &Finding::outcome);
  return found == determinations.end() ? determinations.front() : *found;
}

}  // namespace

Finding confirmed(std::span<const Finding> determinations, ConfirmationRule rule) {
  if (determinations.empty()) return undetermined(Reason::missing_result);
  const Finding& first = determinations.front();
  if (!is_suspected(first)) return first;
  const auto further = determinations.subspan(1);
  if (further.size() < rule.needed) return undetermined(Reason::unconfirmed);
  if (std::ranges::all_of(further, is_suspected)) return first_of(determinations, ItemOutcome::conditional_fail);
  if (std::ranges::all_of(further, is_cleared)) return first_of(further, ItemOutcome::conditional_pass);
  return undetermined(Reason::confirmation_disagrees);
}

std::vector<std::uint16_t> unconfirmed_items(std::span<const model::ItemVerdict> items) {
  std::vector<std::uint16_t> unconfirmed;
  for (const model::ItemVerdict& item : items) {
    if (item.reason == Reason::unconfirmed) unconfirmed.push_back(item.item);
  }
  return unconfirmed;
}

}  // namespace lab::rules
