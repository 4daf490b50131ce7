#pragma once
// What a node of the campaign tells about itself, outside of its store: what it was told is acknowledged, line by line,
// and its state. Neither is lost with the process or with the store.

#include <cstdint>
#include <filesystem>
#include <string>

namespace lab::procs {

struct NodeState {
  std::uint64_t boot = 0;
  std::uint64_t open = 0;          // samples that are not approved yet
  std::uint64_t approved = 0;      // of the store as it is
  std::uint64_t acknowledged = 0;  // approvals, since the process started
  std::uint64_t not_stored = 0;    // turns that could not be committed, since then
  std::uint64_t refused = 0;       // steps that the node refused, since then
  std::uint64_t rehydrating = 0;   // 1: it only listens
  std::uint64_t unheard = 0;       // events of the open stream that are not acknowledged
};

/// One event that the coordinator has acknowledged, as its node heard it.
struct AckLine {
  bool is_verdict = false;  // an approval
  std::uint32_t incarnation = 0;
  std::uint64_t sequence = 0;
  std::string hash;           // SHA-256 of the event's octets, hexadecimal
  std::string task;           // plan-revision-number
  std::int64_t at_ms = 0;     // steady clock
  std::int64_t taken_ms = 0;  // from the commit of the approval; -1: by an earlier process
};

inline std::filesystem::path acks_file(const std::filesystem::path& notes) { return notes / "acks.txt"; }
inline std::filesystem::path state_file(const std::filesystem::path& notes) { return notes / "state.bin"; }

}  // namespace lab::procs
