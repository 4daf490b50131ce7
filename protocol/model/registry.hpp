#pragma once
// What the coordinator keeps of nodes, tickets, plans and results.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/ids.hpp"
#include "protocol/model/lot.hpp"
#include "protocol/model/verdict.hpp"

namespace lab::model {

/// Keys that a node has replaced; see KeysReplaced.
struct FormerKeys {
  std::string curve_key;
  Bytes signing_key;
  UtcTime until{};                // accepted up to then, so that what is under way is not lost
  std::uint32_t incarnation = 1;  // place of the event that replaced them
  std::uint64_t sequence = 0;

  bool operator==(const FormerKeys&) const = default;
};

/// A bench PC that has been enrolled.
struct NodeEntry {
  NodeId id;
  LaboratoryId laboratory;
  std::string name;
  std::string curve_key;  // Z85: who it is on the wire
  Bytes signing_key;      // Ed25519 public key: who signed its stream heads
  UtcTime enrolled{};
  UtcTime revoked{};                 // epoch = not revoked
  std::vector<FormerKeys> former{};  // the oldest first

  [[nodiscard]] bool is_revoked() const { return revoked != UtcTime{}; }
  bool operator==(const NodeEntry&) const = default;
};

/// Permission to enrol one node, once. Stored under the hash of the secret; the secret itself is shown once.
struct Ticket {
  LaboratoryId laboratory;
  std::string name;
  UtcTime expires{};
  NodeId used_by;  // zero = not used

  bool operator==(const Ticket&) const = default;
};

struct PlanEntry {
  PlanId id;
  std::uint16_t revision = 1;
  std::uint16_t year = 0;
  std::string title;
  CivilDate due{};
  std::uint32_t tasks = 0;
  Hash source;  // of the file it was imported from

  bool operator==(const PlanEntry&) const = default;
};

/// The verdict on one task as it came in, and whether it has been counted.
struct ResultEntry {
  NodeId node;
  std::uint32_t incarnation = 1;
  std::uint64_t judged_at = 0;  // sequence of the Judged event
  Hash record;                  // its hash
  PersonId analyst;
  CivilDate judged_for{};
  std::uint16_t version = 1;
  SampleOutcome outcome = SampleOutcome::undetermined;
  PersonId reviewer;
  std::uint16_t counted_version = 0;  // 0 = not counted yet
  SampleOutcome first_outcome = SampleOutcome::undetermined;
  SampleOutcome final_outcome = SampleOutcome::undetermined;
  std::uint16_t month = 0;  // year * 12 + month - 1 of the sampling date, as counted
  std::vector<ItemVerdict> failed;
  std::optional<LotCount> lot;  // of a lot, as judged

  bool operator==(const ResultEntry&) const = default;
};

}  // namespace lab::model
