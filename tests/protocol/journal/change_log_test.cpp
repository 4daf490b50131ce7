#include "protocol/journal/change_log.hpp"

#include <gtest/gtest.h>

namespace lab::journal {
namespace {

TEST(ChangeLog, KeepsNothingWhileNobodyWatches) {
  ChangeLog log;
  EXPECT_FALSE(log.open(7));
  log.watch();
  EXPECT_FALSE(log.covers(6));  // 7 may not be visible yet, and its changes are not kept
  EXPECT_TRUE(log.covers(7));
}

TEST(ChangeLog, CountsWhatCameAndWentBelowTheEnd) {
  ChangeLog log;
  log.watch();
  ASSERT_TRUE(log.open(2));
  log.add(2, {{"a", +1}, {"b", +1}, {"c", -1}, {"d", -1}});
  EXPECT_EQ(log.settle(2, "c").records, 2);
  EXPECT_EQ(log.settle(2, "z").records, 0);  // settled once
}

TEST(ChangeLog, LeavesForLaterWhatTheSnapshotCannotSee) {
  ChangeLog log;
  log.watch();
  log.add(2, {{"a", +1}});
  log.add(3, {{"b", +1}});
  EXPECT_EQ(log.settle(1, "z").records, 0);
  EXPECT_EQ(log.settle(2, "z").records, 1);
  EXPECT_EQ(log.settle(3, "z").records, 1);
}

TEST(ChangeLog, ForgetsABatchThatWasNotStored) {
  ChangeLog log;
  EXPECT_FALSE(log.open(2));
  log.watch();
  log.forget(2);
  EXPECT_TRUE(log.covers(1));
  log.add(2, {{"a", +1}});
  log.forget(2);
  EXPECT_EQ(log.settle(2, "z").records, 0);
}

// Two passes follow each other while a commit waits for the disk: the second one must wait until it can see it.
TEST(ChangeLog, OfOneWatcherIsNoPromiseToTheNext) {
  ChangeLog log;
  log.watch();
  ASSERT_TRUE(log.open(2));
  log.add(2, {{"a", +1}});
  log.unwatch();
  log.watch();
  EXPECT_FALSE(log.covers(1));
  EXPECT_TRUE(log.covers(2));
}

TEST(ChangeLog, KnowsABatchThatIsHandedInBetweenTwoWatchers) {
  ChangeLog log;
  log.watch();
  ASSERT_TRUE(log.open(2));
  log.unwatch();
  log.add(2, {{"a", +1}});
  log.watch();
  EXPECT_FALSE(log.covers(1));
  EXPECT_TRUE(log.covers(2));
}

}  // namespace
}  // namespace lab::journal
