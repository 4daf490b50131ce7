#pragma once
// The history of an enterprise with what its tasks say, and which of its verdicts are final.

#include <string>
#include <vector>

#include "coordinator/enterprises/credit_rules.hpp"
#include "coordinator/tables/enterprise_history.hpp"
#include "protocol/model/task.hpp"

namespace lab::enterprises {

struct Evidence {
  coordinator::tables::HistoryLine line;
  model::Task task;
  std::string open;  // why the verdict is not final yet, in Chinese; empty: it is
};

/// In the order of their months, the newest first.
std::vector<Evidence> evidence_of(const journal::View& store, coordinator::tables::EnterpriseId id);

/// What rules may count.
std::vector<FinalVerdict> final_verdicts(const std::vector<Evidence>& evidence);

/// Why a nonconforming verdict is not final yet: it is disputed or tested again, or the party can still object. Empty
/// when nothing can change it but an amendment.
std::string why_open(const journal::View& store, const model::Task& task, CivilDate sampled);

}  // namespace lab::enterprises
