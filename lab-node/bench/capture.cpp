#include "lab-node/bench/capture.hpp"

#include <fmt/format.h>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/taking.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/text.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;

class Taking {
 public:
  Taking(journal::Draft& draft, judging::Editions& editions, const Capture& capture, UtcTime now)
      : draft_(draft), editions_(editions), capture_(capture), now_(now) {}

  CaptureOutcome run(const tables::StoredCapture* refused_before);

 private:
  model::CaptureEntry new_entry() const;
  [[nodiscard]] Contact contact() const;
  void take_observations(bool replaces);
  void note(std::size_t row, const RowFate& fate, tables::DeviceCounts& counts);
  void quarantine(std::size_t row, Obstacle obstacle);
  void store(const tables::StoredCapture* refused_before);

  journal::Draft& draft_;
  judging::Editions& editions_;
  const Capture& capture_;
  UtcTime now_;
  CaptureOutcome outcome_;
  std::vector<std::string> devices_;  // of each observation
  std::optional<model::RunEntry> run_;
};

CaptureOutcome Taking::run(const tables::StoredCapture* refused_before) {
  outcome_.entry = refused_before ? refused_before->entry : new_entry();
  model::CaptureEntry& entry = outcome_.entry;
  entry.profile = tidy(capture_.decoding.profile);
  entry.observations = static_cast<std::uint32_t>(capture_.decoding.observations.size());
  entry.refused = tidy(why_refused(capture_.decoding), 1000);
  if (entry.refused.empty()) {
    take_observations(refused_before == nullptr);
  } else {
    count(draft_, contact(), {}, {.captures = 1, .refused = 1});
  }
  store(refused_before);
  return std::move(outcome_);
}

model::CaptureEntry Taking::new_entry() const {
  return {.instrument = tidy(capture_.instrument),
          .port = tidy(capture_.port),
          .received = now_,
          .octets = capture_.octets,
          .person = capture_.person};
}

Contact Taking::contact() const {
  return {.instrument = outcome_.entry.instrument,
          .port = outcome_.entry.port,
          .at = outcome_.entry.received,
          .person = capture_.person};
}

void Taking::take_observations(bool replaces) {
  const auto& observations = capture_.decoding.observations;
  devices_ = devices_of(observations);
  const std::vector<std::string> names = distinct(devices_);
  if (!observations.empty()) meet(draft_, contact(), names, now_);
  Placed placed = place(draft_, editions_,
                        {.raw = capture_.raw,
                         .instrument = outcome_.entry.instrument,
                         .profile = outcome_.entry.profile,
                         .analyst = capture_.person,
                         .observations = &observations,
                         .devices = devices_,
                         .attempts = std::vector<Attempt>(observations.size(), Attempt::counted),
                         .replaces = replaces},
                        now_);
  std::map<std::string, tables::DeviceCounts> counts;
  for (std::size_t row = 0; row < placed.rows.size(); ++row) note(row, placed.rows[row], counts[devices_[row]]);
  for (const std::string& name : names) {
    counts[name].captures = 1;
    count(draft_, contact(), name, counts[name]);
  }
  outcome_.judged = std::move(placed.judged);
  run_ = std::move(placed.run);
}

void Taking::note(std::size_t row, const RowFate& fate, tables::DeviceCounts& counts) {
  ++counts.observations;
  model::CaptureEntry& entry = outcome_.entry;
  switch (fate.fate) {
    case Fate::taken:
      ++counts.taken;
      ++entry.taken;
      return;
    case Fate::same:
      ++entry.same;
      return;
    case Fate::supporting:
      ++entry.supporting;
      return;
    case Fate::check:
      ++entry.checks;
      return;
    case Fate::kept_back:
      ++counts.quarantined;
      ++entry.quarantined;
      quarantine(row, fate.obstacle);
      return;
    case Fate::untouched:
      break;
  }
  LAB_CHECK(false);  // every observation of a new capture is looking for its place
}

void Taking::quarantine(std::size_t row, Obstacle obstacle) {
  const model::Observation& observation = capture_.decoding.observations[row];
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
                                                                  .comparator = observation.value.comparator,
                                                                  .device = devices_[row]}));
}

void Taking::store(const tables::StoredCapture* refused_before) {
  if (refused_before) {
    outcome_.capture = refused_before->id;
    tables::put_capture(draft_, {.id = refused_before->id, .raw = capture_.raw, .entry = outcome_.entry});
  } else {
    outcome_.capture = tables::add_capture(draft_, capture_.raw, outcome_.entry);
  }
  if (run_) tables::put_run(draft_, *run_);
}

// The same bytes once more: whoever sent them may not have had an answer. Only the registry hears of it.
CaptureOutcome repeated(journal::Draft& draft, const Capture& capture, const tables::StoredCapture& stored,
                        UtcTime now) {
  const Contact contact{
      .instrument = tidy(capture.instrument), .port = tidy(capture.port), .at = now, .person = capture.person};
  if (why_refused(capture.decoding).empty()) {
    for (const std::string& device : distinct(devices_of(capture.decoding.observations))) {
      count(draft, contact, device, {.repeated = 1});
    }
  } else {
    count(draft, contact, {}, {.repeated = 1});
  }
  return {.capture = stored.id, .repeated = true, .entry = stored.entry};
}

// Bytes that could not be read when they came first can be now, by another profile or behind a restore.
CaptureOutcome take_at_last(journal::Draft& draft, judging::Editions& editions, const Capture& capture,
                            const tables::StoredCapture& refused, UtcTime now) {
  Capture first = capture;
  first.person = refused.entry.person;  // the analyst stays who brought them first
  return take_whole(draft, editions, first, &refused, now);
}

}  // namespace

std::string why_refused(const model::Decoding& decoding) {
  if (!decoding.refused.empty()) return decoding.refused;
  if (decoding.observations.size() > observations_max) {
    return fmt::format("文件含 {} 个结果，最多 {} 个，请分成几个文件导出", decoding.observations.size(),
                       observations_max);
  }
  if (distinct(devices_of(decoding.observations)).size() > devices_per_capture_max) {
    return fmt::format("文件指明的设备超过 {} 台，仪器名称一列可能有误，请核对导出设置", devices_per_capture_max);
  }
  return {};
}

CaptureOutcome take_whole(journal::Draft& draft, judging::Editions& editions, const Capture& capture,
                          const tables::StoredCapture* refused_before, UtcTime now) {
  return Taking{draft, editions, capture, now}.run(refused_before);
}

CaptureOutcome take(journal::Draft& draft, judging::Editions& editions, const Capture& capture, UtcTime now) {
  pass("bench.capture");
  LAB_CHECK(!capture.person.value().empty());
  const auto before = tables::capture_of(draft, capture.raw);
  if (!before) return take_whole(draft, editions, capture, nullptr, now);
  const auto stored = tables::capture(draft, *before);
  LAB_CHECK(stored.has_value());
  if (!stored->entry.refused.empty() && why_refused(capture.decoding).empty()) {
    return take_at_last(draft, editions, capture, *stored, now);
  }
  if (capture.is_from_folder) return {.capture = stored->id, .repeated = true, .entry = stored->entry};
  return repeated(draft, capture, *stored, now);
}

}  // namespace lab::bench
