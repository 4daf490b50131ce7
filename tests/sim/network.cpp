// The network of the world: connections, and messages under way.

#include <fmt/format.h>

#include "tests/sim/world.hpp"

namespace lab::sim {
namespace {

std::uint64_t fnv1a(BytesView bytes) {
  std::uint64_t hash = 1469598103934665603U;
  for (const char octet : bytes) hash = (hash ^ static_cast<unsigned char>(octet)) * 1099511628211U;
  return hash;
}

}  // namespace

void World::connect(std::size_t i) {
  Station& station = stations_[i];
  Link& link = links_[i];
  if (!station.is_on() || link.up) return;
  if (!office_.is_on() || (link.cut_to_office && link.cut_to_station)) {
    after(Milliseconds{dice_.between(500, 2'000)}, [this, i] { connect(i); });
    return;
  }
  link.up = true;
  ++link.epoch;
  station.set_linked(true, station_time(i));
  wake_station(i);
}

void World::drop(std::size_t i) {
  links_[i].up = false;
  ++links_[i].epoch;
  if (stations_[i].is_on()) stations_[i].set_linked(false, station_time(i));
}

Milliseconds World::travel_time() {
  if (weather_.strikes(Fault::message_delayed, 20'000)) return Milliseconds{dice_.between(500, 12'000)};
  if (weather_.strikes(Fault::message_reordered, 100'000)) return Milliseconds{dice_.between(5, 900)};
  return Milliseconds{dice_.between(2, 15)};
}

void World::keep_for_later(std::size_t i, bool to_office, const Bytes& frame) {
  if (!weather_.strikes(Fault::stale_message, 4'000)) return;
  // Out of another connection, of another process, perhaps of another incarnation.
  after(Milliseconds{dice_.between(5'000, 400'000)}, [this, i, to_office, frame] {
    if (!weather_.is_calm()) deliver(i, to_office, frame);
  });
}

void World::post(std::size_t i, bool to_office, Bytes frame) {
  ++messages_;
  log(fmt::format("{} {} {} {}", to_office ? "up" : "down", i, frame.size(), fnv1a(frame)));
  keep_for_later(i, to_office, frame);
  const Link& link = links_[i];
  if (!link.up || (to_office ? link.cut_to_office : link.cut_to_station)) return;
  if (weather_.strikes(Fault::message_lost, 80'000)) return;
  const int copies = weather_.strikes(Fault::message_repeated, 80'000) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    Milliseconds delay = travel_time();
    if (link.stalled_until > now_) delay += link.stalled_until - now_;
    after(delay, [this, i, to_office, frame, epoch = link.epoch] {
      if (links_[i].epoch == epoch) deliver(i, to_office, frame);
    });
  }
}

void World::deliver(std::size_t i, bool to_office, const Bytes& frame) {
  if (to_office) {
    if (!office_.is_on()) return;
    oracle_.on_office_heard(frame);
    office_.hear({.station = i, .bytes = frame});
    wake_office();
  } else if (stations_[i].is_on() && links_[i].up) {
    stations_[i].hear(frame);
    wake_station(i);
  }
}

}  // namespace lab::sim
