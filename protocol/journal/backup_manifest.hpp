#pragma once
// What a backup says it is, signed by the program whose data it holds.
//
// Lines of text, each ended by "\n", fields parted by one blank, in this order:
//   qlims backup 2
//   records N SHA256           over all records, in key order
//   blobs N
//   sealed HEX                 the key of its files, for whoever has the recovery key; or: plain
//   signer HEX                 Ed25519 public key; or: unsigned
//   file SHA256 OCTETS NAME    of each file as it lies in the backup, names ascending
//   signature HEX              over every line before it; not in an unsigned one

#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"

namespace lab::journal {

struct BackedUpFile {
  Hash sha256;
  std::uint64_t octets = 0;
  std::string name;  // "keys.json", "store/data.mdb", "blobs/ab/ab12..."

  bool operator==(const BackedUpFile&) const = default;
};

struct BackupManifest {
  std::uint64_t records = 0;
  Hash records_sha256;
  std::uint64_t blobs = 0;
  Bytes sealed_key;  // empty: plain
  std::optional<crypto::PublicKey> signer;
  std::vector<BackedUpFile> files;

  bool operator==(const BackupManifest&) const = default;
};

/// Signed when there is a key; its public half becomes the signer.
Bytes to_text(BackupManifest manifest, const std::optional<crypto::KeyPair>& signing);

/// Malformed with the number of the line in `where`; not_allowed when the signature does not hold. Of one form only:
/// what it reads, to_text writes with the same octets.
Result<BackupManifest> read_manifest(BytesView text);

/// A small file that says where a store lies and how far it came: true of the one, and false of its copy. Never backed
/// up.
bool is_note_of_place(std::string_view name);

/// A name that lies within the backup: the store's file, a blob under its hash, or a small file.
bool is_name_in_backup(std::string_view name);

}  // namespace lab::journal
