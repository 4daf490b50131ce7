#include "coordinator/tables/diary.hpp"

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
  entry.at = from_unix_ms(static_cast<std::int64_t>(fields.take<std::uint64_t>()));
  entry.kind = static_cast<DiaryKind>(fields.take<std::uint8_t>());
  entry.subject = std::string{fields.rest()};
  return entry;
}

}  // namespace

const char* name_of(DiaryKind kind) {
  switch (kind) {
    case DiaryKind::plan_imported:
      return "plan_imported";
    case DiaryKind::plan_expanded:
      return "plan_expanded";
    case DiaryKind::reference_taken:
      return "reference_taken";
    case DiaryKind::laboratories_taken:
      return "laboratories_taken";
    case DiaryKind::ticket_issued:
      return "ticket_issued";
    case DiaryKind::node_enrolled:
      return "node_enrolled";
    case DiaryKind::node_revoked:
      return "node_revoked";
    case DiaryKind::allocated:
      return "allocated";
    case DiaryKind::granted:
      return "granted";
    case DiaryKind::revoked:
      return "revoked";
    case DiaryKind::accepted:
      return "accepted";
    case DiaryKind::series_moved:
      return "series_moved";
    case DiaryKind::retest_ordered:
      return "retest_ordered";
    case DiaryKind::serials_leased:
      return "serials_leased";
    case DiaryKind::recovery_begun:
      return "recovery_begun";
    case DiaryKind::recovery_ended:
      return "recovery_ended";
    case DiaryKind::node_waived:
      return "node_waived";
    case DiaryKind::node_resynced:
      return "node_resynced";
    case DiaryKind::station_chosen:
      return "station_chosen";
    case DiaryKind::task_cancelled:
      return "task_cancelled";
    case DiaryKind::person_decided:
      return "person_decided";
    case DiaryKind::loss_known:
      return "loss_known";
    case DiaryKind::exception_decided:
      return "exception_decided";
    case DiaryKind::replayed:
      return "replayed";
    case DiaryKind::clock_fired:
      return "clock_fired";
    case DiaryKind::notice_made:
      return "notice_made";
    case DiaryKind::notice_sent:
      return "notice_sent";
    case DiaryKind::notice_received:
      return "notice_received";
    case DiaryKind::notice_withdrawn:
      return "notice_withdrawn";
    case DiaryKind::objection_registered:
      return "objection_registered";
    case DiaryKind::objection_decided:
      return "objection_decided";
    case DiaryKind::objection_closed:
      return "objection_closed";
    case DiaryKind::report_frozen:
      return "report_frozen";
  }
  return "plan_imported";
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
  const Bytes record = Fields{}
                           .add(head.hash)
                           .add(static_cast<std::uint64_t>(to_unix_ms(now)))
                           .add(static_cast<std::uint8_t>(kind))
                           .add(BytesView{subject})
                           .bytes();
  draft.put(head_key(), Fields{}.add(head.sequence + 1).add(crypto::sha256(record)).bytes());
  draft.put(entry_key(head.sequence + 1), record);
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
