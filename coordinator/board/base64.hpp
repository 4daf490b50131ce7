#pragma once
// Files inside JSON (RFC 4648 section 4).

#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::board {

std::string base64(BytesView bytes);

}  // namespace lab::board
