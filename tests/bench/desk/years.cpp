#include "tests/bench/desk/years.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lab-node/tables/tables.hpp"
#include "protocol/journal/draft.hpp"

namespace lab::desk_bench {

model::Grant grant_of(std::uint32_t task) {
  constexpr std::uint32_t a_year = 90'000;
  const auto number =
      model::SampleNumber::make(static_cast<int>(14 + task / a_year), model::ProgrammeCode{"NCP"}, task % a_year + 1);
  return {.task = {.plan = model::PlanId{2}, .revision = 1, .number = task},
          .token = {.generation = 1, .counter = task},
          .number = number,
          .blind_code = fmt::format("B{}", task),
          .programme = model::ProgrammeCode{"NCP"},
          .city = model::CityCode{510100},
          .county = model::CountyCode{510104},
          .category = model::CategoryCode{"V1"},
          .commodity = "菠菜",
          .panel = model::PanelCode{"VEG"},
          .due = *parse_date("2013-12-31")};
}

Result<void> put_years(journal::Store& store, model::Sample pattern, std::uint32_t count) {
  constexpr std::uint32_t step = 1'000;
  for (std::uint32_t task = 1; task <= count;) {
    const auto view = store.read();
    journal::Draft draft{*view};
    for (const std::uint32_t end = std::min(task + step, count + 1); task < end; ++task) {
      pattern.grant = grant_of(task);
      node::tables::put_sample(draft, pattern, std::nullopt);
    }
    auto batch = store.write();
    if (auto applied = journal::apply(draft.take(), *batch); !applied) return fail(std::move(applied));
    if (auto kept = batch->commit(); !kept) return kept;
  }
  return {};
}

}  // namespace lab::desk_bench
