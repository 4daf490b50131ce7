#include "lab-node/bench/meter_reading.hpp"

#include <fmt/format.h>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/named_place.hpp"
#include "lab-node/bench/weighing.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using node::Decided;

// Of balances, whose drivers name it so.
constexpr const char* mass = "weight";

// The capture that a person means, while it may still be given to a sample.
Decided<tables::StoredCapture> unplaced(const journal::View& store, std::uint64_t id) {
  auto stored = tables::capture(store, id);
  if (!stored) return node::refuse("unknown_capture", fmt::format("没有编号为 {} 的仪器数据", id));
  if (stored->entry.reading.empty()) return node::refuse("not_a_weighing", "这份仪器数据不是称量或读数，请核对编号");
  if (!is_unplaced(stored->entry)) {
    return node::refuse("already_decided", fmt::format("此读数已归到样品 {}，请刷新", stored->entry.sample));
  }
  return std::move(*stored);
}

bool has_value(const NamedPlace& place) {
  const std::size_t items = place.edition->panel(place.sample.grant.panel)->panel().items.size();
  return !judging::is_reopened(place.sample) &&
         judging::results_of(place.sample, items).of(place.item, place.portion) != nullptr;
}

}  // namespace

Decided<model::Sample> take_reading(journal::Draft& draft, judging::Editions& editions, const MeterReading& reading,
                                    const model::PersonId& person, UtcTime now) {
  auto stored = unplaced(draft, reading.capture);
  if (!stored) return tl::unexpected(std::move(stored.error()));
  if (!reading.decoding.refused.empty() || reading.decoding.observations.empty()) {
    return node::refuse("capture_refused", "这份仪器数据读不出数值：" + tidy(reading.decoding.refused, 1000));
  }
  const model::Observation& seen = reading.decoding.observations.front();
  if (seen.analyte == mass) return node::refuse("is_weighing", "这是称量记录，质量不是检测项目，请只归到样品");
  if (const auto obstacle = obstacle_in_device(draft, stored->entry.instrument, {})) return refuse(*obstacle);
  auto place = place_named(draft, editions, reading.number, true, reading.analyte);
  if (!place) return refuse(place.error());
  if (has_value(*place)) return refuse(Obstacle::differs);
  model::Sample& sample = place->sample;
  const model::SampleState before = sample.state;
  judging::take_results(draft, sample, *place->edition,
                        {{.number = sample.grant.number,
                          .capture = stored->raw,
                          .instrument = stored->entry.instrument,
                          .profile = stored->entry.profile,
                          .determinations = {{.item = place->item, .value = seen.value, .unit = seen.unit}},
                          .portion = place->portion}},
                        person, now);
  tables::put_sample(draft, sample, before);
  stored->entry.sample = sample.grant.number.text();
  ++stored->entry.taken;
  tables::put_capture(draft, *stored);
  count_found(draft, stored->entry.instrument, {}, true);
  return std::move(sample);
}

}  // namespace lab::bench
