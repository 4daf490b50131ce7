#include "coordinator/dispatch/order_notes.hpp"

#include <fmt/format.h>

namespace lab::dispatch {

// A reason is for the person at the bench and for the diary.
constexpr std::size_t reason_octets_max = 500;

Result<void> check_reason(const std::string& reason) {
  if (reason.empty() || reason.size() > reason_octets_max) {
    return fail(ErrorCode::malformed, fmt::format("请写明理由，最多 {} 个字节", reason_octets_max));
  }
  return {};
}

}  // namespace lab::dispatch
