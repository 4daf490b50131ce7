#include "coordinator/tables/enterprise_history.hpp"

#include <array>
#include <map>

#include "protocol/base/check.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes parties_key(const model::TaskId& task) { return Fields{letter::history}.add(BytesView{"t"}).add(task).bytes(); }
Bytes line_prefix(EnterpriseId id) { return Fields{letter::history}.add(BytesView{"v"}).add(id).bytes(); }
Bytes line_key(EnterpriseId id, const model::TaskId& task) {
  return Fields{letter::history}.add(BytesView{"v"}).add(id).add(task).bytes();
}
Bytes sum_key(EnterpriseId id) { return Fields{letter::history}.add(BytesView{"s"}).add(id).bytes(); }
Bytes entering_key() { return Fields{letter::history}.add(BytesView{"c"}).bytes(); }

void add_verdict(Fields& fields, const CountedVerdict& verdict) {
  fields.add(static_cast<std::uint8_t>(verdict.first)).add(static_cast<std::uint8_t>(verdict.final));
  fields.add(verdict.month);
}

CountedVerdict take_verdict(FieldReader& fields) {
  CountedVerdict verdict;
  verdict.first = static_cast<model::SampleOutcome>(fields.take<std::uint8_t>());
  verdict.final = static_cast<model::SampleOutcome>(fields.take<std::uint8_t>());
  verdict.month = fields.take<std::uint16_t>();
  return verdict;
}

constexpr std::array outcomes{model::SampleOutcome::pass, model::SampleOutcome::fail, model::SampleOutcome::problem,
                              model::SampleOutcome::undetermined};

Tally read_sum(const journal::View& store, EnterpriseId id) {
  Tally tally;
  const auto record = store.get(sum_key(id));
  if (!record) return tally;
  FieldReader fields{*record};
  for (Verdicts* verdicts : {&tally.first, &tally.final}) {
    for (const auto outcome : outcomes) (*verdicts)[outcome] = fields.take<std::uint64_t>();
  }
  return tally;
}

void put_sum(journal::Draft& draft, EnterpriseId id, Tally tally) {
  Fields record;
  for (Verdicts* verdicts : {&tally.first, &tally.final}) {
    for (const auto outcome : outcomes) record.add((*verdicts)[outcome]);
  }
  draft.put(sum_key(id), record.bytes());
}

void take_out(journal::Draft& draft, EnterpriseId id, const model::TaskId& task, const CountedVerdict& verdict) {
  draft.erase(line_key(id, task));
  Tally tally = read_sum(draft, id);
  LAB_CHECK(tally.first[verdict.first] > 0 && tally.final[verdict.final] > 0);
  --tally.first[verdict.first];
  --tally.final[verdict.final];
  put_sum(draft, id, tally);
}

void put_in(journal::Draft& draft, EnterpriseId id, const model::TaskId& task, const TaskParties& now) {
  Fields record;
  record.add(static_cast<std::uint8_t>(now.parties.unit == id))
      .add(static_cast<std::uint8_t>(now.parties.producer == id));
  add_verdict(record, *now.verdict);
  draft.put(line_key(id, task), record.bytes());
  Tally tally = read_sum(draft, id);
  ++tally.first[now.verdict->first];
  ++tally.final[now.verdict->final];
  put_sum(draft, id, tally);
}

// Each once: a farm sells what it grows.
std::vector<EnterpriseId> each_of(const Parties& parties) {
  std::vector<EnterpriseId> ids;
  if (parties.unit != EnterpriseId{}) ids.push_back(parties.unit);
  if (parties.producer != EnterpriseId{} && parties.producer != parties.unit) ids.push_back(parties.producer);
  return ids;
}

}  // namespace

std::optional<TaskParties> task_parties(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(parties_key(task));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  TaskParties found;
  found.parties.unit = EnterpriseId{fields.take<std::uint32_t>()};
  found.parties.producer = EnterpriseId{fields.take<std::uint32_t>()};
  if (fields.take<std::uint8_t>() != 0) found.verdict = take_verdict(fields);
  return found;
}

void put_task_parties(journal::Draft& draft, const model::TaskId& task, const TaskParties& now) {
  const auto before = task_parties(draft, task);
  if (before == now) return;
  if (before && before->verdict) {
    for (const EnterpriseId id : each_of(before->parties)) take_out(draft, id, task, *before->verdict);
  }
  if (now.verdict) {
    for (const EnterpriseId id : each_of(now.parties)) put_in(draft, id, task, now);
  }
  Fields record;
  record.add(now.parties.unit).add(now.parties.producer).add(static_cast<std::uint8_t>(now.verdict.has_value()));
  if (now.verdict) add_verdict(record, *now.verdict);
  draft.put(parties_key(task), record.bytes());
}

std::vector<HistoryLine> history_of(const journal::View& store, EnterpriseId id) {
  std::vector<HistoryLine> lines;
  std::map<model::TaskId, std::size_t> places;
  for (const EnterpriseId member : members_of(store, id)) {
    const Bytes prefix = line_prefix(member);
    scan_prefix(store, prefix, [&](BytesView key, BytesView record) {
      FieldReader fields{record};
      HistoryLine line;
      line.task = FieldReader{key.substr(prefix.size())}.take_task();
      line.as_unit = fields.take<std::uint8_t>() != 0;
      line.as_producer = fields.take<std::uint8_t>() != 0;
      line.verdict = take_verdict(fields);
      // A shop and its supplier may have become one entry: the sample is still one.
      const auto [known, is_new] = places.try_emplace(line.task, lines.size());
      if (is_new) {
        lines.push_back(line);
        return true;
      }
      lines[known->second].as_unit = lines[known->second].as_unit || line.as_unit;
      lines[known->second].as_producer = lines[known->second].as_producer || line.as_producer;
      return true;
    });
  }
  return lines;
}

Tally tally_of(const journal::View& store, EnterpriseId id) {
  const auto members = members_of(store, id);
  if (members.size() == 1) return read_sum(store, id);
  Tally tally;
  for (const HistoryLine& line : history_of(store, id)) {
    ++tally.first[line.verdict.first];
    ++tally.final[line.verdict.final];
  }
  return tally;
}

bool has_begun_entering(const journal::View& store) { return store.get(entering_key()).has_value(); }

std::optional<model::TaskId> entering_from(const journal::View& store) {
  const auto record = store.get(entering_key());
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  if (fields.take<std::uint8_t>() == 0) return std::nullopt;
  return fields.take_task();
}

void set_entering_from(journal::Draft& draft, const std::optional<model::TaskId>& task) {
  Fields record;
  record.add(static_cast<std::uint8_t>(task.has_value()));
  if (task) record.add(*task);
  draft.put(entering_key(), record.bytes());
}

}  // namespace lab::coordinator::tables
