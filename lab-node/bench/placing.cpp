#include "lab-node/bench/placing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/run.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using model::Observation;
using model::SampleState;

using ItemOfPortion = std::pair<std::uint8_t, std::uint16_t>;  // portion, item

// A sample that the capture speaks of, with what the capture adds to it.
struct Target {
  model::Sample sample;
  SampleState before = SampleState::received;
  std::optional<Obstacle> obstacle;
  std::shared_ptr<judging::Edition> edition;
  const judging::PanelIndex* panel = nullptr;          // of that edition
  std::map<ItemOfPortion, model::Determination> held;  // what counts now
  std::set<ItemOfPortion> taken;                       // what this capture has given
  std::map<std::uint8_t, model::Measured> measured;    // by portion
};

// An observation on its way to its place.
struct Row {
  Target* target = nullptr;
  std::uint8_t portion = 1;
  std::optional<std::uint16_t> item;
  std::optional<Obstacle> obstacle;
  bool is_stranger = false;  // of no sample here: a check of the run, if the criteria know it
};

class Placing {
 public:
  Placing(journal::Draft& draft, judging::Editions& editions, const Reading& reading, UtcTime now)
      : draft_(draft),
        editions_(editions),
        reading_(reading),
        now_(now),
        current_(editions.current(draft)),
        was_assessed_(tables::run_of(draft, reading.raw).has_value()) {}

  Placed run();

 private:
  [[nodiscard]] bool is_looking(std::size_t row) const { return reading_.attempts[row] != Attempt::none; }
  [[nodiscard]] const Observation& observation(std::size_t row) const { return (*reading_.observations)[row]; }
  void look_at(std::size_t at);
  void look_for_item(std::size_t at);
  [[nodiscard]] bool is_left_out(std::size_t at) const;
  Target* target_of(const std::string& id, Row& row);
  Target open(model::Sample sample);
  [[nodiscard]] model::Determination determination(std::size_t at) const;
  void find_contradictions();
  void put_in_place(std::size_t at);
  model::Measured& measured_of(Target& target, std::uint8_t portion) const;
  void assess_checks();
  [[nodiscard]] bool is_for_nothing(const RunOutcome& run) const;
  void finish(Target& target);

  journal::Draft& draft_;
  judging::Editions& editions_;
  const Reading& reading_;
  UtcTime now_;
  std::shared_ptr<judging::Edition> current_;
  bool was_assessed_;
  std::vector<Row> rows_;
  Placed placed_;
  std::map<model::TaskId, Target> targets_;  // in task order, so that events come in the same order every time
  std::map<std::string, Meant> meant_;       // by normalised id
  std::map<std::string, std::optional<Obstacle>> devices_;
  std::vector<SampleRow> sample_rows_;
};

Placed Placing::run() {
  const std::size_t count = reading_.observations->size();
  LAB_CHECK(reading_.devices.size() == count && reading_.attempts.size() == count);
  rows_.resize(count);
  placed_.rows.resize(count);
  for (const std::string& device : distinct(reading_.devices)) {
    devices_[device] = obstacle_in_device(draft_, reading_.instrument, device);
  }
  for (std::size_t at = 0; at < count; ++at) look_at(at);
  find_contradictions();
  for (std::size_t at = 0; at < count; ++at) {
    if (is_looking(at)) put_in_place(at);
  }
  assess_checks();
  for (auto& [task, target] : targets_) finish(target);
  return std::move(placed_);
}

// Finds out what the row is, whether or not it is looking for a place.
void Placing::look_at(std::size_t at) {
  Row& row = rows_[at];
  const Observation& seen = observation(at);
  if (is_supporting(seen)) return;
  row.obstacle = devices_.at(reading_.devices[at]);
  if (row.obstacle) return;
  row.obstacle = obstacle_in(seen);
  row.is_stranger = row.obstacle == Obstacle::not_a_sample;
  if (row.obstacle) return;
  const PortionId id = portion_in(seen.sample_id);
  row.portion = id.portion;
  row.target = target_of(id.sample, row);
  if (row.target) look_for_item(at);
}

// Rows of samples that take no results now count for the run as well: they were measured in it, and may be taken later.
void Placing::look_for_item(std::size_t at) {
  Row& row = rows_[at];
  const Target& target = *row.target;
  const bool is_lot = target.sample.grant.lot.has_value();
  if (target.panel && !is_lot) {
    sample_rows_.push_back({.observation = &observation(at), .panel = target.sample.grant.panel});
  }
  tl::expected<std::uint16_t, Obstacle> item = tl::unexpected(Obstacle::no_reference);
  if (target.panel) item = item_meant(*target.panel, observation(at).analyte);
  if (item) row.item = *item;
  if (row.item && is_left_out(at)) {
    row.obstacle = Obstacle::run_closed;
  } else if (target.obstacle) {
    row.obstacle = target.obstacle;
  } else if (const auto obstacle = obstacle_in(target.sample, row.portion)) {
    row.obstacle = obstacle;
  } else if (!item) {
    row.obstacle = item.error();
  } else if (!is_tidy(observation(at).value.text) || !is_tidy(observation(at).unit)) {
    row.obstacle = Obstacle::no_value;
  }
}

// An assessment that was made without this row does not vouch for it, when checks are due for its method.
bool Placing::is_left_out(std::size_t at) const {
  const Row& row = rows_[at];
  if (!was_assessed_ || reading_.attempts[at] != Attempt::uncounted || !current_) return false;
  const auto* criteria = current_->requirements().of(row.target->panel->panel().items[*row.item].method);
  return criteria && !criteria->due.empty();
}

Target* Placing::target_of(const std::string& id, Row& row) {
  const auto [known, fresh] = meant_.try_emplace(id);
  if (fresh) known->second = sample_meant(draft_, id);
  if (!known->second.task) {
    row.obstacle = known->second.ambiguous ? Obstacle::ambiguous : Obstacle::unknown_sample;
    row.is_stranger = !known->second.ambiguous;
    return nullptr;
  }
  const auto held = targets_.find(*known->second.task);
  if (held != targets_.end()) return &held->second;
  auto sample = tables::sample(draft_, *known->second.task);
  LAB_CHECK(sample.has_value());  // the indexes are written with the sample
  return &targets_.emplace(*known->second.task, open(std::move(*sample))).first->second;
}

Target Placing::open(model::Sample sample) {
  Target target{.sample = std::move(sample)};
  target.before = target.sample.state;
  constexpr std::uint8_t any_further_portion = 2;
  target.obstacle = obstacle_in(target.sample, any_further_portion);
  // Item indexes count in one panel: a sample keeps the edition of its first result until it is judged. One that takes
  // nothing only counts for the run, which is assessed by the edition in use.
  const bool is_begun = !target.obstacle && !target.sample.edition.is_zero();
  target.edition = is_begun ? editions_.at(draft_, target.sample.edition) : current_;
  target.panel = target.edition ? target.edition->panel(target.sample.grant.panel) : nullptr;
  if (target.obstacle) return target;
  if (!target.panel) {
    target.obstacle = Obstacle::no_reference;
    return target;
  }
  const auto results = judging::results_of(target.sample, target.panel->panel().items.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto item = static_cast<std::uint16_t>(i);
    if (const model::Determination* first = results.of(item)) target.held[{1, item}] = *first;
    for (const std::uint8_t portion : results.further_portions_of(item)) {
      target.held[{portion, item}] = *results.of(item, portion);
    }
  }
  return target;
}

model::Determination Placing::determination(std::size_t at) const {
  return {.item = *rows_[at].item, .value = observation(at).value, .unit = observation(at).unit};
}

// A capture that gives one item two different values contradicts itself: whichever came first says nothing about which
// is right, so none of them is taken.
void Placing::find_contradictions() {
  std::map<std::tuple<const Target*, std::uint8_t, std::uint16_t>, std::vector<std::size_t>> same_place;
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    const Row& row = rows_[at];
    if (is_looking(at) && row.item && !row.obstacle) same_place[{row.target, row.portion, *row.item}].push_back(at);
  }
  for (const auto& [place, several] : same_place) {
    const model::Determination first = determination(several.front());
    const bool agree = std::ranges::all_of(several, [&](std::size_t at) { return is_same(first, determination(at)); });
    if (agree) continue;
    for (const std::size_t at : several) rows_[at].obstacle = Obstacle::contradicts;
  }
}

void Placing::put_in_place(std::size_t at) {
  Row& row = rows_[at];
  RowFate& fate = placed_.rows[at];
  fate.fate = Fate::kept_back;
  if (is_supporting(observation(at))) fate.fate = Fate::supporting;
  if (row.obstacle) fate.obstacle = *row.obstacle;
  if (row.obstacle || fate.fate == Fate::supporting) return;
  Target& target = *row.target;
  model::Determination result = determination(at);
  const ItemOfPortion key{row.portion, *row.item};
  fate.place =
      fmt::format("{} 的 {}", target.sample.grant.number.text(), target.panel->panel().items[*row.item].analyte);
  const auto held = target.held.find(key);
  // An equal value of a reopened sample is a new measurement too: it stands on another run than the old one.
  const bool is_open_again = judging::is_reopened(target.sample) && !target.taken.contains(key);
  if (held != target.held.end() && (!is_open_again || !reading_.replaces)) {
    const bool repeats = !is_open_again && is_same(held->second, result);
    fate.fate = repeats ? Fate::same : Fate::kept_back;
    fate.obstacle = Obstacle::differs;
    if (repeats || reading_.corrects.empty() || !reading_.corrects[at]) return;
    fate.replaced = held->second.value.text;
  }
  fate.fate = Fate::taken;
  target.held[key] = result;
  target.taken.insert(key);
  measured_of(target, row.portion).determinations.push_back(std::move(result));
}

model::Measured& Placing::measured_of(Target& target, std::uint8_t portion) const {
  const auto [place, fresh] = target.measured.try_emplace(portion);
  if (fresh) {
    place->second = {.number = target.sample.grant.number,
                     .capture = reading_.raw,
                     .instrument = reading_.instrument,
                     .profile = reading_.profile,
                     .portion = portion};
  }
  return place->second;
}

// Before the results: in the stream a run stands in front of what was measured in it.
void Placing::assess_checks() {
  if (was_assessed_ || !current_) return;
  RunRows rows{.capture = reading_.raw,
               .instrument = reading_.instrument,
               .all = reading_.observations,
               .samples = sample_rows_};
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (rows_[at].is_stranger) rows.others.push_back(&observation(at));
  }
  std::optional<RunOutcome> run = assess_run(draft_, *current_, rows);
  if (!run || (reading_.is_retry && is_for_nothing(*run))) return;
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (is_looking(at) && run->used.contains(&observation(at))) placed_.rows[at] = {.fate = Fate::check};
  }
  for (const auto& [series, value] : run->controls) tables::add_control_value(draft_, series, value);
  const Hash record =
      session::append(draft_, {.task = {}, .token = {}, .person = reading_.analyst, .what = run->assessed}, now_);
  placed_.run = {.assessed = std::move(run->assessed), .analyst = reading_.analyst, .at = now_, .record = record};
}

// A run is not assessed years later because somebody looked whether a row has found its place.
bool Placing::is_for_nothing(const RunOutcome& run) const {
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (placed_.rows[at].fate == Fate::taken) return false;
    if (is_looking(at) && run.used.contains(&observation(at))) return false;
  }
  return true;
}

void Placing::finish(Target& target) {
  if (target.measured.empty()) return;
  model::Sample& sample = target.sample;
  std::vector<model::Measured> results;
  for (auto& [portion, measured] : target.measured) results.push_back(std::move(measured));
  if (judging::take_results(draft_, sample, *target.edition, std::move(results), reading_.analyst, now_)) {
    placed_.judged.push_back(sample.grant.task);
  }
  tables::put_sample(draft_, sample, target.before);
}

}  // namespace

Placed place(journal::Draft& draft, judging::Editions& editions, const Reading& reading, UtcTime now) {
  return Placing{draft, editions, reading, now}.run();
}

}  // namespace lab::bench
