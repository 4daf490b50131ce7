#pragma once
// Files that are there whole or not at all, and files that are read whole.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace lab::qlims {

struct NewFile {
  std::string path;
  Bytes content;
};

/// Writes all under other names beside their places, and renames them when every one is on the disk: a full disk or a
/// wrong folder leaves nothing behind and the old files as they were. Storage, with the path, when it cannot.
Result<void> write_whole(const std::vector<NewFile>& files);

/// The same for one file that comes piece by piece. Until `finish` it stands under another name, and without it the
/// old file stays and nothing is left behind.
class GrowingFile {
 public:
  explicit GrowingFile(std::string path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// What cannot be written is said by `finish`.
  void add(BytesView piece);
  /// Octets of all pieces, on the disk under the file's name. Once; storage, with the path, when it cannot.
  Result<std::uint64_t> finish();

 private:
  std::string path_;
  int descriptor_;
  int why_;  // errno of what failed; 0: nothing has
  std::uint64_t octets_ = 0;
};

/// not_found when it cannot be opened, too_large over `octets_max`; both with a sentence for whoever gave its name.
Result<Bytes> read_file(const std::string& path, std::size_t octets_max = std::numeric_limits<std::size_t>::max());
/// The same, or the end of the command.
Bytes file_or_exit(const std::string& path);

}  // namespace lab::qlims
