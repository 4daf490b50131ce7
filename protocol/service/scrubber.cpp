#include "protocol/service/scrubber.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/base/clock.hpp"
#include "protocol/base/log.hpp"

namespace lab::service {
namespace {

// A step is followed by four times its own duration of rest: a fifth of one disk at the most.
constexpr int rest_per_work = 4;
constexpr std::chrono::milliseconds rest_least{1};

}  // namespace

nlohmann::json to_json(const ScrubStatus& status) {
  return {{"running", status.running},
          {"records", status.records},
          {"passes", status.passes},
          {"finished", status.finished ? nlohmann::json(to_text(*status.finished)) : nlohmann::json(nullptr)},
          {"damage", status.damage}};
}

Scrubber::Scrubber(const journal::Store& store, ScrubOptions options, OnBroken on_broken)
    : store_(store),
      options_(std::move(options)),
      on_broken_(std::move(on_broken)),
      pass_(std::make_unique<journal::ScrubPass>(store)) {
  status_.running = true;
}

Result<std::unique_ptr<Scrubber>> Scrubber::start(const journal::Store& store, ScrubOptions options,
                                                  OnBroken on_broken) {
  std::unique_ptr<Scrubber> scrubber{new Scrubber(store, std::move(options), std::move(on_broken))};
  const Outcome outcome = scrubber->step(scrubber->options_.records_at_start);
  if (outcome == Outcome::broken) return fail(ErrorCode::storage, scrubber->status_.damage);
  if (outcome == Outcome::damaged_record) return scrubber;
  scrubber->thread_ = std::jthread([at = scrubber.get()](const std::stop_token& stop) { at->run(stop); });
  return scrubber;
}

ScrubStatus Scrubber::status() const {
  const std::lock_guard lock{mutex_};
  return status_;
}

void Scrubber::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!pass_) {
      if (!rest(stop, options_.period)) return;
      pass_ = std::make_unique<journal::ScrubPass>(store_);
    }
    const auto begun = std::chrono::steady_clock::now();
    const Outcome outcome = step(options_.records_per_step);
    if (outcome == Outcome::broken) on_broken_(status().damage);
    if (outcome == Outcome::broken || outcome == Outcome::damaged_record) return;
    const auto worked = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    if (!rest(stop, std::max(rest_least, rest_per_work * worked))) return;
  }
}

Scrubber::Outcome Scrubber::step(std::size_t records_max) {
  Outcome outcome = Outcome::more;
  std::string damage;
  try {
    if (pass_->step(records_max)) outcome = Outcome::over;
    if (outcome == Outcome::over && options_.look_between) damage = options_.look_between(*store_.read());
    if (!damage.empty()) outcome = Outcome::damaged_record;
  } catch (const journal::DamagedRecord& found) {
    outcome = Outcome::damaged_record;
    damage = found.what();
  } catch (const journal::Damage& found) {
    outcome = Outcome::broken;
    damage = found.what();
  }
  if (!damage.empty()) log::error("reading through the store: {}", damage);
  const std::lock_guard lock{mutex_};
  status_.records = pass_->records();
  status_.running = outcome == Outcome::more;
  status_.damage = std::move(damage);
  if (outcome == Outcome::more) return outcome;
  pass_.reset();
  if (outcome == Outcome::over) {
    ++status_.passes;
    status_.finished = wall_clock();
  }
  return outcome;
}

bool Scrubber::rest(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock{mutex_};
  wake_.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace lab::service
