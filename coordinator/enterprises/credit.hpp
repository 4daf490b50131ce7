#pragma once
// The credit class of one enterprise as its history and the province's rules have it now.

#include "coordinator/enterprises/evidence.hpp"

namespace lab::enterprises {

/// The province's rules. They were read before they were taken, so that rules that cannot be read are damage.
CreditRules credit_rules(const journal::View& store);

/// By the rules in force on the day of `now`. `id` stands for itself and what was merged into it.
Evaluation evaluate(const journal::View& store, coordinator::tables::EnterpriseId id, UtcTime now);

}  // namespace lab::enterprises
