#include "coordinator/tables/exception_decisions.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes key_of(const EventPlace& place) {
  Fields key{letter::decided};
  return add_place(key, place).bytes();
}

}  // namespace

std::optional<ExceptionDecision> exception_decision(const journal::View& store, const EventPlace& place) {
  const auto record = store.get(key_of(place));
  if (!record) return std::nullopt;
  FieldReader fields{*record};
  ExceptionDecision decision;
  decision.at = fields.take_time();
  decision.returned = fields.take<std::uint8_t>() != 0;
  decision.person = model::PersonId{take_short_text(fields)};
  decision.reason = take_long_text(fields);
  return decision;
}

void put_exception_decision(journal::Draft& draft, const EventPlace& place, const ExceptionDecision& decision) {
  Fields record;
  record.add(decision.at);
  record.add(static_cast<std::uint8_t>(decision.returned ? 1 : 0));
  add_short_text(record, decision.person.value());
  add_long_text(record, decision.reason);
  draft.put(key_of(place), record.bytes());
}

}  // namespace lab::coordinator::tables
