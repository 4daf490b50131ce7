#include "tests/procs/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace lab::procs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr int silence_ms = 15'500;  // heartbeat and session end after 15 s

}  // namespace

const char* name_of(Scenario scenario) {
  constexpr std::array names{"kill -9 of a node",
                             "kill -9 of the coordinator",
                             "kill -9 of all",
                             "SIGSTOP of a node",
                             "SIGSTOP of the coordinator",
                             "wire: RST",
                             "wire: half-open",
                             "wire: stall",
                             "wire: trickle",
                             "wire: cut in a frame",
                             "wire: duplicate connect",
                             "wire: one way, up",
                             "wire: one way, down",
                             "wire: delay",
                             "wire: partition",
                             "full disk of a node",
                             "full disk of the coordinator",
                             "node restored from an old copy",
                             "cloned node",
                             "coordinator restored",
                             "clock of a node",
                             "clock of the coordinator",
                             "mixed",
                             "long partition",
                             "flood",
                             "both sides restored"};
  return names.at(static_cast<std::size_t>(scenario));
}

Round::Round(World& world, Scenario scenario, Random& random) : world_(world), scenario_(scenario), random_(random) {
  const int some_node = 1 + static_cast<int>(random_() % static_cast<std::uint64_t>(world_.nodes()));
  if (scenario == Scenario::mixed) {
    add_mixed();
  } else {
    add_simple(scenario, some_node);
  }
  std::ranges::sort(hit_);
  hit_.erase(std::unique(hit_.begin(), hit_.end()), hit_.end());
}

void Round::add_simple(Scenario scenario, int node) {
  if (scenario >= Scenario::wire_reset && scenario <= Scenario::wire_partition) {
    const auto offset = static_cast<int>(scenario) - static_cast<int>(Scenario::wire_reset);
    return add_wire(static_cast<WireFault>(static_cast<int>(WireFault::reset) + offset), node);
  }
  switch (scenario) {
    case Scenario::kill_node:
      return add_kill(node);
    case Scenario::kill_coordinator:
      return add_kill(0);
    case Scenario::kill_all:
      return add_kill_all();
    case Scenario::stop_node:
      return add_stop(node);
    case Scenario::stop_coordinator:
      return add_stop(0);
    case Scenario::full_disk_node:
      return add_full_disk(1);
    case Scenario::full_disk_coordinator:
      return add_full_disk(0);
    case Scenario::restored_node:
      return add_restored_node(node);
    case Scenario::cloned_node:
      return add_clone(node);
    case Scenario::restored_coordinator:
      return add_restored_coordinator();
    case Scenario::both_restored:
      return add_both_restored(node);
    case Scenario::clock_of_node:
      return add_clock(node);
    case Scenario::clock_of_coordinator:
      return add_clock(0);
    default:
      throw std::logic_error("no such round");
  }
}

// Different victims, each with something else.
void Round::add_mixed() {
  std::vector<int> victims;
  for (int member = 0; member <= world_.nodes(); ++member) victims.push_back(member);
  std::shuffle(victims.begin(), victims.end(), random_);
  victims.resize(std::min<std::size_t>(victims.size(), 2 + random_() % 3));
  for (const int victim : victims) {
    const std::uint64_t kind = random_() % 3;
    if (kind == 0) {
      add_kill(victim);
    } else if (kind == 1 || victim == 0) {
      add_clock(victim);
    } else {
      add_wire(static_cast<WireFault>(1 + random_() % (wire_faults - 1)), victim);
    }
  }
}

void Round::add_kill(int member) {
  needs_ |= needs_of(member);
  what_ += fmt::format(" kill {};", member);
  Fault fault{.lasts = some_ms(0, 800)};
  fault.begin = [this, member] {
    world_.kill(member);
    ++fired_;
  };
  fault.end = [this, member] { world_.start(member); };
  faults_.push_back(std::move(fault));
  if (member > 0) hit_.push_back(member);
  hits_all_ = hits_all_ || member == 0;
}

void Round::add_kill_all() {
  std::vector<int> order;
  for (int member = 0; member <= world_.nodes(); ++member) order.push_back(member);
  std::shuffle(order.begin(), order.end(), random_);
  for (const int member : order) add_kill(member);
}

void Round::add_stop(int member) {
  needs_ |= needs_of(member);
  const auto lasts = some_ms(silence_ms, silence_ms + 4'000);
  what_ += fmt::format(" stop {} for {} ms;", member, lasts.count());
  Fault fault{.lasts = lasts};
  fault.begin = [this, member] {
    world_.pause(member);
    ++fired_;
  };
  fault.end = [this, member] { world_.resume(member); };
  faults_.push_back(std::move(fault));
  if (member > 0) return hit_.push_back(member);
  hits_all_ = true;
}

void Round::add_wire(WireFault fault, int node) {
  needs_ |= needs_of(node);
  const auto lasts = some_ms(500, random_() % 8 == 0 ? silence_ms + 3'000 : 4'000);
  what_ += fmt::format(" {} at {} for {} ms;", name_of(fault), node, lasts.count());
  auto before = std::make_shared<std::uint64_t>(0);
  Fault one{.lasts = lasts};
  one.begin = [this, node, fault, before] {
    *before = world_.wire(node).fired(fault);
    world_.wire(node).set(fault);
  };
  one.end = [this, node, fault, before] {
    world_.wire(node).heal();
    fired_ += world_.wire(node).fired(fault) - *before;
  };
  faults_.push_back(std::move(one));
  hit_.push_back(node);
}

// None ends by itself: what has no room is refused, and work goes on when there is some again. Some are killed, and a
// node is started on the disk that is still full.
void Round::add_full_disk(int member) {
  needs_ |= needs_of(member);
  const bool also_killed = random_() % 2 == 0;
  what_ += fmt::format(" full disk at {}{};", member, also_killed ? ", and killed" : "");
  const auto before = std::make_shared<std::uint64_t>(0);
  const auto has_met = [this, member, before] {
    if (member == 0) return !world_.is_running(0) || world_.times_said("disk is full") > *before;
    return world_.acks(member).state().not_stored > *before || !world_.is_running(member) ||
           world_.acks(member).state().open == 0;
  };
  Fault fault{.lasts = some_ms(500, 2'500)};
  fault.begin = [this, member, before] {
    *before = member > 0 ? world_.acks(member).state().not_stored : world_.times_said("disk is full");
    world_.disk(member)->fill();
  };
  const auto until = std::make_shared<Clock::time_point>();
  fault.may_end = [has_met, until] {
    if (*until == Clock::time_point{}) *until = Clock::now() + 20s;
    return has_met() || Clock::now() > *until;
  };
  fault.end = [this, member, also_killed, has_met] {
    fired_ += has_met() ? 1 : 0;
    if (also_killed) world_.kill(member);
    if (also_killed && member > 0) world_.start(member);
    world_.disk(member)->give_room();
    if (world_.is_running(member)) return;
    world_.kill(member);
    world_.start(member);
  };
  faults_.push_back(std::move(fault));
  if (member > 0) return hit_.push_back(member);
  hits_all_ = true;
}

// Some minutes up to a year, forwards or back; then right again, which is a jump as well.
void Round::add_clock(int member) {
  needs_ |= needs_of(member);
  constexpr std::array<std::int64_t, 5> seconds{120, 3'600, 86'400, 30 * 86'400, 365 * 86'400};
  const std::int64_t by = seconds.at(random_() % seconds.size()) * (random_() % 2 == 0 ? 1 : -1);
  what_ += fmt::format(" clock of {} by {} s;", member, by);
  Fault fault{.lasts = some_ms(500, 3'000)};
  fault.begin = [this, member, by] {
    world_.move_clock(member, std::chrono::seconds{by});
    ++fired_;
  };
  fault.end = [this, member] { world_.move_clock(member, 0ns); };
  faults_.push_back(std::move(fault));
  if (member > 0) return hit_.push_back(member);
  hits_all_ = true;
}

void Round::begin() {
  began_ = Clock::now();
  for (Fault& fault : faults_) fault.begin();
}

bool Round::has_heard_again(int node) {
  AckBook& book = world_.acks(node);
  book.read_on();
  return book.lines().size() > heard_.at(static_cast<std::size_t>(node - 1)) || book.state().open == 0;
}

bool Round::have_heard_again() {
  const auto again = [this](int node) { return has_heard_again(node); };
  if (!std::ranges::all_of(hit_, again)) return false;
  if (!hits_all_) return true;
  for (int node = 1; node <= world_.nodes(); ++node) {
    if (again(node)) return true;
  }
  return false;
}

bool Round::go_on() {
  const auto now = Clock::now();
  if (!has_ended_) {
    bool all = true;
    for (Fault& fault : faults_) {
      if (!fault.has_ended && now - began_ >= fault.lasts && fault.may_end()) {
        fault.end();
        fault.has_ended = true;
      }
      all = all && fault.has_ended;
    }
    if (!all) return true;
    has_ended_ = true;
    ended_ = Clock::now();
    for (int node = 1; node <= world_.nodes(); ++node) {
      world_.acks(node).read_on();
      heard_.push_back(world_.acks(node).lines().size());
    }
    return true;
  }
  const bool healed =
      std::ranges::all_of(faults_, [](const Fault& fault) { return fault.is_healed(); }) && have_heard_again();
  if (!healed && now - ended_ > healing_patience) {
    complaint_ = fmt::format("not healed within {} s:{}", healing_patience.count(), what_);
    return false;
  }
  return !healed;
}

}  // namespace lab::procs
