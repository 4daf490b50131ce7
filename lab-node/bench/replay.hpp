#pragma once
// A stored capture is read again and what had found no place is tried anew.

#include <cstdint>
#include <string>
#include <vector>

#include "lab-node/judging/editions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/reading.hpp"

namespace lab::bench {

/// A misread capture of more rows is not taken anew: its former entries and its new ones would not fit one commit.
constexpr std::size_t mended_rows_max = 8'000;

/// `decoding`: of the capture's own bytes, with the profile that the person chose or the one that fits.
struct Replay {
  std::uint64_t capture = 0;
  model::Decoding decoding;
};

struct ReplayOutcome {
  model::CaptureEntry entry;        // as it is now
  bool changed = false;             // nothing has happened when it is false
  bool whole = false;               // it had been refused or misread, and has been taken as if it came now
  std::uint32_t taken = 0;          // by this replay
  std::uint32_t same = 0;           // say again what counts already; their entries are closed
  std::uint32_t checks = 0;         // of the run; their entries are closed
  std::vector<std::uint64_t> open;  // quarantine entries that stay open
  std::vector<model::TaskId> judged;
};

/// Observations in open quarantine entries of the capture (the same offset, sample, analyte and text) are placed by
/// today's samples, reference set and registry of devices; those that find their place become determinations in the
/// name of the capture's analyst, and their entry is closed in the name of `person`. The others stay, with the reason
/// of today. What was taken before, or decided by a person, is not touched, and no value takes the place of another. A
/// capture that was refused is taken whole; so is one that was misread: nothing of it counts, nobody has decided about
/// any of it, no run was assessed, and these bytes read otherwise now. The entries of the former reading are closed in
/// the name of `person` and stay readable beside the new ones. Where no run was assessed, it is now. An Incident says
/// who and how many. Again, without anything new, it changes nothing. Refused: unknown_capture, is_weighing,
/// capture_refused (these bytes cannot be read like that), too_many_rows (it was misread and has more than
/// mended_rows_max rows; set it aside instead).
node::Decided<ReplayOutcome> replay(journal::Draft& draft, judging::Editions& editions, const Replay& replay,
                                    const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
