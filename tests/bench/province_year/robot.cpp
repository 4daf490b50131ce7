#include "tests/bench/province_year/robot.hpp"

#include <fmt/format.h>

#include "instruments/drivers/decode.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/bench/province_year/workload.hpp"

namespace lab::province_year {
namespace {

namespace tables = node::tables;
using node::Node;

const model::PersonId sampler{"sampler"};
const model::PersonId receptionist{"receptionist"};
const model::PersonId technician{"technician"};
const model::PersonId reviewer{"reviewer"};
const model::PersonId approver{"approver"};

constexpr std::size_t begun_at_once = 256;  // five inputs each: the loop's queue has an end

// The octets of one ASTM transfer, as the port hands them on.
Bytes analyser_octets(const std::string& number, const Findings& findings) {
  sim::AnalyserMessage message{.sample = number, .results = {}};
  for (int item = 0; item < items_of_panel; ++item) {
    message.results.push_back({analyte_name(item), findings.values[static_cast<std::size_t>(item)], "mg/kg"});
  }
  Bytes octets;
  int frame = 0;
  for (const std::string& record : sim::astm_records(message, "ICP-01")) {
    frame = (frame + 1) % 8;
    octets += sim::astm_frame(frame, record, true);
  }
  return octets;
}

std::string why_not_judged(const journal::View& store, const model::TaskId& task,
                           const bench::CaptureOutcome& outcome) {
  if (outcome.repeated) return to_text(task) + ": these octets were taken before";
  if (outcome.quarantined.empty()) return to_text(task) + ": values are missing";
  return fmt::format("{}: {}", to_text(task), tables::quarantined(store, outcome.quarantined.front())->reason);
}

std::chrono::microseconds since(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::microseconds>(end - begin);
}

}  // namespace

Robot::Robot(node::app::Loop& loop, const journal::Store& store, RobotOptions options)
    : loop_(loop), store_(store), options_(options) {}

void Robot::on_traffic() {
  loop_.post([this](Node&, journal::Draft& draft, UtcTime) -> desk::After {
    look(session::acknowledged(draft));
    // Orders of this turn are seen when it is stored, as on a page.
    return [this](bool stored) {
      if (stored) take_new_samples();
    };
  });
}

void Robot::let_go() {
  loop_.post([this](Node&, journal::Draft&, UtcTime) -> desk::After {
    options_.held = false;
    return [this](bool) { take_new_samples(); };
  });
}

void Robot::finish() {
  loop_.post([this](Node&, journal::Draft&, UtcTime) -> desk::After {
    finishing_ = true;
    if (works_.empty()) loop_.stop();
    return {};
  });
}

// What the coordinator has acknowledged is done; its places in the window are free.
void Robot::look(std::uint64_t acknowledged) {
  const auto heard = Clock::now();
  std::erase_if(works_, [&](const auto& entry) {
    const Work& work = entry.second;
    if (work.last_event == 0 || work.last_event > acknowledged) return false;
    ++report_.done;
    ++(work.conforms ? report_.passed : report_.failed);
    report_.last_done = heard;
    report_.life.push_back(since(work.begun, heard));
    report_.approval.push_back(since(work.approving, heard));
    report_.finished.push_back(std::chrono::duration_cast<std::chrono::microseconds>(heard.time_since_epoch()));
    return true;
  });
  if (finishing_ && works_.empty()) return loop_.stop();
  take_new_samples();
}

// Orders come in task order, so what is new stands behind what was begun last.
void Robot::take_new_samples() {
  if (works_.size() >= options_.window || finishing_ || more_later_ || options_.held) return;
  // Tasks may come before the tables they are judged by; people wait for those too, or have their captures replayed.
  if (tables::current_reference(*store_.read()) == Hash{}) return;
  std::vector<model::Sample> fresh;
  tables::scan_samples(*store_.read(), newest_, model::SampleState::assigned, [&](const model::Sample& sample) {
    fresh.push_back(sample);
    return works_.size() + fresh.size() < options_.window && fresh.size() < begun_at_once;
  });
  for (model::Sample& sample : fresh) begin(std::move(sample));
  if (fresh.size() == begun_at_once) take_more_later();
}

// Once the loop has done what was asked of it so far.
void Robot::take_more_later() {
  more_later_ = loop_.post([this](Node&, journal::Draft&, UtcTime) -> desk::After {
    return [this](bool stored) {
      more_later_ = false;
      if (stored) take_new_samples();
    };
  });
  if (!more_later_) complain("the loop's queue was full");
}

void Robot::begin(model::Sample sample) {
  newest_ = sample.grant.task;
  const auto now = Clock::now();
  Work& work = works_.emplace(newest_, Work{.sample = std::move(sample), .begun = now, .approving = now}).first->second;
  fill_in_form(work);
  if (options_.pace == Pace::step) return;
  receive(work);
  measure(work);
  review(work);
  approve(work);
}

void Robot::ask(Work& work, desk::Input input) {
  if (!loop_.post(std::move(input))) complain("the loop's queue was full at " + work.sample.grant.number.text());
}

// At the pace of people the next step waits for the commit of this one.
desk::After Robot::then(const model::TaskId& task, const node::Decided<model::Sample>& decided, Step next) {
  if (!decided) {
    return [this, what = fmt::format("{}: {}", decided.error().code, decided.error().detail)](bool) { complain(what); };
  }
  works_.at(task).sample = *decided;
  if (options_.pace == Pace::line || next == nullptr) return {};
  return [this, task, next](bool stored) {
    if (stored) (this->*next)(works_.at(task));
  };
}

void Robot::complain(const std::string& what) {
  if (report_.complaint.empty()) report_.complaint = what;
  loop_.stop();
}

void Robot::fill_in_form(Work& work) {
  const std::string& number = work.sample.grant.number.text();
  reception::SamplingForm form{.number = number,
                               .sampled_on = to_text(sampling_day(number, work.sample.grant.round)),
                               .sample_name = work.sample.grant.commodity,
                               .quantity = "2.5 kg",
                               .reserve = "1 kg",
                               .storage = "冷藏",
                               .second_sampler = "sampler-2"};
  ask(work,
      [this, task = work.sample.grant.task, form = std::move(form)](Node& node, journal::Draft& draft, UtcTime now) {
        return then(task, node.on_sampling_form(draft, form, sampler, now), &Robot::receive);
      });
}

void Robot::receive(Work& work) {
  reception::Label label{
      .number = work.sample.grant.number, .reader = "typed", .condition = "完好；手工录入：基准测试"};
  ask(work,
      [this, task = work.sample.grant.task, label = std::move(label)](Node& node, journal::Draft& draft, UtcTime now) {
        return then(task, node.on_label(draft, label, receptionist, now), &Robot::measure);
      });
}

void Robot::measure(Work& work) {
  const Findings findings = findings_of(work.sample.grant.number.text());
  work.conforms = findings.conforms;
  Bytes raw = analyser_octets(work.sample.grant.number.text(), findings);
  bench::Capture capture{.raw = crypto::sha256(raw),
                         .octets = raw.size(),
                         .instrument = "ICP-01",
                         .port = "astm",
                         .person = technician,
                         .decoding = drivers::decode(raw, "")};
  ask(work,
      [this, task = work.sample.grant.task, raw = std::move(raw), capture = std::move(capture)](
          Node& node, journal::Draft& draft, UtcTime now) -> desk::After {
        tables::keep_raw(draft, capture.raw, raw);
        const auto outcome = node.on_capture(draft, capture, now);
        if (!outcome) return then(task, tl::unexpected(outcome.error()), nullptr);
        if (outcome->judged != std::vector{task}) {
          return then(task, node::refuse("not_judged", why_not_judged(draft, task, *outcome)), nullptr);
        }
        return then(task, *tables::sample(draft, task), &Robot::review);
      });
}

void Robot::review(Work& work) {
  ask(work, [this, task = work.sample.grant.task](Node& node, journal::Draft& draft, UtcTime now) {
    const model::Sample& sample = works_.at(task).sample;
    const std::vector<outbox::Review> reviews{{.number = sample.grant.number.text(), .record = sample.record}};
    return then(task, node.on_reviews(draft, reviews, reviewer, now).front(), &Robot::approve);
  });
}

void Robot::approve(Work& work) {
  work.approving = Clock::now();
  ask(work, [this, task = work.sample.grant.task](Node& node, journal::Draft& draft, UtcTime now) {
    const model::Sample& sample = works_.at(task).sample;
    const std::vector<outbox::Approval> approvals{
        {.number = sample.grant.number.text(),
         .record = sample.record,
         .signature = crypto::sign(wire::approval_to_sign(sample.record, approver), approver_.secret_key)}};
    const auto approved = node.on_approvals(draft, approvals, approver, now);
    works_.at(task).last_event = session::stream_head(draft).sequence;
    return then(task, approved.front(), nullptr);
  });
}

}  // namespace lab::province_year
