#pragma once
// A value that a meter printed of itself, moisture or inhibition rate, and whose sample a person names.

#include <cstdint>
#include <string>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/reading.hpp"

namespace lab::bench {

struct MeterReading {
  std::uint64_t capture = 0;
  std::string number;  // of the sample, with "/2" of its second portion
  std::string analyte;
  model::Decoding decoding;  // of the capture's own octets
};

/// Gives the one value of a capture that came without a sample to the item that the person names, as an event Measured
/// in their name; judges the sample when its panel is complete. Refused: unknown_capture, not_a_weighing (the capture
/// is none of a meter or a balance), already_decided (it belongs to a sample), is_weighing (a mass is no item of a
/// panel), capture_refused (the octets hold no value), differs (a value counts already), and the obstacles of the
/// device, the sample and the item.
node::Decided<model::Sample> take_reading(journal::Draft& draft, judging::Editions& editions,
                                          const MeterReading& reading, const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
