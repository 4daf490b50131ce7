// Failpoints in the simulation: a place in the cores at which something fails that nobody has thought of. Nothing of
// the turn is stored, and its process is gone; which place and at which time is drawn from dice of their own.

#include <fmt/format.h>

#include <array>

#include "protocol/base/check.hpp"
#include "protocol/base/failpoint.hpp"
#include "tests/sim/world.hpp"

namespace lab::sim {
namespace {

// Those that the cores pass; the others belong to files, loops and wires, which are the simulation's own here. Behind
// each, how often it is passed at least in most histories: the time at which it fails is drawn from these.
struct Point {
  const char* name;
  std::uint64_t times;
};
constexpr std::array points{
    Point{"rehydration.begin", 1}, Point{"resync.give", 2},         Point{"rehydration.held", 2},
    Point{"rehydration.fork", 1},  Point{"rebuilding.forget", 2},   Point{"rebuilding.replay", 2},
    Point{"rebuilding.aside", 1},  Point{"recovery.begin", 2},      Point{"recovery.inventory", 3},
    Point{"recovery.complete", 3}, Point{"recovery.look", 3},       Point{"recovery.decide", 3},
    Point{"recovery.regrant", 2},  Point{"recovery.end", 1},        Point{"dispatch.import", 1},
    Point{"dispatch.allocate", 1}, Point{"dispatch.grant", 2},      Point{"session.append", 60},
    Point{"session.seal", 2},      Point{"session.order", 10},      Point{"session.intake", 60},
    Point{"ledger.take", 60},      Point{"ledger.count", 6},        Point{"ledger.exception", 3},
    Point{"inbox.grant", 6},       Point{"reception.form", 6},      Point{"reception.receive", 6},
    Point{"bench.capture", 6},     Point{"judging.conclude", 6},    Point{"outbox.review", 6},
    Point{"outbox.approve", 6},    Point{"outbox.acknowledged", 30}};

}  // namespace

std::size_t failpoint_count() { return points.size(); }

// After the first morning, which is quiet.
void World::arm_failpoint() {
  if (!settings_.later_faults) return;
  constexpr std::uint64_t own_stream = 0x9E37'79B9'7F4A'7C15;
  Dice own{settings_.seed ^ own_stream};
  const Point& point = points.at(own.number(points.size()));
  failpoint_ = point.name;
  LAB_CHECK(failpoint::arm(fmt::format("{}=error@{}", point.name, own.between(1, point.times)).c_str()).has_value());
}

void World::disarm_failpoint() { LAB_CHECK(failpoint::arm("").has_value()); }

bool World::dies_of_failpoint(const std::function<void()>& act) {
  try {
    act();
    return false;
  } catch (const InjectedFailure& failure) {
    weather_.note(Fault::failpoint);
    log(fmt::format("failpoint {}", failure.what()));
    has_failed_ = true;
    return true;
  }
}

}  // namespace lab::sim
