#include "protocol/journal/batch_limits.hpp"

#include <fmt/format.h>

namespace lab::journal {

bool is_storable(BytesView key) { return !key.empty() && key.size() <= View::key_max && key.front() != '\0'; }

Result<void> BatchLimits::admit(BytesView key, std::size_t record_bytes) {
  if (spoiled_) return tl::unexpected(*spoiled_);
  if (!is_storable(key)) {
    return spoil({ErrorCode::malformed,
                  fmt::format("a key has 1 to {} octets and does not begin with zero; this one has {}", View::key_max,
                              key.size()),
                  to_hex(key.substr(0, View::key_max))});
  }
  if (record_bytes > Batch::record_max) {
    return spoil({ErrorCode::too_large,
                  fmt::format("a record of {} octets is over the limit of {}; keep it as a blob", record_bytes,
                              Batch::record_max),
                  to_hex(key)});
  }
  ++changes_;
  bytes_ += key.size() + record_bytes;
  if (changes_ > Batch::changes_max || bytes_ > Batch::bytes_max) {
    return spoil({ErrorCode::too_large,
                  fmt::format("one batch holds at most {} changes and {} octets; split the work", Batch::changes_max,
                              Batch::bytes_max),
                  to_hex(key)});
  }
  return {};
}

tl::unexpected<Error> BatchLimits::spoil(Error error) {
  if (!spoiled_) spoiled_ = error;
  return tl::unexpected(std::move(error));
}

}  // namespace lab::journal
