#pragma once
// The containers of a sample: A is tested, B and on are its reserves. How long they have to be kept, and what may
// become of them. Nothing is destroyed before its time of keeping has ended, nor while an objection or a retest is
// open.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::shelf {

struct Container {
  std::uint8_t copy = 1;
  bool is_tested = false;  // A; every other one is a reserve
  model::Seal seal = model::Seal::not_checked;
  std::string condition;
  model::PersonId receiver;
  UtcTime received{};
  std::optional<model::DisposedCopy> gone;  // nothing while it is on the shelf
};

/// Those that were handed over, by their number.
std::vector<Container> containers(const model::Sample& sample);
/// "A", "B" ...: how people write it. Precondition: copy >= 1.
std::string letter_of(std::uint8_t copy);

enum class Keeping : std::uint8_t {
  not_begun,  // the sample is not approved
  running,
  over,
  not_asked,  // the programme's deadlines say that nothing has to be kept
  unknown     // the deadlines say nothing about it
};
const char* name_of(Keeping keeping);

struct Retention {
  Keeping keeping = Keeping::not_begun;
  UtcTime until{};     // of running and over
  std::string source;  // the text that lays it down
};
/// Where several times of keeping run (a verdict was corrected), the longest.
Retention retention(const journal::View& store, const model::Sample& sample, UtcTime now);

struct Disposal {
  std::string number;
  std::uint8_t copy = 1;
  model::DisposalWay way = model::DisposalWay::destroyed;
  std::string reason;
  std::string witness;  // the second person who stands by
};

/// What keeps this container from being disposed of in this way now; nothing when it may be. The reason and the witness
/// are not asked for here.
std::optional<node::Refusal> obstacle(const journal::View& store, const model::Sample& sample, std::uint8_t copy,
                                      model::DisposalWay way, UtcTime now);

/// A container leaves the shelf, with the event Disposed.
///   destroyed    after its time of keeping, while nothing holds it
///   handed_over  a reserve, while an objection or a retest holds it
///   used_up      the tested one, once results are there
/// Refused: unknown_sample, no_such_copy (never handed over), already_disposed, not_approved, kept_until (with the
/// day), retention_unknown, held, not_held, not_a_reserve, not_tested; missing_field (reason, witness), same_person,
/// bad_text.
node::Decided<model::Sample> dispose(journal::Draft& draft, const Disposal& disposal, const model::PersonId& person,
                                     UtcTime now);

}  // namespace lab::shelf
