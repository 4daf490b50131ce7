#pragma once
// A sample that has been received is in one laboratory and cannot be in two: that another one does its task takes two
// people, and the reserve that it tests instead (sync.md section 3).

#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::dispatch {

struct Reassignment {
  model::TaskId task;
  std::string reason;
  std::optional<model::NodeId> to{};  // none: the least busy other one
  model::PersonId person{};           // who asks
  std::string reserve{};              // which container is tested instead; needed once the sample has been received
};

/// Octets of the words that name a reserve: a label's number with its container is fourteen.
constexpr std::size_t reserve_octets_max = 200;

/// The node whose people have received the sample, the last one if there were several.
std::optional<model::NodeId> received_at(const journal::View& store, const model::TaskId& task);

/// Whether the task stays where it is whatever is planned: it is granted or judged, or was taken back from the node
/// whose people have received its sample. What is false of it nobody has, or nobody does any more.
bool is_kept(const journal::View& store, const model::Task& task);

/// Notes what this person proposes, false; or finds that it is what another one has proposed for the present grant,
/// true. Errors: malformed without a reserve; conflict when the same person confirms, or another one asks for something
/// else; it says what was proposed.
Result<bool> confirm(journal::Draft& draft, const model::Task& task, const Reassignment& asked, UtcTime now);

}  // namespace lab::dispatch
