#include "coordinator/planning/allocate.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "coordinator/planning/transport.hpp"
#include "protocol/base/check.hpp"

namespace lab::planning {
namespace {

// Why each laboratory keeps away from a cell: the rule, or nullptr where it need not; in the order of the laboratories.
using Away = std::vector<const IndependenceRule*>;

// Cells that cost the same to send anywhere are one source; the 4,492 cells of 2013 become 420 sources.
struct Source {
  model::CityCode city;
  model::PanelCode panel;
  Away away;

  auto operator<=>(const Source&) const = default;
};

struct Problem {
  std::vector<Source> sources;
  std::vector<std::int64_t> supplies;
  std::vector<std::int64_t> rooms;
  std::vector<Lane> lanes;  // ordered by source, then by sink
  std::map<Source, std::size_t> index;
  std::vector<std::size_t> source_of;  // by cell
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

Away away_from(const model::PlanCell& cell, std::span<const model::Laboratory> laboratories,
               std::span<const IndependenceRule> rules) {
  Away away;
  const std::string enterprise = cell.lot ? cell.lot->enterprise : std::string{};
  for (const model::Laboratory& laboratory : laboratories) {
    away.push_back(keeps_away(rules, laboratory.id, cell.programme, enterprise));
  }
  return away;
}

Problem problem_of(const std::vector<model::PlanCell>& cells, std::span<const model::Laboratory> laboratories,
                   const Divisions& divisions, std::span<const IndependenceRule> rules) {
  Problem problem;
  for (const model::PlanCell& cell : cells) {
    Source source{cell.city, cell.panel, away_from(cell, laboratories, rules)};
    const auto [place, is_new] = problem.index.try_emplace(source, problem.sources.size());
    if (is_new) {
      problem.sources.push_back(std::move(source));
      problem.supplies.push_back(0);
    }
    problem.supplies[place->second] += cell.quota;
    problem.source_of.push_back(place->second);
  }
  for (const model::Laboratory& laboratory : laboratories) problem.rooms.push_back(laboratory.capacity);
  for (std::size_t i = 0; i < problem.sources.size(); ++i) {
    const Source& source = problem.sources[i];
    for (std::size_t k = 0; k < laboratories.size(); ++k) {
      if (!offers(laboratories[k], source.panel) || source.away[k] != nullptr) continue;
      problem.lanes.push_back({i, k, divisions.kilometres(source.city, laboratories[k].city)});
    }
  }
  return problem;
}

// What is short of places is told apart by who has to keep away.
std::string missing_part(const Source& source, std::int64_t count, std::span<const model::Laboratory> laboratories) {
  std::vector<std::string> away;
  bool is_offered = false;
  for (std::size_t k = 0; k < laboratories.size(); ++k) {
    if (!offers(laboratories[k], source.panel)) continue;
    is_offered = true;
    if (source.away[k] != nullptr) away.push_back(fmt::format("{}：{}", laboratories[k].name, source.away[k]->reason));
  }
  std::string more;
  if (!is_offered) more = "（没有实验室能检）";
  if (!away.empty()) more = fmt::format("（须回避：{}）", fmt::join(away, "；"));
  return fmt::format("检测包 {} 缺 {} 个名额{}", source.panel.value(), count, more);
}

// One sentence that names every panel short of places, or nothing.
std::string shortage(const Problem& problem, const Shipment& shipment,
                     std::span<const model::Laboratory> laboratories) {
  std::map<std::pair<model::PanelCode, Away>, std::int64_t> missing;
  for (std::size_t i = 0; i < problem.sources.size(); ++i) {
    const Source& source = problem.sources[i];
    if (shipment.stranded[i] > 0) missing[{source.panel, source.away}] += shipment.stranded[i];
  }
  std::vector<std::string> parts;
  for (const auto& [what, count] : missing) {
    parts.push_back(missing_part({{}, what.first, what.second}, count, laboratories));
  }
  if (parts.empty()) return {};
  return fmt::format("实验室容量不够：{}；请增加容量、登记能检的实验室，或减少计划", fmt::join(parts, ","));
}

void explain(Assignment& assignment, const Source& source, const model::Laboratory& chosen,
             std::span<const model::Laboratory> laboratories) {
  if (chosen.city == source.city) return;
  assignment.because = PlacedBecause::no_own_laboratory;
  for (std::size_t k = 0; k < laboratories.size(); ++k) {
    if (laboratories[k].city != source.city || !offers(laboratories[k], source.panel)) continue;
    if (source.away[k] == nullptr) {
      assignment.because = PlacedBecause::own_city_full;
      assignment.rule.clear();
      return;
    }
    assignment.because = PlacedBecause::own_city_excluded;
    if (assignment.rule.empty()) assignment.rule = source.away[k]->reason;
  }
}

// Deals the shipments of each source out to its cells, first cell first, first laboratory first.
std::vector<Assignment> deal(const std::vector<model::PlanCell>& cells, std::span<const model::Laboratory> laboratories,
                             const Problem& problem, Shipment shipment) {
  std::vector<std::size_t> next_lane(problem.sources.size());
  for (std::size_t lane = problem.lanes.size(); lane-- > 0;) next_lane[problem.lanes[lane].source] = lane;
  std::vector<Assignment> assignments;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t number = problem.source_of[i];
    std::size_t& lane = next_lane[number];
    for (std::int64_t left = cells[i].quota; left > 0;) {
      LAB_CHECK(lane < problem.lanes.size() && problem.lanes[lane].source == number);
      const std::int64_t taken = std::min(left, shipment.carried[lane]);
      const model::Laboratory& laboratory = laboratories[problem.lanes[lane].sink];
      if (taken > 0) {
        assignments.push_back({.cell = i,
                               .laboratory = laboratory.id,
                               .count = static_cast<std::uint32_t>(taken),
                               .kilometres = static_cast<std::uint32_t>(problem.lanes[lane].cost)});
        explain(assignments.back(), problem.sources[number], laboratory, laboratories);
      }
      shipment.carried[lane] -= taken;
      left -= taken;
      if (shipment.carried[lane] == 0) ++lane;
    }
  }
  return assignments;
}

}  // namespace

const char* name_of(PlacedBecause because) {
  constexpr std::array names{"own_city", "no_own_laboratory", "own_city_full", "own_city_excluded"};
  return names.at(static_cast<std::size_t>(because));
}

std::string reason_of(const Assignment& assignment) {
  switch (assignment.because) {
    case PlacedBecause::own_city:
      return "本市州实验室";
    case PlacedBecause::no_own_laboratory:
      return fmt::format("本市州没有实验室能检，送 {} 公里外", assignment.kilometres);
    case PlacedBecause::own_city_full:
      return fmt::format("本市州实验室名额不够，送 {} 公里外", assignment.kilometres);
    case PlacedBecause::own_city_excluded:
      return fmt::format("本市州实验室须回避（{}），送 {} 公里外", assignment.rule, assignment.kilometres);
  }
  return {};
}

Result<std::vector<Assignment>> allocate(const std::vector<model::PlanCell>& cells,
                                         std::span<const model::Laboratory> laboratories, const Divisions& divisions,
                                         std::span<const IndependenceRule> rules) {
  if (auto placed = check_places(cells, laboratories, divisions); !placed) return fail(std::move(placed));
  const Problem problem = problem_of(cells, laboratories, divisions, rules);
  Shipment shipment = transport(problem.supplies, problem.rooms, problem.lanes);
  if (std::string sentence = shortage(problem, shipment, laboratories); !sentence.empty()) {
    return fail(ErrorCode::conflict, std::move(sentence));
  }
  return deal(cells, laboratories, problem, std::move(shipment));
}

}  // namespace lab::planning
