#pragma once
// Series of lots: one product of one enterprise at one AQL. The past of a series decides how strictly its next lot is
// inspected (protocol/acceptance/switching.hpp), so at most one lot of it is under way at any time.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "protocol/acceptance/switching.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/task.hpp"

namespace lab::coordinator::tables {

/// What the authority says of the production, for the next lot that is counted and for that one only (decision 0008).
struct Conditions {
  std::optional<bool> steady;  // unset: nobody said so
  bool approved = false;       // reduced inspection is wanted

  bool operator==(const Conditions&) const = default;
};

struct Series {
  model::SeriesId id;
  std::string enterprise;
  std::string commodity;
  std::string aql;
  acceptance::History history;
  model::TaskId open;  // the lot that is granted and not counted; zero when there is none
  Conditions conditions;
  std::uint32_t steps = 0;  // in the table of steps
  std::uint32_t lots = 0;   // counted

  [[nodiscard]] bool has_open_lot() const { return open != model::TaskId{}; }
  bool operator==(const Series&) const = default;
};

/// The series of these lots, made when it is the first of them.
Series series_of(journal::Draft& draft, const std::string& enterprise, const std::string& commodity,
                 const std::string& aql);
std::optional<Series> series(const journal::View& store, model::SeriesId id);
void put_series(journal::Draft& draft, const Series& series);
/// After `after` (zero: from the first), in the order they came in, until `visit` returns false.
void for_each_series(const journal::View& store, model::SeriesId after,
                     const std::function<bool(const Series& series)>& visit);

/// Stored as its number: append only.
enum class StepKind : std::uint8_t { lot_counted = 1, corrective_action, conditions };

const char* name_of(StepKind kind);

/// One thing that moved a series. Its steps in order, applied to an empty History, give the one it has.
struct SeriesStep {
  StepKind kind = StepKind::lot_counted;
  UtcTime at{};
  std::string person;     // who said so; empty for a lot
  std::string reason;     // of a person
  model::TaskId task;     // of a lot
  model::LotCount count;  // of a lot
  bool accepted = false;  // of a lot
  Conditions conditions;  // that held for the lot, or that were said
  acceptance::History after;

  bool operator==(const SeriesStep&) const = default;
};

/// Appends the step, whose `after` becomes the history of the series, and stores the series; says so in the diary.
void move_series(journal::Draft& draft, Series& series, const SeriesStep& step);
std::vector<SeriesStep> steps_of(const journal::View& store, model::SeriesId id);

/// Lots that were to be granted while their series was not free, in the order of tasks. Adding one twice changes
/// nothing.
void add_waiting(journal::Draft& draft, model::SeriesId id, const model::TaskId& task);
void erase_waiting(journal::Draft& draft, model::SeriesId id, const model::TaskId& task);
bool is_waiting(const journal::View& store, model::SeriesId id, const model::TaskId& task);
std::vector<model::TaskId> waiting(const journal::View& store, model::SeriesId id);

/// The series has become free: its next waiting lot may be granted. Nothing when none waits.
void mark_due(journal::Draft& draft, model::SeriesId id);
/// At most `most` of the series that are due.
std::vector<model::SeriesId> due(const journal::View& store, std::size_t most);
void erase_due(journal::Draft& draft, model::SeriesId id);

/// Series whose inspection is discontinued.
std::vector<model::SeriesId> stopped(const journal::View& store);

}  // namespace lab::coordinator::tables
