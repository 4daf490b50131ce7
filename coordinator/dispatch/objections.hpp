#pragma once
// Objections of sampled parties: registered within the window, decided by another person, and, when accepted, tested
// again by a laboratory that is drawn by lot.

#include <optional>
#include <string>

#include "coordinator/tables/objections.hpp"
#include "protocol/base/result.hpp"

namespace lab::dispatch {

struct ObjectionWord {
  model::TaskId task;
  model::PersonId person;  // who registers it
  coordinator::tables::ObjectionKind kind = coordinator::tables::ObjectionKind::conclusion;
  std::string party;
  std::string content;
  std::optional<UtcTime> raised;  // it reached the office; nothing: now
};

struct ObjectionDecision {
  model::TaskId task;
  model::PersonId person;
  std::string reason;
  // Of the reserve, as of RetestOrder. Whoever accepts what a retest answers has to have looked.
  std::optional<bool> reserve_fit{};
  std::optional<bool> expired{};
};

/// Stores it; the window of objection is met. The same objection said again changes nothing. Errors: not_found for the
/// task; malformed or too_large for a text or a time; conflict when the sample did not fail, has an objection already,
/// its programme gives no such right, or the window has ended: the message names the dates and the text of law.
Result<coordinator::tables::Objection> enter_objection(journal::Draft& draft, const ObjectionWord& word, UtcTime now);

/// Decided by another person than who registered it. An objection that a retest answers draws one of the laboratories
/// that could do it, by `seed`, which is random, and orders it, as order_retest() does: the lot of a retest that is
/// under way already holds. Another is settled by the reason. Deciding it the same way again changes nothing. Errors:
/// not_found; not_allowed for the same person; malformed for the reason, or when a retest answers it and nothing is
/// said of the reserve; conflict when it is decided, or the reserve cannot be tested, or nobody else can, which changes
/// nothing.
Result<coordinator::tables::Objection> accept_objection(journal::Draft& draft, const ObjectionDecision& decision,
                                                        const Hash& seed, UtcTime now);
Result<coordinator::tables::Objection> reject_objection(journal::Draft& draft, const ObjectionDecision& decision,
                                                        UtcTime now);

}  // namespace lab::dispatch
