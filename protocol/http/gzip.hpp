#pragma once
// Unpacking of one gzip member. Private to this folder.

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace lab::http {

constexpr std::size_t unpacked_max = 32 << 20;  // octets: the largest file of a page is a tenth of it

/// Malformed when it is no gzip or was changed; too_large above `unpacked_max`.
Result<std::string> unpack_gzip(std::string_view packed);

}  // namespace lab::http
