#include "lab-node/bench/weighing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/match.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/rehydration.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;

// "2.5013 g"; empty when the bytes hold no weight.
std::string reading_of(const model::Decoding& decoding) {
  if (!decoding.refused.empty() || decoding.observations.empty()) return {};
  const model::Observation& weight = decoding.observations.front();
  return tidy(weight.unit.empty() ? weight.value.text : weight.value.text + " " + weight.unit, 64);
}

// The weight becomes part of the sample's history. `number` may name a further portion.
void enter(journal::Draft& draft, model::Sample& sample, const std::string& number, const Hash& raw,
           model::CaptureEntry& entry, const model::PersonId& person, UtcTime now) {
  entry.sample = sample.grant.number.text();
  model::Measured measured{.number = sample.grant.number,
                           .capture = raw,
                           .instrument = entry.instrument,
                           .profile = entry.profile,
                           .determinations = {},
                           .reading = entry.reading,
                           .portion = portion_in(number).portion};
  tables::note_event(draft, sample, person, measured, now);
  sample.measured.push_back(std::move(measured));
  tables::put_sample(draft, sample, sample.state);
}

}  // namespace

node::Decided<model::Sample> may_weigh(const journal::View& store, const std::string& number) {
  if (session::is_rehydrating(store))
    return node::refuse("rehydrating", "本站正在与省平台核对恢复的数据，请稍后再称量");
  const PortionId id = portion_in(number);
  auto sample = tables::sample_by_number(store, id.sample);
  const auto obstacle = sample ? obstacle_in(*sample, id.portion) : Obstacle::unknown_sample;
  if (obstacle) return refuse(*obstacle);
  return std::move(*sample);
}

WeighingOutcome weigh(journal::Draft& draft, const Weighing& weighing, UtcTime now) {
  model::CaptureEntry entry{.instrument = tidy(weighing.instrument),
                            .port = tidy(weighing.port),
                            .received = now,
                            .octets = weighing.octets,
                            .profile = tidy(weighing.decoding.profile),
                            .observations = static_cast<std::uint32_t>(weighing.decoding.observations.size()),
                            .refused = tidy(weighing.decoding.refused, 1000),
                            .person = weighing.person,
                            .reading = reading_of(weighing.decoding)};
  if (!weighing.number.empty() && !entry.reading.empty()) {
    if (auto sample = may_weigh(draft, weighing.number)) {
      enter(draft, *sample, weighing.number, weighing.raw, entry, weighing.person, now);
    } else {
      draft.tell(weighing.number, sample.error().detail);
    }
  }
  // To meet another device is said in the stream, in which nothing may be said while what is held of it is heard again.
  if (!session::is_rehydrating(draft)) {
    const Contact contact{.instrument = entry.instrument, .port = entry.port, .at = now, .person = weighing.person};
    if (entry.observations > 0) meet(draft, contact, {std::string{}}, now);
    count(draft, contact, {},
          {.captures = 1, .observations = entry.observations, .refused = entry.refused.empty() ? 0U : 1U});
  }
  const std::uint64_t id = tables::add_capture(draft, weighing.raw, entry);
  return {.capture = id, .entry = std::move(entry)};
}

bool is_unplaced(const model::CaptureEntry& entry) { return !entry.reading.empty() && entry.sample.empty(); }

bool is_mass(const model::CaptureEntry& entry) {
  constexpr std::array<std::string_view, 6> units{"g", "kg", "mg", "µg", "μg", "ug"};
  const std::size_t blank = entry.reading.rfind(' ');
  return blank != std::string::npos &&
         std::ranges::find(units, std::string_view{entry.reading}.substr(blank + 1)) != units.end();
}

node::Decided<WeighingOutcome> place_weight(journal::Draft& draft, std::uint64_t capture, const std::string& number,
                                            const model::PersonId& person, UtcTime now) {
  auto stored = tables::capture(draft, capture);
  if (!stored) return node::refuse("unknown_capture", fmt::format("没有编号为 {} 的仪器数据", capture));
  if (stored->entry.reading.empty()) return node::refuse("not_a_weighing", "这份仪器数据不是称量记录，请核对编号");
  if (!is_unplaced(stored->entry)) {
    return node::refuse("already_decided", fmt::format("此称量已归到样品 {}，请刷新", stored->entry.sample));
  }
  auto sample = may_weigh(draft, number);
  if (!sample) return tl::unexpected(std::move(sample.error()));
  enter(draft, *sample, number, stored->raw, stored->entry, person, now);
  tables::put_capture(draft, *stored);
  return WeighingOutcome{.capture = capture, .entry = std::move(stored->entry)};
}

}  // namespace lab::bench
