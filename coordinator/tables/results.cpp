#include "coordinator/tables/results.hpp"

#include "coordinator/tables/fine_cell.hpp"
#include "coordinator/tables/record.hpp"
#include "coordinator/tables/tally_fields.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

// Of the first octet of a task's file.
constexpr unsigned beside_bit = 0x80;
constexpr unsigned places_bits = 0x7F;
static_assert(places_max <= places_bits);
// Of the number behind the places.
constexpr std::uint32_t profiles_bit = 0x8000'0000;

Bytes file_key(const model::TaskId& task) { return Fields{letter::file}.add(task).bytes(); }

Fields run_key(model::NodeId node, const Hash& capture) {
  Fields key{letter::run};
  key.add(node).add(capture);
  return key;
}

Fields held_run_key(model::NodeId node) {
  Fields key{letter::held_run};
  key.add(node);
  return key;
}

Bytes cell_key(const CellKey& cell) {
  Fields key{letter::cell};
  add_short_text(key, cell.programme.value());
  key.add(cell.city);
  add_short_text(key, cell.category.value());
  return key.add(static_cast<std::uint8_t>(cell.stage)).add(cell.month).add(cell.laboratory).bytes();
}

Bytes city_key(const CellKey& cell) {
  Fields key{letter::city};
  add_short_text(key, cell.programme.value());
  return key.add(cell.city).bytes();
}

Bytes fine_key(const CellKey& cell) {
  Fields key{letter::fine_cell};
  return add_fine_cell(key, cell).bytes();
}

// Shorter than any fine cell's key and before all of them.
Bytes fine_mark() { return Bytes(1, letter::fine_cell); }

template <class Change>
void change_tally(journal::Draft& draft, Bytes key, const Change& change) {
  const auto record = draft.get(key);
  Tally tally = record ? read_tally(*record) : Tally{};
  change(tally);
  draft.put(std::move(key), bytes_of(tally));
}

// A cell, its city and its fine cell, always together.
template <class Change>
void change_cell(journal::Draft& draft, const CellKey& cell, const Change& change) {
  change_tally(draft, cell_key(cell), change);
  change_tally(draft, city_key(cell), change);
  change_tally(draft, fine_key(cell), change);
}

Bytes exception_key(model::Disposition disposition, const EventPlace& place) {
  Fields key{letter::exception};
  key.add(static_cast<std::uint8_t>(disposition));
  return add_place(key, place).bytes();
}

Bytes exception_count_key(model::Disposition disposition) {
  return Fields{letter::exception_count}.add(static_cast<std::uint8_t>(disposition)).bytes();
}

// Rows of before the cause was stored have the reason alone. These are the words that were written then; whatever is
// said today, they stay as they are.
ExceptionCause cause_in_words(const Exception& exception) {
  if (exception.disposition != model::Disposition::quarantined) return ExceptionCause::content;
  if (exception.reason == "处理该事件时程序多次中断,原样保留,待程序修正后重放") return ExceptionCause::interrupted;
  if (exception.reason == "所指的判定记录不是当前的判定记录") return ExceptionCause::unknown_record;
  return exception.kind.empty() ? ExceptionCause::unreadable : ExceptionCause::content;
}

Exception read_exception(model::Disposition disposition, const EventPlace& place, BytesView record) {
  FieldReader fields{record};
  Exception exception{.place = place, .disposition = disposition, .at = {}, .task = {}, .kind = {}, .reason = {}};
  exception.at = fields.take_time();
  exception.task = fields.take_task();
  exception.kind = take_short_text(fields);
  exception.reason = take_long_text(fields);
  exception.cause =
      fields.rest().empty() ? cause_in_words(exception) : static_cast<ExceptionCause>(fields.take<std::uint8_t>());
  return exception;
}

}  // namespace

std::size_t TaskFile::places_end() const {
  return record_.empty() ? 0 : 1 + (static_cast<unsigned char>(record_[0]) & places_bits) * place_octets;
}

TaskFile::Beside TaskFile::beside() const {
  Beside beside{.packed_kept = {}, .profiles = {}, .end = places_end()};
  if (record_.empty() || (static_cast<unsigned char>(record_[0]) & beside_bit) == 0) return beside;
  FieldReader fields{BytesView{record_}.substr(beside.end)};
  const auto number = fields.take<std::uint32_t>();
  beside.packed_kept = fields.take_bytes(number & ~profiles_bit);
  if ((number & profiles_bit) != 0) {
    beside.profiles.judged = fields.take<ProfileNumber>();
    beside.profiles.first = fields.take<ProfileNumber>();
    beside.profiles.final = fields.take<ProfileNumber>();
  }
  beside.end = record_.size() - fields.rest().size();
  return beside;
}

void TaskFile::set_behind_places(BytesView packed_kept, const ItemProfiles& profiles, BytesView packed_result) {
  const bool has_profiles = profiles != ItemProfiles{};
  const bool has_beside = has_profiles || !packed_kept.empty();
  const unsigned places = record_.empty() ? 0 : static_cast<unsigned char>(record_[0]) & places_bits;
  Bytes record = record_.empty() ? Bytes(1, '\0') : record_.substr(0, places_end());
  record[0] = static_cast<char>(has_beside ? places | beside_bit : places);
  if (has_beside) {
    const auto octets = static_cast<std::uint32_t>(packed_kept.size());
    record += Fields{}.add(has_profiles ? octets | profiles_bit : octets).bytes();
    record += packed_kept;
  }
  if (has_profiles) record += Fields{}.add(profiles.judged).add(profiles.first).add(profiles.final).bytes();
  record += packed_result;
  record_ = std::move(record);
}

void TaskFile::add_place(const EventPlace& place) {
  if (record_.empty()) record_.assign(1, '\0');
  const auto first = static_cast<unsigned char>(record_[0]);
  if ((first & places_bits) >= places_max) return;
  Fields fields;
  record_.insert(places_end(), tables::add_place(fields, place).bytes());
  record_[0] = static_cast<char>(first + 1);
}

std::vector<EventPlace> TaskFile::places() const {
  std::vector<EventPlace> places;
  if (record_.empty()) return places;
  for (FieldReader fields{BytesView{record_}.substr(1, places_end() - 1)}; !fields.rest().empty();) {
    places.push_back(take_place(fields));
  }
  return places;
}

std::optional<model::ResultEntry> TaskFile::result() const {
  const std::size_t begin = beside().end;
  if (begin == record_.size()) return std::nullopt;
  return decoded<model::ResultEntry>(BytesView{record_}.substr(begin));
}

std::optional<model::ResultEntry> TaskFile::kept() const {
  const BytesView packed = beside().packed_kept;
  if (packed.empty()) return std::nullopt;
  return decoded<model::ResultEntry>(packed);
}

void TaskFile::set_result(const std::optional<model::ResultEntry>& result) {
  Bytes kept;
  if (result && result->counted_version > 0 && result->version != result->counted_version) {
    kept = Bytes{beside().packed_kept};
    const auto before = kept.empty() ? this->result() : std::nullopt;
    if (before && before->version == before->counted_version) kept = wire::encode_record(*before);
  }
  set_behind_places(kept, profiles(), result ? wire::encode_record(*result) : Bytes{});
}

void TaskFile::set_profiles(const ItemProfiles& profiles) {
  const Beside now = beside();
  set_behind_places(now.packed_kept, profiles, BytesView{record_}.substr(now.end));
}

TaskFile task_file(const journal::View& store, const model::TaskId& task) {
  return TaskFile{store.get(file_key(task)).value_or(Bytes{})};
}

void put_task_file(journal::Draft& draft, const model::TaskId& task, const TaskFile& file) {
  draft.put(file_key(task), file.record());
}

void for_each_file(const journal::View& store, const PlanRef& plan,
                   const std::function<bool(const model::TaskId& task, const TaskFile& file)>& visit) {
  scan_prefix(store, key_of(letter::file, plan).bytes(), [&](BytesView key, BytesView record) {
    return visit(FieldReader::of_key(key).take_task(), TaskFile{Bytes{record}});
  });
}

void for_each_file_after(const journal::View& store, const model::TaskId& after,
                         const std::function<bool(const model::TaskId& task, const TaskFile& file)>& visit) {
  store.scan(file_key(after) + '\0', journal::after_prefix(Bytes(1, letter::file)),
             [&](BytesView key, BytesView record) {
               return visit(FieldReader::of_key(key).take_task(), TaskFile{Bytes{record}});
             });
}

void add_run_place(journal::Draft& draft, const Hash& capture, const EventPlace& place) {
  draft.put(run_key(place.node, capture).add(place.incarnation).add(place.sequence).bytes(), {});
}

void hold_run(journal::Draft& draft, model::NodeId node, const Hash& capture, const model::PersonId& analyst) {
  draft.put(held_run_key(node).add(capture).bytes(), Bytes{analyst.value()});
}

void free_run(journal::Draft& draft, model::NodeId node, const Hash& capture) {
  draft.erase(held_run_key(node).add(capture).bytes());
}

std::map<Hash, model::PersonId> held_runs(const journal::View& store, model::NodeId node) {
  std::map<Hash, model::PersonId> held;
  const Bytes prefix = held_run_key(node).bytes();
  scan_prefix(store, prefix, [&](BytesView key, BytesView analyst) {
    held.emplace(FieldReader{key.substr(prefix.size())}.take_hash(), model::PersonId{std::string{analyst}});
    return true;
  });
  return held;
}

std::vector<EventPlace> run_places(const journal::View& store, model::NodeId node, const Hash& capture) {
  std::vector<EventPlace> places;
  const Bytes prefix = run_key(node, capture).bytes();
  scan_prefix(store, prefix, [&](BytesView key, BytesView) {
    FieldReader fields{key.substr(prefix.size())};
    const auto incarnation = fields.take<std::uint32_t>();
    places.push_back({.node = node, .incarnation = incarnation, .sequence = fields.take<std::uint64_t>()});
    return true;
  });
  return places;
}

std::uint64_t& Verdicts::operator[](model::SampleOutcome outcome) {
  switch (outcome) {
    case model::SampleOutcome::pass:
      return pass;
    case model::SampleOutcome::fail:
      return fail;
    case model::SampleOutcome::problem:
      return problem;
    case model::SampleOutcome::undetermined:
      break;
  }
  return undetermined;
}

void count_first(journal::Draft& draft, const CellKey& cell, model::SampleOutcome outcome, std::uint64_t samples) {
  change_cell(draft, cell, [&](Tally& tally) {
    tally.first[outcome] += samples;
    tally.final[outcome] += samples;
  });
}

void move_final(journal::Draft& draft, const CellKey& from, model::SampleOutcome was, const CellKey& to,
                model::SampleOutcome is, std::uint64_t samples) {
  change_cell(draft, from, [&](Tally& tally) {
    LAB_CHECK(tally.final[was] >= samples);
    tally.final[was] -= samples;
  });
  change_cell(draft, to, [&](Tally& tally) { tally.final[is] += samples; });
}

void for_each_cell_tally(const journal::View& store,
                         const std::function<void(const CellKey& cell, const Tally& tally)>& visit) {
  scan_prefix(store, Bytes(1, letter::cell), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    CellKey cell;
    cell.programme = model::ProgrammeCode{take_short_text(fields)};
    cell.city = model::CityCode{fields.take<std::uint32_t>()};
    cell.category = model::CategoryCode{take_short_text(fields)};
    cell.stage = static_cast<model::Stage>(fields.take<std::uint8_t>());
    cell.month = fields.take<std::uint16_t>();
    cell.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
    visit(cell, read_tally(record));
    return true;
  });
}

CellKey cell_of(const model::Task& task, std::uint16_t month, model::LaboratoryId laboratory) {
  return {.programme = task.programme,
          .city = task.city,
          .county = task.county,
          .category = task.category,
          .stage = task.stage,
          .round = task.round,
          .month = month,
          .laboratory = laboratory};
}

CellKey coarse(const CellKey& cell) {
  CellKey key = cell;
  key.county = {};
  key.round = 0;
  return key;
}

void for_each_fine_tally(const journal::View& store,
                         const std::function<void(const CellKey& cell, const Tally& tally)>& visit) {
  store.scan(fine_mark() + '\0', journal::after_prefix(fine_mark()), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    visit(take_fine_cell(fields), read_tally(record));
    return true;
  });
}

bool has_fine_tallies(const journal::View& store) { return store.get(fine_mark()).has_value(); }

void begin_fine_tallies(journal::Draft& draft) { draft.put(fine_mark(), {}); }

void add_to_fine_tally(journal::Draft& draft, const CellKey& cell, const Tally& tally) {
  change_tally(draft, fine_key(cell), [&](Tally& kept) {
    for (const auto& [to, from] : {std::pair{&kept.first, &tally.first}, std::pair{&kept.final, &tally.final}}) {
      to->pass += from->pass;
      to->fail += from->fail;
      to->problem += from->problem;
      to->undetermined += from->undetermined;
    }
  });
}

void for_each_city_tally(
    const journal::View& store,
    const std::function<void(const model::ProgrammeCode& programme, model::CityCode city, const Tally& tally)>& visit) {
  scan_prefix(store, Bytes(1, letter::city), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    const auto programme = model::ProgrammeCode{take_short_text(fields)};
    visit(programme, model::CityCode{fields.take<std::uint32_t>()}, read_tally(record));
    return true;
  });
}

void add_exception(journal::Draft& draft, const Exception& exception) {
  Fields record;
  record.add(exception.at).add(exception.task);
  add_short_text(record, exception.kind);
  add_long_text(record, exception.reason);
  record.add(static_cast<std::uint8_t>(exception.cause));
  Bytes key = exception_key(exception.disposition, exception.place);
  LAB_CHECK(!draft.get(key));
  draft.put(std::move(key), record.bytes());
  draft.put(exception_count_key(exception.disposition),
            Fields{}.add(exception_count(draft, exception.disposition) + 1).bytes());
}

void remove_exception(journal::Draft& draft, const Exception& exception) {
  Bytes key = exception_key(exception.disposition, exception.place);
  LAB_CHECK(draft.get(key).has_value());
  draft.erase(std::move(key));
  draft.put(exception_count_key(exception.disposition),
            Fields{}.add(exception_count(draft, exception.disposition) - 1).bytes());
}

std::uint64_t exception_count(const journal::View& store, model::Disposition disposition) {
  const auto record = store.get(exception_count_key(disposition));
  return record ? FieldReader{*record}.take<std::uint64_t>() : 0;
}

void for_each_exception(const journal::View& store, model::Disposition disposition, const EventPlace& after,
                        const std::function<bool(const Exception& exception)>& visit) {
  const Bytes table = Fields{letter::exception}.add(static_cast<std::uint8_t>(disposition)).bytes();
  store.scan(exception_key(disposition, after) + '\0', journal::after_prefix(table),
             [&](BytesView key, BytesView record) {
               FieldReader fields{key.substr(table.size())};
               return visit(read_exception(disposition, take_place(fields), record));
             });
}

std::optional<Exception> exception_at(const journal::View& store, const EventPlace& place) {
  for (const auto disposition : {model::Disposition::late, model::Disposition::quarantined}) {
    if (const auto record = store.get(exception_key(disposition, place))) {
      return read_exception(disposition, place, *record);
    }
  }
  return std::nullopt;
}

}  // namespace lab::coordinator::tables
