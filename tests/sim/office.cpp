#include "tests/sim/office.hpp"

#include "coordinator/tables/registry.hpp"
#include "protocol/base/check.hpp"
#include "protocol/wire/codec.hpp"

namespace lab::sim {
namespace {

constexpr std::size_t frames_per_turn = 16;

}  // namespace

struct Office::Turn {
  std::unique_ptr<journal::Batch> batch;
  std::size_t changes = 0;
  std::vector<journal::Send> sends{};

  void take(journal::Effects effects) {
    for (const auto& effect : effects) changes += effect.index() < 2;  // Put, Erase
    auto rest = journal::apply(std::move(effects), *batch);
    LAB_CHECK(rest.has_value());
    for (auto& effect : *rest) {
      if (auto* send = std::get_if<journal::Send>(&effect)) sends.push_back(std::move(*send));
    }
  }
};

Office::Office(crypto::KeyPair keys, session::Policy policy, Weather& weather)
    : keys_(keys), policy_(policy), weather_(weather) {}

CommitFate Office::fate() {
  if (weather_.strikes(Fault::coordinator_commit_refused, 3'000)) return CommitFate::refused;
  if (weather_.strikes(Fault::coordinator_commit_unknown_stored, 3'000)) return CommitFate::unknown_stored;
  if (weather_.strikes(Fault::coordinator_commit_unknown_lost, 3'000)) return CommitFate::unknown_lost;
  return CommitFate::stored;
}

void Office::start(UtcTime now) {
  LAB_CHECK(!core_);
  disk_->reopen();
  disk_->set_fate(nullptr);
  core_ = std::make_unique<coordinator::Coordinator>(keys_, policy_);
  Turn first{.batch = disk_->write()};
  journal::Draft draft{*first.batch};
  core_->on_start(draft, Bytes(coordinator::secret_octets, 'x'));
  // The note is of a later life of this store: it was put back.
  const std::uint32_t own = coordinator::tables::numbers(draft).generation;
  if (policy_.generations && (note_ > own || put_back_)) core_->on_restored(draft, note_, now);
  put_back_ = false;
  note_ = std::max(note_, coordinator::tables::numbers(draft).generation);
  first.take(draft.take());
  LAB_CHECK(first.batch->commit().has_value());
  first.batch.reset();
  disk_->set_fate([this] { return fate(); });
  jobs_wait_ = true;
}

void Office::die() {
  core_.reset();
  inbox_.clear();
  commands_.clear();
  routes_.clear();
}

void Office::forget_route(std::size_t station) {
  std::erase_if(routes_, [&](const auto& route) { return route.second == station; });
}

bool Office::turn(UtcTime now, std::vector<Frame>& said) {
  Turn turn{.batch = disk_->write()};
  const auto decide = [&](auto what) {
    journal::Draft draft{*turn.batch};
    what(draft);
    turn.take(draft.take());
  };
  for (; !commands_.empty(); commands_.pop_front()) {
    decide([&](journal::Draft& draft) { commands_.front()(*core_, draft, now); });
  }
  for (std::size_t i = 0; i < frames_per_turn && !inbox_.empty(); ++i) {
    const Frame frame = std::move(inbox_.front());
    inbox_.pop_front();
    const model::NodeId node = nodes_of_stations.at(frame.station);
    routes_[node] = frame.station;
    const auto entry = coordinator::tables::node(*turn.batch, node);
    const auto envelope = wire::decode_envelope(frame.bytes);
    if (!entry || !envelope) continue;
    decide([&](journal::Draft& draft) { core_->on_message(draft, *entry, envelope->message, now, envelope->session); });
  }
  decide([&](journal::Draft& draft) { jobs_wait_ = core_->tick(draft, now); });
  turn.take(core_->pump(*turn.batch, now));
  if (weather_.strikes(Fault::coordinator_died_before_commit, 1'000)) return false;
  if (turn.changes > 0 && !turn.batch->commit()) return false;
  turn.batch.reset();
  note_ = std::max(note_, coordinator::tables::numbers(*disk_->read()).generation);
  if (weather_.strikes(Fault::coordinator_died_after_commit, 1'000)) return false;
  for (const journal::Send& send : turn.sends) {
    const auto route = routes_.find(send.to);
    if (route == routes_.end()) continue;
    said.push_back({.station = route->second, .bytes = wire::encode(send.message, send.session)});
  }
  return !weather_.strikes(Fault::coordinator_died_after_sending, 1'000);
}

}  // namespace lab::sim
