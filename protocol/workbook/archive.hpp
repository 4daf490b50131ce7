#pragma once
// Files in a zip archive, within limits: an archive of a few kilobytes can promise terabytes.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

struct zip;

namespace lab::workbook {

inline constexpr std::size_t unpacked_octets_max = std::size_t{512} << 20;  // of all files that are read, together
inline constexpr std::size_t unpack_ratio_max = 200;  // sheets of numbers pack to a tenth; only attacks pack better

/// Reads from memory, one thread at a time. The octets must outlive it.
class Archive {
 public:
  /// Malformed when it is no archive or its directory, which stands at its end, is missing or damaged. `octets_max` is
  /// for archives inside another one: what all of them unpack to is limited together.
  static Result<Archive> open(BytesView bytes, std::size_t octets_max = unpacked_octets_max);

  /// One file, unpacked. NotFound; TooLarge over a limit; Malformed when it is damaged (its checksum is compared) or
  /// encrypted.
  Result<Bytes> read(const std::string& name);

  /// The first octets of a file, at most so many; nothing is compared. Errors as of read().
  Result<Bytes> read_head(const std::string& name, std::size_t octets_max);

  [[nodiscard]] bool has(const std::string& name) const;
  /// Of all files, in the order of the directory.
  [[nodiscard]] std::vector<std::string> names() const;
  /// How much may still be unpacked.
  [[nodiscard]] std::size_t octets_left() const { return octets_left_; }

 private:
  struct Close {
    void operator()(zip* archive) const;
  };
  Archive(zip* archive, std::size_t octets_left) : archive_(archive), octets_left_(octets_left) {}

  std::unique_ptr<zip, Close> archive_;
  std::size_t octets_left_;
};

/// A file of a new archive.
struct PackedFile {
  std::string name;
  Bytes content;
};

/// An archive of these files, in this order, all dated 1980-01-01: the same files give the same octets.
Result<Bytes> pack(const std::vector<PackedFile>& files);

/// The archive with other content in one of its files; all others keep their octets. Malformed as Archive::open,
/// NotFound when there is no such file.
Result<Bytes> with_file(BytesView archive, const std::string& name, const Bytes& content);

}  // namespace lab::workbook
