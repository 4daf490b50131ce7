#pragma once
// What the province knows of sampling: which samples could not be drawn, and the fields of sampling forms that name the
// enterprise. The latter never travel to a node.

#include <functional>
#include <optional>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/forms/sampling_fields.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"

namespace lab::coordinator::tables {

/// Under which name the province may give its own; the table inside the program stands in for a missing one.
constexpr const char* sampling_fields_file = "sampling_fields.csv";

/// It was read before it was taken, so one that cannot be read is damage.
forms::SamplingFields sampling_fields(const journal::View& store);

/// There is no sample, says the event at `place`.
void note_declined(journal::Draft& draft, const model::TaskId& task, const EventPlace& place);
/// It was drawn after all, somewhere else.
void forget_declined(journal::Draft& draft, const model::TaskId& task);
/// Whether the node that has it says that there is none.
bool is_declined(const journal::View& store, const model::TaskId& task);
/// Task by task after `after`, until `visit` returns false.
void for_each_declined(const journal::View& store, const model::TaskId& after,
                       const std::function<bool(const model::TaskId& task, const EventPlace& place)>& visit);

std::vector<model::FormField> unit_fields(const journal::View& store, const model::TaskId& task);
void put_unit_fields(journal::Draft& draft, const model::TaskId& task, const std::vector<model::FormField>& fields);

/// What the sampler wrote, of the newest form of this task; nothing when none has come.
std::optional<model::Sampled> sampling_form(const journal::View& store, const TaskFile& file);

}  // namespace lab::coordinator::tables
