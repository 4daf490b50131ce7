#pragma once
// What a person has to write when they decide something. Private to this folder.

#include <fmt/format.h>

#include <string>

#include "protocol/base/result.hpp"

namespace lab::dispatch {

/// A reason is for the person at the bench and for the diary.
constexpr std::size_t reason_octets_max = 500;

/// Malformed when it is empty or too long.
inline Result<void> check_reason(const std::string& reason) {
  if (!reason.empty() && reason.size() <= reason_octets_max) return {};
  return fail(ErrorCode::malformed, fmt::format("请写明理由,最多 {} 个字节", reason_octets_max));
}

}  // namespace lab::dispatch
