// What goes wrong in the world, and the people who answer for it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "coordinator/dispatch/handover.hpp"
#include "coordinator/dispatch/recovery.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/tasks.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/session/intake.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/standing.hpp"
#include "protocol/session/stream.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/sim/world.hpp"

namespace lab::sim {

void World::trouble_network() {
  if (weather_.is_calm()) return;
  after(Milliseconds{500}, [this] { trouble_network(); });
  const std::size_t i = dice_.number(stations_.size());
  const auto for_a_while = [&](std::uint64_t longest_ms, auto begin, auto end) {
    begin();
    after(Milliseconds{dice_.between(300, longest_ms)}, end);
  };
  Link& link = links_[i];
  if (weather_.strikes(Fault::cut_to_coordinator, 6'000)) {
    for_a_while(
        90'000, [&] { link.cut_to_office = true; }, [this, i] { links_[i].cut_to_office = false; });
  }
  if (weather_.strikes(Fault::cut_to_node, 6'000)) {
    for_a_while(
        90'000, [&] { link.cut_to_station = true; }, [this, i] { links_[i].cut_to_station = false; });
  }
  const bool far = dice_.chance(100'000);  // out of reach for most of the time there is
  if (weather_.strikes(Fault::partition, 4'000)) {
    for_a_while(
        far ? 1'200'000 : 60'000, [&] { link.cut_to_office = link.cut_to_station = true; },
        [this, i] { links_[i].cut_to_office = links_[i].cut_to_station = false; });
  }
  if (weather_.strikes(Fault::link_stalled, 6'000)) {
    link.stalled_until = now_ + Milliseconds{dice_.between(1'000, 14'000)};
  }
  if (weather_.strikes(Fault::link_dropped, 10'000)) {
    drop(i);
    after(Milliseconds{dice_.between(300, 3'000)}, [this, i] { connect(i); });
  }
  if (weather_.strikes(Fault::reconnect_storm, 3'000)) {
    for (std::uint64_t k = 0; k < 6; ++k) {
      after(Milliseconds{300 * k + 1}, [this, i] { drop(i); });
      after(Milliseconds{300 * k + 150}, [this, i] { connect(i); });
    }
  }
  if (weather_.strikes(Fault::links_swizzled,
                       2'000)) {  // one after the other goes, and they come back in another order
    for (std::size_t k = 0; k < links_.size(); ++k) {
      if (dice_.chance(400'000)) continue;
      after(Milliseconds{dice_.between(1, 10'000)},
            [this, k] { links_[k].cut_to_office = links_[k].cut_to_station = true; });
      after(Milliseconds{dice_.between(10'001, 40'000)},
            [this, k] { links_[k].cut_to_office = links_[k].cut_to_station = false; });
    }
  }
  if (weather_.strikes(Fault::coordinator_isolated, 1'500)) {
    for (std::size_t k = 0; k < links_.size(); ++k) drop(k);
    for (std::size_t k = 0; k < links_.size(); ++k) {
      after(Milliseconds{dice_.between(2'000, 30'000)}, [this, k] { connect(k); });
    }
  }
}

void World::trouble_stations() {
  if (weather_.is_calm()) return;
  after(Milliseconds{700}, [this] { trouble_stations(); });
  const std::size_t i = dice_.number(stations_.size());
  Station& station = stations_[i];
  if (station.gone) return;
  if (dice_.chance(20'000)) station.backup = station.disk().records();
  if (station.is_on() && weather_.strikes(Fault::node_restarted, 4'000)) {
    end_station(i, Milliseconds{dice_.between(500, 60'000)});
  }
  if (station.is_on() && weather_.strikes(Fault::node_restarted_at_once, 4'000)) end_station(i, Milliseconds{20});
  if (station.is_on() && weather_.strikes(Fault::node_paused, 4'000)) {
    station_wakes_[i] = now_ + Milliseconds{dice_.between(1'000, 40'000)};
    const UtcTime wake = station_wakes_[i];
    after(wake - now_, [this, i, wake] {
      if (station_wakes_[i] == wake && stations_[i].is_on()) station_turn(i, false);
    });
  }
  if (weather_.strikes(Fault::node_disk_full, 2'000)) {
    station.disk_full = true;
    after(Milliseconds{dice_.between(1'000, 60'000)}, [this, i] { stations_[i].disk_full = false; });
  }
  if (weather_.strikes(Fault::node_clock_jumped_ahead, 2'000))
    station.clock += Milliseconds{dice_.between(1'000, 86'400'000)};
  if (weather_.strikes(Fault::node_clock_jumped_back, 2'000))
    station.clock -= Milliseconds{dice_.between(1'000, 86'400'000)};
  if (weather_.strikes(Fault::node_clock_skewed, 4'000)) station.clock += Milliseconds{dice_.between(0, 2'000)};
  if (station.is_on() && weather_.strikes(Fault::poison_event, 1'500)) {
    if (dies_of_failpoint([&] { station.write_poison(station_time(i)); })) end_station(i, Milliseconds{500});
  }
  if (station.is_on() && station.disk().figures().stopped) end_station(i, Milliseconds{dice_.between(200, 8'000)});
  if (weather_.strikes(Fault::forged_events, 3'000)) forge(i);
  for (const Fault how : {Fault::node_put_back, Fault::node_put_back_noticed, Fault::node_put_back_offline}) {
    if (station.backup && weather_.strikes(how, 1'500)) return put_back_station(i, how);
  }
  if (weather_.strikes(Fault::node_copied, 800)) copy_station(i);
}

void World::put_back_station(std::size_t i, Fault how) {
  Station& station = stations_[i];
  log(fmt::format("station {}: {}", i, name_of(how)));
  if (station.is_on()) {
    drop(i);
    station.die();
    station_wakes_[i] = {};
  }
  const auto put_back = [&] {
    station.put_back(*station.backup, how == Fault::node_put_back_noticed, station_time(i));
  };
  if (dies_of_failpoint(put_back)) put_back();  // a person does it once more
  oracle_.on_station_put_back(station, *office_.disk().read(), stations_);
  if (how == Fault::node_put_back_offline) {  // people go on with it before anybody is asked
    links_[i].cut_to_office = links_[i].cut_to_station = true;
    after(Milliseconds{dice_.between(10'000, 120'000)},
          [this, i] { links_[i].cut_to_office = links_[i].cut_to_station = false; });
  }
  after(Milliseconds{dice_.between(500, 20'000)}, [this, i] { start_station(i); });
}

// The disk is copied into another machine, which is switched on beside the first.
void World::copy_station(std::size_t i) {
  if (stations_.size() >= 8 || stations_[i].gone) return;
  const bool has_copy = std::ranges::any_of(stations_, [&](const Station& other) {
    return other.place() != i && !other.gone && other.node() == stations_[i].node();
  });
  if (has_copy) return;
  const std::size_t place = stations_.size();
  stations_.emplace_back(place, stations_[i].node(), stations_[i].keys(), dice_, weather_);
  stations_.back().put_back(stations_[i].disk().records(), false, now_);
  office_.nodes_of_stations.push_back(stations_[i].node());
  links_.emplace_back();
  station_wakes_.emplace_back();
  log(fmt::format("station {} is copied as {}", i, place));
  oracle_.on_station_lost(*office_.disk().read(), stations_);
  after(Milliseconds{dice_.between(100, 60'000)}, [this, place] { start_station(place); });
}

// A person looks which of two goes on; the other one is switched off.
void World::choose_station() {
  const auto view = office_.disk().read();
  for (const auto& node : coordinator::tables::nodes(*view)) {
    const auto standing = session::standing(*view, node.id);
    if (standing.doubt == session::Doubt::none) continue;
    std::vector<std::size_t> candidates;
    for (const Station& station : stations_) {
      const bool known = std::ranges::any_of(station.boots(), [&](const std::uint64_t boot) {
        return std::ranges::find(standing.boots, boot) != standing.boots.end();
      });
      if (station.node() == node.id && !station.gone && station.is_on() && known) candidates.push_back(station.place());
    }
    const bool is_settled =
        standing.doubt == session::Doubt::decided && std::ranges::any_of(candidates, [&](const std::size_t i) {
          const auto& boots = stations_[i].boots();
          return std::ranges::find(boots, standing.chosen) != boots.end() && stations_[i].is_welcome();
        });
    if (candidates.empty() || is_settled) continue;
    const std::size_t chosen = candidates[dice_.number(candidates.size())];
    const std::uint64_t boot = stations_[chosen].boot();
    if (std::ranges::find(standing.boots, boot) == standing.boots.end()) continue;  // it has not been heard yet
    for (const std::size_t other : candidates) {
      if (other == chosen) continue;
      drop(other);
      stations_[other].die();
      stations_[other].gone = true;
      log(fmt::format("station {} is switched off for good", other));
    }
    oracle_.on_station_lost(*view, stations_);
    log(fmt::format("station {} is chosen", chosen));
    command([id = node.id, boot](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      (void)core.on_station_chosen(draft, id, boot, "现场核实", now);
    });
  }
}

void World::forge(std::size_t i) {
  const auto view = stations_[i].disk().read();
  const auto head = session::stream_head(*view);
  model::Events events{.incarnation = head.incarnation,
                       .first = dice_.between(1, head.sequence + 1),
                       .events = {Bytes(24, '\x01')},
                       .signature = Bytes(64, 's')};
  deliver(i, true, wire::encode(model::Message{events}, dice_.bits()));
}

void World::trouble_office() {
  if (weather_.is_calm()) return;
  after(Milliseconds{900}, [this] { trouble_office(); });
  if (!office_.is_on()) return;
  if (dice_.chance(10'000)) office_.backup = office_.disk().records();
  if (weather_.strikes(Fault::coordinator_paused, 4'000)) {
    office_wake_ = now_ + Milliseconds{dice_.between(1'000, 30'000)};
    after(office_wake_ - now_, [this, wake = office_wake_] {
      if (office_wake_ == wake && office_.is_on()) office_turn();
    });
  }
  if (weather_.strikes(Fault::coordinator_clock_jumped, 2'000)) {
    office_.clock += Milliseconds{dice_.between(0, 120'000)} - Milliseconds{60'000};
  }
  if (!office_.backup || office_restores_ >= 3) return;
  for (const Fault how :
       {Fault::coordinator_put_back, Fault::coordinator_put_back_unnoticed, Fault::node_and_coordinator_put_back}) {
    if (weather_.strikes(how, 1'000)) return put_back_office(how);
  }
}

void World::put_back_office(Fault how) {
  log(name_of(how));
  ++office_restores_;
  end_office(Milliseconds{dice_.between(1'000, 20'000)});
  oracle_.on_office_to_be_put_back(*office_.disk().read(), stations_);
  office_.put_back(*office_.backup, how != Fault::coordinator_put_back_unnoticed);
  oracle_.on_office_put_back(*office_.disk().read(), stations_, how != Fault::coordinator_put_back_unnoticed);
  if (how != Fault::node_and_coordinator_put_back) return;
  const std::size_t i = dice_.number(stations_.size());
  if (stations_[i].backup && !stations_[i].gone) put_back_station(i, Fault::node_put_back);
}

// What people at the province do, and what crosses with what the laboratories do.
void World::operators() {
  after(Milliseconds{dice_.between(4'000, 15'000)}, [this] { operators(); });
  if (!office_.is_on()) return;
  choose_station();
  const auto view = office_.disk().read();
  std::vector<model::Task> open;  // granted, or about to be
  std::vector<coordinator::tables::PlanRef> waiting;
  for (const auto& plan : coordinator::tables::plans(*view)) {
    coordinator::tables::for_each_task(*view, coordinator::tables::ref_of(plan), 1, [&](const model::Task& task) {
      if (task.state == model::TaskState::granted || task.state == model::TaskState::allocated) open.push_back(task);
      return true;
    });
    const auto states = coordinator::tables::states_of(*view, coordinator::tables::ref_of(plan));
    if (states[model::TaskState::allocated] > 0) waiting.push_back(coordinator::tables::ref_of(plan));
  }
  for (const auto& ref : waiting) {
    command([ref](coordinator::Coordinator& core, journal::Draft& draft, UtcTime) {
      (void)core.on_dispatch(draft, ref, 0);
    });
  }
  for (const model::Task& task : open) {
    // A sample that is in another laboratory than its task no dispatch grants: the task goes to where it is.
    if (!healing_ || task.state != model::TaskState::allocated) continue;
    const auto received = dispatch::received_at(*view, task.id);
    if (!received) continue;
    command([id = task.id, to = *received](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      (void)core.on_reassign(draft, {.task = id, .reason = "样品在该站", .to = to}, now);
    });
  }
  if (has_shares(settings_)) share_out(*view);
  if (!open.empty()) decide_on_task(open[dice_.number(open.size())]);
  if (plans_ < 5 && weather_.strikes(Fault::plan_added, 30'000)) add_plan();
  waive_somebody(*view);
}

// By two people, as it takes when the sample has been received.
static void reassign(coordinator::Coordinator& core, journal::Draft& draft, dispatch::Reassignment asked, UtcTime now) {
  asked.person = model::PersonId{"zhang"};
  asked.reserve = "B";
  const auto first = core.on_reassign(draft, asked, now);
  if (!first || first->has_value()) return;
  asked.person = model::PersonId{"wei"};
  (void)core.on_reassign(draft, asked, now);
}

// Whatever its laboratory is doing to it, and whether or not a verdict is on its way.
void World::decide_on_task(const model::Task& task) {
  const model::TaskId id = task.id;
  if (task.state == model::TaskState::granted && weather_.strikes(Fault::task_revoked, 60'000)) {
    command([id](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      (void)core.on_revoke(draft, id, "改由他站检测", now);
    });
  }
  if (task.state == model::TaskState::granted && weather_.strikes(Fault::task_reassigned, 100'000)) {
    command([id](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      reassign(core, draft, {.task = id, .reason = "仪器故障"}, now);
    });
  }
  if (weather_.strikes(Fault::task_given_to_node, 60'000)) {
    const model::NodeId to = stations_[dice_.number(first_nodes_)].node();
    command([id, to](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      reassign(core, draft, {.task = id, .reason = "原站结果已齐", .to = to}, now);
    });
  }
  if (weather_.strikes(Fault::task_cancelled, 50'000)) {
    log(fmt::format("{} is to be cancelled", to_text(id)));
    oracle_.on_cancel_asked(id);
    command([id](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
      (void)core.on_cancel(draft, id, "产品已停产", now);
    });
  }
}

void World::waive_somebody(const journal::View& office) {
  const std::uint32_t generation = session::recovery(office);
  if (generation == 0) return;
  const auto nodes = coordinator::tables::nodes(office);
  const auto& node = nodes[dice_.number(nodes.size())];
  if (session::standing(office, node.id).complete >= generation) return;
  if (!weather_.strikes(Fault::node_waived, 300'000)) return;
  log(fmt::format("node {} is done without", node.id.value()));
  oracle_.on_node_waived(office, node.id);
  command([id = node.id](coordinator::Coordinator& core, journal::Draft& draft, UtcTime now) {
    (void)core.on_waiver(draft, id, model::PersonId{"zhang"}, "检测站停业", now);
    (void)core.on_waiver(draft, id, model::PersonId{"wei"}, "检测站停业", now);
  });
}

// ---- the end

void World::heal() {
  weather_.calm();
  disarm_failpoint();
  healing_ = true;
  log("the weather is good");
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    links_[i].cut_to_office = links_[i].cut_to_station = false;
    links_[i].stalled_until = {};
    stations_[i].disk_full = false;
    stations_[i].finishing = true;
  }
  // Nobody runs two machines for ever.
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    for (std::size_t k = i + 1; k < stations_.size(); ++k) {
      if (stations_[i].gone || stations_[k].gone || stations_[i].node() != stations_[k].node()) continue;
      const std::size_t off = dice_.chance(500'000) ? i : k;
      drop(off);
      if (stations_[off].is_on()) stations_[off].die();
      stations_[off].gone = true;
      log(fmt::format("station {} is switched off for good", off));
    }
  }
  oracle_.on_station_lost(*office_.disk().read(), stations_);
}

namespace {

bool is_open(const model::Sample& sample) {
  return sample.state != model::SampleState::approved && sample.state != model::SampleState::declined &&
         sample.state != model::SampleState::revoked;
}

}  // namespace

// What is still open; empty when everything is done and everybody knows.
std::string World::unrest() {
  if (!office_.is_on()) return "the coordinator is off";
  const auto office = office_.disk().read();
  if (session::recovery(*office) != 0) return "the coordinator is recovering";
  if (!session::deferred(*office).empty()) return "events are not decided";
  std::map<model::TaskId, bool> declined;
  std::set<model::TaskId> kept;  // asked back, drawn, and the store that was put back knows nothing of the bag
  for (Station& station : stations_) {
    if (station.gone) continue;
    if (!station.is_on()) return fmt::format("station {} is off", station.place());
    const auto view = station.disk().read();
    if (!station.is_welcome()) return fmt::format("station {} is not welcome: {}", station.place(), station.refusal());
    if (session::is_rehydrating(*view)) return fmt::format("station {} is rehydrating", station.place());
    if (session::acknowledged(*view) < session::stream_head(*view).sequence) {
      return fmt::format("station {} has {} of {} events acknowledged", station.place(), session::acknowledged(*view),
                         session::stream_head(*view).sequence);
    }
    std::string open;
    std::string ended;
    node::tables::scan_samples(*view, {}, std::nullopt, [&](const model::Sample& sample) {
      const auto task = coordinator::tables::task(*office, sample.grant.task);
      if (task && task->node == station.node() && sample.state == model::SampleState::declined)
        declined[task->id] = true;
      if (task && task->node == station.node() && sample.state == model::SampleState::revoked && station.has_bag &&
          station.has_bag(task->id)) {
        kept.insert(task->id);
      }
      if (sample.state == model::SampleState::approved && !sample.disposition) open = to_text(sample.grant.task);
      if (task && task->state == model::TaskState::cancelled && is_open(sample)) ended = to_text(task->id);
      return true;
    });
    if (!ended.empty()) return fmt::format("station {} works on {}, which was cancelled", station.place(), ended);
    if (!open.empty()) return fmt::format("station {} has no answer to the approval of {}", station.place(), open);
  }
  for (const auto& node : coordinator::tables::nodes(*office)) {
    const auto orders = session::order_progress(*office, node.id);
    if (orders.acknowledged < orders.last) return fmt::format("node {} does not have its orders", node.id.value());
  }
  std::string open;
  for (const auto& plan : coordinator::tables::plans(*office)) {
    coordinator::tables::for_each_task(*office, coordinator::tables::ref_of(plan), 1, [&](const model::Task& task) {
      if (task.state == model::TaskState::judged || task.state == model::TaskState::cancelled) return true;
      if (declined.contains(task.id) || kept.contains(task.id)) return true;
      open = fmt::format("{} is {} at node {}", to_text(task.id), name_of(task.state), task.node.value());
      return false;
    });
  }
  return open;
}

}  // namespace lab::sim
