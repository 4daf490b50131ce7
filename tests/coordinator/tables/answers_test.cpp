#include "coordinator/tables/answers.hpp"

#include <gtest/gtest.h>

#include "protocol/crypto/crypto.hpp"
#include "protocol/journal/store.hpp"

namespace lab::coordinator::tables {
namespace {

class Answers : public ::testing::Test {
 protected:
  Hash id(std::uint64_t number) const { return crypto::sha256(std::to_string(number)); }
  void keep(std::uint64_t first, std::uint64_t count, UtcTime at) {
    const auto batch = store->write();
    journal::Draft draft{*batch};
    for (std::uint64_t i = 0; i < count; ++i) {
      keep_answer(draft, id(first + i), {.request = id(0), .at = at, .sealed = "answer"});
    }
    ASSERT_TRUE(journal::apply(draft.take(), *batch) && batch->commit());
  }
  [[nodiscard]] bool has(std::uint64_t number) const { return answer(*store->read(), id(number)).has_value(); }
  [[nodiscard]] std::uint64_t rows() const {
    std::uint64_t rows = 0;
    store->read()->scan("", Bytes(64, '\xFF'), [&](BytesView, BytesView) { return ++rows > 0; });
    return rows;
  }

  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  UtcTime now = *parse_utc("2013-06-03T08:00:00Z");
};

TEST_F(Answers, AreReadAsTheyWereKept) {
  keep(1, 1, now);
  const auto kept = answer(*store->read(), id(1));
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, (Answer{.request = id(0), .at = now, .sealed = "answer"}));
  EXPECT_FALSE(has(2));
  EXPECT_EQ(answer_count(*store->read()), 1U);
}

TEST_F(Answers, AreForgottenAfterTheirTimeAndNotBefore) {
  keep(1, 3, now);
  keep(10, 1, now + answers_kept);
  EXPECT_TRUE(has(1) && has(2) && has(3) && has(10)) << "the seventh day is not over";
  keep(11, 1, now + answers_kept + Milliseconds{1});
  EXPECT_FALSE(has(1) || has(2) || has(3));
  EXPECT_TRUE(has(10) && has(11));
  EXPECT_EQ(answer_count(*store->read()), 2U);
  EXPECT_EQ(rows(), 2U * 2 + 1) << "their places by age are forgotten too";
}

TEST_F(Answers, AreNeverMoreThanTheyMayBe) {
  constexpr std::uint64_t step = 10'000;
  for (std::uint64_t first = 0; first < answers_max; first += step) keep(first, step, now + Milliseconds{first + 1});
  EXPECT_EQ(answer_count(*store->read()), answers_max);
  keep(answers_max, 1, now + Milliseconds{answers_max + 1});
  EXPECT_EQ(answer_count(*store->read()), answers_max);
  std::uint64_t of_the_oldest = 0;
  for (std::uint64_t i = 0; i < step; ++i) of_the_oldest += has(i);
  EXPECT_EQ(of_the_oldest, step - 1) << "the oldest goes first";
  EXPECT_TRUE(has(answers_max) && has(step));
}

}  // namespace
}  // namespace lab::coordinator::tables
