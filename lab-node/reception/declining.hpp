#pragma once
// There is no sample: the party refused (拒绝抽样), or there was nothing to sample (无法抽样). What was found is
// evidence: a cause out of a list, the samplers' words, who stood by, and pictures.

#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::reception {

constexpr std::size_t decline_photos_max = 12;  // the national form keeps about 8 of one place
constexpr std::size_t decline_witnesses_max = 5;

/// As typed; the pictures are safe already.
struct Declining {
  std::string number;  // of the sample, or its task
  model::Declined what;
  std::string sampler_name{};  // that is shown with the account of who declines
};

/// assigned or sampled -> declined, with the event Declined.
/// Refused: unknown_sample, wrong_state, bad_text, missing_field (the cause, the words, the second sampler; of a
/// refusal also a witness and a picture), unknown_cause (not in the list of this kind), same_sampler (the second
/// sampler is the first, or a witness is a sampler), too_many (pictures or witnesses).
node::Decided<model::Sample> decline(journal::Draft& draft, const Declining& declining, const model::PersonId& person,
                                     UtcTime now);

}  // namespace lab::reception
