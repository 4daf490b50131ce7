#pragma once
// A new store appears whole or not at all. Private to this folder.

#include <cstdint>
#include <filesystem>
#include <optional>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/journal/store.hpp"

namespace lab::journal {

/// What the records mean, as far as this folder knows; in the stamp. A store with a larger number is refused. 2: the
/// file of a task may hold item profiles (decision 0057), which a program of 1 cannot read; nothing has to be
/// converted.
inline constexpr unsigned store_format = 2;

/// The engine's own record: "1 0123456789abcdef", the format and the sum over all other records (record_sum). Without
/// the sum, as earlier programs wrote it and as a damaged record that was written over leaves it, none is checked.
struct Stamp {
  unsigned format = 0;
  std::optional<std::uint64_t> sum;
};
std::optional<Stamp> parse_stamp(BytesView text);
Bytes stamp_text(std::optional<std::uint64_t> sum);

/// Makes an empty store with its stamp in `folder` when there is none. It is made and flushed in a folder of its own
/// and only then named data.mdb: a power cut leaves no half-written header pages under that name, which could not be
/// told from a damaged store. Durable when it returns. The caller holds the owner's lock.
Result<void> create_if_missing(const std::filesystem::path& folder, const LmdbOptions& options);

}  // namespace lab::journal
