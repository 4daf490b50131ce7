#pragma once
// Private to this folder: the observations of one capture find their places, when it comes and when it is replayed.

#include <optional>
#include <string>
#include <vector>

#include "lab-node/bench/match.hpp"
#include "lab-node/judging/editions.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/run.hpp"

namespace lab::bench {

/// Whether an observation is looking for its place.
enum class Attempt : std::uint8_t {
  none,       // it has one, or a person has decided: it only counts for the assessment of the run
  counted,    // yes
  uncounted,  // yes, but when the run was assessed nobody knew what it belongs to
};

/// One capture, decoded, with the device and the attempt of each observation.
struct Reading {
  Hash raw;
  std::string instrument;
  std::string profile;
  model::PersonId analyst;
  const std::vector<model::Observation>* observations = nullptr;
  std::vector<std::string> devices;
  std::vector<Attempt> attempts;
  bool is_retry = false;  // of what waits; the rest was taken before
  /// Whether a reopened sample takes these values in place of its old ones. Not at a replay: the bytes may be older
  /// than what counts.
  bool replaces = true;
  /// By row: a person gives a reason why the value takes the place of one that counts. Empty: of none.
  std::vector<bool> corrects{};
};

enum class Fate : std::uint8_t { untouched, taken, same, supporting, check, kept_back };

struct RowFate {
  Fate fate = Fate::untouched;
  Obstacle obstacle = Obstacle::not_a_sample;  // of one that is kept back
  std::string place{};                         // of one that is taken or the same, in words
  std::string replaced{};                      // the value that a person's correction took the place of
};

struct Placed {
  std::vector<RowFate> rows;  // one for each observation
  std::vector<model::TaskId> judged;
  std::optional<model::RunEntry> run;  // of its assessment; the caller stores it beside the capture
};

/// Places what is looking for a place: events Measured and Judged, samples stored. Where no assessment of the run was
/// made and something asks for one, RunAssessed goes before them; a retry that finds no place for anything makes none.
/// The caller writes what becomes of the capture and its quarantine entries.
Placed place(journal::Draft& draft, judging::Editions& editions, const Reading& reading, UtcTime now);

}  // namespace lab::bench
