#include "lab-node/bench/lot_inspection.hpp"

#include <fmt/format.h>

#include "lab-node/bench/match.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/judging/lot.hpp"
#include "lab-node/tables/tables.hpp"

namespace lab::bench {

namespace tables = node::tables;

node::Decided<model::Sample> inspect(journal::Draft& draft, const LotInspection& inspection,
                                     const model::PersonId& person, UtcTime now) {
  auto sample = tables::sample_by_number(draft, normalised_id(inspection.number));
  if (!sample) return refuse(Obstacle::unknown_sample);
  if (!judging::is_lot(*sample)) {
    return node::refuse("not_a_lot",
                        fmt::format("样品 {} 不是批次任务，不能登记抽检件数", sample->grant.number.text()));
  }
  if (const auto obstacle = obstacle_in(sample->state)) return refuse(*obstacle);
  if (auto good = judging::check_count(*sample, inspection.count); !good) {
    return tl::unexpected(std::move(good.error()));
  }
  const model::SampleState before = sample->state;
  const bool reopened = judging::is_reopened(*sample);
  sample->lot = inspection.count;
  sample->state = model::SampleState::measuring;
  tables::note_event(draft, *sample, person,
                     model::LotInspected{.number = sample->grant.number, .count = inspection.count}, now);
  if (!reopened) judging::conclude(draft, *sample, judging::lot_verdict(*sample), person, now);
  tables::put_sample(draft, *sample, before);
  return std::move(*sample);
}

}  // namespace lab::bench
