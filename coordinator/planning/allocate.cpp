#include "coordinator/planning/allocate.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <utility>

#include "coordinator/planning/transport.hpp"
#include "protocol/base/check.hpp"

namespace lab::planning {
namespace {

// Cells that cost the same to send anywhere are one source; the 4,492 cells of 2013 become 420 sources.
using Source = std::pair<model::CityCode, model::PanelCode>;

struct Problem {
  std::vector<Source> sources;
  std::vector<std::int64_t> supplies;
  std::vector<std::int64_t> rooms;
  std::vector<Lane> lanes;  // ordered by source, then by sink
  std::map<Source, std::size_t> index;
};

Result<void> check_places(const std::vector<model::PlanCell>& cells, std::span<const model::Laboratory> laboratories,
                          const Divisions& divisions) {
  for (const model::PlanCell& cell : cells) {
    if (divisions.find_city(cell.city) != nullptr) continue;
    return fail(ErrorCode::not_found,
                fmt::format("行政区划表里没有计划中的市州 {}；请改正计划或区划表", cell.city.value()));
  }
  for (const model::Laboratory& laboratory : laboratories) {
    if (divisions.find_city(laboratory.city) != nullptr) continue;
    return fail(ErrorCode::not_found, fmt::format("行政区划表里没有{}所在的市州 {}；请改正实验室表或区划表",
                                                  laboratory.name, laboratory.city.value()));
  }
  return {};
}

bool offers(const model::Laboratory& laboratory, const model::PanelCode& panel) {
  return std::ranges::find(laboratory.panels, panel) != laboratory.panels.end();
}

Problem problem_of(const std::vector<model::PlanCell>& cells, std::span<const model::Laboratory> laboratories,
                   const Divisions& divisions) {
  Problem problem;
  for (const model::PlanCell& cell : cells) {
    const Source source{cell.city, cell.panel};
    const auto [place, is_new] = problem.index.try_emplace(source, problem.sources.size());
    if (is_new) {
      problem.sources.push_back(source);
      problem.supplies.push_back(0);
    }
    problem.supplies[place->second] += cell.quota;
  }
  for (const model::Laboratory& laboratory : laboratories) problem.rooms.push_back(laboratory.capacity);
  for (std::size_t i = 0; i < problem.sources.size(); ++i) {
    const auto& [city, panel] = problem.sources[i];
    for (std::size_t k = 0; k < laboratories.size(); ++k) {
      if (!offers(laboratories[k], panel)) continue;
      problem.lanes.push_back({i, k, divisions.kilometres(city, laboratories[k].city)});
    }
  }
  return problem;
}

// One sentence that names every panel short of places, or nothing.
std::string shortage(const Problem& problem, const Shipment& shipment,
                     std::span<const model::Laboratory> laboratories) {
  std::map<model::PanelCode, std::int64_t> missing;
  for (std::size_t i = 0; i < problem.sources.size(); ++i) {
    if (shipment.stranded[i] > 0) missing[problem.sources[i].second] += shipment.stranded[i];
  }
  std::vector<std::string> parts;
  for (const auto& [panel, count] : missing) {
    const bool offered = std::ranges::any_of(
        laboratories, [&, code = panel](const model::Laboratory& laboratory) { return offers(laboratory, code); });
    parts.push_back(fmt::format("检测包 {} 缺 {} 个名额{}", panel.value(), count, offered ? "" : "（没有实验室能检）"));
  }
  if (parts.empty()) return {};
  return fmt::format("实验室容量不够：{}；请增加容量、登记能检的实验室，或减少计划", fmt::join(parts, ","));
}

PlacedBecause why(const Source& source, const model::Laboratory& chosen,
                  std::span<const model::Laboratory> laboratories) {
  if (chosen.city == source.first) return PlacedBecause::own_city;
  const bool own_offers = std::ranges::any_of(laboratories, [&](const model::Laboratory& laboratory) {
    return laboratory.city == source.first && offers(laboratory, source.second);
  });
  return own_offers ? PlacedBecause::own_city_full : PlacedBecause::no_own_laboratory;
}

// Deals the shipments of each source out to its cells, first cell first, first laboratory first.
std::vector<Assignment> deal(const std::vector<model::PlanCell>& cells, std::span<const model::Laboratory> laboratories,
                             const Problem& problem, Shipment shipment) {
  std::vector<std::size_t> next_lane(problem.sources.size());
  for (std::size_t lane = problem.lanes.size(); lane-- > 0;) next_lane[problem.lanes[lane].source] = lane;
  std::vector<Assignment> assignments;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Source source{cells[i].city, cells[i].panel};
    const std::size_t number = problem.index.at(source);
    std::size_t& lane = next_lane[number];
    for (std::int64_t left = cells[i].quota; left > 0;) {
      LAB_CHECK(lane < problem.lanes.size() && problem.lanes[lane].source == number);
      const std::int64_t taken = std::min(left, shipment.carried[lane]);
      const model::Laboratory& laboratory = laboratories[problem.lanes[lane].sink];
      if (taken > 0) {
        assignments.push_back({i, laboratory.id, static_cast<std::uint32_t>(taken),
                               why(source, laboratory, laboratories),
                               static_cast<std::uint32_t>(problem.lanes[lane].cost)});
      }
      shipment.carried[lane] -= taken;
      left -= taken;
      if (shipment.carried[lane] == 0) ++lane;
    }
  }
  return assignments;
}

}  // namespace

std::string reason_of(const Assignment& assignment) {
  switch (assignment.because) {
    case PlacedBecause::own_city:
      return "本市州实验室";
    case PlacedBecause::no_own_laboratory:
      return fmt::format("本市州没有实验室能检，送 {} 公里外", assignment.kilometres);
    case PlacedBecause::own_city_full:
      return fmt::format("本市州实验室名额不够，送 {} 公里外", assignment.kilometres);
  }
  return {};
}

Result<std::vector<Assignment>> allocate(const std::vector<model::PlanCell>& cells,
                                         std::span<const model::Laboratory> laboratories, const Divisions& divisions) {
  if (auto placed = check_places(cells, laboratories, divisions); !placed) return fail(std::move(placed));
  const Problem problem = problem_of(cells, laboratories, divisions);
  Shipment shipment = transport(problem.supplies, problem.rooms, problem.lanes);
  if (std::string sentence = shortage(problem, shipment, laboratories); !sentence.empty()) {
    return fail(ErrorCode::conflict, std::move(sentence));
  }
  return deal(cells, laboratories, problem, std::move(shipment));
}

}  // namespace lab::planning
