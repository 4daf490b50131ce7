#pragma once
// What a person decides about observations that found no place.

#include <cstdint>
#include <string>
#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::bench {

/// Where an observation belongs, and why the person is sure. Empty number or analyte: as the instrument gave it.
struct Assignment {
  std::uint64_t entry = 0;
  std::string number;
  std::string analyte;
  std::string reason;
  /// More entries of the same capture for the same sample, which then has to be named: a mistyped number is on all rows
  /// of a sample. Each keeps the analyte that the instrument gave, and `analyte` is empty.
  std::vector<std::uint64_t> further{};
};

/// Gives the observation to a sample's item, as an event Measured in the name of `person`; an earlier value of that
/// item stays in the history and no longer counts. Judges the sample when it is complete. The entry is closed. Several
/// entries are one event and one verdict, all of them or none; a refusal then names the entry. Refused:
/// unknown_entry, already_decided, missing_field (the reason; of several the number), bad_text, unknown_sample,
/// unknown_analyte, ambiguous, several_captures, contradicts (two of them give one item different values), and the
/// obstacles that a person cannot overrule here: not_a_result, no_value, not_received, already_judged, withdrawn,
/// no_reference, unconfirmed_device, refused_device.
node::Decided<model::Sample> resolve(journal::Draft& draft, judging::Editions& editions, const Assignment& assignment,
                                     const model::PersonId& person, UtcTime now);

/// Sets the observation aside for good, with an Incident in the stream. Refused: unknown_entry, already_decided,
/// missing_field (the reason), bad_text.
node::Decided<model::QuarantineEntry> reject(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                             const model::PersonId& person, UtcTime now);

/// What waits of one capture, to be set aside in one go.
struct CaptureRejection {
  std::uint64_t capture = 0;
  std::string obstacle;  // by its name, see match.hpp: only what waits for this; empty: all that waits
  std::string reason;    // why the person sets it aside
};

/// Sets aside every open entry of the capture that is meant, with one Incident that says how many; returns their
/// numbers, in order. All of them or none: as many as a capture may have (observations_max) fit one commit. Refused:
/// unknown_capture, missing_field (the reason), bad_text, already_decided (nothing of it waits).
node::Decided<std::vector<std::uint64_t>> reject_of_capture(journal::Draft& draft, const CaptureRejection& rejection,
                                                            const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
