#include "coordinator/tables/handovers.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes key_of(const model::TaskId& task) { return Fields{letter::handover}.add(task).bytes(); }

}  // namespace

std::optional<Handover> handover(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(key_of(task));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  Handover handover;
  handover.token.generation = fields.take<std::uint32_t>();
  handover.token.counter = fields.take<std::uint64_t>();
  if (const auto to = fields.take<std::uint32_t>(); to != 0) handover.to = model::NodeId{to};
  handover.at = fields.take_time();
  handover.person = model::PersonId{take_short_text(fields)};
  handover.reserve = take_long_text(fields);
  handover.reason = take_long_text(fields);
  return handover;
}

void put_handover(journal::Draft& draft, const model::TaskId& task, const Handover& handover) {
  Fields record;
  record.add(handover.token.generation).add(handover.token.counter);
  record.add(handover.to.value_or(model::NodeId{}).value());
  record.add(handover.at);
  add_short_text(record, handover.person.value());
  add_long_text(record, handover.reserve);
  add_long_text(record, handover.reason);
  draft.put(key_of(task), record.bytes());
}

void erase_handover(journal::Draft& draft, const model::TaskId& task) { draft.erase(key_of(task)); }

}  // namespace lab::coordinator::tables
