#pragma once
// Octets that are on the disk when it is said so. What stands under a name that others read is written under another
// first, and renamed: that is the caller's.

#include <sys/types.h>

#include <filesystem>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab {

constexpr mode_t owner_only = 0600;

/// All of it, whatever interrupts; false with `errno` when the disk refuses.
bool write_all(int descriptor, BytesView bytes);

/// Makes the file or empties the one that is there, writes and flushes it; its name is not durable yet. False with
/// `errno` when the disk refuses; the file may be there in part then.
bool write_durably(const std::filesystem::path& file, BytesView content, mode_t mode = owner_only);

/// Makes names created in `folder` durable.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace lab
