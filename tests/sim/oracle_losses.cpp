// Never silent (sync.md section 5): what a coordinator that was put back says of events that nobody holds any more,
// beside what its tree had in the life before, as this oracle wrote it down.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/reports/status.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/session/event_tree.hpp"
#include "protocol/session/kept_heads.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {

namespace {

// Whether the node has that head still: its own store may have been put back since.
bool has_head(const Station& station, std::uint32_t generation, std::uint64_t size) {
  if (station.gone) return false;
  const auto here = station.disk().read();
  std::vector<model::TreeHead> heads = session::heads_of_late(*here);
  for (const auto& odd : session::odd_heads(*here)) heads.push_back(odd);
  if (const auto last = session::last_head(*here)) heads.push_back(*last);
  return std::ranges::any_of(
      heads, [&](const model::TreeHead& head) { return head.generation == generation && head.size == size; });
}

}  // namespace

void Oracle::on_office_to_be_put_back(const journal::View& store, const std::vector<Station>& stations) {
  Life& life = lives_.emplace_back();
  life.generation = coordinator::tables::numbers(store).generation;
  session::for_each_stretch(store, 0, [&](const session::Stretch& stretch) {
    for (std::uint64_t i = 0; i < stretch.count; ++i) {
      const Place place{stretch.node.value(), stretch.incarnation, stretch.first + i};
      life.leaves.emplace_back(place, crypto::sha256(event_at_office(store, place).value()));
    }
    return true;
  });
  for (const Station& station : stations) {
    const auto kept = station.gone ? std::nullopt : session::last_head(*station.disk().read());
    if (kept && kept->generation == life.generation) life.heads_kept[station.place()] = kept->size;
  }
}

// Of the first `count` events of that life's tree, those that are not held.
std::uint64_t Oracle::missing_of(const Life& life, std::uint64_t count, const journal::View& office) {
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, life.leaves.size()); ++i) {
    const auto& [place, hash] = life.leaves[i];
    const auto held = event_at_office(office, place);
    missing += !held || crypto::sha256(*held) != hash;
  }
  return missing;
}

// Silence is looked for in the last life only: whoever has put back two stores has heard of the first one's loss
// before.
void Oracle::check_losses(const journal::View& office, const std::vector<Station>& stations) {
  if (lives_.empty()) return;
  const auto tree = session::tree_state(office);
  const auto status = reports::status(office);
  // Of this generation alone; what an earlier one had told stays told.
  const std::uint64_t at_most = status.known_lost - tree.lost_before_most;
  const std::uint64_t at_least = status.known_lost_at_least - tree.lost_before_least;
  const Life& last = lives_.back();
  std::uint64_t seen = 0;
  for (const auto& [place, size] : last.heads_kept) {
    if (has_head(stations.at(place), last.generation, size)) seen = std::max(seen, size);
  }
  if (const auto lost = missing_of(last, seen, office); lost > 0 && at_most == 0) {
    ++silent_losses_;
    if (seen > tree.base) {
      throw Violation(fmt::format("{} events that a node had seen are lost, and the coordinator says nothing", lost));
    }
  }
  if (at_most == 0) return;
  // The head it goes by may be of a life before the last one.
  std::uint64_t fewest = UINT64_MAX;
  std::uint64_t most = 0;
  for (const Life& life : lives_) {
    if (life.leaves.size() < tree.seen) continue;
    const std::uint64_t lost = missing_of(life, tree.seen, office);
    fewest = std::min(fewest, lost);
    most = std::max(most, lost);
  }
  if (fewest <= most && (at_least > most || (is_noticed_ && at_most < fewest))) {
    throw Violation(
        fmt::format("{} to {} events are said to be lost, and {} to {} are", at_least, at_most, fewest, most));
  }
  ++losses_told_;
  losses_exact_ += at_least == at_most;
}

}  // namespace lab::sim
