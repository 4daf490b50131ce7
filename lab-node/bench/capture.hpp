#pragma once
// Instrument bytes become determinations of samples, checks of their run, or quarantine entries: every observation ends
// as one of these, or is counted as repeated or supporting.

#include <cstdint>
#include <string>
#include <vector>

#include "lab-node/bench/match.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::bench {

/// Above this a file is not a worksheet (3,000 results is a large one) and would not fit one commit together with its
/// quarantine. It is kept and shown as refused.
constexpr std::size_t observations_max = 10'000;

/// A capture whose raw bytes are already safe, or become so in the same commit.
struct Capture {
  Hash raw;
  std::uint64_t octets = 0;
  std::string instrument;
  std::string port;
  model::PersonId person;  // who ran the instrument or brought the file: the analyst
  model::Decoding decoding;
  /// From a folder, whose files stay where they are and are read again at every start: that the same bytes are there
  /// once more says nothing of the instrument.
  bool is_from_folder = false;
};

struct CaptureOutcome {
  std::uint64_t capture = 0;
  bool repeated = false;  // these bytes were taken before; nothing has changed
  model::CaptureEntry entry;
  std::vector<std::uint64_t> quarantined;
  std::vector<model::TaskId> judged;
};

/// Takes one capture. Per sample one event Measured with all its determinations; a sample whose panel is then complete
/// is judged at once in the name of `person`, unless it was reopened: then a technician asks for the verdict. Where the
/// reference set in use asks for checks, the run is assessed first: one event RunAssessed, whatever its result.
/// Observations of a device that is not known as this instrument wait (devices.hpp).
/// Two different values for one item contradict each other: neither is taken. The same bytes again change nothing but
/// the registry's counters and last contact, and from a folder not even those, unless they were refused and can be read
/// now. A reopened sample takes new values in place of old ones. Precondition: `person` is not empty.
CaptureOutcome take(journal::Draft& draft, judging::Editions& editions, const Capture& capture, UtcTime now);

}  // namespace lab::bench
