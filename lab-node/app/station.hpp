#pragma once
// What makes a data folder a node: its keys, and where its coordinator is. Kept in station.json (mode 0600) beside the
// store; the identity given at enrolment is in the store itself.

#include <filesystem>
#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/transport/keys.hpp"

namespace lab::node::app {

struct Station {
  std::string coordinator;      // tcp://host:port; empty before enrolment
  std::string coordinator_key;  // CURVE, Z85
  transport::CurveKeys curve;
  crypto::SecretKey signing{};

  struct Pair {
    transport::CurveKeys curve;
    crypto::SecretKey signing{};
    UtcTime until{};  // of former ones: when they are forgotten
  };
  std::optional<Pair> next{};          // to be announced, and used when the coordinator knows them
  std::optional<Pair> former{};        // replaced by the ones above
  std::string next_coordinator_key{};  // announced by the coordinator
};

/// The second half of an Ed25519 secret key, as libsodium lays it out.
crypto::PublicKey public_key_of(const crypto::SecretKey& key);

/// Reads the file, or makes new keys and writes it, so that keys are durable before anybody has seen them.
Result<Station> open_station(const std::filesystem::path& file);
Result<void> save_station(const std::filesystem::path& file, const Station& station);
/// Makes keys that take the place of the present ones at the node's next connections. conflict when some wait already.
Result<Station> plan_keys(const std::filesystem::path& file);

/// "SECRET@tcp://host:port#key", one line as the coordinator gives it out.
struct Ticket {
  std::string secret;
  std::string endpoint;
  std::string server_key;
};
std::optional<Ticket> parse_ticket(std::string_view line);

/// Asks the coordinator with a ticket and stores the identity it gives. Asking again with the same keys and ticket
/// after a lost answer gets the same identity. not_allowed with the coordinator's reason when it refuses.
Result<void> enrol(journal::Store& store, const Station& station, const Ticket& ticket, const std::string& name);

}  // namespace lab::node::app
