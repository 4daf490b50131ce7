#pragma once
// The tables of a node's store, in one place. Keys are in order of use, so that writes stay near each other.
//
//   'S' task -> sample             one octet of state, then the record
//   'n' sample number -> task      'b' blind code -> task
//   'k' capture -> its hash, then the record                'K' hash -> first capture with these bytes
//   'x' hash -> raw bytes of a small capture; larger ones are blobs
//   'u' entry -> quarantine entry that is open              'v' entry -> one that a person has decided
//   'R' reference set, chunk -> its bytes                   'r' -> the reference set in use
//   'm' -> counters                                        'p', 'q', 'w', 'W' -> runs and control charts, see runs.hpp
//   'd' device -> what is known of it, see instruments.hpp   'y' picture -> sample, see photos.hpp
//   'f', 'F', 'z', 'O' -> serials, replaced and official numbers, see serials.hpp
//   't', 'T', 'j', 'l' -> pictures that wait for a person, see tray.hpp
//   'a' -> requests with typed results, see typed.hpp        'P' -> profiles, see profiles.hpp
//   'Q' -> grants of which a store that was put back cannot say whether they were drawn, see inbox/shares.hpp
//   '1', '2' -> clocks, see clocks.hpp                      'M' -> fields of sampling forms, see forms.hpp
// e, s, o, i, g, B, U, h, H, c, C and Y belong to protocol/session.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"

namespace lab::node::tables {

// ---- samples

std::optional<model::Sample> sample(const journal::View& store, const model::TaskId& task);
std::optional<model::TaskId> task_of_number(const journal::View& store, std::string_view number);
std::optional<model::TaskId> task_of_blind_code(const journal::View& store, std::string_view blind_code);
std::optional<model::Sample> sample_by_number(const journal::View& store, std::string_view number);
/// The sample a person means by its number or its task.
std::optional<model::Sample> sample_named(const journal::View& store, std::string_view number_or_task);

/// `before` is the state the sample was stored in; nothing for a new one, which is also indexed by number and code.
void put_sample(journal::Draft& draft, const model::Sample& sample, std::optional<model::SampleState> before);

/// Appends an event about the sample to the stream, as `person`, and notes its place in the sample's history.
/// Returns the event's hash.
Hash note_event(journal::Draft& draft, model::Sample& sample, const model::PersonId& person, model::Happening what,
                UtcTime now);

/// Samples after `after` in task order, of one state or all, until `visit` returns false. Samples of other states are
/// passed over without being decoded.
void scan_samples(const journal::View& store, const model::TaskId& after, std::optional<model::SampleState> state,
                  const std::function<bool(const model::Sample&)>& visit);

/// A stored record of table 'S', decoded.
model::Sample sample_of(BytesView record);

// ---- what a change is about

inline constexpr std::string_view samples_kind = "samples";

/// What people call the things that the table of `key` keeps: samples, captures, quarantine, runs, tray, instruments;
/// empty for all other tables.
std::string_view kind_of_key(BytesView key);

// ---- captures

/// Octets up to which a capture's bytes go into the store and so into the turn's one commit; a blob costs flushes of
/// its own. An instrument's message or batch table is below it.
constexpr std::size_t raw_record_max = 64 * 1024;

struct StoredCapture {
  std::uint64_t id = 0;  // 1, 2, 3 ... in order of arrival
  Hash raw;
  model::CaptureEntry entry;
};

std::optional<std::uint64_t> capture_of(const journal::View& store, const Hash& raw);
std::optional<StoredCapture> capture(const journal::View& store, std::uint64_t id);
/// Appends and returns the new id.
std::uint64_t add_capture(journal::Draft& draft, const Hash& raw, const model::CaptureEntry& entry);
/// What became of a stored capture later: `entry` takes the place of what is there. Precondition: it is stored.
void put_capture(journal::Draft& draft, const StoredCapture& capture);
/// Newest first, below `before` (0: from the newest), until `visit` returns false.
void scan_captures(const journal::View& store, std::uint64_t before,
                   const std::function<bool(const StoredCapture&)>& visit);

/// Bytes up to raw_record_max, unless they are there. Larger ones have been put as a blob before the turn.
void keep_raw(journal::Draft& draft, const Hash& hash, BytesView bytes);
std::optional<Bytes> raw(const journal::View& store, const Hash& hash);

// ---- quarantine

std::optional<model::QuarantineEntry> quarantined(const journal::View& store, std::uint64_t id);
std::uint64_t add_quarantined(journal::Draft& draft, const model::QuarantineEntry& entry);
/// Says anew why an entry is open. Precondition: it is open, and stays so.
void put_quarantined(journal::Draft& draft, std::uint64_t id, const model::QuarantineEntry& entry);
/// Precondition: the entry is open, and `entry.decided_by` is not empty.
void close_quarantined(journal::Draft& draft, std::uint64_t id, const model::QuarantineEntry& entry);
/// Open entries, or decided ones, after `after` in order of arrival, until `visit` returns false.
void scan_quarantine(const journal::View& store, bool open, std::uint64_t after,
                     const std::function<bool(std::uint64_t id, const model::QuarantineEntry&)>& visit);

struct OpenEntry {
  std::uint64_t id = 0;
  model::QuarantineEntry entry;
};
/// The open entries of these captures in order of arrival. One pass over all that are open, whichever are asked for.
std::vector<OpenEntry> open_entries_of(const journal::View& store, const std::set<Hash>& captures);

// ---- reference sets

std::optional<Bytes> reference(const journal::View& store, const Hash& edition);
void put_reference(journal::Draft& draft, const Hash& edition, BytesView bytes);
/// The set in use; none before the first.
Hash current_reference(const journal::View& store);
void set_current_reference(journal::Draft& draft, const Hash& edition);

// ---- counters, kept with every change

constexpr std::size_t states = static_cast<std::size_t>(model::SampleState::revoked) + 1;

struct Counters {
  std::array<std::uint64_t, states> samples{};  // by state
  std::uint64_t captures = 0;
  std::uint64_t quarantined = 0;  // ever; also the last id
  std::uint64_t quarantine_open = 0;

  bool operator==(const Counters&) const = default;
};
Counters counters(const journal::View& store);

}  // namespace lab::node::tables
