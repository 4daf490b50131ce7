// What every engine behind journal::Store must do, whatever it is made of.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

#include "protocol/journal/store.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

using Pairs = std::vector<std::pair<Bytes, Bytes>>;

struct Engine {
  const char* name;
  bool keeps_after_close;
};

void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }

class StoreConformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { open(); }

  void open() {
    if (!GetParam().keeps_after_close) {
      store_ = make_memory_store();
      return;
    }
    auto opened = open_lmdb(folder_.path() / "store", {.map_bytes = std::uint64_t{256} << 20});
    ASSERT_TRUE(opened) << to_text(opened.error());
    store_ = std::move(*opened);
  }

  void commit(const Pairs& pairs) {
    const auto batch = store_->write();
    for (const auto& [key, record] : pairs) ASSERT_TRUE(batch->put(key, record));
    const auto committed = batch->commit();
    ASSERT_TRUE(committed) << to_text(committed.error());
  }

  static Pairs scan(const View& view, BytesView first, BytesView last) {
    Pairs found;
    view.scan(first, last, [&](BytesView key, BytesView record) {
      found.emplace_back(key, record);
      return true;
    });
    return found;
  }
  static Pairs everything(const View& view) { return scan(view, "", Bytes(View::key_max, '\xFF')); }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreConformance, KeysAreOrderedAsUnsignedOctetsAndShorterOnesFirst) {
  commit({{"\xFF", "5"}, {"ab", "3"}, {"a", "1"}, {"\x7F", "4"}, {Bytes("a\0", 2), "2"}});
  EXPECT_EQ(everything(*store_->read()),
            (Pairs{{"a", "1"}, {Bytes("a\0", 2), "2"}, {"ab", "3"}, {"\x7F", "4"}, {"\xFF", "5"}}));
}

TEST_P(StoreConformance, ABatchReadsItsOwnWrites) {
  commit({{"a", "old"}, {"b", "kept"}});
  const auto batch = store_->write();
  ASSERT_TRUE(batch->put("a", "new"));
  ASSERT_TRUE(batch->put("c", "added"));
  ASSERT_TRUE(batch->erase("b"));
  EXPECT_EQ(batch->get("a"), "new");
  EXPECT_EQ(batch->get("b"), std::nullopt);
  EXPECT_EQ(everything(*batch), (Pairs{{"a", "new"}, {"c", "added"}}));
}

TEST_P(StoreConformance, ASnapshotDoesNotSeeLaterCommitsOrTheRunningBatch) {
  commit({{"a", "1"}});
  const auto before = store_->read();
  const auto batch = store_->write();
  ASSERT_TRUE(batch->put("a", "2"));
  const auto during = store_->read();
  ASSERT_TRUE(batch->commit());
  const auto after = store_->read();
  EXPECT_EQ(before->get("a"), "1");
  EXPECT_EQ(during->get("a"), "1");
  EXPECT_EQ(after->get("a"), "2");
}

TEST_P(StoreConformance, AScanTakesTheFirstKeyAndLeavesOutTheLast) {
  commit({{"a1", "1"}, {"a2", "2"}, {"a3", "3"}, {"b1", "4"}});
  const auto view = store_->read();
  EXPECT_EQ(scan(*view, "a1", "a3"), (Pairs{{"a1", "1"}, {"a2", "2"}}));
  EXPECT_EQ(scan(*view, "a", after_prefix("a")).size(), 3U);
  EXPECT_EQ(scan(*view, "a15", "b"), (Pairs{{"a2", "2"}, {"a3", "3"}}));
  EXPECT_TRUE(scan(*view, "a4", "b").empty());
  EXPECT_TRUE(scan(*view, "c", "d").empty());
  EXPECT_TRUE(scan(*view, "b1", "a1").empty());
  EXPECT_TRUE(scan(*view, "a2", "a2").empty());
}

TEST_P(StoreConformance, AScanStopsWhenTheVisitorHasEnough) {
  commit({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  Bytes seen;
  store_->read()->scan("a", "z", [&](BytesView key, BytesView) {
    seen += key;
    return key != "b";
  });
  EXPECT_EQ(seen, "ab");
}

TEST_P(StoreConformance, ABoundLongerThanAnyKeyIsAnOrdinaryBound) {
  commit({{"a", "1"}, {"b", "2"}});
  const auto view = store_->read();
  EXPECT_EQ(scan(*view, "a" + Bytes(600, '\xFF'), Bytes(600, '\xFF')), (Pairs{{"b", "2"}}));
  EXPECT_EQ(view->get(Bytes(600, 'a')), std::nullopt);
  EXPECT_EQ(view->get(""), std::nullopt);
}

TEST_P(StoreConformance, AnEmptyStoreHasNothing) {
  const auto view = store_->read();
  EXPECT_TRUE(everything(*view).empty());
  EXPECT_EQ(view->get("a"), std::nullopt);
  EXPECT_EQ(view->get(Bytes(1, '\0')), std::nullopt);
}

TEST_P(StoreConformance, ErasingWhatIsNotThereIsNoError) {
  const auto batch = store_->write();
  ASSERT_TRUE(batch->erase("nothing"));
  EXPECT_TRUE(batch->commit());
}

TEST_P(StoreConformance, RecordsOfEverySizeComeBackAsTheyWere) {
  Pairs pairs;
  for (const std::size_t size : {0U, 1U, 13U, 14U, 2000U, 2038U, 4096U, 100'000U, 1U << 20}) {
    Bytes record(size, '\0');
    for (std::size_t i = 0; i < size; ++i) record[i] = static_cast<char>(i * 31 + i / 256);
    pairs.emplace_back(fmt::format("k{:08}", size), std::move(record));
  }
  commit(pairs);
  EXPECT_TRUE(everything(*store_->read()) == pairs);
}

TEST_P(StoreConformance, ABatchThatIsDroppedLeavesNothing) {
  commit({{"a", "1"}});
  {
    const auto batch = store_->write();
    ASSERT_TRUE(batch->put("a", "2"));
    ASSERT_TRUE(batch->put("b", "2"));
  }
  EXPECT_EQ(everything(*store_->read()), (Pairs{{"a", "1"}}));
  EXPECT_EQ(store_->figures().commits, 1U);
}

TEST_P(StoreConformance, KeysOutsideTheLimitsAreRefusedAndSpoilTheBatch) {
  for (const Bytes& key : {Bytes{}, Bytes(View::key_max + 1, 'k'), Bytes("\0a", 2)}) {
    const auto batch = store_->write();
    ASSERT_TRUE(batch->put("good", "1"));
    const auto refused = batch->put(key, "2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    const auto committed = batch->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().message, refused.error().message);
  }
  EXPECT_TRUE(everything(*store_->read()).empty());
  commit({{Bytes(View::key_max, 'k'), "the longest key is fine"}});
}

TEST_P(StoreConformance, RecordsAndBatchesAboveTheirLimitsAreRefused) {
  {
    const auto batch = store_->write();
    const auto refused = batch->put("a", Bytes(Batch::record_max + 1, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  }
  const auto batch = store_->write();
  for (std::size_t i = 0; i < Batch::changes_max; ++i) ASSERT_TRUE(batch->put(fmt::format("k{:06}", i), "r"));
  const auto refused = batch->put("z", "one too many");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  EXPECT_FALSE(batch->commit());
}

TEST_P(StoreConformance, ABatchAtItsLimitsIsStored) {
  const auto batch = store_->write();
  for (std::size_t i = 0; i < Batch::changes_max; ++i) {
    ASSERT_TRUE(batch->put(fmt::format("k{:06}", i), Bytes(2100, 'r')));
  }
  const auto committed = batch->commit();
  ASSERT_TRUE(committed) << to_text(committed.error());
  EXPECT_EQ(everything(*store_->read()).size(), Batch::changes_max);
}

TEST_P(StoreConformance, CommittedRecordsAreThereAfterReopening) {
  if (!GetParam().keeps_after_close) GTEST_SKIP() << "a store in memory is meant to forget";
  commit({{"a", "1"}});
  commit({{"b", "2"}});
  store_.reset();
  open();
  EXPECT_EQ(everything(*store_->read()), (Pairs{{"a", "1"}, {"b", "2"}}));
}

TEST_P(StoreConformance, ApplyStoresTheChangesAndHandsBackTheRestInOrder) {
  commit({{"gone", "1"}});
  Effects effects;
  effects.emplace_back(Tell{"T-1", "first"});
  effects.emplace_back(Put{"new", "2"});
  effects.emplace_back(Erase{"gone"});
  effects.emplace_back(Tell{"T-2", "second"});
  const auto batch = store_->write();
  const auto rest = apply(std::move(effects), *batch);
  ASSERT_TRUE(rest);
  ASSERT_TRUE(batch->commit());
  ASSERT_EQ(rest->size(), 2U);
  EXPECT_EQ(std::get<Tell>((*rest)[0]).about, "T-1");
  EXPECT_EQ(std::get<Tell>((*rest)[1]).about, "T-2");
  EXPECT_EQ(everything(*store_->read()), (Pairs{{"new", "2"}}));
}

TEST_P(StoreConformance, ApplyReportsAChangeThatIsRefused) {
  Effects effects;
  effects.emplace_back(Put{"", "no key"});
  const auto batch = store_->write();
  EXPECT_FALSE(apply(std::move(effects), *batch));
}

TEST_P(StoreConformance, RandomBatchesLeaveWhatAMapWouldHold) {
  std::mt19937 random(20130603);
  std::map<Bytes, Bytes> model;
  for (int turn = 0; turn < 60; ++turn) {
    auto changed = model;
    auto batch = store_->write();
    for (int i = 0; i < 60; ++i) {
      Bytes key = fmt::format("k{}", random() % 300);
      if (random() % 3 == 0) {
        ASSERT_TRUE(batch->erase(key));
        changed.erase(key);
      } else {
        const Bytes record(random() % 5000, static_cast<char>('a' + random() % 26));
        ASSERT_TRUE(batch->put(key, record));
        changed[key] = record;
      }
      const Bytes probe = fmt::format("k{}", random() % 300);
      const auto expected = changed.find(probe);
      ASSERT_EQ(batch->get(probe), expected == changed.end() ? std::nullopt : std::optional{expected->second});
    }
    if (random() % 4 != 0) {
      ASSERT_TRUE(batch->commit());
      model = std::move(changed);
    }
    batch.reset();
    ASSERT_TRUE(everything(*store_->read()) == Pairs(model.begin(), model.end()));
    if (GetParam().keeps_after_close && turn % 20 == 19) {
      store_.reset();
      open();
    }
  }
}

TEST_P(StoreConformance, ReadersOnOtherThreadsSeeWholeCommitsOnly) {
  commit({{"a", "0"}, {"b", "0"}});
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto view = store_->read();
        if (view->get("a") != view->get("b")) ++torn;
      }
    });
  }
  for (int i = 1; i <= 200; ++i) commit({{"a", std::to_string(i)}, {"b", std::to_string(i)}});
  done = true;
  readers.clear();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(store_->read()->get("a"), "200");
}

TEST_P(StoreConformance, ASnapshotKnowsItsVersionAndTheNumberOfItsRecords) {
  const auto before = store_->read();
  EXPECT_EQ(before->count(), 0U);
  commit({{"a", "1"}, {"b", "2"}, {Bytes(View::key_max, '\xFF'), "3"}});
  commit({{"a", "1"}});
  const auto after = store_->read();
  EXPECT_EQ(before->count(), 0U);
  EXPECT_EQ(after->count(), 3U);
  EXPECT_GT(after->version(), before->version());
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance, testing::Values(Engine{"memory", false}, Engine{"lmdb", true}),
                         [](const auto& engine) { return std::string(engine.param.name); });

TEST(StoreDeathTest, TwoBatchesAtOnceAreOurBug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto store = make_memory_store();
        const auto first = store->write();
        const auto second = store->write();
      },
      "batch_open_");
}

TEST(StoreDeathTest, ChangingABatchInsideItsOwnScanIsOurBug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const auto store = make_memory_store();
        const auto batch = store->write();
        [[maybe_unused]] auto put = batch->put("a", "1");
        batch->scan("a", "b", [&](BytesView, BytesView) { return batch->erase("a").has_value(); });
      },
      "scanning_");
}

}  // namespace
}  // namespace lab::journal
