#include "protocol/service/scrubber.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/protocol/journal/spoil.hpp"

namespace lab::service {
namespace {

using namespace std::chrono_literals;

class ScrubberOfAFile : public ::testing::Test {
 protected:
  void SetUp() override {
    open();
    for (int commit = 0; commit < 10; ++commit) {
      const auto batch = store_->write();
      for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(batch->put(fmt::format("task/{:06}", commit * 100 + i), Bytes(100, 'r')));
      }
      ASSERT_TRUE(batch->commit());
    }
  }
  void open() {
    auto opened = journal::open_lmdb(folder_.path(), {.map_bytes = std::uint64_t{64} << 20});
    ASSERT_TRUE(opened) << to_text(opened.error());
    store_ = std::move(*opened);
  }
  auto start(ScrubOptions options) {
    return Scrubber::start(*store_, options, [this](const std::string& what) {
      broken_ = what;
      is_broken_ = true;
    });
  }
  static void wait_until(const std::function<bool()>& holds) {
    while (!holds()) std::this_thread::sleep_for(1ms);  // ctest's own limit ends a wait that is in vain
  }

  journal::TestFolder folder_;
  std::unique_ptr<journal::Store> store_;
  std::string broken_;
  std::atomic<bool> is_broken_ = false;
};

const ScrubOptions small_steps{.period = 1ms, .records_per_step = 50, .records_at_start = 50};

TEST_F(ScrubberOfAFile, ReadsEverythingAgainAndAgain) {
  const auto scrubber = start(small_steps);
  ASSERT_TRUE(scrubber.has_value());
  wait_until([&] { return (*scrubber)->status().passes >= 3; });
  const ScrubStatus status = (*scrubber)->status();
  EXPECT_TRUE(status.finished.has_value());
  EXPECT_EQ(status.damage, "");
}

TEST_F(ScrubberOfAFile, KnowsASmallStoreWholeWhenItHasStarted) {
  const auto scrubber = start({});
  const ScrubStatus status = (*scrubber)->status();
  EXPECT_FALSE(status.running);
  EXPECT_EQ(status.passes, 1U);
  EXPECT_EQ(status.records, 1'000U);
}

TEST_F(ScrubberOfAFile, ShowsWhatIsWrongBetweenWholeRecords) {
  std::atomic<int> looked = 0;
  ScrubOptions options = small_steps;
  options.look_between = [&](const journal::View& store) {
    EXPECT_TRUE(store.get("task/000999"));
    return std::string{++looked == 2 ? "entry 7 does not follow" : ""};
  };
  const auto scrubber = start(options);
  ASSERT_TRUE(scrubber.has_value());
  wait_until([&] { return !(*scrubber)->status().damage.empty(); });
  const ScrubStatus status = (*scrubber)->status();
  EXPECT_EQ(status.damage, "entry 7 does not follow");
  EXPECT_EQ(status.passes, 1U);
  EXPECT_FALSE(status.running);
  EXPECT_FALSE(is_broken_) << "the daemon goes on";
}

TEST_F(ScrubberOfAFile, EndsInTheMiddleOfARestOfAWeek) {
  auto scrubber = start({});
  scrubber->reset();
  SUCCEED();
}

TEST_F(ScrubberOfAFile, ShowsADamagedRecordAndDoesNotStopTheProcessForIt) {
  store_.reset();
  ASSERT_GT(journal::spoil_record(folder_.path(), "task/000990"), 0);
  open();
  const auto scrubber = start(small_steps);
  ASSERT_TRUE(scrubber.has_value());
  wait_until([&] { return !(*scrubber)->status().damage.empty(); });
  const ScrubStatus status = (*scrubber)->status();
  EXPECT_THAT(status.damage, testing::HasSubstr(to_hex("task/000990")));
  EXPECT_FALSE(status.running);
  EXPECT_EQ(status.passes, 0U);
  EXPECT_EQ(to_json(status).at("damage"), status.damage);
  EXPECT_FALSE(is_broken_);
}

TEST_F(ScrubberOfAFile, StopsTheProcessWhenRecordsAreHidden) {
  ASSERT_GT(journal::hide_a_record(folder_.path(), "task/000500"), 0);  // while open: a closed one would be refused
  const auto scrubber = start(small_steps);
  ASSERT_TRUE(scrubber.has_value());
  wait_until([&] { return is_broken_.load(); });
  EXPECT_EQ(broken_, (*scrubber)->status().damage);
  EXPECT_THAT(broken_, testing::HasSubstr("hides"));
}

TEST_F(ScrubberOfAFile, DoesNotEvenStartWhenTheFirstLookFindsRecordsHidden) {
  ASSERT_GT(journal::hide_a_record(folder_.path(), "task/000500"), 0);  // while open: a closed one would be refused
  const auto scrubber = start({});
  ASSERT_FALSE(scrubber.has_value());
  EXPECT_EQ(scrubber.error().code, ErrorCode::storage);
}

}  // namespace
}  // namespace lab::service
