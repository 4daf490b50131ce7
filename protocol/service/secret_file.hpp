#pragma once
// Small files in a daemon's data folder: keys, accounts, where it can be reached.

#include <filesystem>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::service {

/// Replaces the file in one piece, mode 0600, durable when it returns. Its folder must exist; storage when the disk
/// refuses, and the old file is then still there.
Result<void> write_secret_file(const std::filesystem::path& file, BytesView content);

/// not_found when there is no such file.
Result<Bytes> read_file(const std::filesystem::path& file);

}  // namespace lab::service
