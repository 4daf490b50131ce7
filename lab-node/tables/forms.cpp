#include "lab-node/tables/forms.hpp"

#include <algorithm>

#include "lab-node/tables/tables.hpp"
#include "protocol/journal/fields.hpp"
#include "protocol/rules/reference_set.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::node::tables {
namespace {

Bytes form_key(const model::TaskId& task) { return journal::Fields{'M'}.add(task).bytes(); }

}  // namespace

forms::SamplingFields sampling_fields(const journal::View& store) {
  const auto bytes = reference(store, current_reference(store));
  const auto files = bytes ? rules::unbundle(*bytes) : fail(ErrorCode::not_found, "none yet");
  std::string_view text;
  if (files) {
    const auto found = std::ranges::find(*files, "sampling_fields.csv", &rules::ReferenceFile::name);
    if (found != files->end()) text = found->text;
  }
  auto read = forms::SamplingFields::load(text);
  // The coordinator reads the table before it sends it; one that this program cannot read is of a newer one.
  return read ? std::move(*read) : forms::SamplingFields::load("").value();
}

std::vector<model::FormField> form_fields(const journal::View& store, const model::TaskId& task) {
  const auto record = store.get(form_key(task));
  if (!record) return {};
  auto fields = wire::decode_record<std::vector<model::FormField>>(*record);
  if (!fields) throw journal::Damage(to_text(fields.error()));
  return std::move(*fields);
}

void put_form_fields(journal::Draft& draft, const model::TaskId& task, const std::vector<model::FormField>& fields) {
  if (fields.empty() && !draft.get(form_key(task))) return;
  draft.put(form_key(task), wire::encode_record(fields));
}

}  // namespace lab::node::tables
