#pragma once
// Whether the device that the bytes name is the instrument they came in for (decision 0017). The first device behind a
// configured instrument is taken at its word; another one waits until somebody has confirmed or refused it.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab-node/bench/match.hpp"
#include "lab-node/tables/instruments.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::bench {

/// Devices that one capture may name: an instrument with its satellites. More is a column read wrongly.
constexpr std::size_t devices_per_capture_max = 8;

/// The device of each observation, tidy; empty when the bytes name none. Rows that name none in a capture that names
/// exactly one are of that one.
std::vector<std::string> devices_of(std::span<const model::Observation> observations);

/// Each once, in order of appearance; one empty name when there is none.
std::vector<std::string> distinct(const std::vector<std::string>& devices);

/// A capture, or the repetition of one, as the registry sees it.
struct Contact {
  std::string instrument;
  std::string port;
  UtcTime at{};
  model::PersonId person;
};

/// Enters the devices that give results as this instrument for the first time. An Incident says of each whether it is
/// the first and taken at its word, or waits because another one was there before it. Precondition: they do give
/// results.
void meet(journal::Draft& draft, const Contact& contact, const std::vector<std::string>& devices, UtcTime now);

/// unconfirmed_device, refused_device, or nothing: its results may be taken. A device that was never met is let
/// through: captures from before there was a registry name some.
std::optional<Obstacle> obstacle_in_device(const journal::View& store, const std::string& instrument,
                                           const std::string& device);

/// Adds to a device's counters and moves its last contact; enters a device that is not there.
void count(journal::Draft& draft, const Contact& contact, const std::string& device,
           const node::tables::DeviceCounts& counts);

/// Takes off what was counted of a capture that is about to be taken anew: it counts once, as it is read last.
void uncount(journal::Draft& draft, const std::string& instrument, const std::string& device,
             const node::tables::DeviceCounts& counts);

/// A replay or a person has found a place for an observation of the device that was in quarantine; `taken` when it is a
/// result now.
void count_found(journal::Draft& draft, const std::string& instrument, const std::string& device, bool taken);

/// A person says whether the device is the instrument, and why they are sure.
struct DeviceDecision {
  std::string instrument;
  std::string device;
  bool confirm = false;
  std::string reason;
};

struct DeviceDecided {
  node::tables::Device device;
  std::map<std::uint64_t, std::uint64_t> waiting;  // by capture: open entries that its replay would try again
};

/// An Incident in the name of `person`. Results taken before stay; entries stay in quarantine until their capture is
/// replayed. A later decision takes the place of an earlier one. Refused: unknown_device, missing_field (the reason),
/// bad_text, already_decided (the same decision again), four_eyes (results of that very person wait for the
/// confirmation).
node::Decided<DeviceDecided> decide_device(journal::Draft& draft, const DeviceDecision& decision,
                                           const model::PersonId& person, UtcTime now);

}  // namespace lab::bench
