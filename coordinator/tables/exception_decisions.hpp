#pragma once
// What a person decided about an event that was kept and not counted. The event and its row stay as they are.

#include <optional>
#include <string>

#include "coordinator/tables/results.hpp"

namespace lab::coordinator::tables {

struct ExceptionDecision {
  UtcTime at{};
  model::PersonId person;
  bool returned = false;  // its task was granted to the node again; otherwise it stays uncounted for good
  std::string reason;

  bool operator==(const ExceptionDecision&) const = default;
};

std::optional<ExceptionDecision> exception_decision(const journal::View& store, const EventPlace& place);
void put_exception_decision(journal::Draft& draft, const EventPlace& place, const ExceptionDecision& decision);

}  // namespace lab::coordinator::tables
