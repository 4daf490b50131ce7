// The file on disk changes under the store: nothing wrong may ever be handed out as data, and nothing that was stored
// may be gone without a scrub noticing it (a flipped count in a page header hides records at the page's end).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <random>

#include "protocol/journal/lmdb_file.hpp"
#include "protocol/journal/scrub.hpp"
#include "tests/protocol/journal/child.hpp"
#include "tests/protocol/journal/folder.hpp"

namespace lab::journal {
namespace {

constexpr std::size_t page_bytes = 4096;

enum Outcome : int { harmless = 10, damage_reported, open_refused, wrong_data, gone_until_scrubbed, silently_gone };

class LmdbDamage : public testing::Test {
 protected:
  // Three levels of pages, records of many sizes, overwritten and erased ones: all page kinds of LMDB are there.
  void SetUp() override {
    auto store = open_lmdb(folder_.path());
    ASSERT_TRUE(store);
    std::mt19937 random(3);
    for (int commit = 0; commit < 12; ++commit) {
      const auto batch = (*store)->write();
      for (int i = 0; i < 150; ++i) {
        const Bytes key = fmt::format("task/{:06}", random() % 1500);
        if (random() % 6 == 0) {
          ASSERT_TRUE(batch->erase(key));
          model_.erase(key);
          continue;
        }
        const std::size_t size = random() % 20 == 0 ? random() % 9000 : 30 + random() % 200;
        model_[key] = Bytes(size, static_cast<char>(random()));
        ASSERT_TRUE(batch->put(key, model_[key]));
      }
      ASSERT_TRUE(batch->commit());
    }
    used_bytes_ = (*store)->figures().bytes_used;
    store->reset();
    file_ = read_file(data_file());
  }

  [[nodiscard]] std::filesystem::path data_file() const { return folder_.path() / "data.mdb"; }

  static bool is_whole(const Store& store) {
    ScrubPass pass{store};
    try {
      while (!pass.step(100)) {
      }
    } catch (const Damage&) {
      return false;
    }
    return true;
  }

  /// Opens the file as it now is, reads all that should be there and some that should not.
  [[nodiscard]] int examine() const {
    auto store = open_lmdb(folder_.path());
    if (!store) return open_refused;
    try {
      const auto view = (*store)->read();
      for (const auto& [key, record] : model_) {
        const auto found = view->get(key);
        if (!found) return is_whole(**store) ? silently_gone : gone_until_scrubbed;
        if (*found != record) return wrong_data;
        if (view->get(key + "x")) return wrong_data;
      }
      auto expected = model_.begin();
      bool right = true;
      view->scan("t", "u", [&](BytesView key, BytesView record) {
        right = expected != model_.end() && expected->first == key && expected->second == record;
        if (right) ++expected;
        return right;
      });
      if (!right) return wrong_data;
      return expected == model_.end() ? harmless : silently_gone;
    } catch (const Damage&) {
      return damage_reported;
    }
  }

  /// Writes `octets` at `at`, examines in a child, puts the right ones back.
  int examine_with(std::size_t at, BytesView octets) {
    const auto overwrite = [&](BytesView with) {
      std::fstream file(data_file(), std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>(at));
      file.write(with.data(), static_cast<std::streamsize>(with.size()));
    };
    overwrite(octets);
    const int outcome = run_in_child([&] { return examine(); });
    overwrite(BytesView(file_).substr(at, octets.size()));
    ++tally_[outcome];
    return outcome;
  }

  /// A process that ends itself on an impossible page has told nobody anything wrong; but it must stay rare.
  void expect_nothing_silent(int images, int sudden_ends_max) const {
    int controlled = 0;
    for (const auto& [outcome, count] : tally_) {
      if (outcome >= harmless) controlled += count;
    }
    std::cout << "images " << images << ": harmless " << count_of(harmless) << ", reported "
              << count_of(damage_reported) << ", refused at opening " << count_of(open_refused) << ", process ended "
              << images - controlled << ", found by scrubbing only " << count_of(gone_until_scrubbed) << ", wrong "
              << count_of(wrong_data) << ", gone " << count_of(silently_gone) << "\n";
    EXPECT_EQ(count_of(wrong_data), 0);
    EXPECT_EQ(count_of(silently_gone), 0);
    EXPECT_GT(count_of(damage_reported), 0);
    EXPECT_LE(images - controlled, sudden_ends_max);
    EXPECT_LE(count_of(gone_until_scrubbed), images / 50);
  }

  [[nodiscard]] int count_of(int outcome) const { return tally_.contains(outcome) ? tally_.at(outcome) : 0; }

  TestFolder folder_;
  std::map<Bytes, Bytes> model_;
  std::uint64_t used_bytes_ = 0;
  Bytes file_;
  std::map<int, int> tally_;
};

TEST_F(LmdbDamage, WithoutDamageEverythingIsThere) { EXPECT_EQ(examine(), harmless); }

TEST_F(LmdbDamage, FlippedBitsAreNeverReturnedAsData) {
  constexpr int images = 300;
  std::mt19937 random(11);
  for (int i = 0; i < images; ++i) {
    const std::size_t at = random() % used_bytes_;
    const char flipped = static_cast<char>(file_[at] ^ (1 << (random() % 8)));
    const int outcome = examine_with(at, {&flipped, 1});
    ASSERT_TRUE(outcome != wrong_data && outcome != silently_gone) << "outcome " << outcome << " at " << at;
  }
  expect_nothing_silent(images, images / 50);
}

// Page headers and node offsets are where a flip does not hit a record but the way to it.
TEST_F(LmdbDamage, FlippedBitsInPageHeadersAreNeverReturnedAsData) {
  constexpr int images = 300;
  std::mt19937 random(12);
  for (int i = 0; i < images; ++i) {
    const std::size_t at = random() % (used_bytes_ / page_bytes) * page_bytes + random() % 64;
    const char flipped = static_cast<char>(file_[at] ^ (1 << (random() % 8)));
    const int outcome = examine_with(at, {&flipped, 1});
    EXPECT_TRUE(outcome != wrong_data && outcome != silently_gone) << "outcome " << outcome << " at " << at;
  }
  expect_nothing_silent(images, images / 10);
}

TEST_F(LmdbDamage, ZeroedSectorsAreNeverReturnedAsData) {
  constexpr int images = 100;
  const Bytes zeros(512, '\0');
  std::mt19937 random(13);
  for (int i = 0; i < images; ++i) examine_with(random() % (used_bytes_ / 512) * 512, zeros);
  expect_nothing_silent(images, images / 10);
}

TEST_F(LmdbDamage, ATruncatedFileIsRefusedAndNeverMapped) {
  std::mt19937 random(14);
  for (int i = 0; i < 30; ++i) {
    const std::size_t length = 1 + random() % (used_bytes_ - 1);
    std::filesystem::resize_file(data_file(), length);
    const int outcome = run_in_child([&] { return examine(); });
    EXPECT_EQ(outcome, open_refused) << "cut to " << length;
    write_file(data_file(), file_);
  }
  EXPECT_EQ(examine(), harmless);
}

TEST_F(LmdbDamage, TheErrorNamesTheKeyInHexadecimal) {
  const auto& [key, record] = *model_.begin();
  const std::size_t at = file_.find(key);  // may be an old copy: every one is spoilt
  ASSERT_NE(at, Bytes::npos);
  Bytes spoilt = file_;
  for (std::size_t found = at; found != Bytes::npos; found = spoilt.find(key, found + 1)) {
    spoilt[found + key.size() + 8] = static_cast<char>(spoilt[found + key.size() + 8] ^ 1);
  }
  write_file(data_file(), spoilt);
  const auto store = open_lmdb(folder_.path());
  ASSERT_TRUE(store);
  try {
    [[maybe_unused]] const auto got = (*store)->read()->get(key);
    FAIL() << "damaged data was returned";
  } catch (const Damage& damage) {
    EXPECT_NE(std::string(damage.what()).find(to_hex(key)), std::string::npos) << damage.what();
  }
}

TEST_F(LmdbDamage, HeadersThatDoNotFitTogetherAreRefused) {
  const auto even = parse_meta_page(BytesView(file_).substr(0, meta_page_bytes));
  const auto odd = parse_meta_page(BytesView(file_).substr(page_bytes, meta_page_bytes));
  ASSERT_TRUE(even && odd);
  EXPECT_EQ(meta_problem(*even, *odd, file_.size()), std::nullopt);
  EXPECT_EQ(even->page_bytes, page_bytes);

  auto changed = *even;
  changed.transaction += 2 * 8;
  EXPECT_NE(meta_problem(changed, *odd, file_.size()), std::nullopt);
  // The roots of the last commit are used; those of the one before may be left over from a header that failed.
  const bool odd_is_newest = odd->transaction > even->transaction;
  for (const bool of_newest : {true, false}) {
    auto other_even = *even;
    auto other_odd = *odd;
    (odd_is_newest == of_newest ? other_odd : other_even).main.root = file_.size();
    EXPECT_EQ(meta_problem(other_even, other_odd, file_.size()).has_value(), of_newest);
  }
  changed = *even;
  changed.page_bytes *= 2;
  EXPECT_NE(meta_problem(changed, *odd, file_.size()), std::nullopt);
  EXPECT_NE(meta_problem(*even, *odd, even->last_page * page_bytes), std::nullopt);
  EXPECT_EQ(parse_meta_page(Bytes(meta_page_bytes, '\0')), std::nullopt);
  EXPECT_EQ(parse_meta_page("short"), std::nullopt);
}

}  // namespace
}  // namespace lab::journal
