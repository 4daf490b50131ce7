// Commits as many times as it is told: what the flush shim's test counts.
//   flush_probe FOLDER COMMITS

#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "protocol/journal/store.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  int commits = 0;
  std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), commits);
  const auto store = lab::journal::open_lmdb(argv[1]);
  if (!store) return 3;
  for (int i = 0; i < commits; ++i) {
    const auto batch = (*store)->write();
    for (int n = 0; n < 10; ++n) {
      if (!batch->put(fmt::format("k{:06}", i * 10 + n), lab::Bytes(200, 'x'))) return 4;
    }
    if (!batch->commit()) return 5;
  }
  return 0;
}
