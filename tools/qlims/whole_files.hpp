#pragma once
// Files that are there whole or not at all.

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

}  // namespace lab::qlims
