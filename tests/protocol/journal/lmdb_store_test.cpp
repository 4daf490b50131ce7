// What only the engine on disk can get wrong: crashes, full disks, failed flushes, second owners.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <lmdb.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "protocol/base/failpoint.hpp"
#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/lmdb_reader.hpp"
#include "protocol/journal/record_envelope.hpp"
#include "protocol/journal/store.hpp"
#include "tests/protocol/journal/child.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

std::unique_ptr<Store> open_or_die(const std::filesystem::path& folder, const LmdbOptions& options = {}) {
  auto opened = open_lmdb(folder, options);
  if (!opened) throw std::runtime_error(to_text(opened.error()));
  return std::move(*opened);
}

Result<void> put_one(Store& store, BytesView key, BytesView record) {
  const auto batch = store.write();
  if (auto put = batch->put(key, record); !put) return put;
  return batch->commit();
}

TEST(LmdbStore, ASecondOpenIsRefusedUntilTheFirstIsClosed) {
  const TestFolder folder;
  auto first = open_or_die(folder.path());
  const auto second = open_lmdb(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(run_in_child([&] { return open_lmdb(folder.path()) ? 1 : 0; }), 0) << "another process was let in";
  first.reset();
  EXPECT_TRUE(open_lmdb(folder.path()));
}

TEST(LmdbStore, AFolderThatCannotBeMadeIsAnError) {
  const TestFolder folder;
  write_file(folder.path() / "file", "in the way");
  const auto opened = open_lmdb(folder.path() / "file" / "store");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
}

TEST(LmdbStore, ACreationThatWasInterruptedIsMadeAgain) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.path() / "new");
  write_file(folder.path() / "new" / "data.mdb", Bytes(5'000, 'x'));  // half a header page, never named
  const auto store = open_or_die(folder.path());
  EXPECT_TRUE(put_one(*store, "a", "1"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "new"));
}

// As an LMDB file of anybody's, or one whose header page lost its root: never taken for a new store.
TEST(LmdbStore, AnEmptyTreeIsNoStore) {
  const TestFolder folder;
  MDB_env* env = nullptr;
  ASSERT_EQ(mdb_env_create(&env), MDB_SUCCESS);
  ASSERT_EQ(mdb_env_open(env, folder.path().c_str(), 0, 0600), MDB_SUCCESS);
  mdb_env_close(env);
  const auto opened = open_lmdb(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::malformed);
}

TEST(LmdbStore, FiguresCountCommitsAndRoom) {
  const TestFolder folder;
  const auto store = open_or_die(folder.path(), {.map_bytes = 32 << 20});
  EXPECT_EQ(store->figures().commits, 0U);
  ASSERT_TRUE(put_one(*store, "a", Bytes(100'000, 'x')));
  const StoreFigures figures = store->figures();
  EXPECT_EQ(figures.commits, 1U);
  EXPECT_EQ(figures.bytes_max, 32U << 20);
  EXPECT_GT(figures.bytes_used, 100'000U);
  EXPECT_LT(figures.bytes_used, 200'000U);
  EXPECT_GT(figures.disk_free_bytes, 0U);
  EXPECT_FALSE(figures.stopped);
}

// The child reports each commit only after it returned; whatever it reported must be there, and at most one more.
TEST(LmdbStore, KillingTheProcessKeepsEveryReportedCommit) {
  for (int round = 0; round < 5; ++round) {
    const TestFolder folder;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(pipe[0]);
      const auto store = open_or_die(folder.path());
      for (std::uint32_t number = 1;; ++number) {
        if (!put_one(*store, fmt::format("k{:010}", number), std::to_string(number) + Bytes(number % 5000, 'x'))) break;
        if (::write(pipe[1], &number, sizeof number) != sizeof number) break;
      }
      ::_exit(1);
    }
    ::close(pipe[1]);
    std::uint32_t reported = 0;
    std::uint32_t number = 0;
    while (reported < 40 && ::read(pipe[0], &number, sizeof number) == sizeof number) reported = number;
    std::this_thread::sleep_for(std::chrono::microseconds(700 * round));
    ::kill(child, SIGKILL);
    while (::read(pipe[0], &number, sizeof number) == sizeof number) reported = number;
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    ASSERT_GE(reported, 40U);

    const auto store = open_or_die(folder.path());
    std::uint32_t present = 0;
    store->read()->scan("k", "l", [&](BytesView key, BytesView record) {
      ++present;
      EXPECT_EQ(key, fmt::format("k{:010}", present));
      EXPECT_EQ(record, std::to_string(present) + Bytes(present % 5000, 'x'));
      return true;
    });
    EXPECT_GE(present, reported);
    EXPECT_LE(present, reported + 1);
  }
}

TEST(LmdbStore, AFullMapRefusesTheBatchAndKeepsWhatIsThere) {
  const TestFolder folder;
  const auto store = open_or_die(folder.path(), {.map_bytes = 1 << 20});
  ASSERT_TRUE(put_one(*store, "a", "kept"));
  const auto refused =
      put_one(*store, "b", Bytes(900'000, 'x')).and_then([&] { return put_one(*store, "c", Bytes(900'000, 'x')); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage);
  EXPECT_NE(refused.error().message.find("map size"), std::string::npos) << refused.error().message;
  EXPECT_EQ(store->read()->get("a"), "kept");
  EXPECT_EQ(store->read()->get("c"), std::nullopt);
  EXPECT_FALSE(store->figures().stopped);
  EXPECT_TRUE(put_one(*store, "d", "small ones still fit"));
}

TEST(LmdbStore, AFullDiskRefusesTheBatchAndKeepsWhatIsThere) {
  const TestFolder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=2m") != 0) GTEST_SKIP() << "may not mount a tmpfs here";
  {
    const auto store = open_or_die(folder.path() / "store");
    Result<void> last;
    std::size_t stored = 0;
    while (stored < 1000 && (last = put_one(*store, fmt::format("k{:04}", stored), Bytes(20'000, 'x')))) ++stored;
    EXPECT_GT(stored, 20U);
    if (!last) {
      EXPECT_EQ(last.error().code, ErrorCode::storage);
      EXPECT_NE(last.error().message.find("disk is full"), std::string::npos) << last.error().message;
    }
    EXPECT_FALSE(last.has_value());
    EXPECT_FALSE(store->figures().stopped) << "found before anything was written";
    std::size_t readable = 0;
    store->read()->scan("k", "l", [&](BytesView, BytesView) { return ++readable; });
    EXPECT_EQ(readable, stored);
  }
  ::umount(folder.path().c_str());
}

// The kernel refuses to write beyond a limit that appears in mid-life: the write inside the commit fails.
TEST(LmdbStore, AFailedCommitStopsTheStoreForGood) {
  const TestFolder folder;
  { ASSERT_TRUE(put_one(*open_or_die(folder.path()), "a", "kept")); }
  const int result = run_in_child([&] {
    const auto store = open_or_die(folder.path());
    if (!put_one(*store, "b", "kept too")) return 1;
    ::signal(SIGXFSZ, SIG_IGN);
    const rlim_t limit = store->figures().bytes_used;
    const struct rlimit small { limit, RLIM_INFINITY };
    const struct rlimit none { RLIM_INFINITY, RLIM_INFINITY };
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto failed = put_one(*store, "c", Bytes(500'000, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &none);
    if (failed || failed.error().code != ErrorCode::storage) return 2;
    if (!store->figures().stopped) return 3;
    // The disk is well again, but nobody knows what was written: still refused.
    const auto batch = store->write();
    const auto refused = batch->put("d", "1");
    if (refused || refused.error().message != failed.error().message || batch->commit()) return 4;
    try {
      [[maybe_unused]] const auto read = batch->get("a");
      return 5;
    } catch (const Damage&) {
      return 0;
    }
  });
  EXPECT_EQ(result, 0);
  const auto store = open_or_die(folder.path());
  EXPECT_EQ(store->read()->get("a"), "kept");
  EXPECT_EQ(store->read()->get("b"), "kept too");
  EXPECT_TRUE(put_one(*store, "e", "a restart makes it writable"));
}

TEST(LmdbStore, TheFileIsNeverShorterThanItsHeadersSay) {
  const TestFolder folder;
  // Values written and erased within one batch leave free pages at the end that LMDB never writes.
  for (int round = 0; round < 3; ++round) {
    const auto store = open_or_die(folder.path());
    for (int i = 0; i < 20; ++i) {
      const auto batch = store->write();
      for (int n = 0; n < 30; ++n) ASSERT_TRUE(batch->put(fmt::format("k{}", n), Bytes(30'000, 'x')));
      for (int n = 0; n < 30; ++n) ASSERT_TRUE(batch->erase(fmt::format("k{}", n)));
      ASSERT_TRUE(batch->commit());
      ASSERT_TRUE(check_data_file(folder.path() / "data.mdb"));
    }
  }
}

// Writes the stamp with LMDB itself, as a newer program would.
void stamp(const std::filesystem::path& folder, BytesView stored) {
  MDB_env* env = nullptr;
  ASSERT_EQ(mdb_env_create(&env), 0);
  ASSERT_EQ(mdb_env_open(env, folder.c_str(), 0, 0600), 0);
  MDB_txn* transaction = nullptr;
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &transaction), 0);
  MDB_dbi table = 0;
  ASSERT_EQ(mdb_dbi_open(transaction, nullptr, 0, &table), 0);
  MDB_val key = to_val(stamp_key);
  MDB_val value = to_val(stored);
  ASSERT_EQ(mdb_put(transaction, table, &key, &value, 0), 0);
  ASSERT_EQ(mdb_txn_commit(transaction), 0);
  mdb_env_close(env);
}

Bytes octets_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What, where, why and what to do; and the newer program finds its store as it left it.
TEST(LmdbStore, ANewerStoreIsRefusedBeforeAnOctetOfItChanges) {
  const TestFolder folder;
  { ASSERT_TRUE(put_one(*open_or_die(folder.path()), "a", "1")); }
  stamp(folder.path(), seal_record(stamp_key, "3 and more than is known here"));
  const Bytes before = octets_of(folder.path() / "data.mdb");
  const auto opened = open_lmdb(folder.path());
  ASSERT_FALSE(opened);
  const std::string said = to_text(opened.error());
  for (const char* part : {"format 3", "up to 2", "use the newer program again", "restore a backup"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << " in: " << said;
  }
  EXPECT_NE(said.find(folder.path().string()), std::string::npos) << said;
  EXPECT_EQ(octets_of(folder.path() / "data.mdb"), before);
}

// A store of before there was a sum over all records gets one, in one batch, at its next opening.
class OlderStore : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(OlderStore, IsConvertedOnceWhateverHappensOnTheWay) {
  const auto [point, mode] = GetParam();
  const TestFolder folder;
  {
    const auto store = open_or_die(folder.path());
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(put_one(*store, fmt::format("key {}", i), Bytes(100, 'r')));
  }
  stamp(folder.path(), seal_record(stamp_key, "1"));
  const std::string armed = fmt::format("{}={}", point, mode);
  const int outcome = run_in_child([&] {
    if (!failpoint::arm(armed.c_str())) return 2;
    try {
      return open_lmdb(folder.path()) ? 0 : 3;
    } catch (const InjectedFailure&) {
      return 4;
    }
  });
  const std::string_view how{mode};
  EXPECT_TRUE(how == "crash"   ? outcome == -SIGKILL
              : how == "error" ? outcome == 3 || outcome == 4
                               : outcome == 0)
      << outcome;
  const auto store = open_or_die(folder.path());
  for (int i = 0; i < 50; ++i) EXPECT_EQ(store->read()->get(fmt::format("key {}", i)), Bytes(100, 'r'));
  EXPECT_NO_THROW(store->read()->scan("", Bytes(65, '\xFF'), [](BytesView, BytesView) { return true; }));
  ASSERT_TRUE(put_one(*store, "after", "1"));
}

INSTANTIATE_TEST_SUITE_P(Points, OlderStore,
                         ::testing::Combine(::testing::Values("store.convert", "store.converted"),
                                            ::testing::Values("crash", "error", "sleep:20")));

TEST(LmdbStore, AStoreOfANewerFormatIsRefused) {
  const TestFolder folder;
  { ASSERT_TRUE(put_one(*open_or_die(folder.path()), "a", "1")); }
  stamp(folder.path(), seal_record(stamp_key, "3"));
  const auto opened = open_lmdb(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported);
  stamp(folder.path(), seal_record(stamp_key, "1"));
  EXPECT_TRUE(open_lmdb(folder.path()));
}

TEST(LmdbStore, SomebodyElsesDatabaseIsRefused) {
  const TestFolder folder;
  stamp(folder.path(), "not an envelope");
  const auto opened = open_lmdb(folder.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::malformed);
}

TEST(FileSystems, NetworkOnesAreToldFromLocalOnes) {
  EXPECT_EQ(file_system_kind(0x6969), FileSystemKind::network);                 // NFS
  EXPECT_EQ(file_system_kind(0xFF534D42), FileSystemKind::network);             // CIFS
  EXPECT_EQ(file_system_kind(0xFFFFFFFFFE534D42ULL), FileSystemKind::network);  // SMB2, sign-extended
  EXPECT_EQ(file_system_kind(0x01021994), FileSystemKind::doubtful);            // tmpfs
  EXPECT_EQ(file_system_kind(0x794C7630), FileSystemKind::doubtful);            // overlay
  EXPECT_EQ(file_system_kind(0xEF53), FileSystemKind::ordinary);                // ext4
  EXPECT_EQ(file_system_kind(0x58465342), FileSystemKind::ordinary);            // XFS
}

}  // namespace
}  // namespace lab::journal
