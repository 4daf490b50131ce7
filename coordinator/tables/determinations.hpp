#pragma once
// What the newest verdict of each task rests on, side by side and at fixed width, so that judging all of it again needs
// neither the events nor their schema. A projection of the events: it can be made from them again.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/tables/keys.hpp"
#include "coordinator/tables/results.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/event.hpp"
#include "protocol/model/task.hpp"
#include "protocol/rules/result_columns.hpp"

namespace lab::coordinator::tables {

/// A sample may use this many forms of result (unit, digits after the point, state); what comes after is left out and
/// counted. The longest panel in use has a tenth of it.
constexpr std::size_t forms_per_sample_max = 1'000;
/// A longer unit is cut here: no unit that converts has as many octets.
constexpr std::size_t unit_octets_max = 200;

/// Keeps what `judged`, the event at `place`, rests on: of each of its items and portions the last determination that
/// the same node reported before it, missing where there is none. Replaces what was kept of an earlier verdict. Reads
/// the events of `file` from `draft`; one that is noted but cannot be read is damage and throws journal::Damage.
void put_determinations(journal::Draft& draft, const model::Task& task, const TaskFile& file, const EventPlace& place,
                        const model::Judged& judged);

/// The verdict of the task no longer stands, and was not counted: it goes, with what it rests on. Its events stay in
/// the history of the task. Nothing happens when there is none.
void forget_result(journal::Draft& draft, const model::TaskId& task);

/// One kept sample. Views into its record: valid during the visit.
struct KeptSample {
  /// Same octets, same origin: the key of what was found out about it. See read_origin().
  BytesView origin;
  model::CityCode city;
  CivilDate judged_for{};
  std::uint32_t left_out = 0;
  std::vector<BytesView> forms;  // same octets, same form; see read_form()
  std::vector<Decimal> wide;
  rules::KeptColumns columns;  // their forms count in `forms`, the digits of a wide one in `wide`
};

struct Origin {
  Hash edition;
  model::PanelCode panel;
  model::CategoryCode category;
  std::string commodity;
};

Origin read_origin(BytesView origin);
rules::ResultColumns::Form read_form(BytesView form);

/// Samples of the tasks numbered [first, last) of a plan, in their order.
void for_each_kept_sample(const journal::View& store, const PlanRef& plan, std::uint32_t first, std::uint32_t last,
                          const std::function<void(const model::TaskId& task, const KeptSample& sample)>& visit);

}  // namespace lab::coordinator::tables
