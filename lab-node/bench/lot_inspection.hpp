#pragma once
// The items of a lot, inspected and counted by a person.

#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::bench {

struct LotInspection {
  std::string number;
  model::LotCount count;
};

/// Records what was found, as the event LotInspected, and judges the lot at once in the name of `person`; a reopened
/// lot takes the new count in place of the old one, and a technician asks for the verdict. Refused: unknown_sample,
/// not_a_lot, not_received, already_judged, withdrawn, bad_order, bad_count.
node::Decided<model::Sample> inspect(journal::Draft& draft, const LotInspection& inspection,
                                     const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
