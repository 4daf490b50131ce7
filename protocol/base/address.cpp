#include "protocol/base/address.hpp"

#include <charconv>

namespace lab {

Result<Address> parse_address(std::string_view text) {
  const auto malformed = fail(ErrorCode::malformed, "write ADDRESS:PORT", std::string{text});
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return malformed;
  Address address{.host = std::string{text.substr(0, colon)}};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc{} || stop != end) return malformed;
  return address;
}

bool is_loopback(const Address& address) {
  return address.host.starts_with("127.") || address.host == "::1" || address.host == "localhost";
}

}  // namespace lab
