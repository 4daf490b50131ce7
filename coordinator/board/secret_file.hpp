#pragma once
// Small files that hold secrets: keys and accounts.

#include <filesystem>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::board {

/// Replaces the file in one piece, mode 0600, durable when it returns. Its folder must exist.
Result<void> write_secret_file(const std::filesystem::path& file, BytesView content);

/// not_found when there is no such file.
Result<Bytes> read_file(const std::filesystem::path& file);

/// The octets of an even number of lower-case hexadecimal digits; nothing for anything else.
std::optional<Bytes> from_hex(std::string_view hex);

}  // namespace lab::board
