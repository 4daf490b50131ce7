#pragma once
// Events of the streams held here, by the places that a task has noted. One that is noted but missing or unreadable
// means a damaged store, because only events that could be read are noted: all of these throw journal::Damage.

#include <optional>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/journal/view.hpp"
#include "protocol/model/event.hpp"

namespace lab::coordinator::tables {

model::Event event_at(const journal::View& store, const EventPlace& place);

/// The verdict at `place`, which must be one.
model::Judged judged_at(const journal::View& store, const EventPlace& place);

/// The verdict of a task that counts, as it was counted: a newer one may be here, judged again after an amendment or by
/// the laboratory of a retest, and be no more than that. Nothing when none counts; or when a file of before the verdict
/// was kept beside a newer one has noted so many events that its place is not among them.
std::optional<model::ResultEntry> counted_result(const journal::View& store, const TaskFile& file);

/// Where a verdict is, and who reviewed it.
struct ApprovedVerdict {
  EventPlace place;
  model::PersonId reviewer;
};

/// The verdict that was counted as this version: an approval names it that is no exception. Nothing when there is none,
/// or the file has noted so many events that it is not among them.
std::optional<ApprovedVerdict> approved_verdict(const journal::View& store, const TaskFile& file,
                                                std::uint16_t version);

/// What the node of a verdict had reported of its task before it judged, in that order: what the verdict rests on.
std::vector<model::Measured> measured_before(const journal::View& store, const TaskFile& file,
                                             const EventPlace& verdict);

}  // namespace lab::coordinator::tables
