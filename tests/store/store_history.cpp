// Commits the known history (history.hpp) and says after each commit that it is acknowledged. Runs below the shims of
// this folder.
//   store_history FOLDER SEED FIRST LAST   commits FIRST .. LAST; each is acknowledged by a line in FOLDER/acks
// Exits 0, or 3 after an error, which is on standard error.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>

#include "protocol/base/failpoint.hpp"
#include "protocol/journal/blobs.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/journal/store_mark.hpp"
#include "tests/store/history.hpp"

namespace {

using namespace lab;
namespace fs = std::filesystem;

constexpr unsigned mark_every = 4;  // commits between two notes beside the store, each with a file of its own

void acknowledge(int acks, unsigned number) {
  const std::string line = fmt::format("{}\n", number);
  if (::write(acks, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}

Result<void> commit(journal::Store& store, std::uint64_t seed, unsigned number) {
  const auto batch = store.write();
  for (const faults::Change& change : faults::changes_of(seed, number)) {
    auto changed = change.record ? batch->put(change.key, *change.record) : batch->erase(change.key);
    if (!changed) return changed;
  }
  return batch->commit();
}

Result<void> run(const fs::path& folder, std::uint64_t seed, unsigned first, unsigned last) {
  const int acks = ::open((folder / "acks").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (acks < 0) return fail(ErrorCode::storage, "no file for acknowledgements", folder.string());
  auto store = journal::open_lmdb(folder / "store");
  if (!store) return tl::unexpected(store.error());
  auto blobs = journal::Blobs::open(folder / "blobs");
  if (!blobs) return tl::unexpected(blobs.error());
  const journal::StoreMark mark{folder, "stream.txt"};
  for (unsigned number = first; number <= last; ++number) {
    if (number % mark_every == 0) {
      // As the daemons do: the file first, then the record, then the note.
      if (const auto put = blobs->put(fmt::format("file of commit {}\n", number)); !put) {
        return tl::unexpected(put.error());
      }
    }
    if (auto stored = commit(**store, seed, number); !stored) return stored;
    if (number % mark_every == 0) {
      if (auto noted = mark.write(number); !noted) return noted;
    }
    acknowledge(acks, number);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 || !failpoint::arm(std::getenv("QLIMS_FAILPOINTS"))) return 2;
  const auto number = [&](int at) { return std::strtoul(argv[at], nullptr, 10); };
  try {
    const auto done = run(argv[1], number(2), static_cast<unsigned>(number(3)), static_cast<unsigned>(number(4)));
    if (done) return 0;
    fmt::print(stderr, "store_history: {}\n", to_text(done.error()));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "store_history: {}\n", failure.what());
  }
  return 3;
}
