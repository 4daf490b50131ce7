// Random series against the rules written down a second time, over the whole list of lots instead of counters.

#include <gtest/gtest.h>
#include <algorithm>
#include <random>
#include <vector>

#include "protocol/acceptance/switching.hpp"

namespace lab::acceptance {
namespace {

constexpr std::uint64_t seed = 20120901;
constexpr int series = 2'000;
constexpr int lots_per_series = 120;

struct Seen {
  bool accepted;
  bool scores;  // earns points of the switching score
  std::uint32_t points;
};

// Everything since the last switch.
struct Ledger {
  State state = State::normal;
  std::vector<Seen> lots;

  [[nodiscard]] std::uint32_t score() const {
    std::uint32_t sum = 0;
    for (auto lot = lots.rbegin(); lot != lots.rend() && lot->scores; ++lot) sum += lot->points;
    return sum;
  }
  [[nodiscard]] int refused_in_last(std::size_t count) const {
    const auto first = lots.size() > count ? lots.end() - static_cast<std::ptrdiff_t>(count) : lots.begin();
    return static_cast<int>(std::count_if(first, lots.end(), [](const Seen& lot) { return !lot.accepted; }));
  }
  void switch_to(State next) {
    state = next;
    lots.clear();
  }
  void take(const Seen& lot, const LotResult& said) {
    lots.push_back(lot);
    if (state == State::normal && refused_in_last(5) >= 2) return switch_to(State::tightened);
    if (state == State::normal && score() >= 30 && said.steady == true && said.approved)
      return switch_to(State::reduced);
    if (state == State::tightened && lots.size() >= 5 && refused_in_last(5) == 0) return switch_to(State::normal);
    if (state == State::tightened && refused_in_last(lots.size()) >= 5) return switch_to(State::discontinued);
    if (state == State::reduced && (!lot.accepted || said.steady == false)) return switch_to(State::normal);
  }
};

LotResult random_words(std::mt19937_64& random) {
  LotResult said{.resubmitted = random() % 12 == 0, .approved = random() % 3 != 0};
  if (random() % 8 != 0) said.steady = random() % 10 != 0;
  return said;
}

TEST(SwitchingProperty, CountersSayWhatTheWholeListSays) {
  const Tables tables = Tables::load();
  std::mt19937_64 random{seed};
  std::vector<int> visits(4);
  for (int s = 0; s < series; ++s) {
    History history;
    Ledger ledger;
    const Aql aql = Aql::at(5 + random() % 14);
    const std::uint64_t lot_size = 2 + random() % 20'000;
    const std::uint64_t quality = 1 + random() % 6;  // a good series, or a bad one
    for (int i = 0; i < lots_per_series; ++i) {
      if (history.state == State::discontinued) {
        history = after_corrective_action(history);
        ledger.switch_to(State::tightened);
      }
      const LotPlan plan = plan_lot(tables, history, lot_size, Level::ii, aql).value();
      LotResult said = random_words(random);
      said.inspected = plan.to_inspect;
      said.nonconforming = std::min<std::uint64_t>(
          plan.to_inspect,
          random() % (static_cast<std::uint64_t>(plan.plan.ac) + 1 + (random() % quality == 0 ? 2 : 0)));
      const LotOutcome outcome = judge_lot(tables, history, plan, said).value();
      EXPECT_EQ(outcome.accepted, said.nonconforming <= static_cast<std::uint64_t>(plan.plan.ac));
      if (!said.resubmitted) {
        const auto tighter =
            tables.single_plan(Scheme::gbt2828_1_2012, plan.plan.letter, *aql.one_step_tighter(), Inspection::normal);
        const bool large = plan.plan.ac >= 2;
        const bool scores =
            large ? tighter.n == plan.plan.n && said.nonconforming <= static_cast<std::uint64_t>(tighter.ac)
                  : outcome.accepted;
        ledger.take({.accepted = outcome.accepted, .scores = scores, .points = large ? 3U : 2U}, said);
      }
      history = outcome.next;
      ASSERT_EQ(history.state, ledger.state) << "series " << s << ", lot " << i << ", seed " << seed;
      if (history.state == State::normal) {
        ASSERT_EQ(history.score, ledger.score()) << "series " << s << ", lot " << i;
      }
      ++visits[static_cast<std::size_t>(history.state)];
    }
  }
  for (const int count : visits) EXPECT_GT(count, 100) << "every state is reached often";
}

}  // namespace
}  // namespace lab::acceptance
