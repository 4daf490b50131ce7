#pragma once
// A copy of a data folder that can be put back: the store as of one commit, its blobs, and the small files beside it.
//
// A backup is a folder: `store/data.mdb`, `blobs/`, the small files, and `manifest.txt` (backup_manifest.hpp), which is
// written last: without it the backup is not finished. A sealed one has the same files, each ending in ".sealed", which
// only the two people with the halves of the recovery key can open together (protocol/crypto/recovery.hpp).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/crypto/recovery.hpp"

namespace lab::journal {

struct BackupFigures {
  std::uint64_t records = 0;
  std::uint64_t blobs = 0;
  std::string sha256;    // over the records, hexadecimal
  std::string signer{};  // whose key has signed the manifest, hexadecimal; empty: nobody's
  bool sealed = false;
};

/// Steps done and steps there are; called now and then.
using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

struct BackupOptions {
  std::optional<crypto::KeyPair> signing{};          // of the program whose data they are
  std::optional<crypto::RecoveryPublic> recovery{};  // for whom it is sealed; none: plain
  Progress progress{};
};

/// Copies the data folder of a coordinator or a node, which may be running, into `to`, which must not exist or be an
/// unfinished backup. Every record and blob is read and checked on the way. Interrupted at any point it leaves the data
/// as they were, and no manifest; the next one takes away what was left. A sealed one makes its copy of the store in
/// the data folder first, where it is plain anyway, and needs room for it there.
Result<BackupFigures> make_backup(const std::filesystem::path& data, const std::filesystem::path& to,
                                  const BackupOptions& options = {});

struct CheckOptions {
  bool read_data = true;                           // else only the manifest, names and sizes
  std::optional<crypto::RecoverySecret> secret{};  // opens a sealed one, piece by piece
  std::optional<crypto::PublicKey> signer{};       // who must have signed it
  Progress progress{};
};

/// Compares a backup with its manifest. The error says which file is missing, cut off, changed, or was put there, or
/// what of the manifest itself is wrong.
Result<BackupFigures> check_backup(const std::filesystem::path& backup, const CheckOptions& options = {});
/// The same with everything read.
Result<BackupFigures> verify_backup(const std::filesystem::path& backup, const Progress& progress = {});

/// Checks everything, copies into `data`, which must not exist or be empty, and leaves the mark that makes a node
/// resynchronise and a coordinator recover at its next start. The copy is made beside it ("data.part") and takes its
/// name when it is whole: interrupted at any point there is no folder that could be started.
Result<BackupFigures> restore_backup(const std::filesystem::path& backup, const std::filesystem::path& data,
                                     const CheckOptions& options = {});

}  // namespace lab::journal
