#include "lab-node/rebuilding/rebuilding.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "lab-node/tables/clocks.hpp"
#include "lab-node/tables/forms.hpp"
#include "lab-node/tables/runs.hpp"
#include "lab-node/tables/serials.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/failpoint.hpp"

namespace lab::rebuilding {
namespace {

namespace tables = node::tables;
using model::SampleState;
using session::HeldEvent;

model::Sample as_granted(const model::Sample& held) {
  model::Sample sample{.grant = held.grant};
  if (!held.former.empty()) sample.grant.number = held.former.front();
  if (held.grant.retest) {
    sample.state = SampleState::sampled;
    sample.sampled.number = sample.grant.number;
    sample.sampled.sampled_on = held.grant.retest->sampled_on;
    sample.sampled.sample_name = held.grant.commodity;
  }
  sample.held = held.held;  // the coordinator's word, which is no event of this node
  if (held.state == SampleState::revoked) {
    sample.state = SampleState::revoked;
    sample.note = held.note;
  }
  return sample;
}

// One event on the sample it is about.
class Replay {
 public:
  Replay(journal::Draft& draft, model::Sample& sample, const HeldEvent& held)
      : draft_(draft), sample_(sample), held_(held), event_(held.event) {}

  void operator()(const model::Sampled& what) {
    sample_.sampled = what;
    tables::put_form_fields(draft_, sample_.grant.task, std::exchange(sample_.sampled.fields, {}));
    sample_.sampler = event_.person;
    tables::index_official_number(draft_, sample_);
    come_to(SampleState::sampled);
  }
  void operator()(const model::Renumbered& what) {
    const model::SampleNumber before = sample_.grant.number;
    if (before != what.before) return;
    sample_.former.push_back(before);
    sample_.grant.number = what.number;
    if (!sample_.sampled.number.empty()) sample_.sampled.number = what.number;
    tables::replace_number(draft_, sample_, before);
  }
  void operator()(const model::Received& what) {
    if (!sample_.received.number.empty() || (what.copy != 1 && !sample_.grant.retest)) {
      sample_.further.push_back({.what = what, .receiver = event_.person, .at = event_.at});
      return;
    }
    sample_.received = what;
    sample_.receiver = event_.person;
    sample_.received_at = event_.at;
    come_to(SampleState::received);
  }
  void operator()(const model::Measured& what) {
    sample_.measured.push_back(what);
    if (what.determinations.empty()) return;
    if (sample_.edition.is_zero()) sample_.edition = tables::current_reference(draft_);
    if (sample_.state != SampleState::judged) come_to(SampleState::measuring);
  }
  void operator()(const model::LotInspected& what) {
    sample_.lot = what.count;
    come_to(SampleState::measuring);
  }
  // Under an older token it is a verdict of before: it is there, and a new one is asked for.
  void operator()(const model::Judged& what) {
    sample_.judged = what;
    sample_.record = held_.hash;
    sample_.analyst = event_.person;
    if (!what.edition.is_zero()) sample_.edition = what.edition;
    sample_.reviewed = {};
    sample_.reviewer = {};
    sample_.approver = {};
    come_to(is_current() ? SampleState::judged : SampleState::measuring);
  }
  void operator()(const model::Reviewed& what) {
    if (!is_current() || what.record != sample_.record) return;
    sample_.reviewed = what;
    sample_.reviewer = event_.person;
    if (!what.agreed) sample_.note = "退回：" + what.note;
    come_to(what.agreed ? SampleState::reviewed : SampleState::measuring);
  }
  void operator()(const model::Approved& what) {
    if (!is_current() || what.record != sample_.record) return;
    sample_.approver = event_.person;
    sample_.disposition = held_.disposition;
    come_to(SampleState::approved);
  }
  // Under an older token it is a word of before: the sample was granted again, and may be drawn.
  void operator()(const model::Declined& what) {
    if (!is_current()) return;
    sample_.note = what.reason;
    come_to(SampleState::declined);
  }
  void operator()(const model::Disposed& what) {
    sample_.disposed.push_back({.what = what, .person = event_.person, .at = event_.at});
  }
  void operator()(const model::Amended& what) {
    if (!is_current() || what.record != sample_.record) return;
    sample_.version = static_cast<std::uint16_t>(what.version + 1);
    sample_.amended = what.reason;
    come_to(SampleState::measuring);
  }
  void operator()(const model::Incident&) {}
  void operator()(const model::RunAssessed&) {}
  void operator()(const model::RunDecided&) {}
  void operator()(const model::SerialsWanted&) {}
  void operator()(const model::Forked&) {}
  void operator()(const model::KeysReplaced&) {}

 private:
  [[nodiscard]] bool is_current() const { return event_.token == sample_.grant.token; }
  void come_to(SampleState state) {
    if (sample_.state != SampleState::revoked) sample_.state = state;
  }

  journal::Draft& draft_;
  model::Sample& sample_;
  const HeldEvent& held_;
  const model::Event& event_;
};

void replay_on_sample(journal::Draft& draft, const HeldEvent& held) {
  auto sample = tables::sample(draft, held.event.task);
  if (!sample) return;
  const SampleState before = sample->state;
  sample->history.push_back({.incarnation = held.event.incarnation, .sequence = held.event.sequence});
  // What was done under an earlier grant was done to another portion of another dispute.
  const bool is_before_retest = sample->grant.retest && held.event.token < sample->grant.token;
  if (!is_before_retest) {
    std::visit(Replay{draft, *sample, held}, held.event.what);
    tables::follow(draft, sample->grant, held.event.what, held.event.at);
  }
  tables::put_sample(draft, *sample, before);
}

// A run whose file is not here any more: it is named, so that its decision stands.
void keep_capture(journal::Draft& draft, const model::RunAssessed& run, const model::Event& event) {
  if (tables::capture_of(draft, run.capture)) return;
  tables::add_capture(draft, run.capture,
                      {.instrument = run.instrument,
                       .port = "resync",
                       .received = event.at,
                       .refused = "原始数据未随备份恢复，请重新导入原文件",
                       .person = event.person});
}

void replay_on_run(journal::Draft& draft, const HeldEvent& held) {
  if (const auto* assessed = std::get_if<model::RunAssessed>(&held.event.what)) {
    keep_capture(draft, *assessed, held.event);
    tables::put_run(draft, {.assessed = *assessed,
                            .analyst = held.event.person,
                            .at = held.event.at,
                            .record = held.hash,
                            .reviewer = {},
                            .decided = {},
                            .decided_at = {}});
  } else if (const auto* decided = std::get_if<model::RunDecided>(&held.event.what)) {
    auto run = tables::run_of(draft, decided->capture);
    if (!run) return;
    run->decided = *decided;
    run->reviewer = held.event.person;
    run->decided_at = held.event.at;
    run->record = held.hash;
    tables::put_run(draft, *run);
  }
}

std::optional<Hash> capture_in(const model::Event& event) {
  if (const auto* measured = std::get_if<model::Measured>(&event.what)) return measured->capture;
  if (const auto* assessed = std::get_if<model::RunAssessed>(&event.what)) return assessed->capture;
  return std::nullopt;
}

// Each by the person whose capture it is of.
void close_entries_of(journal::Draft& draft, const std::map<Hash, model::PersonId>& captures) {
  std::set<Hash> asked;
  for (const auto& [capture, person] : captures) asked.insert(capture);
  for (auto& [id, entry] : tables::open_entries_of(draft, asked)) {
    entry.decided_by = captures.at(entry.capture);
    entry.decision = "数据恢复后整份重新读取";
    tables::close_quarantined(draft, id, entry);
  }
}

}  // namespace

void set_captures_aside(journal::Draft& draft, std::span<const model::Event> displaced) {
  pass("rebuilding.aside");
  std::set<Hash> lost;
  for (const model::Event& event : displaced) {
    if (const auto capture = capture_in(event)) lost.insert(*capture);
  }
  if (lost.empty()) return;
  tables::scan_samples(draft, {}, std::nullopt, [&](const model::Sample& sample) {
    for (const model::Measured& measured : sample.measured) lost.erase(measured.capture);
    return true;
  });
  std::map<Hash, model::PersonId> aside;
  for (const Hash& raw : lost) {
    const auto id = tables::capture_of(draft, raw);
    if (!id || tables::run_of(draft, raw)) continue;
    auto stored = tables::capture(draft, *id);
    // What was weighed is weighed again, what was typed is typed again.
    if (!stored || !stored->entry.reading.empty() || stored->entry.port == "typed") continue;
    model::CaptureEntry& entry = stored->entry;
    entry.observations = entry.taken = entry.checks = entry.quarantined = entry.same = entry.supporting = 0;
    entry.refused = "数据恢复前的结果未被省平台保存，只作为证据保留；请重新读取，或重新导入原文件";
    tables::put_capture(draft, *stored);
    aside.emplace(raw, entry.person);
  }
  if (!aside.empty()) close_entries_of(draft, aside);
}

void forget(journal::Draft& draft) {
  pass("rebuilding.forget");
  tables::forget_runs(draft);
  std::vector<model::Sample> samples;
  tables::scan_samples(draft, {}, std::nullopt, [&](const model::Sample& sample) {
    samples.push_back(sample);
    return true;
  });
  for (const model::Sample& held : samples) {
    const model::Sample sample = as_granted(held);
    if (!held.former.empty()) tables::restore_number(draft, sample, held.grant.number, held.former);
    tables::put_sample(draft, sample, held.state);
    tables::stop_clocks(draft, held.grant.task);
  }
}

void replay(journal::Draft& draft, std::span<const HeldEvent> events) {
  pass("rebuilding.replay");
  for (const HeldEvent& held : events) {
    if (held.event.task == model::TaskId{}) {
      replay_on_run(draft, held);
    } else {
      replay_on_sample(draft, held);
    }
  }
}

}  // namespace lab::rebuilding
