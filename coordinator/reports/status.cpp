#include "coordinator/reports/status.hpp"

#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/base/check.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/intake.hpp"

namespace lab::reports {
namespace {

namespace tables = coordinator::tables;

NodeStatus status_of(const journal::View& store, const model::NodeEntry& node) {
  const session::OrderProgress orders = session::order_progress(store, node.id);
  NodeStatus status{
      .node = node, .events = 0, .orders = orders.last, .orders_acknowledged = orders.acknowledged, .standing = {}};
  status.standing = session::standing(store, node.id);
  status.forks = session::fork_count(store, node.id);
  for (const model::StreamHead& head : session::cursors(store, node.id)) status.events += head.sequence;
  return status;
}

}  // namespace

PlanStatus status_of(const journal::View& store, model::PlanEntry plan) {
  const tables::PlanRef ref = tables::ref_of(plan);
  const auto job = tables::job(store, ref);
  auto revision = tables::plan_revisions(store, plan).back();
  return {.plan = std::move(plan),
          .state = job ? tables::name_of(job->kind) : "ready",
          .tasks = tables::states_of(store, ref),
          .revision = std::move(revision)};
}

Status status(const journal::View& store) {
  Status status;
  status.generation = tables::numbers(store).generation;
  status.recovering = session::recovery(store) != 0;
  const session::KnownLoss loss = session::known_loss(store);
  status.known_lost = loss.at_most;
  status.known_lost_at_least = loss.at_least;
  if (loss.at_most > 0) status.known_lost_tasks = session::doubtful_tasks(store);
  for (model::PlanEntry& plan : tables::plans(store)) {
    status.plans.push_back(status_of(store, std::move(plan)));
  }
  const auto nodes = tables::nodes(store);
  for (model::Laboratory& laboratory : tables::laboratories(store)) {
    LaboratoryStatus& row = status.laboratories.emplace_back(LaboratoryStatus{std::move(laboratory), {}});
    for (const model::NodeEntry& node : nodes) {
      if (node.laboratory == row.laboratory.id) row.nodes.push_back(status_of(store, node));
    }
  }
  status.late = tables::exception_count(store, model::Disposition::late);
  status.quarantined = tables::exception_count(store, model::Disposition::quarantined);
  for (const model::SeriesId id : tables::stopped(store)) {
    auto series = tables::series(store, id);
    LAB_CHECK(series.has_value());  // the index is written with the series
    status.stopped.push_back({.id = id,
                              .commodity = std::move(series->commodity),
                              .aql = std::move(series->aql),
                              .waiting = tables::waiting(store, id).size()});
  }
  return status;
}

}  // namespace lab::reports
