#pragma once
// From an assigned task to a sample on the shelf: the sampling form, the label at reception, or the reason why there is
// no sample. Everything here is blind: no field of it names who was sampled.

#include <string>
#include <vector>

#include "lab-node/reception/doubts.hpp"
#include "lab-node/reception/label.hpp"
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
  std::string official_number{};           // that the official sampling form carries; may be empty
  std::vector<model::FormField> fields{};  // what its programme asks for
  std::string sampler_name{};              // that is shown with the account of who fills it in
};

/// assigned -> sampled, with the event Sampled.
/// Refused: unknown_sample, wrong_state, bad_date (not a date, or in the future), missing_field (name, quantity),
/// decimal_comma (in an amount), same_sampler (two different samplers are required, and the second is who fills it in,
/// by account or by name), bad_text, bad_official_number (none of the known forms), official_number_taken (another
/// sample's form names it); of the programme's own fields missing_field, bad_field, unknown_field, and
/// enterprise_field: it names the enterprise, and only the province may know it.
Decided<model::Sample> fill_in(journal::Draft& draft, const SamplingForm& form, const model::PersonId& sampler,
                               UtcTime now);

/// One copy of a sample is handed over, with the event Received. The one that is tested takes the sample from sampled
/// to received; its other copies are kept beside it and change no state. Refused: label_unreadable, several_samples,
/// foreign_code, number_replaced, unknown_official_number (no sampling form names it), unknown_sample, other_laboratory
/// (unknown here, and the label names another laboratory), not_sampled, already_received (this copy), revoked,
/// declined, bad_text, missing_field (doubts are accepted without a reason, or a seal is photographed and nobody says
/// how it was), and the first doubt that nobody has accepted (doubts.hpp).
Decided<model::Sample> receive(journal::Draft& draft, const Label& label, const model::PersonId& receiver, UtcTime now);

/// The sample that receive() would take, or its refusal. Changes nothing: whoever asks decides whether a photo is worth
/// keeping.
Decided<model::Sample> receivable(const journal::View& store, const Label& label);

/// Every doubt that stands between `label` and its reception; empty when it is none that refuses it.
std::vector<Doubt> what_is_doubted(const journal::View& store, const Label& label);

/// "已抽样" ...: the states as people read them.
const char* chinese_name_of(model::SampleState state);
/// "销毁" ...
const char* chinese_name_of(model::DisposalWay way);

}  // namespace lab::reception
