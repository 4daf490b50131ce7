#include "coordinator/planning/transport.hpp"

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <algorithm>
#include <numeric>

#include "protocol/base/check.hpp"

namespace lab::planning {
namespace {

using Graph = lemon::SmartDigraph;
using Amounts = Graph::ArcMap<std::int64_t>;
using Simplex = lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t>;

// Leaving one unit behind must cost more than any rearrangement that would carry it: such a path enters each sink at
// most once.
std::int64_t cost_of_stranding(const std::vector<Lane>& lanes, std::size_t sinks) {
  std::int64_t dearest = 0;
  for (const Lane& lane : lanes) dearest = std::max(dearest, lane.cost);
  return (dearest + 1) * static_cast<std::int64_t>(sinks + 1);
}

class Network {
 public:
  Network(std::size_t sources, std::size_t sinks) : origin_(graph_.addNode()), target_(graph_.addNode()) {
    for (std::size_t i = 0; i < sources; ++i) sources_.push_back(graph_.addNode());
    for (std::size_t i = 0; i < sinks; ++i) sinks_.push_back(graph_.addNode());
  }

  Graph::Arc from_origin(std::size_t source, std::int64_t most) { return connect(origin_, sources_[source], most, 0); }
  Graph::Arc to_target(std::size_t sink, std::int64_t most) { return connect(sinks_[sink], target_, most, 0); }
  Graph::Arc past_all(std::size_t source, std::int64_t most, std::int64_t cost) {
    return connect(sources_[source], target_, most, cost);
  }
  Graph::Arc carry(const Lane& lane, std::int64_t most) {
    return connect(sources_[lane.source], sinks_[lane.sink], most, lane.cost);
  }

  // The flow of `amount` from origin to target at the least cost; it always exists, since stranding has room for all.
  void solve(Simplex& simplex, std::int64_t amount) {
    const auto outcome = simplex.upperMap(most_).costMap(cost_).stSupply(origin_, target_, amount).run();
    LAB_CHECK(outcome == Simplex::OPTIMAL);
  }

  const Graph& graph() const { return graph_; }

 private:
  Graph::Arc connect(Graph::Node from, Graph::Node to, std::int64_t most, std::int64_t cost) {
    const Graph::Arc arc = graph_.addArc(from, to);
    most_[arc] = most;
    cost_[arc] = cost;
    return arc;
  }

  Graph graph_;
  Amounts most_{graph_};
  Amounts cost_{graph_};
  Graph::Node origin_;
  Graph::Node target_;
  std::vector<Graph::Node> sources_;
  std::vector<Graph::Node> sinks_;
};

}  // namespace

Shipment transport(const std::vector<std::int64_t>& supplies, const std::vector<std::int64_t>& rooms,
                   const std::vector<Lane>& lanes) {
  Network network{supplies.size(), rooms.size()};
  const std::int64_t stranding = cost_of_stranding(lanes, rooms.size());
  std::vector<Graph::Arc> left_behind;
  std::vector<Graph::Arc> carried;
  left_behind.reserve(supplies.size());
  carried.reserve(lanes.size());
  for (std::size_t i = 0; i < supplies.size(); ++i) {
    network.from_origin(i, supplies[i]);
    left_behind.push_back(network.past_all(i, supplies[i], stranding));
  }
  for (std::size_t i = 0; i < rooms.size(); ++i) network.to_target(i, rooms[i]);
  for (const Lane& lane : lanes) carried.push_back(network.carry(lane, supplies[lane.source]));

  Simplex simplex{network.graph()};
  network.solve(simplex, std::accumulate(supplies.begin(), supplies.end(), std::int64_t{0}));
  Shipment shipment;
  for (const Graph::Arc arc : carried) shipment.carried.push_back(simplex.flow(arc));
  for (const Graph::Arc arc : left_behind) shipment.stranded.push_back(simplex.flow(arc));
  return shipment;
}

}  // namespace lab::planning
