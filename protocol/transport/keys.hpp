#pragma once
// CURVE keys: who may speak on a socket. They are not the keys that sign events.

#include <string>

namespace lab::transport {

struct CurveKeys {
  std::string public_key;  // Z85, 40 characters
  std::string secret_key;  // Z85, 40 characters; lives in a file of mode 0600 and nowhere else
};

CurveKeys make_curve_keys();

/// 40 characters of Z85 that stand for 32 octets.
bool is_curve_key(const std::string& key);

}  // namespace lab::transport
