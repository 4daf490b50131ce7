#include "coordinator/dispatch/able_nodes.hpp"

#include <algorithm>
#include <utility>

#include "coordinator/tables/registry.hpp"
#include "protocol/session/intake.hpp"

namespace lab::dispatch {

namespace tables = coordinator::tables;

std::vector<model::NodeEntry> able_nodes(const journal::View& store, const model::PanelCode& panel) {
  std::vector<model::NodeEntry> nodes = tables::nodes(store);
  std::erase_if(nodes, [&](const model::NodeEntry& node) {
    const auto laboratory = tables::laboratory(store, node.laboratory);
    return node.is_revoked() || !laboratory || std::ranges::count(laboratory->panels, panel) == 0;
  });
  return nodes;
}

std::optional<model::NodeEntry> least_busy(const journal::View& store, const std::vector<model::NodeEntry>& nodes) {
  const auto best = std::ranges::min_element(nodes, {}, [&](const model::NodeEntry& node) {
    const session::OrderProgress progress = session::order_progress(store, node.id);
    return std::pair{progress.last - progress.acknowledged, node.id};
  });
  return best == nodes.end() ? std::nullopt : std::optional{*best};
}

}  // namespace lab::dispatch
