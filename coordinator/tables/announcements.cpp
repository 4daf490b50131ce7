#include "coordinator/tables/announcements.hpp"

#include <algorithm>
#include <array>

#include "coordinator/tables/registry.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

// In the order of Announced.
constexpr std::array names{"verdict_counted",  "event_late",       "event_quarantined",    "plan_imported",
                           "task_cancelled",   "retest_ordered",   "notice_made",          "notice_sent",
                           "notice_received",  "notice_withdrawn", "objection_registered", "objection_decided",
                           "objection_closed", "clock_fired",      "report_frozen",        "node_enrolled",
                           "node_revoked"};
static_assert(names.size() == static_cast<std::size_t>(announced_last) + 1);
static_assert(names.size() <= 32);

struct OfDiary {
  DiaryKind written;
  Announced kind;
};
constexpr std::array of_diary{OfDiary{DiaryKind::plan_imported, Announced::plan_imported},
                              OfDiary{DiaryKind::task_cancelled, Announced::task_cancelled},
                              OfDiary{DiaryKind::retest_ordered, Announced::retest_ordered},
                              OfDiary{DiaryKind::notice_made, Announced::notice_made},
                              OfDiary{DiaryKind::notice_sent, Announced::notice_sent},
                              OfDiary{DiaryKind::notice_received, Announced::notice_received},
                              OfDiary{DiaryKind::notice_withdrawn, Announced::notice_withdrawn},
                              OfDiary{DiaryKind::objection_registered, Announced::objection_registered},
                              OfDiary{DiaryKind::objection_decided, Announced::objection_decided},
                              OfDiary{DiaryKind::objection_closed, Announced::objection_closed},
                              OfDiary{DiaryKind::clock_fired, Announced::clock_fired},
                              OfDiary{DiaryKind::report_frozen, Announced::report_frozen},
                              OfDiary{DiaryKind::node_enrolled, Announced::node_enrolled},
                              OfDiary{DiaryKind::node_revoked, Announced::node_revoked}};

constexpr std::size_t about_octets_max = 255;

Bytes key(std::uint64_t sequence) { return Fields{letter::announcement}.add(sequence).bytes(); }
Bytes head_key() { return Bytes(1, letter::announcing); }

Bytes to_record(const Announcement& one) {
  Fields record;
  record.add(one.generation).add(static_cast<std::uint8_t>(one.kind));
  record.add(one.at);
  record.add(static_cast<std::uint8_t>(one.task.has_value())).add(one.task.value_or(model::TaskId{}));
  const AnnouncedVerdict verdict = one.verdict.value_or(AnnouncedVerdict{});
  record.add(static_cast<std::uint8_t>(one.verdict.has_value())).add(static_cast<std::uint8_t>(verdict.outcome));
  record.add(verdict.version).add(static_cast<std::uint8_t>(verdict.is_first));
  add_short_text(record, one.about);
  return record.bytes();
}

Announcement read_announcement(std::uint64_t sequence, BytesView record) {
  FieldReader fields{record};
  Announcement one{.sequence = sequence};
  one.generation = fields.take<std::uint32_t>();
  one.kind = static_cast<Announced>(fields.take<std::uint8_t>());
  one.at = fields.take_time();
  const bool has_task = fields.take<std::uint8_t>() != 0;
  const model::TaskId task = fields.take_task();
  if (has_task) one.task = task;
  const bool has_verdict = fields.take<std::uint8_t>() != 0;
  AnnouncedVerdict verdict;
  verdict.outcome = static_cast<model::SampleOutcome>(fields.take<std::uint8_t>());
  verdict.version = fields.take<std::uint16_t>();
  verdict.is_first = fields.take<std::uint8_t>() != 0;
  if (has_verdict) one.verdict = verdict;
  one.about = take_short_text(fields);
  return one;
}

// Without the words that people wrote, and without their names.
std::string_view bare(std::string_view subject) {
  for (const std::string_view mark : {": ", " by ", " reason "}) subject = subject.substr(0, subject.find(mark));
  return subject.substr(0, about_octets_max);
}

// "task T-1.1-42 confirmed ...", or "T-1.1-42: why".
std::optional<model::TaskId> task_named(std::string_view subject) {
  constexpr std::string_view before = "task ";
  if (subject.starts_with(before)) subject.remove_prefix(before.size());
  return model::parse_task_id(subject.substr(0, subject.find_first_of(" :")));
}

}  // namespace

const char* name_of(Announced kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<Announced> parse_announced(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Announced>(found - names.begin());
}

Announcing announcing(const journal::View& store) {
  const auto record = store.get(head_key());
  if (!record) return {};
  FieldReader fields{*record};
  Announcing state;
  state.first = fields.take<std::uint64_t>();
  state.last = fields.take<std::uint64_t>();
  state.wanted = AnnouncedKinds{fields.take<std::uint32_t>()};
  state.next_subscription = fields.take<std::uint32_t>();
  return state;
}

void put_announcing(journal::Draft& draft, const Announcing& state) {
  draft.put(head_key(),
            Fields{}.add(state.first).add(state.last).add(state.wanted.bits()).add(state.next_subscription).bytes());
}

void announce(journal::Draft& draft, Announcement announcement) {
  Announcing state = announcing(draft);
  if (!state.wanted.has(announcement.kind)) return;
  announcement.sequence = ++state.last;
  announcement.generation = numbers(draft).generation;
  draft.put(key(announcement.sequence), to_record(announcement));
  put_announcing(draft, state);
}

void announce_diary(journal::Draft& draft, DiaryKind kind, std::string_view subject, UtcTime now) {
  const auto found = std::ranges::find(of_diary, kind, &OfDiary::written);
  if (found == of_diary.end()) return;
  const std::string_view said = bare(subject);
  announce(draft, {.kind = found->kind, .at = now, .task = task_named(said), .about = std::string{said}});
}

void for_each_announcement(const journal::View& store, std::uint64_t first,
                           const std::function<bool(const Announcement& announcement)>& visit) {
  store.scan(key(first), journal::after_prefix(Bytes(1, letter::announcement)), [&](BytesView found, BytesView record) {
    return visit(read_announcement(FieldReader::of_key(found).take<std::uint64_t>(), record));
  });
}

void forget_announcements(journal::Draft& draft, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t sequence = first; sequence < end; ++sequence) draft.erase(key(sequence));
}

}  // namespace lab::coordinator::tables
