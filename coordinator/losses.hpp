#pragma once
// What a coordinator that was put back says of what it has forgotten (sync.md section 5): into the log and the diary.

#include "coordinator/tables/results.hpp"
#include "protocol/base/time.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::coordinator {

/// Everything that nodes still had of an earlier generation is here: says how many events are missing, when that is
/// news.
void close_known_loss(journal::Draft& draft, UtcTime now);
/// The same when a loss has just become known by `node` and nobody is waited for any more: a second machine under its
/// key, perhaps.
void close_late_loss(journal::Draft& draft, model::NodeId node, UtcTime now);
/// Events from `first` on were taken when nobody was waited for any more: as they are when a second machine under a key
/// comes after the first one. Those that it had before this generation heard it are not missing.
void recount_known_loss(journal::Draft& draft, const tables::EventPlace& first, UtcTime now);
/// `node` goes on as another incarnation. When events are missing it was put back over the same time, and what it had
/// in hand may have had more of them than anybody holds: these tasks are written down, at most a hundred. Reads the
/// tasks of plans that have granted ones until it has them (4 us each: 0.1 s for a year's 24,000), once for each time
/// that both were put back.
void doubt_tasks(journal::Draft& draft, model::NodeId node, UtcTime now);

}  // namespace lab::coordinator
