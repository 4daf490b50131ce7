#pragma once
// A failed run blocks the results it gave until a reviewer decides with a reason.

#include <optional>
#include <string>
#include <vector>

#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/run.hpp"
#include "protocol/model/sample.hpp"

namespace lab::outbox {

using node::Decided;

struct RunDecision {
  Hash capture;
  Hash record;           // the newest event about the run that the reviewer looked at
  bool release = false;  // false: its results stay here, also those of a run whose checks were in order
  std::string reason;
};

/// Event RunDecided. A decision can be changed by a later one; what was approved meanwhile has left.
/// Refused: unknown_run, stale_record (somebody else decided since), wrong_state (release of a run that nothing holds),
/// four_eyes (the reviewer measured it), missing_field (the reason), bad_text.
Decided<model::RunEntry> decide_run(journal::Draft& draft, const RunDecision& decision, const model::PersonId& reviewer,
                                    UtcTime now);

/// The runs that gave the determinations which count for the sample, each once.
std::vector<model::RunEntry> runs_of(const journal::View& store, const model::Sample& sample);

/// Why the sample's results may not be signed: run_failed, naming check and figure, or run_held, naming who holds the
/// run back and why. Nothing when every run may be used.
std::optional<node::Refusal> run_refusal(const journal::View& store, const model::Sample& sample);

/// The first thing that is wrong with a run, in one Chinese clause, and how many more there are; empty when it was
/// accepted.
std::string problem_of(const model::RunAssessed& run);

}  // namespace lab::outbox
