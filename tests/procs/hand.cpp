#include "tests/procs/hand.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstddef>
#include <fstream>
#include <sstream>

#include "instruments/drivers/decode.hpp"
#include "instruments/sim/astm_analyser.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/procs/plan.hpp"

namespace lab::procs {
namespace {

namespace tables = node::tables;
using model::SampleState;

const model::PersonId sampler{"sampler"};
const model::PersonId receptionist{"receptionist"};
const model::PersonId technician{"technician"};
const model::PersonId reviewer{"reviewer"};
const model::PersonId approver{"approver"};

constexpr auto look_every = std::chrono::milliseconds{200};
constexpr int steps_max = 5;  // from sampling form to approval

// Another portion of the sample: octets that came before are known, and place nothing.
Bytes analyser_octets(const std::string& number, std::uint64_t portion) {
  sim::AnalyserMessage message{.sample = number, .results = {}};
  const auto values = values_of(fmt::format("{}/{}", number, portion));
  for (int item = 0; item < items_of_panel; ++item) {
    message.results.push_back({analyte_name(item), values.at(static_cast<std::size_t>(item)), "mg/kg"});
  }
  Bytes octets;
  int frame = 0;
  for (const std::string& record : sim::astm_records(message, "ICP-01")) {
    frame = (frame + 1) % 8;
    octets += sim::astm_frame(frame, record, true);
  }
  return octets;
}

std::int64_t steady_ms(Clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

int open_notes(const std::filesystem::path& file, int flags) {
  constexpr mode_t mine = 0600;
  return ::open(file.c_str(), flags | O_CREAT | O_CLOEXEC, mine);
}

}  // namespace

Hand::Hand(node::app::Loop& loop, const journal::Store& store, HandOptions options)
    : loop_(loop), store_(store), options_(std::move(options)), random_(options_.boot) {
  std::filesystem::create_directories(options_.notes);
  read_last_line();
  acks_ = open_notes(acks_file(options_.notes), O_WRONLY | O_APPEND);
  state_file_ = open_notes(state_file(options_.notes), O_WRONLY);
  state_.boot = options_.boot;
  state_.open = 1;  // until the store has been looked at
  write_state();
}

Hand::~Hand() {
  ::close(acks_);
  ::close(state_file_);
}

// Up to where an earlier process has told; a line that it did not finish is told again.
void Hand::read_last_line() {
  std::ifstream in{acks_file(options_.notes)};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    std::string kind;
    Heard heard;
    if (!(fields >> kind >> heard.incarnation >> heard.upto)) continue;
    if (heard.incarnation > heard_.incarnation || heard.upto > heard_.upto) heard_ = heard;
  }
}

// As octets: g++ 12 at -O2 takes the address of the state for that of its first member only.
void Hand::write_state() const {
  const auto octets = std::bit_cast<std::array<std::byte, sizeof state_>>(state_);
  (void)!::pwrite(state_file_, octets.data(), octets.size(), 0);
}

void Hand::tick() {
  if (is_asking_) return;
  is_asking_ =
      loop_.post([this](node::Node& node, journal::Draft& draft, UtcTime now) { return work(node, draft, now); });
}

desk::After Hand::work(node::Node& node, journal::Draft& draft, UtcTime now) {
  Heard heard = heard_;
  std::uint64_t verdicts = 0;
  std::string lines = news(draft, heard, verdicts);
  approvals_.clear();
  state_.rehydrating = session::is_rehydrating(draft) ? 1 : 0;
  state_.unheard = session::stream_head(draft).sequence - session::acknowledged(draft);
  if (state_.rehydrating == 0) {
    look_around(draft);
    for (const model::TaskId& task : open_) advance(node, draft, task, now);
  }
  return [this, heard, verdicts, lines = std::move(lines)](bool stored) {
    is_asking_ = false;
    if (stored) {
      (void)!::write(acks_, lines.data(), lines.size());
      heard_ = heard;
      state_.acknowledged += verdicts;
      const auto committed = Clock::now();
      for (const std::uint64_t sequence : approvals_) approved_at_.emplace(sequence, committed);
      approved_at_.erase(approved_at_.begin(), approved_at_.upper_bound(heard.upto));
    } else {
      ++state_.not_stored;
    }
    write_state();
  };
}

std::string Hand::news(const journal::View& store, Heard& heard, std::uint64_t& verdicts) const {
  const std::uint32_t incarnation = session::stream_head(store).incarnation;
  std::string lines;
  if (incarnation != heard.incarnation) {
    // What was acknowledged of the old one since the last look. It ended where the coordinator said that it holds it to
    // its end, so everything that is here of it is acknowledged.
    while (session::event_bytes(store, heard.incarnation, heard.upto + 1)) {
      lines += line_of(store, heard.incarnation, ++heard.upto, verdicts);
    }
    heard = {.incarnation = incarnation, .upto = 0};
  }
  const std::uint64_t acknowledged = session::acknowledged(store);
  while (heard.upto < acknowledged) lines += line_of(store, incarnation, ++heard.upto, verdicts);
  return lines;
}

std::string Hand::line_of(const journal::View& store, std::uint32_t incarnation, std::uint64_t sequence,
                          std::uint64_t& verdicts) const {
  const auto octets = session::event_bytes(store, incarnation, sequence);
  const auto event = octets ? wire::decode_event(*octets) : fail(ErrorCode::not_found, "no such event");
  if (!event) return fmt::format("? {} {}\n", incarnation, sequence);
  const bool is_verdict = std::holds_alternative<model::Approved>(event->what);
  verdicts += is_verdict;
  const auto now = Clock::now();
  const auto approved = approved_at_.find(sequence);
  const bool is_timed = approved != approved_at_.end() && incarnation == session::stream_head(store).incarnation;
  const std::int64_t taken = is_timed ? steady_ms(now) - steady_ms(approved->second) : -1;
  return fmt::format("{} {} {} {} {} {} {}\n", is_verdict ? 'V' : 'e', incarnation, sequence,
                     to_hex(crypto::sha256(*octets).view()), to_text(event->task), steady_ms(now), taken);
}

// The store says what there is to do: nothing is remembered over the steps of a sample.
void Hand::look_around(const journal::View& store) {
  const auto now = Clock::now();
  if (now - looked_ < look_every) return;
  looked_ = now;
  open_.clear();
  for (const auto state : {SampleState::sampled, SampleState::received, SampleState::measuring, SampleState::judged,
                           SampleState::reviewed}) {
    tables::scan_samples(store, {}, state, [this](const model::Sample& sample) {
      open_.push_back(sample.grant.task);
      return open_.size() < options_.in_hand;
    });
  }
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const double due = options_.per_second == 0 ? 1e9 : seconds * options_.per_second;
  const auto may_begin = due > static_cast<double>(begun_) ? static_cast<std::size_t>(due) - begun_ : 0;
  const std::size_t room =
      open_.size() + std::min(may_begin, options_.in_hand - std::min(open_.size(), options_.in_hand));
  if (room > open_.size()) {
    tables::scan_samples(store, {}, SampleState::assigned, [&](const model::Sample& sample) {
      open_.push_back(sample.grant.task);
      ++begun_;
      return open_.size() < room;
    });
  }
  const auto counters = tables::counters(store);
  const auto count = [&counters](SampleState state) { return counters.samples.at(static_cast<std::size_t>(state)); };
  state_.approved = count(SampleState::approved);
  state_.open = count(SampleState::assigned) + count(SampleState::sampled) + count(SampleState::received) +
                count(SampleState::measuring) + count(SampleState::judged) + count(SampleState::reviewed);
}

// One step or several in this turn, so that commits fall between all of them.
void Hand::advance(node::Node& node, journal::Draft& draft, const model::TaskId& task, UtcTime now) {
  const auto steps = options_.per_second == 0 ? steps_max : static_cast<int>(1 + random_() % steps_max);
  for (int i = 0; i < steps; ++i) {
    const auto sample = tables::sample(draft, task);
    if (!sample || sample->state >= SampleState::approved) return;
    if (!step(node, draft, *sample, now)) {
      ++state_.refused;
      return;
    }
  }
}

bool Hand::step(node::Node& node, journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  const std::string& number = sample.grant.number.text();
  switch (sample.state) {
    case SampleState::assigned:
      return node
          .on_sampling_form(draft,
                            {.number = number,
                             .sampled_on = to_text(sampling_day(number)),
                             .sample_name = sample.grant.commodity,
                             .quantity = "2.5 kg",
                             .reserve = "1 kg",
                             .storage = "冷藏",
                             .second_sampler = "sampler-2"},
                            sampler, now)
          .has_value();
    case SampleState::sampled:
      return node
          .on_label(draft, {.number = sample.grant.number, .reader = "typed", .condition = "完好；手工录入：演练"},
                    receptionist, now)
          .has_value();
    case SampleState::received:
    case SampleState::measuring:
      return measure(node, draft, sample, now);
    case SampleState::judged: {
      const outbox::Review review{.number = number, .record = sample.record};
      return node.on_reviews(draft, std::span{&review, 1}, reviewer, now).front().has_value();
    }
    case SampleState::reviewed: {
      const outbox::Approval approval{
          .number = number,
          .record = sample.record,
          .signature = crypto::sign(wire::approval_to_sign(sample.record, approver), approver_.secret_key)};
      const bool approved = node.on_approvals(draft, std::span{&approval, 1}, approver, now).front().has_value();
      if (approved) approvals_.push_back(session::stream_head(draft).sequence);
      return approved;
    }
    default:
      return false;
  }
}

bool Hand::measure(node::Node& node, journal::Draft& draft, const model::Sample& sample, UtcTime now) {
  const std::string& number = sample.grant.number.text();
  if (sample.state == SampleState::measuring &&
      node.on_judge_again(draft, number, "演练后重新判定", technician, now).has_value()) {
    return true;
  }
  const Bytes raw = analyser_octets(number, random_());
  const bench::Capture capture{.raw = crypto::sha256(raw),
                               .octets = raw.size(),
                               .instrument = "ICP-01",
                               .port = "astm",
                               .person = technician,
                               .decoding = drivers::decode(raw, "")};
  tables::keep_raw(draft, capture.raw, raw);
  return node.on_capture(draft, capture, now).has_value();
}

}  // namespace lab::procs
