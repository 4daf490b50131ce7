// Texts said to be the manifest of a backup. What is read says where it would put files: all inside of the backup, each
// once; and it has no second form.

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/backup_manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lab;
  crypto::start();
  const BytesView input{reinterpret_cast<const char*>(data), size};
  const auto manifest = journal::read_manifest(input);
  if (!manifest) {
    LAB_CHECK(!manifest.error().message.empty());
    return 0;
  }
  for (const journal::BackedUpFile& file : manifest->files) {
    const std::filesystem::path path = file.name;
    LAB_CHECK(path.is_relative() && path.lexically_normal() == path && *path.begin() != "..");
  }
  LAB_CHECK(std::ranges::adjacent_find(manifest->files, std::ranges::greater_equal{}, &journal::BackedUpFile::name) ==
            manifest->files.end());
  if (!manifest->signer) LAB_CHECK(journal::to_text(*manifest, std::nullopt) == input);
  return 0;
}
