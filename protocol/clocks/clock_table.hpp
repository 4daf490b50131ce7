#pragma once
// Clocks that run for tasks, in the store of the program that answers for them. A clock is started once, fires once
// when its time has passed, and is met once; each of these is a change of one draft, so that a restart neither loses
// nor repeats it.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/clocks/deadlines.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/ids.hpp"

namespace lab::clocks {

/// Clocks that fire in one turn: each is two records, far below what one turn may change.
constexpr std::size_t fire_max = 500;

struct Clock {
  model::TaskId task;
  Kind kind = Kind::notice;
  UtcTime started{};
  Due due;
  Period period;
  std::string source;            // of the deadline that was in force
  std::optional<UtcTime> fired;  // its time had passed
  std::optional<UtcTime> met;    // what was due has been done

  bool operator==(const Clock&) const = default;
};

enum class ClockState : std::uint8_t { running, met, late, met_late, over };

/// "running", "met", "late" (fired, and still to be done), "met_late", "over" (a window or a time of keeping has ended)
const char* name_of(ClockState state);
ClockState state_of(const Clock& clock);

/// Whether somebody has to do something before its end. The others are windows: their end is news, not a fault.
bool is_duty(Kind kind);

/// What starts now for this programme; nothing when no deadline is laid down, or the row says there is none.
std::optional<Clock> clock_for(const Terms& terms, const model::ProgrammeCode& programme, Kind kind,
                               const model::TaskId& task, UtcTime start);

/// Two tables of a store, by the first octet of their keys.
class ClockTable {
 public:
  constexpr ClockTable(char clocks, char open) : clocks_(clocks), open_(open) {}

  /// Does nothing when this task has a clock of this kind already: what is heard twice starts nothing anew.
  void start(journal::Draft& draft, const Clock& clock) const;
  /// What was due has been done at `at`. Does nothing without a clock, or when it was met before. The time it fired, if
  /// it did, stays.
  void meet(journal::Draft& draft, const model::TaskId& task, Kind kind, UtcTime at) const;
  /// Takes the clock away: what it waited for will not come.
  void stop(journal::Draft& draft, const model::TaskId& task, Kind kind) const;
  /// Marks the clocks whose time has passed at `now` as fired, the earliest first, and returns them; at most fire_max.
  [[nodiscard]] std::vector<Clock> fire(journal::Draft& draft, UtcTime now) const;

  [[nodiscard]] std::optional<Clock> find(const journal::View& store, const model::TaskId& task, Kind kind) const;
  [[nodiscard]] std::vector<Clock> of(const journal::View& store, const model::TaskId& task) const;
  /// What is late, then what runs, each by the time it is due, until `visit` returns false.
  void for_each_open(const journal::View& store, const std::function<bool(const Clock& clock)>& visit) const;
  /// All of them, task by task.
  void for_each(const journal::View& store, const std::function<bool(const Clock& clock)>& visit) const;

 private:
  [[nodiscard]] Bytes key(const model::TaskId& task, Kind kind) const;
  [[nodiscard]] Bytes open_key(const Clock& clock) const;
  void put(journal::Draft& draft, const Clock& clock) const;

  char clocks_;
  char open_;
};

}  // namespace lab::clocks
