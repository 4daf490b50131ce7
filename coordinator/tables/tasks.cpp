#include "coordinator/tables/tasks.hpp"

#include <numeric>

#include "coordinator/tables/record.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes task_key(const model::TaskId& id) { return Fields{letter::task}.add(id).bytes(); }
Bytes number_key(std::string_view number) { return Fields{letter::task_by_number}.add(BytesView{number}).bytes(); }
Bytes blind_key(std::string_view code) { return Fields{letter::task_by_blind}.add(BytesView{code}).bytes(); }

std::optional<model::TaskId> indexed(const journal::View& store, const Bytes& key) {
  const auto record = store.get(key);
  if (!record) return std::nullopt;
  return FieldReader{*record}.take_task();
}

Bytes states_key(const PlanRef& plan, const model::ProgrammeCode& programme, model::CityCode city) {
  Fields key = key_of(letter::states, plan);
  add_short_text(key, programme.value());
  return key.add(city).bytes();
}

StateCounts read_counts(BytesView record) {
  FieldReader fields{record};
  StateCounts counts;
  for (std::uint32_t& count : counts.of) count = fields.take<std::uint32_t>();
  return counts;
}

StateCounts counts_at(const journal::View& store, const Bytes& key) {
  const auto record = store.get(key);
  return record ? read_counts(*record) : StateCounts{};
}

void put_counts(journal::Draft& draft, Bytes key, const StateCounts& counts) {
  Fields record;
  for (const std::uint32_t count : counts.of) record.add(count);
  draft.put(std::move(key), record.bytes());
}

}  // namespace

StateCounts& StateCounts::operator+=(const StateCounts& other) {
  for (std::size_t i = 0; i < of.size(); ++i) of[i] += other.of[i];
  return *this;
}

std::uint32_t StateCounts::total() const { return std::accumulate(of.begin(), of.end(), std::uint32_t{0}); }

std::optional<model::Task> task(const journal::View& store, const model::TaskId& id) {
  return load<model::Task>(store, task_key(id));
}

bool has_task(const journal::View& store, const model::TaskId& id) { return store.get(task_key(id)).has_value(); }

std::optional<model::TaskId> task_by_number(const journal::View& store, std::string_view number) {
  if (number.size() != model::SampleNumber::length) return std::nullopt;
  return indexed(store, number_key(number));
}

std::optional<model::TaskId> task_by_blind_code(const journal::View& store, std::string_view blind_code) {
  if (blind_code.empty() || blind_code.size() > 32) return std::nullopt;  // no code is longer
  return indexed(store, blind_key(blind_code));
}

void for_each_task(const journal::View& store, const PlanRef& plan, std::uint32_t first,
                   const std::function<bool(const model::Task& task)>& visit) {
  const Bytes from = key_of(letter::task, plan).add(first).bytes();
  store.scan(from, journal::after_prefix(key_of(letter::task, plan).bytes()),
             [&](BytesView, BytesView record) { return visit(decoded<model::Task>(record)); });
}

void for_each_task_of(const journal::View& store, const PlanRef& plan, const CellRow& row,
                      const std::function<bool(const model::Task& task)>& visit) {
  const std::uint64_t end = std::uint64_t{row.first_task} + row.tasks();
  for_each_task(store, plan, row.first_task,
                [&](const model::Task& task) { return task.id.number < end && visit(task); });
}

void add_task(journal::Draft& draft, const model::Task& task) {
  const Bytes id = Fields{}.add(task.id).bytes();
  draft.put(task_key(task.id), wire::encode_record(task));
  draft.put(number_key(task.number.text()), id);
  draft.put(blind_key(task.blind_code), id);
}

void change_task(journal::Draft& draft, const model::Task& task, model::TaskState before) {
  draft.put(task_key(task.id), wire::encode_record(task));
  if (task.state == before) return;
  Bytes key = states_key({.plan = task.id.plan, .revision = task.id.revision}, task.programme, task.city);
  StateCounts counts = counts_at(draft, key);
  LAB_CHECK(counts[before] > 0);
  --counts[before];
  ++counts[task.state];
  put_counts(draft, std::move(key), counts);
}

void renumber_task(journal::Draft& draft, model::Task task, const model::SampleNumber& number) {
  LAB_CHECK(!task_by_number(draft, number.text()));
  task.number = number;
  draft.put(task_key(task.id), wire::encode_record(task));
  draft.put(number_key(number.text()), Fields{}.add(task.id).bytes());
}

void add_planned(journal::Draft& draft, const PlanRef& plan, const model::PlanCell& cell) {
  Bytes key = states_key(plan, cell.programme, cell.city);
  StateCounts counts = counts_at(draft, key);
  counts[model::TaskState::planned] += cell.quota;
  put_counts(draft, std::move(key), counts);
}

void for_each_states_row(const journal::View& store, const std::function<void(const StatesRow& row)>& visit) {
  scan_prefix(store, Bytes(1, letter::states), [&](BytesView key, BytesView record) {
    FieldReader fields = FieldReader::of_key(key);
    StatesRow row;
    row.plan.plan = model::PlanId{fields.take<std::uint32_t>()};
    row.plan.revision = fields.take<std::uint16_t>();
    row.programme = model::ProgrammeCode{take_short_text(fields)};
    row.city = model::CityCode{fields.take<std::uint32_t>()};
    row.counts = read_counts(record);
    visit(row);
    return true;
  });
}

StateCounts states_of(const journal::View& store, const PlanRef& plan) {
  StateCounts sum;
  scan_prefix(store, key_of(letter::states, plan).bytes(), [&](BytesView, BytesView record) {
    sum += read_counts(record);
    return true;
  });
  return sum;
}

std::optional<SampledUnit> sampled_unit(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(Fields{letter::sampled_unit}.add(task).bytes());
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  SampledUnit unit;
  unit.name = take_long_text(fields);
  unit.licence = take_long_text(fields);
  unit.address = take_long_text(fields);
  return unit;
}

void put_sampled_unit(journal::Draft& draft, const model::TaskId& task, const SampledUnit& unit) {
  Fields record;
  add_long_text(record, unit.name);
  add_long_text(record, unit.licence);
  add_long_text(record, unit.address);
  draft.put(Fields{letter::sampled_unit}.add(task).bytes(), record.bytes());
}

}  // namespace lab::coordinator::tables
