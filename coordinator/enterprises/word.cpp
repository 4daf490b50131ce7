#include "coordinator/enterprises/word.hpp"

#include <fmt/format.h>

#include "protocol/base/text.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::enterprises {

Result<void> check_reason(const std::string& reason) {
  if (reason.empty()) return fail(ErrorCode::malformed, "请写明理由", "reason");
  if (!is_tidy(reason, reason_octets_max)) {
    return fail(ErrorCode::malformed, fmt::format("理由最多 {} 个字节，不含换行等控制字符", reason_octets_max),
                "reason");
  }
  return {};
}

std::string hash_text(const std::string& reason) { return to_hex(crypto::sha256(reason).view()); }

}  // namespace lab::enterprises
