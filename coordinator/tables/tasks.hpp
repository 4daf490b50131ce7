#pragma once
// Tasks, the ways to find one, and how many of them are in which state.

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "coordinator/tables/keys.hpp"
#include "coordinator/tables/plans.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::coordinator::tables {

constexpr std::size_t task_states = 5;

/// Tasks by state. Their sum is the size of the plan at every moment: tasks that a plan has not been expanded to yet
/// are planned all the same.
struct StateCounts {
  std::array<std::uint32_t, task_states> of{};

  std::uint32_t& operator[](model::TaskState state) { return of[static_cast<std::size_t>(state)]; }
  std::uint32_t operator[](model::TaskState state) const { return of[static_cast<std::size_t>(state)]; }
  StateCounts& operator+=(const StateCounts& other);
  [[nodiscard]] std::uint32_t total() const;
  bool operator==(const StateCounts&) const = default;
};

std::optional<model::Task> task(const journal::View& store, const model::TaskId& id);
bool has_task(const journal::View& store, const model::TaskId& id);
std::optional<model::TaskId> task_by_number(const journal::View& store, std::string_view number);
std::optional<model::TaskId> task_by_blind_code(const journal::View& store, std::string_view blind_code);

/// Tasks of a plan from task number `first` on, in order, until `visit` returns false.
void for_each_task(const journal::View& store, const PlanRef& plan, std::uint32_t first,
                   const std::function<bool(const model::Task& task)>& visit);
/// The tasks of one row of a plan that are there already, in order, until `visit` returns false. No other is read.
void for_each_task_of(const journal::View& store, const PlanRef& plan, const CellRow& row,
                      const std::function<bool(const model::Task& task)>& visit);

/// A task that was not there before, with its indexes. Its state has been counted when the plan came in.
void add_task(journal::Draft& draft, const model::Task& task);
/// Stores `task` as it is now; `before` is the state it was in, so that the counts follow.
void change_task(journal::Draft& draft, const model::Task& task, model::TaskState before);

/// The task has another number from now on. Its earlier one still leads to it, so that nothing else can ever have it.
/// Precondition: no task has or had `number`.
void renumber_task(journal::Draft& draft, model::Task task, const model::SampleNumber& number);

struct StatesRow {
  PlanRef plan;
  model::ProgrammeCode programme;
  model::CityCode city;
  StateCounts counts;
};

void add_planned(journal::Draft& draft, const PlanRef& plan, const model::PlanCell& cell);
void for_each_states_row(const journal::View& store, const std::function<void(const StatesRow& row)>& visit);
StateCounts states_of(const journal::View& store, const PlanRef& plan);

/// Whom the sample was taken from. Stays at the coordinator, whatever happens: a laboratory tests blind.
struct SampledUnit {
  std::string name;
  std::string licence;
  std::string address;

  bool operator==(const SampledUnit&) const = default;
};

std::optional<SampledUnit> sampled_unit(const journal::View& store, const model::TaskId& task);
void put_sampled_unit(journal::Draft& draft, const model::TaskId& task, const SampledUnit& unit);

}  // namespace lab::coordinator::tables
