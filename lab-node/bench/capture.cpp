#include "lab-node/bench/capture.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>

#include "lab-node/bench/run.hpp"
#include "lab-node/judging/judging.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
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

class Taking {
 public:
  Taking(journal::Draft& draft, judging::Editions& editions, const Capture& capture, UtcTime now)
      : draft_(draft), editions_(editions), capture_(capture), now_(now) {}

  CaptureOutcome run();

 private:
  void take(const model::Observation& observation);
  void assess_checks();
  Target* target_of(const std::string& id);
  Target open(model::Sample sample);
  std::optional<Obstacle> place(Target& target, std::uint8_t portion, const model::Observation& observation);
  model::Measured& measured_of(Target& target, std::uint8_t portion) const;
  void quarantine(const model::Observation& observation, Obstacle obstacle);
  void finish(Target& target);

  journal::Draft& draft_;
  judging::Editions& editions_;
  const Capture& capture_;
  UtcTime now_;
  CaptureOutcome outcome_;
  std::map<model::TaskId, Target> targets_;  // in task order, so that events come in the same order every time
  std::map<std::string, std::optional<model::TaskId>> tasks_;  // by normalised id
  std::vector<SampleRow> sample_rows_;
  // Rows of no sample here: checks of the run, if the criteria know them.
  std::vector<std::pair<const model::Observation*, Obstacle>> strangers_;
  std::optional<model::RunEntry> run_;
};

CaptureOutcome Taking::run() {
  model::CaptureEntry& entry = outcome_.entry;
  const model::Decoding& decoding = capture_.decoding;
  entry = {.instrument = tidy(capture_.instrument),
           .port = tidy(capture_.port),
           .received = now_,
           .octets = capture_.octets,
           .profile = tidy(decoding.profile),
           .observations = static_cast<std::uint32_t>(decoding.observations.size()),
           .refused = tidy(decoding.refused, 1000),
           .person = capture_.person};
  if (decoding.observations.size() > observations_max) {
    entry.refused =
        fmt::format("文件含 {} 个结果，最多 {} 个，请分成几个文件导出", decoding.observations.size(), observations_max);
  }
  if (entry.refused.empty()) {
    for (const model::Observation& observation : decoding.observations) take(observation);
    assess_checks();
    for (auto& [task, target] : targets_) finish(target);
  }
  entry.quarantined = static_cast<std::uint32_t>(outcome_.quarantined.size());
  outcome_.capture = tables::add_capture(draft_, capture_.raw, entry);
  if (run_) tables::put_run(draft_, *run_);
  return std::move(outcome_);
}

void Taking::take(const model::Observation& observation) {
  if (is_supporting(observation)) return;
  if (const auto obstacle = obstacle_in(observation)) {
    if (*obstacle != Obstacle::not_a_sample) return quarantine(observation, *obstacle);
    strangers_.emplace_back(&observation, *obstacle);
    return;
  }
  const PortionId id = portion_in(observation.sample_id);
  Target* target = target_of(id.sample);
  if (!target) {
    strangers_.emplace_back(&observation, Obstacle::unknown_sample);
    return;
  }
  if (const auto obstacle = place(*target, id.portion, observation)) quarantine(observation, *obstacle);
}

// Before the results: in the stream a run stands in front of what was measured in it.
void Taking::assess_checks() {
  const auto edition = editions_.current(draft_);
  std::optional<RunOutcome> run;
  if (edition) {
    RunRows rows{.capture = capture_.raw,
                 .instrument = outcome_.entry.instrument,
                 .all = &capture_.decoding.observations,
                 .samples = sample_rows_};
    for (const auto& [row, obstacle] : strangers_) rows.others.push_back(row);
    run = assess_run(draft_, *edition, rows);
  }
  for (const auto& [row, obstacle] : strangers_) {
    if (!run || !run->used.contains(row)) quarantine(*row, obstacle);
  }
  if (!run) return;
  outcome_.entry.checks = static_cast<std::uint32_t>(run->used.size());
  for (const auto& [series, value] : run->controls) tables::add_control_value(draft_, series, value);
  const Hash record =
      session::append(draft_, {.task = {}, .token = {}, .person = capture_.person, .what = run->assessed}, now_);
  run_ = {.assessed = std::move(run->assessed), .analyst = capture_.person, .at = now_, .record = record};
}

Target* Taking::target_of(const std::string& id) {
  const auto [known, fresh] = tasks_.try_emplace(id);
  if (fresh) {
    known->second = tables::task_of_number(draft_, id);
    if (!known->second) known->second = tables::task_of_blind_code(draft_, id);
  }
  if (!known->second) return nullptr;
  const auto held = targets_.find(*known->second);
  if (held != targets_.end()) return &held->second;
  auto sample = tables::sample(draft_, *known->second);
  LAB_CHECK(sample.has_value());  // the indexes are written with the sample
  return &targets_.emplace(*known->second, open(std::move(*sample))).first->second;
}

Target Taking::open(model::Sample sample) {
  Target target{.sample = std::move(sample)};
  target.before = target.sample.state;
  constexpr std::uint8_t any_further_portion = 2;
  target.obstacle = obstacle_in(target.sample, any_further_portion);
  if (target.obstacle) return target;
  // Item indexes count in one panel: a sample keeps the edition of its first result until it is judged.
  target.edition =
      target.sample.edition.is_zero() ? editions_.current(draft_) : editions_.at(draft_, target.sample.edition);
  target.panel = target.edition ? target.edition->panel(target.sample.grant.panel) : nullptr;
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

model::Measured& Taking::measured_of(Target& target, std::uint8_t portion) const {
  const auto [place, fresh] = target.measured.try_emplace(portion);
  if (fresh) {
    place->second = {.number = target.sample.grant.number,
                     .capture = capture_.raw,
                     .instrument = outcome_.entry.instrument,
                     .profile = outcome_.entry.profile,
                     .portion = portion};
  }
  return place->second;
}

std::optional<Obstacle> Taking::place(Target& target, std::uint8_t portion, const model::Observation& observation) {
  if (target.obstacle) return target.obstacle;
  if (const auto obstacle = obstacle_in(target.sample, portion)) return obstacle;
  const auto item = target.panel->item_of(observation.analyte);
  if (!item) return Obstacle::unknown_analyte;
  sample_rows_.push_back({.observation = &observation, .panel = target.sample.grant.panel});
  model::Determination result{.item = *item, .value = observation.value, .unit = observation.unit};
  if (!is_tidy(result.value.text) || !is_tidy(result.unit)) return Obstacle::no_value;
  const ItemOfPortion key{portion, *item};
  const auto held = target.held.find(key);
  // An equal value of a reopened sample is a new measurement too: it stands on another run than the old one.
  const bool may_replace = judging::is_reopened(target.sample) && !target.taken.contains(key);
  if (held != target.held.end() && !may_replace) {
    return is_same(held->second, result) ? std::nullopt : std::optional{Obstacle::differs};
  }
  target.held[key] = result;
  target.taken.insert(key);
  measured_of(target, portion).determinations.push_back(std::move(result));
  return std::nullopt;
}

void Taking::quarantine(const model::Observation& observation, Obstacle obstacle) {
  outcome_.quarantined.push_back(tables::add_quarantined(draft_, {.capture = capture_.raw,
                                                                  .offset = observation.offset,
                                                                  .reason = name_of(obstacle),
                                                                  .sample_id = tidy(observation.sample_id),
                                                                  .analyte = tidy(observation.analyte),
                                                                  .value = tidy(observation.value.text),
                                                                  .unit = tidy(observation.unit),
                                                                  .state = observation.value.state,
                                                                  .at = now_,
                                                                  .number = observation.value.number,
                                                                  .comparator = observation.value.comparator}));
}

void Taking::finish(Target& target) {
  if (target.measured.empty()) return;
  model::Sample& sample = target.sample;
  std::vector<model::Measured> results;
  for (auto& [portion, measured] : target.measured) {
    outcome_.entry.taken += static_cast<std::uint32_t>(measured.determinations.size());
    results.push_back(std::move(measured));
  }
  if (judging::take_results(draft_, sample, *target.edition, std::move(results), capture_.person, now_)) {
    outcome_.judged.push_back(sample.grant.task);
  }
  tables::put_sample(draft_, sample, target.before);
}

}  // namespace

CaptureOutcome take(journal::Draft& draft, judging::Editions& editions, const Capture& capture, UtcTime now) {
  LAB_CHECK(!capture.person.value().empty());
  if (const auto before = tables::capture_of(draft, capture.raw)) {
    const auto stored = tables::capture(draft, *before);
    LAB_CHECK(stored.has_value());
    return {.capture = *before, .repeated = true, .entry = stored->entry};
  }
  return Taking{draft, editions, capture, now}.run();
}

}  // namespace lab::bench
