#pragma once
// What a node keeps of one sample, of one capture, and of one reading nobody could place.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"

namespace lab::model {

/// How far a sample has come at its laboratory (domain.md 4.4). Stored as its number: append only.
enum class SampleState : std::uint8_t {
  assigned,   // granted, nothing drawn yet
  sampled,    // sampling form complete, label printed
  received,   // label read at reception, bound to the task
  measuring,  // some items have a result
  judged,     // every item has one; verdict made
  reviewed,
  approved,  // signed and on its way to the province
  declined,  // refused by the sampled party, or nothing to sample
  revoked,   // the grant was taken back
};

const char* name_of(SampleState state);

/// Where an event of this node's own streams is found.
struct EventPlace {
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;

  bool operator==(const EventPlace&) const = default;
};

/// A further copy of a sample that was handed over: its reserves, which wait on the shelf.
struct ReceivedCopy {
  Received what;
  PersonId receiver;
  UtcTime at{};

  bool operator==(const ReceivedCopy&) const = default;
};

/// A container that is not on the shelf any more.
struct DisposedCopy {
  Disposed what;
  PersonId person;
  UtcTime at{};

  bool operator==(const DisposedCopy&) const = default;
};

/// A projection of the sample's events; what it holds can be rebuilt from them.
struct Sample {
  Grant grant;
  SampleState state = SampleState::assigned;
  Sampled sampled;  // without its fields, which have a record of their own
  PersonId sampler;
  Received received;               // the copy that is tested
  std::vector<Measured> measured;  // in order of arrival; a later value for an item stands beside the earlier one
  Judged judged;
  Hash record;  // of the Judged event; none before
  PersonId analyst;
  Reviewed reviewed;
  PersonId reviewer;
  PersonId approver;
  std::optional<Disposition> disposition;  // what the coordinator said of the approval
  std::vector<EventPlace> history;         // its events, oldest first
  Hash edition;      // the reference set whose panel the item indexes count in; none before the first determination
  std::string note;  // why it was declined, revoked or judged anew
  std::optional<LotCount> lot;  // of a lot: the newest count
  PersonId receiver;            // who took in the copy that is tested
  UtcTime received_at{};
  std::vector<ReceivedCopy> further;  // its other copies, in order of arrival
  std::vector<SampleNumber> former;   // numbers it had before, oldest first; their labels are void
  std::vector<DisposedCopy> disposed;
  std::string held;           // why its reserve may not be destroyed; empty when it may
  std::uint16_t version = 1;  // that its next verdict has
  std::string amended;        // why it has one beyond the first

  bool operator==(const Sample&) const = default;
};

/// Raw bytes that came in through a port, and what became of them. The bytes are a blob under their hash.
struct CaptureEntry {
  std::string instrument;
  std::string port;
  UtcTime received{};
  std::uint64_t octets = 0;
  std::string profile;
  std::uint32_t observations = 0;
  std::uint32_t taken = 0;        // became determinations
  std::uint32_t checks = 0;       // of the run: blanks, controls, spikes ...
  std::uint32_t quarantined = 0;  // became quarantine entries, without those that a replay has found a place for
  std::string refused;            // the decoder's reason; empty when it was read
  PersonId person;                // who ran the instrument or brought the file
  std::string sample;             // number of the sample that was on the balance; empty for everything but weighings
  std::string reading;            // of a weighing, as the balance gave it: "2.5013 g"
  std::uint32_t same = 0;         // said again what counts already
  std::uint32_t supporting = 0;   // only back another result; with the four others these are all observations

  bool operator==(const CaptureEntry&) const = default;
};

/// An observation that belongs to no sample here, or that contradicts one. Nothing received is dropped.
struct QuarantineEntry {
  Hash capture;
  std::uint64_t offset = 0;
  std::string reason;  // stable code, see lab-node/bench/match.hpp
  std::string sample_id;
  std::string analyte;
  std::string value;
  std::string unit;
  ValueState state = ValueState::missing;
  UtcTime at{};
  PersonId decided_by;            // empty while it is open
  std::string decision;           // what that person decided, and why
  std::optional<Decimal> number;  // of the value; with it and `value` the reading is whole again
  Comparator comparator = Comparator::none;
  std::string device;  // that the bytes name; empty when they name none

  bool operator==(const QuarantineEntry&) const = default;
};

}  // namespace lab::model
