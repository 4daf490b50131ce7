#include "coordinator/tables/retests.hpp"

#include "protocol/base/check.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes retest_key(const model::TaskId& task) { return Fields{letter::retest}.add(task).bytes(); }

}  // namespace

const char* name_of(RetestState state) {
  switch (state) {
    case RetestState::ordered:
      return "ordered";
    case RetestState::upheld:
      return "upheld";
    case RetestState::overturned:
      return "overturned";
  }
  return "ordered";
}

std::optional<RetestEntry> retest(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(retest_key(task));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  RetestEntry entry;
  entry.first = take_place(fields);
  entry.first_laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  entry.laboratory = model::LaboratoryId{fields.take<std::uint32_t>()};
  entry.ordered = fields.take_time();
  entry.state = static_cast<RetestState>(fields.take<std::uint8_t>());
  entry.reason = take_long_text(fields);
  if (!fields.rest().empty()) entry.draw = take_draw(fields);  // records of before retests were drawn end here
  return entry;
}

void put_retest(journal::Draft& draft, const model::TaskId& task, const RetestEntry& entry) {
  Fields record;
  add_place(record, entry.first).add(entry.first_laboratory).add(entry.laboratory);
  record.add(entry.ordered).add(static_cast<std::uint8_t>(entry.state));
  add_long_text(record, entry.reason);
  if (entry.draw) add_draw(record, entry.draw);
  draft.put(retest_key(task), record.bytes());
}

CellKey counted_cell(const journal::View& store, const model::Task& task, const model::ResultEntry& result) {
  const auto entry = retest(store, task.id);
  return cell_of(task, result.month, entry ? entry->first_laboratory : task.laboratory);
}

}  // namespace lab::coordinator::tables
