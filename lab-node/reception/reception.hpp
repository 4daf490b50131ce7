#pragma once
// From an assigned task to a sample on the shelf: the sampling form, the label at reception, or the reason why there is
// no sample. Everything here is blind: no field of it names who was sampled.

#include <optional>
#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::reception {

using node::Decided;

/// As typed; checked here.
struct SamplingForm {
  std::string number;      // of the sample, or its task: "T-3.1-42"
  std::string sampled_on;  // YYYY-MM-DD
  std::string sample_name;
  std::string quantity;
  std::string reserve;
  std::string storage;
  std::string second_sampler;
};

/// assigned -> sampled, with the event Sampled.
/// Refused: unknown_sample, wrong_state, bad_date (not a date, or in the future), missing_field (name, quantity),
/// same_sampler (two different samplers are required), bad_text.
Decided<model::Sample> fill_in(journal::Draft& draft, const SamplingForm& form, const model::PersonId& sampler,
                               UtcTime now);

/// What reception has of a label: read from a photo, or typed.
struct Label {
  std::optional<model::SampleNumber> number;
  bool has_foreign_code = false;     // a code was read, and it is no sample number
  bool has_several_samples = false;  // labels of different samples
  std::string laboratory;            // that the label names; empty when it names none
  std::string unreadable;            // Chinese reason; empty when something was read
  Hash photo;                        // none when typed
  std::string reader;                // decoder and version, or "typed"
  std::string condition;             // state of sample and seal
};

/// sampled -> received, with the event Received.
/// Refused: label_unreadable, several_samples, foreign_code, unknown_sample, other_laboratory (unknown here, and the
/// label names another laboratory), not_sampled, already_received, revoked, declined, bad_text.
Decided<model::Sample> receive(journal::Draft& draft, const Label& label, const model::PersonId& receiver, UtcTime now);

/// The sample that receive() would take, or its refusal. Changes nothing: whoever asks decides whether a photo is worth
/// keeping.
Decided<model::Sample> receivable(const journal::View& store, const Label& label);

/// assigned or sampled -> declined, with the event Declined: refused by the sampled party, not found, closed down.
/// `number` may be a task. Refused: unknown_sample, wrong_state, missing_field (the reason), bad_text.
Decided<model::Sample> decline(journal::Draft& draft, const std::string& number, const std::string& reason,
                               const model::PersonId& person, UtcTime now);

/// "已抽样" ...: the states as people read them.
const char* chinese_name_of(model::SampleState state);

/// The sample a person means by its number or its task.
std::optional<model::Sample> find(const journal::View& store, const std::string& number_or_task);

}  // namespace lab::reception
