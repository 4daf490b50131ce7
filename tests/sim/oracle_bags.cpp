// Shares of quota cells: no cell of a programme in escrow has more bags than its quota, and no sample of it is drawn by
// two stations. What counts are the bags, which no store forgets, by what each station wrote when it drew one.

#include <fmt/format.h>

#include <algorithm>

#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/tables.hpp"
#include "tests/sim/oracle.hpp"

namespace lab::sim {
namespace {

bool is_form(const std::optional<Bytes>& held, const Hash& event) { return held && crypto::sha256(*held) == event; }

}  // namespace

bool Oracle::has_bag(const model::TaskId& task, model::NodeId node) const {
  const auto found = by_node_.find(task);
  return found != by_node_.end() && found->second.contains(node.value());
}

void Oracle::note_bag(const Station& station, const Label& label, const model::Event& event,
                      const std::vector<Station>& stations) {
  if (!cell_of_.contains(event.task)) return;
  const auto machines =
      std::ranges::count_if(stations, [&](const Station& one) { return !one.gone && one.node() == station.node(); });
  const bool was_given_unaware = unaware_grants_.contains({event.token, station.node()});
  auto [place, is_new] = by_node_[event.task].try_emplace(station.node().value());
  Bag& bag = place->second;
  if (std::ranges::any_of(bag.forms, [&](const Form& form) { return form.event == label.event; })) return;
  bag.forms.push_back({label.place, label.event});
  if (!is_new && !bag.is_excused) return;  // the same bag is written down again, after its form was forgotten
  bag_counts_.drawn += is_new ? 1 : 0;
  bag.is_excused = station.is_set_back || machines > 1 || was_given_unaware;
  if (bag.is_excused) {
    ++(station.is_set_back ? bag_counts_.before_heard : machines > 1 ? bag_counts_.at_copies : bag_counts_.unaware);
  }
  check_bags(event.task);
}

// What the province knows to be drawn is moved as it is (decision 0055): the next laboratory gets the reserve.
void Oracle::move_bag(const journal::View& store, model::NodeId node, const model::Grant& grant) {
  const auto bags = by_node_.find(grant.task);
  if (bags == by_node_.end()) return;
  for (auto& [holder, bag] : bags->second) {
    if (holder == node.value() || bag.is_excused) continue;
    if (!knows_bag(store, bag)) continue;
    bag.is_excused = true;
    ++bag_counts_.moved;
  }
}

void Oracle::check_bags(const model::TaskId& task) const {
  const std::string& cell = cell_of_.at(task);
  std::uint32_t in_cell = 0;
  for (const auto& [other, bags] : by_node_) {
    if (cell_of_.at(other) != cell) continue;
    const auto count =
        static_cast<std::uint32_t>(std::ranges::count_if(bags, [](const auto& one) { return !one.second.is_excused; }));
    in_cell += count;
    if (count < 2) continue;
    std::string who;
    for (const auto& [node, bag] : bags) who += bag.is_excused ? "" : fmt::format(" {}", node);
    throw Violation(fmt::format("{} was drawn by nodes{}", to_text(other), who));
  }
  if (in_cell > escrow_quota) {
    throw Violation(fmt::format("cell {} of {} samples has {} bags", cell, escrow_quota, in_cell));
  }
}

bool Oracle::knows_bag(const journal::View& office, const Bag& bag) {
  return std::ranges::any_of(
      bag.forms, [&](const Form& form) { return is_form(event_at_office(office, form.place), form.event); });
}

bool Oracle::knows_bag(const Station& station, const model::TaskId& task, std::uint32_t node, const Bag& bag) {
  const bool is_of_node = !station.gone && station.node().value() == node;
  return (is_of_node && node::tables::sample(*station.disk().read(), task).has_value()) ||
         std::ranges::any_of(
             bag.forms, [&](const Form& form) { return is_form(event_at_station(station, form.place), form.event); });
}

// Both the coordinator and the station were put back behind the same moment: nobody knows any more that there is a bag,
// or that there may be one.
void Oracle::forget_bags(const journal::View& office, const std::vector<Station>& stations) {
  for (auto& [task, bags] : by_node_) {
    const auto row = coordinator::tables::task(office, task);
    for (auto& [node, bag] : bags) {
      const bool is_granted = row && row->state == model::TaskState::granted && row->node.value() == node;
      const bool is_known =
          is_granted || knows_bag(office, bag) ||
          std::ranges::any_of(stations, [&, &task = task, &node = node, &bag = bag](const Station& one) {
            return knows_bag(one, task, node, bag);
          });
      if (is_known || bag.is_excused) continue;
      bag.is_excused = true;
      ++bag_counts_.forgotten;
    }
  }
}

}  // namespace lab::sim
