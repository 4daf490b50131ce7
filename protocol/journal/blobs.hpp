#pragma once
// Large things that never change, outside the store: pictures, raw instrument files, plan files. A file is named by its
// own SHA-256, so that a record refers to it by hash and nobody can change it unseen.

#include <filesystem>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::journal {

/// Thread-safe. Put the blob first and commit the record that names it afterwards: a blob without a record is harmless,
/// a record without its blob is not.
class Blobs {
 public:
  /// The largest raw file met is a few MiB; this bounds what one get() takes of memory.
  static constexpr std::uint64_t blob_max = std::uint64_t{256} << 20;

  /// Opens or creates `folder`. Leftovers of an interrupted put() are removed.
  static Result<Blobs> open(std::filesystem::path folder);

  /// Durable when it returns. The same bytes again change nothing, and repair a damaged file.
  [[nodiscard]] Result<Hash> put(BytesView bytes) const;

  /// not_found when there is no such blob, storage when its bytes no longer have this hash.
  [[nodiscard]] Result<Bytes> get(const Hash& hash) const;

  /// Whether there is a file of this name; its bytes are not looked at.
  [[nodiscard]] bool has(const Hash& hash) const;

 private:
  explicit Blobs(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::filesystem::path path_of(const Hash& hash) const;

  std::filesystem::path folder_;
};

}  // namespace lab::journal
