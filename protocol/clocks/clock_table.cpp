#include "protocol/clocks/clock_table.hpp"

#include "protocol/base/check.hpp"
#include "protocol/journal/fields.hpp"

namespace lab::clocks {
namespace {

using journal::FieldReader;
using journal::Fields;

// In the keys of what is open: what is late stands first.
constexpr std::uint8_t is_late = 0;
constexpr std::uint8_t is_running = 1;

// No time of ours is the epoch itself.
std::optional<UtcTime> optional_in(FieldReader& fields) {
  const UtcTime time = fields.take_time();
  return time == UtcTime{} ? std::nullopt : std::optional{time};
}

Clock read_clock(BytesView key, BytesView record) {
  FieldReader name = FieldReader::of_key(key);
  FieldReader fields{record};
  Clock clock;
  clock.task = name.take_task();
  clock.kind = static_cast<Kind>(name.take<std::uint8_t>());
  clock.started = fields.take_time();
  clock.due.at = fields.take_time();
  clock.due.from_weekends = fields.take<std::uint8_t>() != 0;
  clock.period.amount = fields.take<std::uint16_t>();
  clock.period.unit = static_cast<Unit>(fields.take<std::uint8_t>());
  clock.fired = optional_in(fields);
  clock.met = optional_in(fields);
  clock.source = std::string{fields.rest()};
  return clock;
}

bool is_open(const Clock& clock) { return !clock.met && (!clock.fired || is_duty(clock.kind)); }

}  // namespace

const char* name_of(ClockState state) {
  switch (state) {
    case ClockState::running:
      return "running";
    case ClockState::met:
      return "met";
    case ClockState::late:
      return "late";
    case ClockState::met_late:
      return "met_late";
    case ClockState::over:
      return "over";
  }
  return "running";
}

ClockState state_of(const Clock& clock) {
  if (clock.met) return *clock.met >= clock.due.at ? ClockState::met_late : ClockState::met;
  if (!clock.fired) return ClockState::running;
  return is_duty(clock.kind) ? ClockState::late : ClockState::over;
}

bool is_duty(Kind kind) { return kind == Kind::notice || kind == Kind::report || kind == Kind::retest_report; }

std::optional<Clock> clock_for(const Terms& terms, const model::ProgrammeCode& programme, Kind kind,
                               const model::TaskId& task, UtcTime start) {
  const Deadline* deadline = terms.deadlines.find(programme, kind, civil_date(start));
  if (deadline == nullptr || !deadline->period) return std::nullopt;
  return Clock{.task = task,
               .kind = kind,
               .started = start,
               .due = due_at(start, *deadline->period, terms.calendar),
               .period = *deadline->period,
               .source = deadline->source,
               .fired = {},
               .met = {}};
}

Bytes ClockTable::key(const model::TaskId& task, Kind kind) const {
  return Fields{clocks_}.add(task).add(static_cast<std::uint8_t>(kind)).bytes();
}

Bytes ClockTable::open_key(const Clock& clock) const {
  return Fields{open_}
      .add(clock.fired ? is_late : is_running)
      .add(clock.due.at)
      .add(clock.task)
      .add(static_cast<std::uint8_t>(clock.kind))
      .bytes();
}

void ClockTable::put(journal::Draft& draft, const Clock& clock) const {
  Fields record;
  record.add(clock.started).add(clock.due.at);
  record.add(static_cast<std::uint8_t>(clock.due.from_weekends));
  record.add(clock.period.amount).add(static_cast<std::uint8_t>(clock.period.unit));
  record.add(clock.fired.value_or(UtcTime{})).add(clock.met.value_or(UtcTime{}));
  record.add(BytesView{clock.source});
  draft.put(key(clock.task, clock.kind), record.bytes());
  if (is_open(clock)) draft.put(open_key(clock), {});
}

void ClockTable::start(journal::Draft& draft, const Clock& clock) const {
  if (draft.get(key(clock.task, clock.kind))) return;
  put(draft, clock);
}

void ClockTable::meet(journal::Draft& draft, const model::TaskId& task, Kind kind, UtcTime at) const {
  auto clock = find(draft, task, kind);
  if (!clock || clock->met) return;
  if (is_open(*clock)) draft.erase(open_key(*clock));
  clock->met = at;
  put(draft, *clock);
}

void ClockTable::stop(journal::Draft& draft, const model::TaskId& task, Kind kind) const {
  const auto clock = find(draft, task, kind);
  if (!clock) return;
  if (is_open(*clock)) draft.erase(open_key(*clock));
  draft.erase(key(task, kind));
}

std::vector<Clock> ClockTable::fire(journal::Draft& draft, UtcTime now) const {
  std::vector<Clock> due;
  const Bytes running = Fields{open_}.add(is_running).bytes();
  draft.scan(running, journal::after_prefix(running), [&](BytesView open, BytesView) {
    FieldReader fields{open.substr(running.size())};
    if (fields.take_time() > now || due.size() == fire_max) return false;
    const model::TaskId task = fields.take_task();
    const auto clock = find(draft, task, static_cast<Kind>(fields.take<std::uint8_t>()));
    LAB_CHECK(clock.has_value());
    due.push_back(*clock);
    return true;
  });
  for (Clock& clock : due) {
    draft.erase(open_key(clock));
    clock.fired = now;
    put(draft, clock);
  }
  return due;
}

std::optional<Clock> ClockTable::find(const journal::View& store, const model::TaskId& task, Kind kind) const {
  const Bytes name = key(task, kind);
  const auto record = store.get(name);
  if (!record) return std::nullopt;
  return read_clock(name, *record);
}

std::vector<Clock> ClockTable::of(const journal::View& store, const model::TaskId& task) const {
  std::vector<Clock> clocks;
  const Bytes prefix = Fields{clocks_}.add(task).bytes();
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView name, BytesView record) {
    clocks.push_back(read_clock(name, record));
    return true;
  });
  return clocks;
}

void ClockTable::for_each_open(const journal::View& store, const std::function<bool(const Clock& clock)>& visit) const {
  const Bytes prefix(1, open_);
  store.scan(prefix, journal::after_prefix(prefix), [&](BytesView open, BytesView) {
    FieldReader fields{open.substr(prefix.size() + sizeof(std::uint8_t) + sizeof(std::uint64_t))};
    const model::TaskId task = fields.take_task();
    const auto clock = find(store, task, static_cast<Kind>(fields.take<std::uint8_t>()));
    LAB_CHECK(clock.has_value());
    return visit(*clock);
  });
}

void ClockTable::for_each(const journal::View& store, const std::function<bool(const Clock& clock)>& visit) const {
  const Bytes prefix(1, clocks_);
  store.scan(prefix, journal::after_prefix(prefix),
             [&](BytesView name, BytesView record) { return visit(read_clock(name, record)); });
}

}  // namespace lab::clocks
