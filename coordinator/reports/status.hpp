#pragma once
// How far everything is, as the store knows it. Cheap enough to be asked twice a second.

#include <string>
#include <vector>

#include "coordinator/tables/plan_revisions.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/series.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/model/registry.hpp"
#include "protocol/session/standing.hpp"

namespace lab::reports {

struct PlanStatus {
  model::PlanEntry plan;
  std::string state;  // "expanding", "allocating", "dispatching", "revising" or "ready"
  coordinator::tables::StateCounts tasks;
  coordinator::tables::PlanRevision revision{};  // the one in force
};

struct NodeStatus {
  model::NodeEntry node;
  std::uint64_t events = 0;
  std::uint64_t orders = 0;
  std::uint64_t orders_acknowledged = 0;
  session::Standing standing;
  std::size_t forks = 0;  // forked events kept as evidence
};

struct LaboratoryStatus {
  model::Laboratory laboratory;
  std::vector<NodeStatus> nodes;
};

/// A series of lots whose inspection is discontinued: nothing of it is granted.
struct StoppedSeries {
  model::SeriesId id;
  std::string commodity;
  std::string aql;
  std::uint64_t waiting = 0;  // lots
};

struct Status {
  std::uint32_t generation = 1;
  bool recovering = false;  // put back from a backup, and not every node has been heard
  /// Events of an earlier generation that a node has seen to be there and that are not here: not more than this, until
  /// all has been collected and afterwards; and not fewer than that, afterwards.
  std::uint64_t known_lost = 0;
  std::uint64_t known_lost_at_least = 0;
  std::vector<model::TaskId> known_lost_tasks;  // of nodes that were put back as well: their events may be among them
  std::vector<PlanStatus> plans;
  std::vector<LaboratoryStatus> laboratories;
  std::uint64_t late = 0;
  std::uint64_t quarantined = 0;
  std::vector<StoppedSeries> stopped;
};

PlanStatus status_of(const journal::View& store, model::PlanEntry plan);
Status status(const journal::View& store);

}  // namespace lab::reports
