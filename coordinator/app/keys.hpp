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

/// Malformed when the file is there and cannot be used: new keys would cut off every node that is enrolled.
Result<Keys> open_keys(const std::filesystem::path& file);

/// Makes a CURVE key to be used from curve_notice after `now` on; conflict when there is one already.
Result<Keys> plan_next_curve(const std::filesystem::path& file, UtcTime now);
/// At a start: the next CURVE key takes the place of the one before, which is forgotten, when its time has come.
Result<Keys> keys_of(const std::filesystem::path& file, UtcTime now);

}  // namespace lab::coordinator::app
