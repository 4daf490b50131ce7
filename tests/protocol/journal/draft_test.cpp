#include "protocol/journal/draft.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "protocol/journal/fields.hpp"
#include "protocol/journal/store.hpp"

namespace lab::journal {
namespace {

using Pairs = std::vector<std::pair<Bytes, Bytes>>;

std::unique_ptr<Store> store_with(const Pairs& pairs) {
  auto store = make_memory_store();
  const auto batch = store->write();
  for (const auto& [key, record] : pairs) EXPECT_TRUE(batch->put(key, record));
  EXPECT_TRUE(batch->commit());
  return store;
}

Pairs scan(const View& view, BytesView first, BytesView last, std::size_t most = SIZE_MAX) {
  Pairs found;
  view.scan(first, last, [&](BytesView key, BytesView record) {
    found.emplace_back(key, record);
    return found.size() < most;
  });
  return found;
}

TEST(Draft, ShowsItsChangesOverTheViewAndLeavesTheViewAlone) {
  const auto store = store_with({{"a", "1"}, {"b", "2"}, {"d", "4"}});
  const auto view = store->read();
  Draft draft(*view);
  draft.erase("a");
  draft.put("c", "3");
  draft.put("d", "four");
  EXPECT_EQ(scan(draft, "a", "z"), (Pairs{{"b", "2"}, {"c", "3"}, {"d", "four"}}));
  EXPECT_EQ(draft.get("a"), std::nullopt);
  EXPECT_EQ(view->get("a"), "1");
}

TEST(Draft, TakeGivesChangesInKeyOrderThenTheRestAsItWasSaid) {
  const auto store = store_with({});
  const auto view = store->read();
  Draft draft(*view);
  draft.tell("T-1", "one");
  draft.put("b", "2");
  draft.erase("a");
  draft.tell("T-2", "two");
  const Effects effects = draft.take();
  ASSERT_EQ(effects.size(), 4U);
  EXPECT_EQ(std::get<Erase>(effects[0]).key, "a");
  EXPECT_EQ(std::get<Put>(effects[1]).record, "2");
  EXPECT_EQ(std::get<Tell>(effects[2]).note, "one");
  EXPECT_EQ(std::get<Tell>(effects[3]).note, "two");
  EXPECT_TRUE(draft.take().empty());
  EXPECT_EQ(draft.get("b"), std::nullopt);
}

// Random changes over a random view, in two layers, against one map: every range and every early stop agrees.
TEST(Draft, MergesLikeAMapForEveryRangeAndStop) {
  std::mt19937 random(6);
  const auto key = [&] { return Bytes(1, static_cast<char>('a' + random() % 12)) + (random() % 2 ? "x" : ""); };
  for (int round = 0; round < 2000; ++round) {
    std::map<Bytes, Bytes> model;
    for (std::size_t i = random() % 12; i > 0; --i) model[key()] = "base";
    const auto store = store_with({model.begin(), model.end()});
    const auto view = store->read();
    Draft below(*view);
    const View& lower = below;
    Draft above(lower);
    for (std::size_t i = random() % 12; i > 0; --i) {
      Draft& draft = i > 5 ? below : above;  // the upper layer is written last, as it is in use
      const Bytes changed = key();
      if (random() % 2 == 0) {
        draft.erase(changed);
        model.erase(changed);
      } else {
        draft.put(changed, std::to_string(i));
        model[changed] = std::to_string(i);
      }
    }
    const Bytes first = key();
    const Bytes last = key();
    const std::size_t most = 1 + random() % 6;
    Pairs expected;
    for (auto at = model.lower_bound(first); at != model.end() && at->first < last && expected.size() < most; ++at) {
      expected.emplace_back(*at);
    }
    ASSERT_EQ(scan(above, first, last, most), expected) << "round " << round;
    const Bytes probe = key();
    ASSERT_EQ(above.get(probe), model.contains(probe) ? std::optional{model[probe]} : std::nullopt);
  }
}

TEST(Keys, OrderOfKeysIsOrderOfNumbers) {
  EXPECT_LT(Fields('e').add(std::uint32_t{255}).bytes(), Fields('e').add(std::uint32_t{256}).bytes());
  EXPECT_LT(Fields('e').add(std::uint64_t{0x7FFFFFFFFF}).bytes(), Fields('e').add(std::uint64_t{0x8000000000}).bytes());
  EXPECT_EQ(to_hex(Fields('e').add(std::uint16_t{0x0102}).bytes()), "650102");
}

TEST(Keys, AfterPrefixIsTheSmallestKeyAboveAllWithThatPrefix) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix("a\xFF\xFF"), "b");
  EXPECT_EQ(after_prefix("a\x7F"), "a\x80");
  EXPECT_GT(after_prefix("a"), "a" + Bytes(View::key_max, '\xFF'));
}

TEST(KeysDeathTest, NothingIsAbovePrefixesOfLargestOctets) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH([[maybe_unused]] auto end = after_prefix("\xFF\xFF"), "end.empty");
}

}  // namespace
}  // namespace lab::journal
