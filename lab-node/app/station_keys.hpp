#pragma once
// The keys of this node while they change: its own, which it replaces, and the coordinator's CURVE key, of which it
// keeps two. Everything here is on the loop's thread.

#include <filesystem>
#include <functional>
#include <optional>

#include "lab-node/app/station.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/session/node_link.hpp"

namespace lab::node::app {

/// Without a connection for so long, the next pair of keys is tried that the coordinator may want to see.
constexpr std::chrono::seconds other_keys_after{20};
/// What was replaced is kept for so long, for a coordinator that is put back from a backup and knows nothing else.
constexpr std::chrono::hours former_kept{7 * 24};

/// With whose keys to speak on a connection.
struct WireKeys {
  std::string coordinator_key;
  transport::CurveKeys curve;
};

class StationKeys {
 public:
  /// `connect` makes a new connection with these keys in place of the one there is.
  StationKeys(Station station, std::filesystem::path file, std::function<void(const WireKeys&)> connect);

  /// Keys of the first connection.
  [[nodiscard]] WireKeys current() const;
  [[nodiscard]] const Station& station() const { return station_; }

  /// The coordinator has said by which key it knows this node, and what its own will be. Within the turn: the link
  /// signs with that key from now on, and keys that wait are announced over `draft`.
  void on_welcomed(journal::Draft& draft, session::NodeLink& link, const session::Welcomed& welcomed, UtcTime now);
  /// After the commit of every turn: what has changed is kept and used.
  void settle(bool linked, UtcTime now);

 private:
  [[nodiscard]] std::vector<WireKeys> all() const;
  void go_over(session::NodeLink& link, UtcTime now);
  void go_back(session::NodeLink& link, UtcTime now);

  Station station_;
  std::filesystem::path file_;
  std::function<void(const WireKeys&)> connect_;
  bool changed_ = false;    // the station differs from its file
  bool reconnect_ = false;  // with the keys it has now
  std::size_t tried_ = 0;   // of all()
  UtcTime linked_at_{};     // or when other keys were tried last; monotonic
};

}  // namespace lab::node::app
