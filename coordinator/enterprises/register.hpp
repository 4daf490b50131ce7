#pragma once
// The register of enterprises as it grows: from sampled units, from forms, from lots of plans, from files; and what
// people say of it.

#include <span>
#include <string>

#include "coordinator/enterprises/word.hpp"
#include "coordinator/tables/enterprise_history.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::enterprises {

/// An enterprise as something names it.
struct Named {
  std::string name;
  std::string code;  // as written; what has no good check character is kept as a licence and identifies nobody
  std::string address;
  std::uint8_t kinds = 0;
  model::CityCode city;  // zero: not said
  model::CountyCode county;
};

/// The entry it means, made when there is none. A good code decides. Without one, a name means the entry of that name
/// in the same county or of no county; a code that comes later is added to it. Two of one name with different codes
/// stay two. Precondition: there is a name or a good code.
coordinator::tables::EnterpriseId enter(journal::Draft& draft, const Named& named, UtcTime now);

/// Whom this task is about, as its sampled unit, its form's fields and its lot say now; its verdict moves with it.
void enter_parties(journal::Draft& draft, const model::TaskId& task, UtcTime now);

/// What was counted of this task may have changed: its enterprise's history follows. Cheap when nothing did.
void follow_verdict(journal::Draft& draft, const model::TaskId& task, UtcTime now);

/// Tasks whose enterprise was named before there was a register are entered in steps. False when none is left.
bool enter_earlier(journal::Draft& draft, UtcTime now);
/// On every start: whether there is anything to enter.
void begin_entering(journal::Draft& draft);

/// `from` is the same enterprise as `into`: its history counts there from now on. Nothing of it is changed or lost.
/// Saying it again changes nothing. Errors: not_found for either; conflict when they are one already; malformed for the
/// reason.
Result<coordinator::tables::Enterprise> merge(journal::Draft& draft, coordinator::tables::EnterpriseId from,
                                              coordinator::tables::EnterpriseId into, const Word& word, UtcTime now);

/// What `merge` said of `id` does not hold: it stands for itself again, with everything merged into it, and each
/// history is that of its own verdicts. Who parts them need not be who merged them; both reasons are kept. Saying it
/// again changes nothing. Errors: not_found; malformed for the reason; conflict when it is not merged, or while a class
/// is public that rests on verdicts which would no longer be its enterprise's: two people have to withdraw that first.
Result<coordinator::tables::Enterprise> part(journal::Draft& draft, coordinator::tables::EnterpriseId id,
                                             const Word& word, UtcTime now);

struct Taken {
  std::size_t added = 0;
  std::size_t known = 0;
};
/// The rows of a checked file, each with its further names. `file` is its hash.
Taken take(journal::Draft& draft, std::span<const std::pair<Named, std::vector<std::string>>> rows, const Hash& file,
           UtcTime now);

}  // namespace lab::enterprises
