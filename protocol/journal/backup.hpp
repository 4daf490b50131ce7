#pragma once
// A copy of a data folder that can be put back: the store as of one commit, its blobs, and the small files beside it.
//
// A backup is a folder: `store/data.mdb`, `blobs/`, the small files, and `manifest.txt`, which is written last: without
// it the backup is not finished. It names the number of records, the SHA-256 over all of them, and that of every file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "protocol/base/result.hpp"

namespace lab::journal {

struct BackupFigures {
  std::uint64_t records = 0;
  std::uint64_t blobs = 0;
  std::string sha256;  // over the records, hexadecimal
};

/// Steps done and steps there are; called now and then.
using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// Copies the data folder of a coordinator or a node, which may be running, into `to`, which must not exist or be an
/// unfinished backup. Every record and blob is read and checked on the way. Interrupted at any point it leaves the data
/// as they were, and no manifest.
Result<BackupFigures> make_backup(const std::filesystem::path& data, const std::filesystem::path& to,
                                  const Progress& progress = {});

/// Reads everything and compares it with the manifest.
Result<BackupFigures> verify_backup(const std::filesystem::path& backup, const Progress& progress = {});

/// Verifies, copies into `data`, which must not exist or be empty, and leaves the mark that makes a node
/// resynchronise and a coordinator recover at its next start. Without the mark, which is written first, nothing of it
/// can be started.
Result<BackupFigures> restore_backup(const std::filesystem::path& backup, const std::filesystem::path& data,
                                     const Progress& progress = {});

}  // namespace lab::journal
