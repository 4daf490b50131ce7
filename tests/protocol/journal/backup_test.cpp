// A backup is what it says it is, and putting it back leaves a mark.

#include "protocol/journal/backup.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "protocol/journal/blobs.hpp"
#include "protocol/journal/store.hpp"
#include "protocol/journal/store_mark.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

namespace fs = std::filesystem;

class Backup : public ::testing::Test {
 protected:
  Backup() {
    fs::create_directories(data);
    store = *open_lmdb(data / "store");
    put("key", "record");
    std::ofstream{data / "keys.json"} << "{}";
    std::ofstream{data / "generation.txt"} << "7 1:1\n";
    blob = *Blobs::open(data / "blobs")->put(Bytes(5'000, 'b'));
  }
  void put(BytesView key, BytesView record) {
    const auto batch = store->write();
    ASSERT_TRUE(batch->put(key, record) && batch->commit());
  }

  TestFolder folder;
  fs::path data = folder.path() / "data";
  fs::path to = folder.path() / "backup";
  std::unique_ptr<Store> store;
  Hash blob;
};

TEST_F(Backup, IsMadeWhileTheProgramRunsAndPutBackWithAMark) {
  const auto made = make_backup(data, to);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->records, 1U);
  EXPECT_EQ(made->blobs, 1U);
  put("later", "not in the backup");
  ASSERT_TRUE(verify_backup(to));
  const fs::path restored = folder.path() / "restored";
  const auto back = restore_backup(to, restored);
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->sha256, made->sha256);
  EXPECT_TRUE(fs::exists(restored_mark(restored)));
  EXPECT_TRUE(fs::exists(restored / "keys.json"));
  EXPECT_FALSE(fs::exists(restored / "generation.txt")) << "it is about the other folder";
  const auto copy = *open_lmdb(restored / "store");
  EXPECT_EQ(copy->read()->get("key"), "record");
  EXPECT_EQ(copy->read()->get("later"), std::nullopt);
  EXPECT_TRUE(Blobs::open(restored / "blobs")->get(blob));
}

TEST_F(Backup, IsNotOverwrittenAndNotPutBackOverSomething) {
  ASSERT_TRUE(make_backup(data, to));
  EXPECT_EQ(make_backup(data, to).error().code, ErrorCode::conflict);
  EXPECT_EQ(restore_backup(to, data).error().code, ErrorCode::conflict);
}

TEST_F(Backup, WithoutItsManifestIsNone) {
  ASSERT_TRUE(make_backup(data, to));
  fs::remove(to / "manifest.txt");
  EXPECT_EQ(verify_backup(to).error().code, ErrorCode::malformed);
  EXPECT_TRUE(make_backup(data, to)) << "an unfinished one is made anew";
}

TEST_F(Backup, IsFoundOutWhenOneOctetIsChanged) {
  ASSERT_TRUE(make_backup(data, to));
  std::ofstream{to / "keys.json", std::ios::app} << " ";
  EXPECT_FALSE(verify_backup(to));
  EXPECT_FALSE(restore_backup(to, folder.path() / "restored"));
  EXPECT_FALSE(fs::exists(folder.path() / "restored"));
}

TEST_F(Backup, TellsAStoreThatIsAnotherOneThanItsNote) {
  const StoreMark mark{data, "stream.txt"};
  EXPECT_EQ(mark.compare(1), StoreMark::Finding::missing);
  ASSERT_TRUE(mark.write(10));
  EXPECT_EQ(mark.compare(10), StoreMark::Finding::agrees);
  EXPECT_EQ(mark.compare(12), StoreMark::Finding::agrees);
  EXPECT_EQ(mark.compare(9), StoreMark::Finding::disagrees) << "an older store in the same place";
  const fs::path copy = folder.path() / "copy";
  fs::copy(data, copy, fs::copy_options::recursive);
  EXPECT_EQ((StoreMark{copy, "stream.txt"}.compare(12)), StoreMark::Finding::disagrees) << "another file";
}

}  // namespace
}  // namespace lab::journal
