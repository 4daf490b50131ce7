#pragma once
// The coordinator's own keys: made at its first start, kept in keys.json (mode 0600) of its data folder.

#include <chrono>
#include <filesystem>
#include <optional>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/transport/keys.hpp"

namespace lab::coordinator::app {

struct Keys {
  transport::CurveKeys curve;  // who it is on the wire
  crypto::KeyPair signing;     // who signs orders
  struct Next {
    transport::CurveKeys curve;
    UtcTime from{};
  };
  std::optional<Next> next{};  // who it will be on the wire
};

/// Nodes are told of the next CURVE key for so long before it is used, and keep both.
constexpr std::chrono::hours curve_notice{7 * 24};

/// not_found when there is no file, malformed when it cannot be used. Never makes keys: new ones would cut off every
/// node that is enrolled.
Result<Keys> open_keys(const std::filesystem::path& file);

/// Makes a CURVE key to be used from curve_notice after `now` on; conflict when there is one already.
Result<Keys> plan_next_curve(const std::filesystem::path& file, UtcTime now);
/// At a start: makes the keys when there are none and the store holds nothing yet; not_found when it does. The next
/// CURVE key takes the place of the one before, which is forgotten, when its time has come.
Result<Keys> keys_of(const std::filesystem::path& file, bool is_new_store, UtcTime now);

}  // namespace lab::coordinator::app
