#include "lab-node/app/station_keys.hpp"

#include "protocol/base/clock.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/base/log.hpp"
#include "protocol/session/stream.hpp"

namespace lab::node::app {
namespace {

bool is_key_of(const crypto::SecretKey& secret, const Bytes& public_key) {
  const crypto::PublicKey key = public_key_of(secret);
  return view_of(key) == public_key;
}

}  // namespace

StationKeys::StationKeys(Station station, std::filesystem::path file, std::function<void(const WireKeys&)> connect)
    : station_(std::move(station)),
      file_(std::move(file)),
      connect_(std::move(connect)),
      linked_at_(monotonic_clock()) {}

WireKeys StationKeys::current() const { return {station_.coordinator_key, station_.curve}; }

// In the order in which they are likely to be right.
std::vector<WireKeys> StationKeys::all() const {
  std::vector<WireKeys> keys{current()};
  if (!station_.next_coordinator_key.empty()) keys.push_back({station_.next_coordinator_key, station_.curve});
  if (station_.former) keys.push_back({station_.coordinator_key, station_.former->curve});
  return keys;
}

void StationKeys::go_over(session::NodeLink& link, UtcTime now) {
  station_.former = Station::Pair{.curve = station_.curve, .signing = station_.signing, .until = now + former_kept};
  station_.curve = station_.next->curve;
  station_.signing = station_.next->signing;
  station_.next.reset();
  link.set_signing_key(station_.signing);
  changed_ = reconnect_ = true;
  pass("station.keys.over");
  log::info("the coordinator knows this node by its new keys");
}

// The coordinator was put back to before the change; it hears of it again from the stream.
void StationKeys::go_back(session::NodeLink& link, UtcTime now) {
  station_.next = Station::Pair{.curve = station_.curve, .signing = station_.signing, .until = now};
  station_.curve = station_.former->curve;
  station_.signing = station_.former->signing;
  station_.former.reset();
  link.set_signing_key(station_.signing);
  changed_ = true;
  log::warning("the coordinator has forgotten that this node has replaced its keys, and is told again");
}

void StationKeys::on_welcomed(journal::Draft& draft, session::NodeLink& link, const session::Welcomed& welcomed,
                              UtcTime now) {
  if (welcomed.next_server && welcomed.next_server->curve_key != station_.next_coordinator_key &&
      welcomed.next_server->curve_key != station_.coordinator_key) {
    station_.next_coordinator_key = welcomed.next_server->curve_key;
    changed_ = true;
  }
  if (welcomed.node_key.empty()) return;
  if (station_.next && is_key_of(station_.next->signing, welcomed.node_key)) return go_over(link, now);
  if (station_.former && is_key_of(station_.former->signing, welcomed.node_key)) return go_back(link, now);
  if (!station_.next || !is_key_of(station_.signing, welcomed.node_key)) return;
  if (welcomed.recovering || session::is_rehydrating(draft)) return;  // it says WELCOME again when that is over
  session::announce_keys(
      draft,
      {.curve_key = station_.next->curve.public_key,
       .signing = {.public_key = public_key_of(station_.next->signing), .secret_key = station_.next->signing}},
      public_key_of(station_.signing), now);
}

void StationKeys::settle(bool linked, UtcTime now) {
  if (station_.former && now > station_.former->until) {
    station_.former.reset();
    changed_ = true;
  }
  const UtcTime moment = monotonic_clock();
  if (linked) {
    linked_at_ = moment;
    const auto keys = all();
    // The one that works is the coordinator's key from now on; its former one will not come back.
    if (tried_ < keys.size() && keys[tried_].coordinator_key != station_.coordinator_key) {
      station_.coordinator_key = station_.next_coordinator_key;
      station_.next_coordinator_key.clear();
      tried_ = 0;
      changed_ = true;
    }
  }
  if (changed_) {
    // A file that cannot be written is tried again; until then these keys are nowhere else.
    if (const auto saved = save_station(file_, station_); !saved) return log::error("{}", to_text(saved.error()));
    changed_ = false;
    pass("station.keys.saved");
  }
  if (reconnect_) {
    reconnect_ = false;
    tried_ = 0;
    linked_at_ = moment;
    return connect_(current());
  }
  if (linked || moment - linked_at_ < other_keys_after) return;
  linked_at_ = moment;
  const auto keys = all();
  if (keys.size() == 1 && tried_ == 0) return;  // the connection goes on trying by itself
  tried_ = (tried_ + 1) % keys.size();
  connect_(keys[tried_]);
}

}  // namespace lab::node::app
