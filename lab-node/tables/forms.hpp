#pragma once
// Sampling forms: what they ask for, and what was written in their fields.
//
//   'M' task -> the fields of its form, beside the record of the sample, which is written at every step

#include <vector>

#include "protocol/forms/sampling_fields.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/ids.hpp"

namespace lab::node::tables {

/// Of the reference set in use; those inside the program where it has none.
forms::SamplingFields sampling_fields(const journal::View& store);

std::vector<model::FormField> form_fields(const journal::View& store, const model::TaskId& task);
void put_form_fields(journal::Draft& draft, const model::TaskId& task, const std::vector<model::FormField>& fields);

}  // namespace lab::node::tables
