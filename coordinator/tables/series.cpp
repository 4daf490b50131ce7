#include "coordinator/tables/series.hpp"

#include <fmt/format.h>

#include "coordinator/tables/diary.hpp"

namespace lab::coordinator::tables {
namespace {

using acceptance::History;
using journal::FieldReader;
using journal::Fields;

Bytes key_of(char table, model::SeriesId id) { return Fields{table}.add(id).bytes(); }
Bytes step_key(model::SeriesId id, std::uint32_t number) {
  return Fields{letter::series_step}.add(id).add(number).bytes();
}
Bytes waiting_key(model::SeriesId id, const model::TaskId& task) {
  return Fields{letter::series_waiting}.add(id).add(task).bytes();
}

// A hash, because names are longer than a key may be.
Bytes name_key(const std::string& enterprise, const std::string& commodity, const std::string& aql) {
  Fields name;
  add_long_text(name, enterprise);
  add_long_text(name, commodity);
  add_long_text(name, aql);
  return Fields{letter::series_by_key}.add(crypto::sha256(name.bytes())).bytes();
}

Bytes mark() { return Bytes(1, '\1'); }

void write(Fields& fields, const History& history) {
  fields.add(static_cast<std::uint8_t>(history.state)).add(history.score).add(history.recent);
  fields.add(history.accepted_in_a_row).add(history.not_accepted_total);
}

History read_history(FieldReader& fields) {
  History history;
  history.state = static_cast<acceptance::State>(fields.take<std::uint8_t>());
  history.score = fields.take<std::uint32_t>();
  history.recent = fields.take<std::uint8_t>();
  history.accepted_in_a_row = fields.take<std::uint8_t>();
  history.not_accepted_total = fields.take<std::uint8_t>();
  return history;
}

// 0: nobody said so; 1: not steady; 2: steady.
void write(Fields& fields, const Conditions& conditions) {
  const int steady = conditions.steady ? 1 + static_cast<int>(*conditions.steady) : 0;
  fields.add(static_cast<std::uint8_t>(steady)).add(static_cast<std::uint8_t>(conditions.approved));
}

Conditions read_conditions(FieldReader& fields) {
  Conditions conditions;
  const auto steady = fields.take<std::uint8_t>();
  if (steady != 0) conditions.steady = steady == 2;
  conditions.approved = fields.take<std::uint8_t>() != 0;
  return conditions;
}

Series read_series(model::SeriesId id, BytesView record) {
  FieldReader fields{record};
  Series series;
  series.id = id;
  series.enterprise = take_long_text(fields);
  series.commodity = take_long_text(fields);
  series.aql = take_short_text(fields);
  series.history = read_history(fields);
  series.open = fields.take_task();
  series.conditions = read_conditions(fields);
  series.steps = fields.take<std::uint32_t>();
  series.lots = fields.take<std::uint32_t>();
  return series;
}

SeriesStep read_step(BytesView record) {
  FieldReader fields{record};
  SeriesStep step;
  step.kind = static_cast<StepKind>(fields.take<std::uint8_t>());
  step.at = fields.take_time();
  step.person = take_short_text(fields);
  step.reason = take_long_text(fields);
  step.task = fields.take_task();
  step.count.inspected = fields.take<std::uint64_t>();
  step.count.nonconforming = fields.take<std::uint64_t>();
  step.accepted = fields.take<std::uint8_t>() != 0;
  step.conditions = read_conditions(fields);
  step.after = read_history(fields);
  return step;
}

Bytes record_of(const SeriesStep& step) {
  Fields fields;
  fields.add(static_cast<std::uint8_t>(step.kind)).add(step.at);
  add_short_text(fields, step.person);
  add_long_text(fields, step.reason);
  fields.add(step.task).add(step.count.inspected).add(step.count.nonconforming);
  fields.add(static_cast<std::uint8_t>(step.accepted));
  write(fields, step.conditions);
  write(fields, step.after);
  return fields.bytes();
}

// The diary names no enterprise: everybody who may look at the board reads it.
std::string subject_of(const Series& series, const SeriesStep& step) {
  std::string subject = fmt::format("series {} step {} {}", series.id.value(), series.steps, name_of(step.kind));
  if (step.kind == StepKind::lot_counted) {
    subject += fmt::format(" {} inspected {} nonconforming {} {}", to_text(step.task), step.count.inspected,
                           step.count.nonconforming, step.accepted ? "accepted" : "not accepted");
  } else {
    subject += fmt::format(" by {}: {}", step.person, step.reason);
  }
  return subject + fmt::format(", now {}", acceptance::name_of(step.after.state));
}

}  // namespace

const char* name_of(StepKind kind) {
  switch (kind) {
    case StepKind::lot_counted:
      return "lot_counted";
    case StepKind::corrective_action:
      return "corrective_action";
    case StepKind::conditions:
      return "conditions";
  }
  return "";
}

Series series_of(journal::Draft& draft, const std::string& enterprise, const std::string& commodity,
                 const std::string& aql) {
  Bytes key = name_key(enterprise, commodity, aql);
  if (const auto known = draft.get(key)) {
    const auto found = series(draft, model::SeriesId{FieldReader{*known}.take<std::uint32_t>()});
    LAB_CHECK(found.has_value());  // the index is written with the series
    return *found;
  }
  const Bytes count_key(1, letter::series_count);
  const auto count = draft.get(count_key);
  const model::SeriesId id{count ? FieldReader{*count}.take<std::uint32_t>() + 1 : 1};
  draft.put(count_key, Fields{}.add(id).bytes());
  draft.put(std::move(key), Fields{}.add(id).bytes());
  Series fresh;
  fresh.id = id;
  fresh.enterprise = enterprise;
  fresh.commodity = commodity;
  fresh.aql = aql;
  put_series(draft, fresh);
  return fresh;
}

std::optional<Series> series(const journal::View& store, model::SeriesId id) {
  const auto record = store.get(key_of(letter::series, id));
  if (!record) return std::nullopt;
  return read_series(id, *record);
}

void put_series(journal::Draft& draft, const Series& series) {
  Fields fields;
  add_long_text(fields, series.enterprise);
  add_long_text(fields, series.commodity);
  add_short_text(fields, series.aql);
  write(fields, series.history);
  fields.add(series.open);
  write(fields, series.conditions);
  draft.put(key_of(letter::series, series.id), fields.add(series.steps).add(series.lots).bytes());
}

void for_each_series(const journal::View& store, model::SeriesId after,
                     const std::function<bool(const Series& series)>& visit) {
  store.scan(key_of(letter::series, after) + '\0', journal::after_prefix(Bytes(1, letter::series)),
             [&](BytesView key, BytesView record) {
               return visit(read_series(model::SeriesId{FieldReader::of_key(key).take<std::uint32_t>()}, record));
             });
}

void move_series(journal::Draft& draft, Series& series, const SeriesStep& step) {
  const bool was_stopped = series.history.state == acceptance::State::discontinued;
  series.history = step.after;
  draft.put(step_key(series.id, ++series.steps), record_of(step));
  put_series(draft, series);
  const bool is_stopped = step.after.state == acceptance::State::discontinued;
  if (is_stopped && !was_stopped) draft.put(key_of(letter::series_stopped, series.id), mark());
  if (!is_stopped && was_stopped) draft.erase(key_of(letter::series_stopped, series.id));
  write_diary(draft, DiaryKind::series_moved, subject_of(series, step), step.at);
}

std::vector<SeriesStep> steps_of(const journal::View& store, model::SeriesId id) {
  std::vector<SeriesStep> steps;
  scan_prefix(store, key_of(letter::series_step, id), [&](BytesView, BytesView record) {
    steps.push_back(read_step(record));
    return true;
  });
  return steps;
}

void add_waiting(journal::Draft& draft, model::SeriesId id, const model::TaskId& task) {
  draft.put(waiting_key(id, task), mark());
}

void erase_waiting(journal::Draft& draft, model::SeriesId id, const model::TaskId& task) {
  if (is_waiting(draft, id, task)) draft.erase(waiting_key(id, task));
}

bool is_waiting(const journal::View& store, model::SeriesId id, const model::TaskId& task) {
  return store.get(waiting_key(id, task)).has_value();
}

std::vector<model::TaskId> waiting(const journal::View& store, model::SeriesId id) {
  std::vector<model::TaskId> tasks;
  const Bytes prefix = key_of(letter::series_waiting, id);
  scan_prefix(store, prefix, [&](BytesView key, BytesView) {
    tasks.push_back(FieldReader{key.substr(prefix.size())}.take_task());
    return true;
  });
  return tasks;
}

void mark_due(journal::Draft& draft, model::SeriesId id) {
  bool anybody = false;
  scan_prefix(draft, key_of(letter::series_waiting, id), [&](BytesView, BytesView) {
    anybody = true;
    return false;
  });
  if (anybody) draft.put(key_of(letter::series_due, id), mark());
}

std::vector<model::SeriesId> due(const journal::View& store, std::size_t most) {
  std::vector<model::SeriesId> ids;
  scan_prefix(store, Bytes(1, letter::series_due), [&](BytesView key, BytesView) {
    ids.emplace_back(FieldReader::of_key(key).take<std::uint32_t>());
    return ids.size() < most;
  });
  return ids;
}

void erase_due(journal::Draft& draft, model::SeriesId id) { draft.erase(key_of(letter::series_due, id)); }

std::vector<model::SeriesId> stopped(const journal::View& store) {
  std::vector<model::SeriesId> ids;
  scan_prefix(store, Bytes(1, letter::series_stopped), [&](BytesView key, BytesView) {
    ids.emplace_back(FieldReader::of_key(key).take<std::uint32_t>());
    return true;
  });
  return ids;
}

}  // namespace lab::coordinator::tables
