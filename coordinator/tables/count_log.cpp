#include "coordinator/tables/count_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/tasks.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

struct Head {
  std::uint64_t count = 0;
  std::uint64_t last_ms = 0;
  std::uint64_t since_ms = 0;  // of earlier moments nothing is known
};

// What an octet of a change says. A record of before there were fine cells has no `kind_places`: its cells end with
// the outcome. Behind the cells stand, with `kind_sample`, whose verdict it is, and of each cell profile and version.
constexpr unsigned kind_first = 1;
constexpr unsigned kind_aside = 2;
constexpr unsigned kind_places = 4;
constexpr unsigned kind_sample = 8;

Bytes head_key() { return Bytes(1, letter::count_log_head); }
Bytes change_key(std::uint64_t number) { return Fields{letter::count_log}.add(number).bytes(); }
std::uint64_t ms_of(UtcTime at) { return static_cast<std::uint64_t>(to_unix_ms(at)); }

Head head(const journal::View& store) {
  const auto record = store.get(head_key());
  if (!record) return {};
  FieldReader fields{*record};
  Head head;
  head.count = fields.take<std::uint64_t>();
  head.last_ms = fields.take<std::uint64_t>();
  head.since_ms = fields.take<std::uint64_t>();
  return head;
}

bool has_counts(const journal::View& store) {
  bool any = false;
  for_each_cell_tally(store, [&](const CellKey&, const Tally&) { any = true; });
  for_each_states_row(store, [&](const StatesRow&) { any = true; });
  return any;
}

void add_cell(Fields& fields, const std::optional<CellChange>& change) {
  fields.add(static_cast<std::uint8_t>(change ? 1 : 0));
  if (!change) return;
  add_short_text(fields, change->cell.programme.value());
  fields.add(change->cell.city);
  add_short_text(fields, change->cell.category.value());
  fields.add(static_cast<std::uint8_t>(change->cell.stage)).add(change->cell.month).add(change->cell.laboratory);
  fields.add(static_cast<std::uint8_t>(change->outcome)).add(change->cell.county).add(change->cell.round);
}

std::optional<CellChange> take_cell(FieldReader& fields, bool with_places) {
  if (fields.take<std::uint8_t>() == 0) return std::nullopt;
  CellChange change;
  change.cell.programme = model::ProgrammeCode{take_short_text(fields)};
  change.cell.city = model::CityCode{fields.take<std::uint32_t>()};
  change.cell.category = model::CategoryCode{take_short_text(fields)};
  change.cell.stage = static_cast<model::Stage>(fields.take<std::uint8_t>());
  change.cell.month = fields.take<std::uint16_t>();
  change.cell.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  change.outcome = static_cast<model::SampleOutcome>(fields.take<std::uint8_t>());
  if (!with_places) return change;
  change.cell.county = model::CountyCode{fields.take<std::uint32_t>()};
  change.cell.round = fields.take<std::uint8_t>();
  return change;
}

std::uint64_t moment_of(BytesView record) { return FieldReader{record}.take<std::uint64_t>(); }

CountChange read_change(BytesView record) {
  FieldReader fields{record};
  fields.take<std::uint64_t>();
  CountChange change;
  change.programme = model::ProgrammeCode{take_short_text(fields)};
  change.planned = static_cast<std::int64_t>(fields.take<std::uint64_t>());
  change.judged = static_cast<std::int64_t>(fields.take<std::uint64_t>());
  const auto kind = fields.take<std::uint8_t>();
  change.is_first = (kind & kind_first) != 0;
  change.is_aside = (kind & kind_aside) != 0;
  change.loses = take_cell(fields, (kind & kind_places) != 0);
  change.gains = take_cell(fields, (kind & kind_places) != 0);
  if ((kind & kind_sample) == 0) return change;
  change.task = fields.take_task();
  for (std::optional<CellChange>* cell : {&change.loses, &change.gains}) {
    if (!*cell) continue;
    (*cell)->profile = fields.take<ProfileNumber>();
    (*cell)->version = fields.take<std::uint16_t>();
  }
  return change;
}

void add(LaterChanges& later, const CountChange& change) {
  LaterChanges::Tasks& tasks = later.tasks[change.programme];
  tasks.planned += static_cast<std::uint64_t>(change.planned);
  tasks.judged += static_cast<std::uint64_t>(change.judged);
  if (change.is_aside) {
    const auto verdicts = [&](const CellKey& cell) -> Verdicts& {
      Tally& tally = later.aside[cell];
      return change.is_first ? tally.first : tally.final;
    };
    if (change.loses) --verdicts(change.loses->cell)[change.loses->outcome];
    if (change.gains) ++verdicts(change.gains->cell)[change.gains->outcome];
    return;
  }
  if (change.loses) --later.cells[change.loses->cell].final[change.loses->outcome];
  if (!change.gains) return;
  Tally& tally = later.cells[change.gains->cell];
  ++tally.final[change.gains->outcome];
  if (change.is_first) ++tally.first[change.gains->outcome];
}

void add_items(LaterChanges& later, const CountChange& change) {
  auto& items = change.is_aside ? later.items_aside : later.items;
  const bool is_first_alone = change.is_aside && change.is_first;
  if (change.loses && change.loses->profile != 0) {
    ProfileTally& tally = items[{change.loses->cell, change.loses->profile}];
    --(is_first_alone ? tally.first : tally.final);
  }
  if (!change.gains || change.gains->profile == 0) return;
  ProfileTally& tally = items[{change.gains->cell, change.gains->profile}];
  if (change.is_first) ++tally.first;
  if (!is_first_alone) ++tally.final;
}

// The first later change of each kind says how it was before.
void add_sample(LaterChanges& later, const CountChange& change) {
  if (change.task == model::TaskId{}) return;
  SampleBefore& sample = later.samples[change.task];
  if (!change.is_aside) {
    if (!sample.has_verdict_change) sample.stood = change.loses;
    sample.has_verdict_change = true;
    return;
  }
  // With both it was one of them before and stayed so.
  if (!sample.was_aside) sample.was_aside = change.loses.has_value();
}

// The number of the last change at or before the moment: their moments never fall.
std::uint64_t last_until(const journal::View& store, std::uint64_t count, std::uint64_t moment) {
  std::uint64_t low = 0;
  std::uint64_t high = count;
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    const auto record = store.get(change_key(middle));
    LAB_CHECK(record.has_value());
    if (moment_of(*record) <= moment) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

tl::unexpected<Error> nothing_before(std::uint64_t since_ms, const char* what) {
  return fail(ErrorCode::not_found,
              fmt::format("{} 之前没有{}", to_text(from_unix_ms(static_cast<std::int64_t>(since_ms))), what), "as_of");
}

}  // namespace

void log_change(journal::Draft& draft, const CountChange& change, UtcTime now) {
  Head now_head = head(draft);
  const std::uint64_t at = std::max(ms_of(now), now_head.last_ms);
  // A store that counted before it had a log knows nothing of the time before its first change.
  if (now_head.count == 0 && has_counts(draft)) now_head.since_ms = at;
  ++now_head.count;
  now_head.last_ms = at;
  Fields fields;
  fields.add(at);
  add_short_text(fields, change.programme.value());
  fields.add(static_cast<std::uint64_t>(change.planned)).add(static_cast<std::uint64_t>(change.judged));
  const bool has_sample = change.task != model::TaskId{};
  fields.add(static_cast<std::uint8_t>(kind_places | (change.is_first ? kind_first : 0) |
                                       (change.is_aside ? kind_aside : 0) | (has_sample ? kind_sample : 0)));
  add_cell(fields, change.loses);
  add_cell(fields, change.gains);
  if (has_sample) {
    fields.add(change.task);
    for (const std::optional<CellChange>* cell : {&change.loses, &change.gains}) {
      if (*cell) fields.add((*cell)->profile).add((*cell)->version);
    }
  }
  draft.put(change_key(now_head.count), fields.bytes());
  draft.put(head_key(), Fields{}.add(now_head.count).add(now_head.last_ms).add(now_head.since_ms).bytes());
}

std::uint64_t data_version(const journal::View& store) { return head(store).count; }

Result<std::uint64_t> version_at(const journal::View& store, UtcTime moment, LaterDetail detail) {
  const Head at = head(store);
  const std::uint64_t asked = ms_of(std::max(moment, UtcTime{}));
  if (asked < at.since_ms) return nothing_before(at.since_ms, "统计记录");
  const std::uint64_t version = last_until(store, at.count, asked);
  const std::uint64_t begun = items_begun(store).value_or(ItemsBegun{}).version;
  if (detail != LaterDetail::counts && version < begun) {
    const auto first = store.get(change_key(begun));
    if (!first) throw journal::Damage("the change at which items began to be counted is missing from the log");
    return nothing_before(moment_of(*first), "按检测项目和按样品的记录");
  }
  return version;
}

Result<LaterChanges> changes_after(const journal::View& store, UtcTime moment, LaterDetail detail) {
  const auto version = version_at(store, moment, detail);
  if (!version) return tl::unexpected(version.error());
  LaterChanges later;
  later.version = *version;
  store.scan(change_key(later.version + 1), journal::after_prefix(Bytes(1, letter::count_log)),
             [&](BytesView, BytesView record) {
               const CountChange change = read_change(record);
               add(later, change);
               if (detail == LaterDetail::items) add_items(later, change);
               if (detail == LaterDetail::samples) add_sample(later, change);
               return true;
             });
  return later;
}

}  // namespace lab::coordinator::tables
