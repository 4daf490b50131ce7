// Reading everything in pieces while the store changes: nothing missed, nothing counted twice, no false alarm.

#include "protocol/journal/scrub.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>

#include "protocol/journal/record_envelope.hpp"
#include "tests/protocol/journal/spoil.hpp"

namespace lab::journal {
namespace {

Bytes key_of(std::size_t i) { return fmt::format("task/{:06}", i); }

class Scrub : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { open(); }

  void open() {
    if (GetParam()) {
      auto opened = open_lmdb(folder_.path(), {.map_bytes = std::uint64_t{256} << 20});
      ASSERT_TRUE(opened) << to_text(opened.error());
      store_ = std::move(*opened);
    } else if (!store_) {
      store_ = make_memory_store();
    }
  }
  void put(std::size_t first, std::size_t last) {
    const auto batch = store_->write();
    for (std::size_t i = first; i < last; ++i) ASSERT_TRUE(batch->put(key_of(i), Bytes(100, 'r')));
    ASSERT_TRUE(batch->commit());
  }
  void erase(std::size_t first, std::size_t last) {
    const auto batch = store_->write();
    for (std::size_t i = first; i < last; ++i) ASSERT_TRUE(batch->erase(key_of(i)));
    ASSERT_TRUE(batch->commit());
  }
  static void finish(ScrubPass& pass) {
    while (!pass.step(100)) {
    }
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(Scrub, ReadsEveryRecordOnce) {
  put(0, 1'000);
  ScrubPass pass{*store_};
  int steps = 1;
  while (!pass.step(100)) ++steps;
  EXPECT_EQ(pass.records(), 1'000U);
  EXPECT_GE(steps, 10);
}

TEST_P(Scrub, OfAnEmptyStoreIsOverAtOnce) {
  ScrubPass pass{*store_};
  EXPECT_TRUE(pass.step(1));
  EXPECT_EQ(pass.records(), 0U);
}

TEST_P(Scrub, IsNotAlarmedByWhatComesAndGoesBehindAndBeforeIt) {
  put(0, 1'000);
  ScrubPass pass{*store_};
  ASSERT_FALSE(pass.step(500));
  erase(0, 100);        // behind
  erase(900, 950);      // before
  put(0, 10);           // behind, again
  put(200, 210);        // there already
  put(2'000, 2'020);    // before
  erase(5'000, 5'010);  // never there
  EXPECT_NO_THROW(finish(pass));
  EXPECT_EQ(pass.records(), 1'000U - 50 + 20);
}

TEST_P(Scrub, KnowsABatchThatBeganBeforeItAndIsStoredAfterIt) {
  put(0, 1'000);
  auto batch = store_->write();
  ASSERT_TRUE(batch->erase(key_of(3)));
  ScrubPass pass{*store_};
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(pass.step(100));
  ASSERT_TRUE(batch->commit());
  batch.reset();
  EXPECT_NO_THROW(finish(pass));
}

TEST_P(Scrub, ForgetsABatchThatIsDropped) {
  put(0, 1'000);
  auto before = store_->write();
  ASSERT_TRUE(before->erase(key_of(1)));
  ScrubPass pass{*store_};
  before.reset();
  ASSERT_FALSE(pass.step(500));
  {
    const auto dropped = store_->write();
    ASSERT_TRUE(dropped->erase(key_of(2)));
  }
  put(1'000, 1'001);  // takes the version that the dropped one would have had
  EXPECT_NO_THROW(finish(pass));
  EXPECT_EQ(pass.records(), 1'001U);
}

TEST_P(Scrub, IsNeverAlarmedByAWriterOnAnotherThread) {
  put(0, 2'000);
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    std::mt19937 random(7);
    while (!done) {
      const auto batch = store_->write();
      for (int i = 0; i < 20; ++i) {
        const Bytes key = key_of(random() % 4'000);
        EXPECT_TRUE(random() % 2 == 0 ? batch->erase(key) : batch->put(key, "r"));
      }
      if (random() % 4 == 0) continue;  // dropped
      EXPECT_TRUE(batch->commit());
    }
  });
  for (int passes = 0; passes < 20; ++passes) {
    ScrubPass pass{*store_};
    EXPECT_NO_THROW(finish(pass));
  }
  done = true;
}

INSTANTIATE_TEST_SUITE_P(Engines, Scrub, testing::Bool(),
                         [](const auto& engine) { return engine.param ? "lmdb" : "memory"; });

class ScrubOfADamagedFile : public Scrub {};

TEST_P(ScrubOfADamagedFile, NamesTheRecordThatIsDamaged) {
  put(0, 1'000);
  store_.reset();
  ASSERT_GT(spoil_record(folder_.path(), key_of(555)), 0);
  open();
  ScrubPass pass{*store_};
  try {
    finish(pass);
    FAIL() << "the damage was not noticed";
  } catch (const DamagedRecord& damage) {
    EXPECT_THAT(damage.what(), testing::HasSubstr(to_hex(key_of(555))));
  }
}

TEST_P(ScrubOfADamagedFile, NoticesARecordThatAPageHidesAlsoWhileOthersAreWritten) {
  put(0, 1'000);
  ASSERT_GT(hide_a_record(folder_.path(), key_of(500)), 0);  // while it is open: a closed one would be refused
  ScrubPass pass{*store_};
  ASSERT_FALSE(pass.step(100));
  put(2'000, 2'001);
  try {
    finish(pass);
    FAIL() << "the hidden record was not noticed";
  } catch (const DamagedRecord& damage) {
    FAIL() << "this is not the damage of one record: " << damage.what();
  } catch (const Damage& damage) {
    EXPECT_THAT(damage.what(), testing::HasSubstr("hides"));
  }
}

TEST_P(ScrubOfADamagedFile, NoticesAPageThatShowsAnOlderStateOfItself) {
  put(0, 1'000);
  const auto rewrite = [&](char with) {
    const auto batch = store_->write();
    ASSERT_TRUE(batch->put(key_of(500), Bytes(100, with)));
    ASSERT_TRUE(batch->commit());
  };
  rewrite('a');
  const auto spoil = [](char* page, std::size_t key_at) {
    // The whole record as it was, under its right checksum: what a write that never reached the disk leaves.
    const Bytes older = seal_record(key_of(500), Bytes(100, 'r'));
    older.copy(page + key_at + key_of(500).size(), older.size());
  };
  ASSERT_GT(change_leaves(folder_.path(), key_of(500), spoil), 0);
  ASSERT_EQ(store_->read()->get(key_of(500)), Bytes(100, 'r')) << "reading alone cannot tell";
  ScrubPass pass{*store_};
  EXPECT_THROW(finish(pass), Damage);
}

INSTANTIATE_TEST_SUITE_P(Lmdb, ScrubOfADamagedFile, testing::Values(true));

}  // namespace
}  // namespace lab::journal
