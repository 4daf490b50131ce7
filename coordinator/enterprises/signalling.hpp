#pragma once
// Reports of injuries and risks: taken once each, grouped when they are about one thing, assessed by people, and turned
// into a plan that samples the product.

#include <map>
#include <string>
#include <vector>

#include "coordinator/enterprises/risk_rules.hpp"
#include "coordinator/enterprises/word.hpp"
#include "coordinator/tables/signals.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/plan.hpp"

namespace lab::enterprises {

struct Reported {
  coordinator::tables::Signal signal;
  bool is_new = false;
};

/// The same report of the same source twice is one. Errors: malformed or too_large with the field; conflict when the
/// source has sent another report under this number, which is then not taken: a correction needs a number of its own.
Result<Reported> report(journal::Draft& draft, const coordinator::tables::SignalReport& report,
                        const model::PersonId& person, UtcTime now);

/// For every report the first of its group: reports of one product and maker at one place, none further than the window
/// of days from the next. Whatever order they came in, and none is left out.
std::map<coordinator::tables::SignalId, coordinator::tables::SignalId> groups(const journal::View& store,
                                                                              const RiskNumbers& numbers);

/// A person has looked at it, and with `whole_group` at every report of its group that nobody has assessed. Errors:
/// not_found; malformed for the reason or a state that no assessment has (received, planned); conflict when a plan was
/// opened for it.
Result<std::vector<coordinator::tables::Signal>> assess(journal::Draft& draft, coordinator::tables::SignalId id,
                                                        coordinator::tables::SignalState state, bool whole_group,
                                                        const Word& word, UtcTime now);

/// What a targeted plan asks for beyond the product.
struct Targeted {
  std::string programme;
  std::string category;
  std::string stage;
  std::string round;
  std::string panel;
  std::string samples;                                      // of each place
  std::vector<std::pair<std::string, std::string>> places;  // city and county, by code or name
};

/// The file of the plan, as a planner would write it: it is imported like every other.
std::string plan_text(const std::string& product, const Targeted& targeted);

/// A plan has been opened for it. Errors: not_found; malformed for the reason; conflict when there is one already.
Result<coordinator::tables::Signal> note_plan(journal::Draft& draft, coordinator::tables::SignalId id,
                                              model::PlanId plan, const Word& word, UtcTime now);

}  // namespace lab::enterprises
