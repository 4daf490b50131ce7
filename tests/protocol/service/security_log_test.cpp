#include "protocol/service/security_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/journal/store.hpp"

namespace lab::service {
namespace {

const UtcTime morning = *parse_utc("2013-06-03T09:00:00Z");

class Security : public ::testing::Test {
 protected:
  void write(bool stored = true) {
    auto batch = store->write();
    journal::Draft draft{*batch};
    log.write(draft, now);
    auto effects = draft.take();
    writes += effects.size();
    if (stored) {
      ASSERT_TRUE(journal::apply(std::move(effects), *batch) && batch->commit());
    }
    log.written(stored);
    now += std::chrono::seconds{2};
  }
  void note(const std::string& who, const std::string& what = "GET /", const std::string& from = "10.0.0.7") {
    log.note({.who = who, .from = from, .what = what, .why = "not_allowed"}, now);
  }
  [[nodiscard]] std::vector<Refused> entries() const { return security_entries(*store->read(), 0, 1'000'000); }
  [[nodiscard]] std::uint64_t counted() const {
    std::uint64_t count = 0;
    for (const Refused& one : entries()) count += one.count;
    return count;
  }

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  SecurityLog log{{.entries = 50, .per_origin = 5, .per_minute = 20, .origins = 8}};
  UtcTime now = morning;
  std::size_t writes = 0;
};

TEST_F(Security, KeepsWhoTriedWhatFromWhereAndWhy) {
  note("wang", "POST /api/v1/approvals");
  write();
  ASSERT_EQ(entries().size(), 1U);
  const Refused one = entries()[0];
  EXPECT_EQ(one.sequence, 1U);
  EXPECT_EQ(one.attempt.who, "wang");
  EXPECT_EQ(one.attempt.from, "10.0.0.7");
  EXPECT_EQ(one.attempt.what, "POST /api/v1/approvals");
  EXPECT_EQ(one.attempt.why, "not_allowed");
  EXPECT_EQ(one.first, morning);
  EXPECT_EQ(one.count, 1U);
}

TEST_F(Security, CountsWhatRepeatsInOneEntry) {
  for (int i = 0; i < 1'000; ++i) note("wang");
  write();
  for (int i = 0; i < 500; ++i) note("wang");
  write();
  ASSERT_EQ(entries().size(), 1U);
  EXPECT_EQ(entries()[0].count, 1'500U);
  EXPECT_LE(writes, 6U) << "an entry, a total and the ends, twice";
  now += std::chrono::minutes{10};
  note("wang");
  write();
  EXPECT_EQ(entries().size(), 2U) << "another day is another entry";
}

TEST_F(Security, OneOriginCannotFillIt) {
  for (int i = 0; i < 10'000; ++i) note(fmt::format("?guess-{}", i), fmt::format("GET /{}", i));
  note("li", "GET /", "10.0.0.8");
  write();
  EXPECT_EQ(entries().size(), 5U + 1 + 1) << "its own, the rest of it, and the other one's";
  EXPECT_EQ(counted(), 10'001U) << "and not one is lost";
  EXPECT_EQ(security_totals(*store->read()).at("not_allowed"), 10'001U);
}

TEST_F(Security, ManyOriginsCannotFillIt) {
  for (int i = 0; i < 10'000; ++i) note("", "GET /", fmt::format("10.0.{}.{}", i / 250, i % 250));
  write();
  EXPECT_LE(entries().size(), 21U);
  EXPECT_EQ(counted(), 10'000U);
}

TEST_F(Security, TheOldestGoesFirst) {
  for (int i = 0; i < 120; ++i) {
    now += std::chrono::minutes{1};
    note(fmt::format("p{}", i));
    write();
  }
  EXPECT_EQ(entries().size(), 50U);
  EXPECT_EQ(entries().back().attempt.who, "p119");
  EXPECT_EQ(security_totals(*store->read()).at("not_allowed"), 120U) << "the totals go on";
}

TEST_F(Security, WhatCouldNotBeStoredWaits) {
  note("wang");
  write(false);
  EXPECT_EQ(counted(), 0U);
  note("wang");
  write();
  EXPECT_EQ(counted(), 2U);
}

TEST_F(Security, WritesAtMostOnceInItsPause) {
  note("wang");
  write();
  now -= std::chrono::milliseconds{1'500};
  note("wang");
  const std::size_t before = writes;
  write();
  EXPECT_EQ(writes, before);
  write();
  EXPECT_EQ(counted(), 2U);
}

TEST_F(Security, TextsAreCutBetweenCharactersAndDoNotCommandATerminal) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "王";
  note(name);
  note(
      "\x1b"
      "[2J");
  write();
  ASSERT_EQ(entries().size(), 2U);
  EXPECT_EQ(entries()[0].attempt.who, "?[2J");
  EXPECT_EQ(entries()[1].attempt.who.size(), 159U);
}

TEST_F(Security, IsReadFromItsEndUnderAFilter) {
  for (int i = 0; i < 60; ++i) {  // of which the log keeps 50
    note("who" + std::to_string(i % 3), "GET /" + std::to_string(i), "10.0.1." + std::to_string(i));
    now += std::chrono::minutes{2};  // or what comes from many places would be counted together
    write();
  }
  const auto view = store->read();
  const auto all = [](const Refused&) { return true; };
  const auto last = newest_security_entries(*view, 0, 2, all);
  ASSERT_EQ(last.size(), 2U);
  EXPECT_EQ(last[0].attempt.what, "GET /59");
  EXPECT_EQ(last[1].sequence + 1, last[0].sequence);
  const auto earlier = newest_security_entries(*view, last[1].sequence, 1'000, all);
  EXPECT_EQ(earlier.size(), 48U) << "what was pushed out is not asked for";
  EXPECT_EQ(earlier.front().sequence + 1, last[1].sequence);
  const auto who =
      newest_security_entries(*view, 0, 1'000, [](const Refused& one) { return one.attempt.who == "who1"; });
  EXPECT_EQ(who.size(), 17U);
  EXPECT_TRUE(newest_security_entries(*view, 1, 10, all).empty());
}

}  // namespace
}  // namespace lab::service
