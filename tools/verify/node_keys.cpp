#include "tools/verify/node_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/crypto/crypto.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::verify {

NodeKeys::NodeKeys(const Statement& statement) : statement_(statement) {
  for (const auto& [id, node] : statement.nodes) nodes_[id].now = node.key;
}

std::string NodeKeys::replaced(const model::Event& event, const model::KeysReplaced& keys) {
  const Place place{event.node.value(), event.incarnation, event.sequence};
  const auto known = nodes_.find(event.node.value());
  if (known == nodes_.end()) return "replaces keys of a node that is not in the statement";
  crypto::PublicKey fresh{};
  crypto::Signature possession{};
  if (!fill(fresh, keys.signing_key) || !fill(possession, keys.possession)) return "has a key of a wrong length";
  if (known->second.now == fresh) return {};  // said again
  if (view_of(known->second.now) != keys.former) return "replaces another key than the node had";
  if (!crypto::verify(wire::keys_to_sign(event.node, keys), possession, fresh)) {
    return "names a new key that has not signed it";
  }
  const auto stated = statement_.keys.find(place);
  if (stated == statement_.keys.end() || stated->second.key != fresh) {
    return "replaces the node's key, and the statement does not say so";
  }
  pending_.push_back(place);
  return {};
}

void NodeKeys::settle() {
  for (const Place& place : pending_) {
    const StatedKey& stated = statement_.keys.at(place);
    History& history = nodes_[std::get<0>(place)];
    history.before.emplace_back(history.now, stated.until);
    history.now = stated.key;
    met_.insert(place);
  }
  pending_.clear();
}

bool NodeKeys::is_signed(std::uint32_t node, const model::StreamHead& head, const Bytes& signature, UtcTime at) const {
  const auto known = nodes_.find(node);
  crypto::Signature octets{};
  if (known == nodes_.end() || !fill(octets, signature)) return false;
  const Bytes text = wire::head_to_sign(model::NodeId{node}, head);
  if (crypto::verify(text, octets, known->second.now)) return true;
  return std::ranges::any_of(known->second.before, [&](const auto& former) {
    return to_unix_ms(at) <= former.second && crypto::verify(text, octets, former.first);
  });
}

void NodeKeys::finish(const std::function<void(std::string where, std::string what)>& tell) const {
  for (const auto& [place, key] : statement_.keys) {
    if (met_.contains(place)) continue;
    const auto& [node, incarnation, sequence] = place;
    tell(fmt::format("event {}.{}.{}", node, incarnation, sequence),
         "does not replace the node's key as the statement says");
  }
}

}  // namespace lab::verify
