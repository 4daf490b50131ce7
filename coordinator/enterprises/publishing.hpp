#pragma once
// A credit class is published by two people: one proposes what the rules say, another confirms it while they still say
// so. It is withdrawn in the same way. Nothing is published by itself.

#include "coordinator/enterprises/credit.hpp"
#include "coordinator/enterprises/word.hpp"
#include "coordinator/tables/publications.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::enterprises {

/// Every step of the enterprise and of what was merged into it, the oldest first.
std::vector<coordinator::tables::Publication> publications(const journal::View& store,
                                                           coordinator::tables::EnterpriseId id);
/// What stands in public of it now; nothing when nothing does.
std::optional<coordinator::tables::Publication> published(const journal::View& store,
                                                          coordinator::tables::EnterpriseId id);

/// The class the rules give now. Errors: not_found for the enterprise; malformed for the reason; conflict when the
/// enterprise was merged into another, no rule gives a class, another proposal is open, or just this is public.
Result<coordinator::tables::Publication> propose(journal::Draft& draft, coordinator::tables::EnterpriseId id,
                                                 const Word& word, UtcTime now);

/// Confirms or refuses a proposal, proposes a withdrawal, confirms it or keeps what is public. Errors: not_found;
/// malformed for the reason; not_allowed when the action needs another person than who proposed; conflict when the
/// state does not allow it, or when it is confirmed and the rules say something else by now.
Result<coordinator::tables::Publication> decide(journal::Draft& draft, coordinator::tables::PublicationId id,
                                                coordinator::tables::PublicationAction action, const Word& word,
                                                UtcTime now);

}  // namespace lab::enterprises
