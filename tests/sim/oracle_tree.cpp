// I9: what any node has seen of the tree of events is what the coordinator has, or an incident says why not. The tree
// is computed here from raw events by the definition of RFC 6962, without tiles.

#include <fmt/format.h>

#include "protocol/crypto/crypto.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/kept_heads.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {
namespace {

Hash root_of(const std::vector<Hash>& leaves, std::size_t first, std::size_t last) {
  if (first == last) return crypto::sha256({});
  if (last - first == 1) return crypto::sha256(Bytes(1, '\0').append(leaves[first].view()));
  std::size_t left = 1;
  while (2 * left < last - first) left *= 2;
  return crypto::sha256(Bytes(1, '\1')
                            .append(root_of(leaves, first, first + left).view())
                            .append(root_of(leaves, first + left, last).view()));
}

}  // namespace

void Oracle::check_trees(const journal::View& office, const std::vector<Station>& stations) {
  std::vector<Hash> leaves;
  std::set<Place> seen;
  session::for_each_stretch(office, 0, [&](const session::Stretch& stretch) {
    for (std::uint64_t i = 0; i < stretch.count; ++i) {
      const Place place{stretch.node.value(), stretch.incarnation, stretch.first + i};
      const auto event = event_at_office(office, place);
      if (!event || !seen.insert(place).second) throw Violation("the tree has an event that is not held, or twice");
      leaves.push_back(crypto::sha256(*event));
    }
    return true;
  });
  std::size_t held = 0;
  office.scan("e", journal::after_prefix("e"), [&](BytesView, BytesView) {
    ++held;
    return true;
  });
  if (held != leaves.size()) throw Violation(fmt::format("{} events are held, the tree has {}", held, leaves.size()));
  for (const Station& station : stations) {
    if (station.gone) continue;
    const auto here = station.disk().read();
    const auto kept = session::last_head(*here);
    if (!kept) continue;
    ++heads_compared_;
    const auto odd = session::odd_heads(*here);
    const bool is_of_it = kept->size <= leaves.size() && root_of(leaves, 0, kept->size) == kept->root;
    if (!is_of_it && odd.empty()) {
      throw Violation(
          fmt::format("I9: node {} has kept a head of {} events that is not of this history, and says nothing",
                      station.node().value(), kept->size));
    }
    if (!odd.empty() && !was_put_back_) throw Violation("I9: a node accuses a coordinator that was never put back");
    departures_ += odd.size();
  }
}

}  // namespace lab::sim
