#pragma once
// Who could do a task. Private to this folder.

#include <optional>
#include <vector>

#include "protocol/journal/view.hpp"
#include "protocol/model/registry.hpp"

namespace lab::dispatch {

/// Nodes that are not revoked, of laboratories that have registered for the panel.
std::vector<model::NodeEntry> able_nodes(const journal::View& store, const model::PanelCode& panel);

/// The one with the fewest orders that it has not acknowledged, and of these the lowest number; nothing of no nodes.
std::optional<model::NodeEntry> least_busy(const journal::View& store, const std::vector<model::NodeEntry>& nodes);

}  // namespace lab::dispatch
