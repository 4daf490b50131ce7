#pragma once
// Where something listens, as people write it.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace lab {

struct Address {
  std::string host;  // a name or an IP address; not looked up here
  std::uint16_t port = 0;
};

/// "127.0.0.1:7080". Malformed for anything else, with the text in `where`.
Result<Address> parse_address(std::string_view text);

/// Whether only programs of this machine reach it: 127.0.0.0/8, ::1 or localhost.
bool is_loopback(const Address& address);

}  // namespace lab
