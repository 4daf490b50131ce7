#include "coordinator/tables/sampling.hpp"

#include "coordinator/tables/held_events.hpp"
#include "coordinator/tables/keys.hpp"
#include "coordinator/tables/record.hpp"
#include "coordinator/tables/registry.hpp"

namespace lab::coordinator::tables {
namespace {

using journal::FieldReader;
using journal::Fields;

Bytes declined_key(const model::TaskId& task) { return Fields{letter::declined}.add(task).bytes(); }
Bytes unit_fields_key(const model::TaskId& task) { return Fields{letter::unit_fields}.add(task).bytes(); }

}  // namespace

forms::SamplingFields sampling_fields(const journal::View& store) {
  auto read = forms::SamplingFields::load(province_file(store, sampling_fields_file).value_or(""));
  if (!read) throw journal::Damage("the stored fields of sampling forms cannot be read: " + to_text(read.error()));
  return std::move(*read);
}

void note_declined(journal::Draft& draft, const model::TaskId& task, const EventPlace& place) {
  Fields record;
  draft.put(declined_key(task), add_place(record, place).bytes());
}

void forget_declined(journal::Draft& draft, const model::TaskId& task) {
  if (draft.get(declined_key(task))) draft.erase(declined_key(task));
}

bool is_declined(const journal::View& store, const model::TaskId& task) {
  return store.get(declined_key(task)).has_value();
}

void for_each_declined(const journal::View& store, const model::TaskId& after,
                       const std::function<bool(const model::TaskId& task, const EventPlace& place)>& visit) {
  store.scan(declined_key(after) + '\0', journal::after_prefix(Bytes(1, letter::declined)),
             [&](BytesView key, BytesView record) {
               FieldReader fields{record};
               return visit(FieldReader::of_key(key).take_task(), take_place(fields));
             });
}

std::vector<model::FormField> unit_fields(const journal::View& store, const model::TaskId& task) {
  return load<std::vector<model::FormField>>(store, unit_fields_key(task)).value_or(std::vector<model::FormField>{});
}

void put_unit_fields(journal::Draft& draft, const model::TaskId& task, const std::vector<model::FormField>& fields) {
  draft.put(unit_fields_key(task), wire::encode_record(fields));
}

std::optional<model::Sampled> sampling_form(const journal::View& store, const TaskFile& file) {
  std::optional<model::Sampled> newest;
  for (const EventPlace& place : file.places()) {
    model::Event event = event_at(store, place);
    if (auto* const sampled = std::get_if<model::Sampled>(&event.what)) newest = std::move(*sampled);
  }
  return newest;
}

}  // namespace lab::coordinator::tables
