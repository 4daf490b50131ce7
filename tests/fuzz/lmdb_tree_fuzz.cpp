// Changed octets anywhere in a store's file: the walk over its pages ends without harm, and says that something is
// wrong or reads as many records as it says. Input: one octet with the pages that are cut off at the end, then four
// octets a change: page, place (two), value.

#include <cstdint>

#include "protocol/base/check.hpp"
#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_tree.hpp"
#include "protocol/journal/store.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace {

using namespace lab;

constexpr std::size_t page_octets = 4096;

// Inner and leaf pages, a record on pages of its own, and pages that have become free.
Bytes good_file() {
  const journal::TestFolder folder;
  std::uint64_t used = 0;
  {
    const auto store = *journal::open_lmdb(folder.path());
    for (const std::size_t octets : {100, 90}) {
      const auto batch = store->write();
      for (int i = 0; i < 200; ++i) LAB_CHECK(batch->put(fmt::format("k{:03}", i), Bytes(octets, 'x')).has_value());
      LAB_CHECK(batch->put("long", Bytes(3 * page_octets, 'y')).has_value());
      for (int i = 50; i < 100; ++i) LAB_CHECK(batch->erase(fmt::format("k{:03}", i)).has_value());
      LAB_CHECK(batch->commit().has_value());
    }
    used = store->figures().bytes_used;
  }
  return journal::read_file(folder.path() / "data.mdb").substr(0, used);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Bytes good = good_file();
  const std::size_t pages = good.size() / page_octets;
  Bytes image = good.substr(0, good.size() - (size > 0 ? data[0] % pages : 0) * page_octets);
  for (std::size_t i = 1; i + 4 <= size; i += 4) {
    const std::size_t place = (std::size_t{data[i + 1]} << 8 | data[i + 2]) % page_octets;
    image[data[i] % (image.size() / page_octets) * page_octets + place] = static_cast<char>(data[i + 3]);
  }
  const fuzz::MemoryFile file{image};
  const bool is_checked = journal::check_data_file(file.path()).has_value();
  const bool is_walked = is_checked && journal::check_trees(file.path()).has_value();
  if (image == good) LAB_CHECK(is_walked);
  const auto meta = journal::newest_meta(file.path());
  if (!meta) return 0;
  std::uint64_t seen = 0;
  const auto findings = journal::walk_trees(file.descriptor(), *meta, [&](BytesView key, BytesView stored) {
    seen += key.size() <= image.size() && stored.size() <= image.size() ? 1 : 0;
  });
  LAB_CHECK(seen == findings.records || findings.problem);
  if (is_walked) LAB_CHECK(!findings.problem && seen == findings.records);
  return 0;
}
