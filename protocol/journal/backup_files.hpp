#pragma once
// The files of a data folder and of a backup: found, copied, sealed and opened. Private to this folder.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/crypto/recovery.hpp"

namespace lab::journal {

Result<Bytes> read_whole(const std::filesystem::path& file);
/// Durable but for its name.
Result<void> write_whole(const std::filesystem::path& file, BytesView bytes);

/// Small files of a data folder; keys and accounts among them, so a plain backup is as secret as the folder itself.
std::vector<std::filesystem::path> small_files(const std::filesystem::path& folder);
std::vector<std::filesystem::path> blob_files(const std::filesystem::path& folder);
std::vector<Hash> blob_names(const std::filesystem::path& folder);
/// Of a backup, at any depth.
std::vector<std::filesystem::path> all_files(const std::filesystem::path& folder);

struct SourceFile {
  std::string name;  // in the backup
  std::filesystem::path path;
};
struct CopiedFile {
  Hash sha256;  // of what was written
  std::uint64_t octets = 0;
};

/// Flushed when they return; folders on the way are made.
Result<CopiedFile> copy_file(const SourceFile& source, const std::filesystem::path& to);
Result<CopiedFile> seal_file(const SourceFile& source, const std::filesystem::path& to, const crypto::StreamKey& key);
/// Writes what was sealed under `name`; nowhere when `to` is empty. storage: with the octet where it does not open.
Result<void> unseal_file(const std::filesystem::path& sealed, const std::string& name, const crypto::StreamKey& key,
                         const std::filesystem::path& to);
Result<Hash> hash_of_file(const std::filesystem::path& file);

}  // namespace lab::journal
