#pragma once
// The coordinator's own stream: what it decided, entry chained to entry, so that nothing can be taken out or put in
// later. Entries are small; what they are about is named, and where it is large, named by its hash.

#include <functional>
#include <optional>
#include <string>

#include "coordinator/tables/keys.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::coordinator::tables {

/// Stored as its number: append only.
enum class DiaryKind : std::uint8_t {
  plan_imported = 1,
  plan_expanded,
  reference_taken,
  laboratories_taken,
  ticket_issued,
  node_enrolled,
  node_revoked,
  allocated,
  granted,       // names the range of orders and their hash
  revoked,       // a task's grant
  accepted,      // events of a node up to a head, with what became of them
  series_moved,  // a series of lots: a lot counted, a corrective action, or what was said of its production
  retest_ordered,
  serials_leased,  // to a node; names the order and its hash
  recovery_begun,  // the store was put back from a backup; names the new generation
  recovery_ended,
  node_waived,        // two people did without a node that did not come back
  node_resynced,      // a node's store was put back: names the incarnation it goes on in
  station_chosen,     // of two that spoke with one key
  task_cancelled,     // and why
  person_decided,     // names who asked for what comes next, and the hash of what they sent
  loss_known,         // a node has kept a signed head of more events than this store had when it was put back
  exception_decided,  // a person looked at an event that was not counted
  replayed,           // a quarantined event was decided again
  clock_fired = 40,   // a deadline or a window has ended
  notice_made,        // with a nonconforming verdict
  notice_sent,
  notice_received,
  notice_withdrawn,  // the verdict passes after all, and nobody had been told
  objection_registered,
  objection_decided,  // accepted, with the draw of the other laboratory, or rejected
  objection_closed,   // by the retest
  reserve_held,       // a node is told not to destroy it, while an objection or a retest is open
  reserve_freed,
  keys_replaced = 50,      // by a node, with others
  report_frozen = 60,      // names its version and the hash of its content
  borders_taken = 64,      // of the cities, for the map; names their hash
  enterprises_taken = 70,  // a file of the register; names how many and its hash
  enterprises_merged,      // two entries are one enterprise, says a person
  credit_proposed,         // a credit class, with the rule that led to it
  credit_decided,          // published or not, by another person
  credit_withdrawal_proposed,
  credit_withdrawal_decided,
  signal_received,
  signal_assessed,
  signal_planned,       // names the plan that was opened for it
  enterprises_parted,   // two entries that were merged are two again, says a person
  share_recalled = 80,  // a node is to hand a sample back that it has not drawn
  share_returned,       // it has
  plan_revised = 90,    // names the revision, the hash of its file and the reason
};

const char* name_of(DiaryKind kind);

struct DiaryEntry {
  std::uint64_t sequence = 0;
  Hash previous;
  UtcTime at{};
  DiaryKind kind = DiaryKind::plan_imported;
  std::string subject;

  bool operator==(const DiaryEntry&) const = default;
};

struct DiaryHead {
  std::uint64_t sequence = 0;
  Hash hash;

  bool operator==(const DiaryHead&) const = default;
};

DiaryHead diary_head(const journal::View& store);
void write_diary(journal::Draft& draft, DiaryKind kind, std::string_view subject, UtcTime now);
void for_each_diary_entry(const journal::View& store, std::uint64_t first,
                          const std::function<bool(const DiaryEntry& entry)>& visit);
/// The first entry that does not follow from the one before it, or the entry after the last when the head is not the
/// last entry's; nothing when the chain holds.
std::optional<std::uint64_t> first_break(const journal::View& store);

}  // namespace lab::coordinator::tables
