#pragma once
// Who and what is meant: laboratories, nodes, people, plans, tasks, tokens.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/strong_id.hpp"

namespace lab::model {

using PlanId = StrongId<struct PlanTag, std::uint32_t>;
using LaboratoryId = StrongId<struct LaboratoryTag, std::uint32_t>;  // capability, people, roles
using NodeId = StrongId<struct NodeTag, std::uint32_t>;              // one bench PC: key, stream, inbox, grants
using PersonId = StrongId<struct PersonTag, std::string>;            // account name, at most 64 octets
using CityCode = StrongId<struct CityTag, std::uint32_t>;            // GB/T 2260, e.g. 510100
using CountyCode = StrongId<struct CountyTag, std::uint32_t>;        // GB/T 2260, e.g. 510104
using CategoryCode = StrongId<struct CategoryTag, std::string>;      // row of categories.csv, e.g. "V1"
using ProgrammeCode = StrongId<struct ProgrammeTag, std::string>;    // three letters, e.g. "NCP"
using SeriesId = StrongId<struct SeriesTag, std::uint32_t>;          // lots of one product of one enterprise at one AQL
using PanelCode = StrongId<struct PanelTag, std::string>;            // row set of panels.csv

/// Task = (plan, revision, number); printed "T-3.1-42".
struct TaskId {
  PlanId plan;
  std::uint16_t revision = 0;
  std::uint32_t number = 0;

  auto operator<=>(const TaskId&) const = default;
};

std::string to_text(const TaskId& task);
std::optional<TaskId> parse_task_id(std::string_view text);

/// The fencing token of a grant: (coordinator generation, counter), strictly growing per task, never issued twice.
struct Token {
  std::uint32_t generation = 0;
  std::uint64_t counter = 0;

  auto operator<=>(const Token&) const = default;
};

}  // namespace lab::model
