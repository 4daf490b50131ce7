#pragma once
// Messages signed with a secret that both sides know.

#include "protocol/base/bytes.hpp"

namespace lab::crypto {

/// HMAC-SHA-256 (RFC 2104). A secret of any length; thread-safe.
Hash hmac_sha256(BytesView secret, BytesView message);

}  // namespace lab::crypto
