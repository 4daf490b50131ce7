#pragma once
// Files in a zip archive, within limits: an archive of a few kilobytes can promise terabytes.

#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

struct zip;

namespace lab::sheet {

inline constexpr std::size_t unpacked_octets_max = std::size_t{512} << 20;  // of all files that are read, together
inline constexpr std::size_t unpack_ratio_max = 200;  // sheets of numbers pack to a tenth; only attacks pack better

/// Reads from memory, one thread at a time. The octets must outlive it.
class Archive {
 public:
  /// Malformed when it is no archive or its directory, which stands at its end, is missing or damaged.
  static Result<Archive> open(BytesView bytes);

  /// One file, unpacked. NotFound; TooLarge over a limit; Malformed when it is damaged (its checksum is compared) or
  /// encrypted.
  Result<Bytes> read(const std::string& name);

  /// The first octets of a file, at most so many; nothing is compared. Errors as of read().
  Result<Bytes> read_head(const std::string& name, std::size_t octets_max);

  [[nodiscard]] bool has(const std::string& name) const;

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  explicit Archive(zip* archive) : archive_(archive) {}

  std::unique_ptr<zip, Close> archive_;
  std::size_t unpacked_ = 0;
};

}  // namespace lab::sheet
