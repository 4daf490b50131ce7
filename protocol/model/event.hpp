#pragma once
// Everything that happened at a node, as entries of a gap-free, hash-chained stream: wire format, audit trail and
// backup.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/lot.hpp"
#include "protocol/model/reading.hpp"
#include "protocol/model/received.hpp"
#include "protocol/model/run.hpp"
#include "protocol/model/sample_number.hpp"
#include "protocol/model/serials.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::model {

/// What was written in a field of the sampling form that its programme asks for (protocol/forms).
struct FormField {
  std::string code;
  std::string value;

  bool operator==(const FormField&) const = default;
};
/// What was written in the field of that code; empty when there is none.
std::string field_of(const std::vector<FormField>& fields, std::string_view code);

/// A sampler filled in the sampling form. The blind part only: the enterprise is entered at the coordinator.
struct Sampled {
  SampleNumber number;
  CivilDate sampled_on{};
  std::string sample_name;  // as sold
  std::string quantity;     // "2.5 kg"
  std::string reserve;      // the reserve sample: "1 kg"
  std::string storage;      // 常温, 冷藏, 冷冻
  std::string second_sampler;
  std::string official_number{};    // of the official sampling form; empty when it has none, else an OfficialNumber
  std::vector<FormField> fields{};  // without those that name the enterprise: they are entered at the coordinator

  bool operator==(const Sampled&) const = default;
};

/// The label was spoilt, lost or stuck to the wrong bag: the sample has another number, out of a block leased to this
/// node.
struct Renumbered {
  SampleNumber before;
  SampleNumber number;
  std::string reason;

  bool operator==(const Renumbered&) const = default;
};

/// The node has too few serials left to give by itself, or has given up what it had.
struct SerialsWanted {
  SerialKind kind;
  std::uint32_t left = 0;
  std::string reason;  // why the rest was given up; empty when it was used up

  bool operator==(const SerialsWanted&) const = default;
};

/// One result for one item of the panel.
struct Determination {
  std::uint16_t item = 0;  // index in the task's panel
  ReadValue value;
  std::string unit;  // as given

  bool operator==(const Determination&) const = default;
};

/// Results taken from one capture for one portion of the sample, or one weighing of it.
struct Measured {
  SampleNumber number;
  Hash capture;            // SHA-256 of the raw bytes
  std::string instrument;  // name in the node's registry
  std::string profile;     // decoder and version
  std::vector<Determination> determinations;
  std::string reading{};     // of a weighing, as the balance gave it: "2.5013 g"; it has no determinations
  std::uint8_t portion = 1;  // 2 and more confirm the first: they stand beside it and never replace it

  bool operator==(const Measured&) const = default;
};

/// The captures that the results of a sample rest on, each once: of every item of every portion the one that was
/// reported last.
std::vector<Hash> captures_behind(const std::vector<Measured>& measured);

/// The items of a lot were inspected and counted, as the grant ordered it.
struct LotInspected {
  SampleNumber number;
  LotCount count;

  bool operator==(const LotInspected&) const = default;
};

/// The verdict of the laboratory, with what it was judged by. Judging the stored determinations again gives the same.
struct Judged {
  SampleNumber number;
  Hash edition;               // SHA-256 of the reference set (limits, panels) it was judged with; none for a lot
  CivilDate judged_for{};     // the date that chose the limits: the sampling date
  std::uint16_t version = 1;  // 1 is the first verdict; an amendment counts up
  SampleOutcome outcome = SampleOutcome::undetermined;
  std::vector<ItemVerdict> items;
  std::optional<LotCount> lot;  // what a lot was judged by, beside the order in its grant

  bool operator==(const Judged&) const = default;
};

/// A person put their name to a judged record.
struct Reviewed {
  SampleNumber number;
  Hash record;         // of the Judged event
  bool agreed = true;  // false: returned to the technician, with the reason in `note`
  std::string note;

  bool operator==(const Reviewed&) const = default;
};

struct Approved {
  SampleNumber number;
  Hash record;        // of the Judged event
  PersonId reviewer;  // who reviewed that record
  std::uint16_t version = 1;
  SampleOutcome outcome = SampleOutcome::undetermined;
  Bytes signature;  // of the approver over `record` and the meaning, 64 octets

  bool operator==(const Approved&) const = default;
};

/// Why there is no sample. Stored as its number: append only.
enum class DeclineKind : std::uint8_t {
  unable,   // 无法抽样: not found, closed down, nothing to sample
  refused,  // 拒绝抽样: the party does not let its goods be sampled, which may count as nonconforming
};
constexpr DeclineKind decline_kind_last = DeclineKind::refused;

const char* name_of(DeclineKind kind);

struct Declined {
  std::string reason;  // what happened, in the sampler's words
  DeclineKind kind = DeclineKind::unable;
  std::string cause{};  // code out of the list of causes; empty when an older version wrote it
  std::string second_sampler{};
  std::vector<std::string> witnesses{};
  std::vector<Hash> photos{};

  bool operator==(const Declined&) const = default;
};

/// What became of a container. Stored as its number: append only.
enum class DisposalWay : std::uint8_t {
  destroyed,
  handed_over,  // the reserve went to the laboratory of the retest
  used_up,      // nothing was left of the test sample
};
constexpr DisposalWay disposal_way_last = DisposalWay::used_up;

const char* name_of(DisposalWay way);

/// A container of the sample is not on the shelf any more.
struct Disposed {
  SampleNumber number;
  std::uint8_t copy = 1;
  DisposalWay way = DisposalWay::destroyed;
  std::string reason;
  std::string witness{};  // the second person who stood by

  bool operator==(const Disposed&) const = default;
};

/// An approved verdict has to be corrected: the next one gets the next version and takes its place. The replaced one
/// stays readable.
struct Amended {
  SampleNumber number;
  Hash record;                // of the Judged event that is replaced
  std::uint16_t version = 1;  // that is replaced
  std::string reason;

  bool operator==(const Amended&) const = default;
};

/// Something a person should know that belongs to no other kind.
struct Incident {
  std::string what;

  bool operator==(const Incident&) const = default;
};

/// Something was written at a place of an earlier incarnation where the coordinator holds something else, or nothing
/// that counts: by a store that had been put back from a backup, or by its copy. Kept as evidence and never counted.
struct Forked {
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;
  Hash hash;    // of the event's bytes
  Bytes event;  // as they were; empty when they are too large to travel within another event

  bool operator==(const Forked&) const = default;
};

/// The node goes on with other keys. The head of its stream, signed with the former key, covers this event; the new key
/// signs that the node has it (wire::keys_to_sign).
struct KeysReplaced {
  std::string curve_key;  // Z85
  Bytes signing_key;      // Ed25519 public key
  Bytes former;           // the one that it replaces
  Bytes possession;

  bool operator==(const KeysReplaced&) const = default;
};

using Happening =
    std::variant<Sampled, Received, Measured, Judged, Reviewed, Approved, Declined, Incident, LotInspected, RunAssessed,
                 RunDecided, Renumbered, SerialsWanted, Forked, Disposed, Amended, KeysReplaced>;

/// A stable lower-case name, for JSON and logs.
const char* name_of(const Happening& happening);

struct Event {
  NodeId node;
  std::uint32_t incarnation = 1;
  std::uint64_t sequence = 0;  // 1, 2, 3 ... within the incarnation
  Hash previous;               // hash of the event before; none for the first
  UtcTime at{};                // the node's clock
  TaskId task;                 // zero for what concerns no single task: a run, some incidents
  Token token;
  PersonId person;  // who did it; empty for an instrument or the node itself
  Happening what;

  bool operator==(const Event&) const = default;
};

/// What the coordinator made of an event. Stored as its number: append only.
enum class Disposition : std::uint8_t { stored, counted, late, quarantined };

const char* name_of(Disposition disposition);

}  // namespace lab::model
