#include "coordinator/tables/diary.hpp"

#include <algorithm>
#include <array>

#include "coordinator/tables/announcements.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes entry_key(std::uint64_t sequence) { return Fields{letter::diary}.add(sequence).bytes(); }
Bytes head_key() { return Bytes(1, letter::diary_head); }

DiaryEntry read_entry(std::uint64_t sequence, BytesView record) {
  FieldReader fields{record};
  DiaryEntry entry;
  entry.sequence = sequence;
  entry.previous = fields.take_hash();
  entry.at = fields.take_time();
  entry.kind = static_cast<DiaryKind>(fields.take<std::uint8_t>());
  entry.subject = std::string{fields.rest()};
  return entry;
}

struct Named {
  DiaryKind kind;
  const char* name;
};
constexpr std::array names{Named{DiaryKind::plan_imported, "plan_imported"},
                           Named{DiaryKind::plan_expanded, "plan_expanded"},
                           Named{DiaryKind::reference_taken, "reference_taken"},
                           Named{DiaryKind::laboratories_taken, "laboratories_taken"},
                           Named{DiaryKind::ticket_issued, "ticket_issued"},
                           Named{DiaryKind::node_enrolled, "node_enrolled"},
                           Named{DiaryKind::node_revoked, "node_revoked"},
                           Named{DiaryKind::keys_replaced, "keys_replaced"},
                           Named{DiaryKind::allocated, "allocated"},
                           Named{DiaryKind::granted, "granted"},
                           Named{DiaryKind::revoked, "revoked"},
                           Named{DiaryKind::accepted, "accepted"},
                           Named{DiaryKind::series_moved, "series_moved"},
                           Named{DiaryKind::retest_ordered, "retest_ordered"},
                           Named{DiaryKind::serials_leased, "serials_leased"},
                           Named{DiaryKind::recovery_begun, "recovery_begun"},
                           Named{DiaryKind::recovery_ended, "recovery_ended"},
                           Named{DiaryKind::node_waived, "node_waived"},
                           Named{DiaryKind::node_resynced, "node_resynced"},
                           Named{DiaryKind::station_chosen, "station_chosen"},
                           Named{DiaryKind::task_cancelled, "task_cancelled"},
                           Named{DiaryKind::person_decided, "person_decided"},
                           Named{DiaryKind::loss_known, "loss_known"},
                           Named{DiaryKind::exception_decided, "exception_decided"},
                           Named{DiaryKind::replayed, "replayed"},
                           Named{DiaryKind::clock_fired, "clock_fired"},
                           Named{DiaryKind::notice_made, "notice_made"},
                           Named{DiaryKind::notice_sent, "notice_sent"},
                           Named{DiaryKind::notice_received, "notice_received"},
                           Named{DiaryKind::notice_withdrawn, "notice_withdrawn"},
                           Named{DiaryKind::objection_registered, "objection_registered"},
                           Named{DiaryKind::objection_decided, "objection_decided"},
                           Named{DiaryKind::objection_closed, "objection_closed"},
                           Named{DiaryKind::reserve_held, "reserve_held"},
                           Named{DiaryKind::reserve_freed, "reserve_freed"},
                           Named{DiaryKind::report_frozen, "report_frozen"},
                           Named{DiaryKind::borders_taken, "borders_taken"},
                           Named{DiaryKind::enterprises_taken, "enterprises_taken"},
                           Named{DiaryKind::enterprises_merged, "enterprises_merged"},
                           Named{DiaryKind::credit_proposed, "credit_proposed"},
                           Named{DiaryKind::credit_decided, "credit_decided"},
                           Named{DiaryKind::credit_withdrawal_proposed, "credit_withdrawal_proposed"},
                           Named{DiaryKind::credit_withdrawal_decided, "credit_withdrawal_decided"},
                           Named{DiaryKind::signal_received, "signal_received"},
                           Named{DiaryKind::signal_assessed, "signal_assessed"},
                           Named{DiaryKind::signal_planned, "signal_planned"},
                           Named{DiaryKind::enterprises_parted, "enterprises_parted"},
                           Named{DiaryKind::share_recalled, "share_recalled"},
                           Named{DiaryKind::share_returned, "share_returned"},
                           Named{DiaryKind::plan_revised, "plan_revised"}};

}  // namespace

const char* name_of(DiaryKind kind) {
  const auto known = std::ranges::find(names, kind, &Named::kind);
  return known == names.end() ? "of_a_later_program" : known->name;
}

DiaryHead diary_head(const journal::View& store) {
  const auto record = store.get(head_key());
  if (!record) return {};
  FieldReader fields{*record};
  const auto sequence = fields.take<std::uint64_t>();
  return {.sequence = sequence, .hash = fields.take_hash()};
}

void write_diary(journal::Draft& draft, DiaryKind kind, std::string_view subject, UtcTime now) {
  const DiaryHead head = diary_head(draft);
  const Bytes record =
      Fields{}.add(head.hash).add(now).add(static_cast<std::uint8_t>(kind)).add(BytesView{subject}).bytes();
  draft.put(head_key(), Fields{}.add(head.sequence + 1).add(crypto::sha256(record)).bytes());
  draft.put(entry_key(head.sequence + 1), record);
  announce_diary(draft, kind, subject, now);
}

void for_each_diary_entry(const journal::View& store, std::uint64_t first,
                          const std::function<bool(const DiaryEntry& entry)>& visit) {
  store.scan(entry_key(first), journal::after_prefix(Bytes(1, letter::diary)), [&](BytesView key, BytesView record) {
    return visit(read_entry(FieldReader::of_key(key).take<std::uint64_t>(), record));
  });
}

std::optional<std::uint64_t> first_break(const journal::View& store) {
  DiaryHead reached;
  bool follows = true;
  scan_prefix(store, Bytes(1, letter::diary), [&](BytesView key, BytesView record) {
    const DiaryEntry entry = read_entry(FieldReader::of_key(key).take<std::uint64_t>(), record);
    follows = entry.sequence == reached.sequence + 1 && entry.previous == reached.hash;
    if (follows) reached = {.sequence = entry.sequence, .hash = crypto::sha256(record)};
    return follows;
  });
  if (follows && reached == diary_head(store)) return std::nullopt;
  return reached.sequence + 1;
}

}  // namespace lab::coordinator::tables
