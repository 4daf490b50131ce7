#include "lab-node/bench/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "lab-node/bench/devices.hpp"
#include "lab-node/bench/taking.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/check.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::bench {
namespace {

namespace tables = node::tables;
using node::refuse;
using tables::OpenEntry;

// What an observation and its entry have in common, whatever profile read it.
using Mark = std::tuple<std::uint64_t, std::string, std::string, std::string>;

Mark mark_of(const model::QuarantineEntry& entry) {
  return {entry.offset, entry.sample_id, entry.analyte, entry.value};
}

Mark mark_of(const model::Observation& observation) {
  return {observation.offset, tidy(observation.sample_id), tidy(observation.analyte), tidy(observation.value.text)};
}

// Nobody knew then what the observation belongs to, so the assessment of its run has not counted it.
Attempt attempt_for(const model::QuarantineEntry& entry) {
  constexpr std::array unknown{Obstacle::unknown_sample, Obstacle::no_reference,       Obstacle::unknown_analyte,
                               Obstacle::ambiguous,      Obstacle::unconfirmed_device, Obstacle::refused_device,
                               Obstacle::not_a_sample,   Obstacle::not_a_result,       Obstacle::no_value,
                               Obstacle::run_closed};
  const bool left_out = std::ranges::any_of(unknown, [&](Obstacle one) { return entry.reason == name_of(one); });
  return left_out ? Attempt::uncounted : Attempt::counted;
}

// What is said of an entry whose observation has found its place.
std::string decision_on(const RowFate& fate) {
  switch (fate.fate) {
    case Fate::taken:
      return "重新读取后采用为 " + fate.place;
    case Fate::same:
      return fmt::format("重新读取后与 {} 已采用的结果相同", fate.place);
    case Fate::check:
      return "重新读取后用作质控";
    case Fate::supporting:
      return "重新读取后只作为其他结果的佐证";
    case Fate::kept_back:
    case Fate::untouched:
      break;
  }
  LAB_CHECK(false);  // those stay open
  return {};
}

class Retry {
 public:
  Retry(journal::Draft& draft, judging::Editions& editions, const tables::StoredCapture& capture,
        const model::Decoding& decoding, const model::PersonId& person, UtcTime now)
      : draft_(draft),
        editions_(editions),
        capture_(capture),
        decoding_(decoding),
        person_(person),
        now_(now),
        devices_(devices_of(decoding.observations)) {}

  ReplayOutcome run();

 private:
  [[nodiscard]] std::vector<Attempt> match_entries();
  void meet_new_devices();
  void settle(std::size_t row, const RowFate& fate);
  void close(std::size_t row, const RowFate& fate);
  void keep(std::size_t row, Obstacle obstacle);

  journal::Draft& draft_;
  judging::Editions& editions_;
  tables::StoredCapture capture_;
  const model::Decoding& decoding_;
  const model::PersonId& person_;
  UtcTime now_;
  std::vector<std::string> devices_;
  std::vector<OpenEntry> entries_;
  std::map<std::size_t, std::size_t> entry_of_;  // by observation, places in entries_
  ReplayOutcome outcome_;
};

ReplayOutcome Retry::run() {
  entries_ = tables::open_entries_of(draft_, {capture_.raw});
  Reading reading{.raw = capture_.raw,
                  .instrument = capture_.entry.instrument,
                  .profile = tidy(decoding_.profile),
                  .analyst = capture_.entry.person,
                  .observations = &decoding_.observations,
                  .devices = devices_,
                  .attempts = match_entries(),
                  .is_retry = true,
                  .replaces = false};
  meet_new_devices();
  Placed placed = place(draft_, editions_, reading, now_);
  for (std::size_t row = 0; row < placed.rows.size(); ++row) settle(row, placed.rows[row]);
  std::ranges::sort(outcome_.open);
  outcome_.judged = std::move(placed.judged);
  if (placed.run) tables::put_run(draft_, *placed.run);
  if (outcome_.changed) tables::put_capture(draft_, capture_);
  outcome_.entry = capture_.entry;
  return std::move(outcome_);
}

// Each entry is one observation: equal ones find equal entries in their order.
std::vector<Attempt> Retry::match_entries() {
  std::multimap<Mark, std::size_t> waiting;
  for (std::size_t i = 0; i < entries_.size(); ++i) waiting.emplace(mark_of(entries_[i].entry), i);
  std::vector<Attempt> attempts;
  attempts.reserve(decoding_.observations.size());
  for (std::size_t row = 0; row < decoding_.observations.size(); ++row) {
    const auto found = waiting.find(mark_of(decoding_.observations[row]));
    if (found == waiting.end()) {
      attempts.push_back(Attempt::none);
      continue;
    }
    entry_of_[row] = found->second;
    attempts.push_back(attempt_for(entries_[found->second].entry));
    waiting.erase(found);
  }
  for (const auto& [mark, entry] : waiting) outcome_.open.push_back(entries_[entry].id);
  return attempts;
}

// Another profile may find a name in bytes where the first found none.
void Retry::meet_new_devices() {
  std::map<std::string, std::uint64_t> fresh;
  for (const auto& [row, entry] : entry_of_) {
    const auto known = tables::device(draft_, capture_.entry.instrument, devices_[row]);
    if (!known || known->counts.observations == 0) ++fresh[devices_[row]];
  }
  const Contact contact{.instrument = capture_.entry.instrument,
                        .port = capture_.entry.port,
                        .at = capture_.entry.received,
                        .person = capture_.entry.person};
  for (const auto& [device, observations] : fresh) {
    meet(draft_, contact, {device}, now_);
    count(draft_, contact, device, {.captures = 1, .observations = observations});
    outcome_.changed = true;
  }
}

void Retry::settle(std::size_t row, const RowFate& fate) {
  if (fate.fate == Fate::untouched) return;
  if (fate.fate == Fate::kept_back) return keep(row, fate.obstacle);
  close(row, fate);
}

void Retry::keep(std::size_t row, Obstacle obstacle) {
  OpenEntry& open = entries_[entry_of_.at(row)];
  outcome_.open.push_back(open.id);
  if (open.entry.reason == name_of(obstacle) && open.entry.device == devices_[row]) return;
  open.entry.reason = name_of(obstacle);
  open.entry.device = devices_[row];
  tables::put_quarantined(draft_, open.id, open.entry);
  outcome_.changed = true;
}

void Retry::close(std::size_t row, const RowFate& fate) {
  OpenEntry& open = entries_[entry_of_.at(row)];
  open.entry.decided_by = person_;
  open.entry.decision = decision_on(fate);
  tables::close_quarantined(draft_, open.id, open.entry);
  outcome_.changed = true;
  model::CaptureEntry& entry = capture_.entry;
  entry.quarantined -= std::min(entry.quarantined, 1U);
  if (fate.fate == Fate::taken) {
    ++entry.taken;
    ++outcome_.taken;
  } else if (fate.fate == Fate::same) {
    ++entry.same;
    ++outcome_.same;
  } else if (fate.fate == Fate::check) {
    ++entry.checks;
    ++outcome_.checks;
  } else {
    ++entry.supporting;
  }
  count_found(draft_, entry.instrument, open.entry.device, fate.fate == Fate::taken);
}

// Nothing of the capture counts, and nobody has decided about any of it: another reading takes nothing away. An entry
// that somebody set aside is closed, but still counted in its capture.
bool is_untouched(const journal::View& store, const tables::StoredCapture& stored,
                  const std::vector<OpenEntry>& entries) {
  const model::CaptureEntry& entry = stored.entry;
  return entry.taken == 0 && entry.checks == 0 && entries.size() == entry.quarantined &&
         !tables::run_of(store, stored.raw);
}

bool reads_otherwise(const model::CaptureEntry& before, const std::vector<OpenEntry>& entries,
                     const model::Decoding& decoding) {
  if (decoding.observations.size() != before.observations) return true;
  std::multiset<Mark> read;
  for (const model::Observation& observation : decoding.observations) read.insert(mark_of(observation));
  return std::ranges::any_of(entries, [&](const OpenEntry& open) {
    const auto found = read.find(mark_of(open.entry));
    if (found == read.end()) return true;
    read.erase(found);
    return false;
  });
}

// What the registry holds of a former reading. Its entries know their devices; of rows that left none, as the new
// reading has them.
std::map<std::string, tables::DeviceCounts> counts_of(const model::CaptureEntry& before,
                                                      const std::vector<OpenEntry>& entries,
                                                      const model::Decoding& decoding) {
  std::map<std::string, tables::DeviceCounts> counted;
  for (const OpenEntry& open : entries) {
    tables::DeviceCounts& counts = counted[open.entry.device];
    counts.captures = 1;
    ++counts.observations;
    ++counts.quarantined;
  }
  std::uint64_t left = before.observations - std::min<std::uint64_t>(before.observations, entries.size());
  const auto add = [&](const std::string& device, std::uint64_t rows) {
    tables::DeviceCounts& counts = counted[device];
    counts.captures = 1;
    counts.observations += rows;
    left -= rows;
  };
  if (counted.size() != 1) {
    std::map<std::string, std::uint64_t> rows_now;
    for (const std::string& device : devices_of(decoding.observations)) ++rows_now[device];
    for (const auto& [device, rows] : rows_now) {
      const auto known = counted.find(device);
      const std::uint64_t held = known == counted.end() ? 0 : known->second.observations;
      const std::uint64_t more = std::min(left, rows - std::min(rows, held));
      if (more > 0) add(device, more);
    }
  }
  if (left > 0 || counted.empty()) add(counted.empty() ? std::string{} : counted.begin()->first, left);
  return counted;
}

// The entries of a reading that was wrong are closed; its capture is then as if nothing had been found in it yet.
tables::StoredCapture forget_reading(journal::Draft& draft, tables::StoredCapture stored,
                                     std::vector<OpenEntry> entries, const model::Decoding& decoding,
                                     const model::PersonId& person) {
  for (const auto& [device, counts] : counts_of(stored.entry, entries, decoding)) {
    uncount(draft, stored.entry.instrument, device, counts);
  }
  for (OpenEntry& open : entries) {
    open.entry.decided_by = person;
    open.entry.decision =
        fmt::format("以前由 {} 读出，改由 {} 重新读取，此条作废", stored.entry.profile, tidy(decoding.profile));
    tables::close_quarantined(draft, open.id, open.entry);
  }
  stored.entry.quarantined = 0;
  stored.entry.same = 0;
  stored.entry.supporting = 0;
  return stored;
}

ReplayOutcome take_as_if_new(journal::Draft& draft, judging::Editions& editions, const tables::StoredCapture& stored,
                             const model::Decoding& decoding, UtcTime now) {
  const Capture capture{.raw = stored.raw,
                        .octets = stored.entry.octets,
                        .instrument = stored.entry.instrument,
                        .port = stored.entry.port,
                        .person = stored.entry.person,
                        .decoding = decoding};
  CaptureOutcome outcome = take_whole(draft, editions, capture, &stored, now);
  return {.entry = outcome.entry,
          .changed = true,
          .whole = true,
          .taken = outcome.entry.taken,
          .same = outcome.entry.same,
          .checks = outcome.entry.checks,
          .open = std::move(outcome.quarantined),
          .judged = std::move(outcome.judged)};
}

// An entry that is closed is two changes, one that is opened is one. A turn may hold more than this replay, and one
// that is too large is lost with everything in it.
bool is_too_large(const std::vector<OpenEntry>& entries, const model::Decoding& decoding) {
  return 2 * entries.size() + decoding.observations.size() > 3 * mended_rows_max;
}

node::Decided<ReplayOutcome> read_again(journal::Draft& draft, judging::Editions& editions,
                                        const tables::StoredCapture& stored, const model::Decoding& decoding,
                                        const model::PersonId& person, UtcTime now) {
  if (!stored.entry.refused.empty()) return take_as_if_new(draft, editions, stored, decoding, now);
  std::vector<OpenEntry> entries = tables::open_entries_of(draft, {stored.raw});
  if (is_untouched(draft, stored, entries) && reads_otherwise(stored.entry, entries, decoding)) {
    if (is_too_large(entries, decoding)) {
      return refuse(
          "too_many_rows",
          fmt::format("第 {} 号仪器数据有 {} 个结果等待处理，改读后有 {} 个，一次最多改读 {} 个，什么也没有改变；"
                      "请将此数据整份剔除，再分成几个文件导出、上传",
                      stored.id, entries.size(), decoding.observations.size(), mended_rows_max));
    }
    const auto blank = forget_reading(draft, stored, std::move(entries), decoding, person);
    return take_as_if_new(draft, editions, blank, decoding, now);
  }
  return Retry{draft, editions, stored, decoding, person, now}.run();
}

}  // namespace

node::Decided<ReplayOutcome> replay(journal::Draft& draft, judging::Editions& editions, const Replay& replay,
                                    const model::PersonId& person, UtcTime now) {
  LAB_CHECK(!person.value().empty());
  const auto stored = tables::capture(draft, replay.capture);
  if (!stored) return refuse("unknown_capture", fmt::format("没有编号为 {} 的仪器数据", replay.capture));
  if (!stored->entry.reading.empty()) return refuse("is_weighing", "这是称量记录，不能重新读取，请重新称量");
  if (const std::string why = why_refused(replay.decoding); !why.empty()) {
    return refuse("capture_refused", "这样仍不能读取，什么也没有改变：" + tidy(why, 1000));
  }
  auto outcome = read_again(draft, editions, *stored, replay.decoding, person, now);
  if (outcome && outcome->changed) {
    const std::string what =
        fmt::format("第 {} 号仪器数据（{}）由 {} 重新读取：采用 {} 个结果，相同 {} 个，质控 {} 个，仍隔离 {} 个",
                    stored->id, stored->entry.instrument, tidy(replay.decoding.profile), outcome->taken, outcome->same,
                    outcome->checks, outcome->open.size());
    session::append(draft, {.task = {}, .token = {}, .person = person, .what = model::Incident{what}}, now);
  }
  return outcome;
}

}  // namespace lab::bench
