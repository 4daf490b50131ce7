#pragma once
// The coordinator's own keys: made at its first start, kept in keys.json (mode 0600) of its data folder.

#include <filesystem>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/transport/keys.hpp"

namespace lab::coordinator::app {

struct Keys {
  transport::CurveKeys curve;  // who it is on the wire
  crypto::KeyPair signing;     // who signs orders
};

/// Malformed when the file is there and cannot be used: new keys would cut off every node that is enrolled.
Result<Keys> open_keys(const std::filesystem::path& file);

}  // namespace lab::coordinator::app
