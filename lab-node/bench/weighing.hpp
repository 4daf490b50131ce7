#pragma once
// Weights from a balance. Two equal weighings have equal bytes, so they are told apart by their order, not by hash.

#include <string>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/sample.hpp"

namespace lab::bench {

struct Weighing {
  Hash raw;
  std::uint64_t octets = 0;
  std::string instrument;
  std::string port;
  model::PersonId person;
  model::Decoding decoding;  // with one stable weight
  std::string number;        // of the sample on the pan; empty when the balance printed of its own accord
};

struct WeighingOutcome {
  std::uint64_t capture = 0;
  model::CaptureEntry entry;
};

/// Whether a sample may be weighed now: it is received and not judged.
/// Refused: unknown_sample, not_received, already_judged, withdrawn, rehydrating.
node::Decided<model::Sample> may_weigh(const journal::View& store, const std::string& number);

/// Records a weight. With a sample number it also becomes an event Measured without determinations in the sample's
/// history, so that the test portion is in the chain; the mass itself is no item of a panel. When the sample cannot be
/// weighed any more, or what is held of this node is being heard again, the weight is kept without it.
WeighingOutcome weigh(journal::Draft& draft, const Weighing& weighing, UtcTime now);

/// Whether a capture is a weight that no sample has been named for.
bool is_unplaced(const model::CaptureEntry& entry);
/// Whether what it reads is a mass, by its unit: no item of a panel.
bool is_mass(const model::CaptureEntry& entry);

/// Names the sample of a weight that was kept without one: printed at the balance, or weighed when the sample could not
/// be. From then on it stands in the sample's history in the name of `person`. Once: a wrong one stays, and the sample
/// is weighed again. Refused: unknown_capture, not_a_weighing, already_decided (it has its sample), and as may_weigh.
node::Decided<WeighingOutcome> place_weight(journal::Draft& draft, std::uint64_t capture, const std::string& number,
                                            const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
