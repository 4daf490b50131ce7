// What may never change a verdict, over random questions. The seed is fixed and printed with each failure.

#include <gtest/gtest.h>
#include <algorithm>
#include <random>

#include "protocol/rules/sample_verdict.hpp"
#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

constexpr std::uint64_t seed = 20130603;
constexpr int rounds = 20'000;

struct Draw {
  Question question;
  Limit against;
};

std::string number_text(std::mt19937_64& random) {
  // Few digits, so that results often lie on or next to the limit.
  return Decimal{static_cast<Decimal::Mantissa>(random() % 60), -static_cast<int>(random() % 4)}.to_text();
}

Draw draw(std::mt19937_64& random) {
  constexpr const char* ops[] = {"<=", ">=", "range", "ND", "banned", "none"};
  constexpr const char* forms[] = {"", "", "", "", "<", "≤", ">", "≥"};
  constexpr const char* words[] = {"ND", "<LOQ", "OVER", "阴性", "", "abc"};
  Draw drawn;
  const char* const op = ops[random() % 6];
  std::string text = number_text(random);
  if (std::string_view{op} == "range") text += "~" + number_text(random);
  if (std::string_view{op} == "ND" && random() % 2 == 0) text.clear();
  drawn.against = limit(op, text);
  drawn.against.lower_inclusive = random() % 2 == 0;
  drawn.against.upper_inclusive = random() % 2 == 0;
  if (random() % 4 == 0) {
    drawn.against.comparison = model::Comparison::rounded_value;
    drawn.against.rounding_unit = dec("0.1");
  }
  drawn.question.result = random() % 5 == 0 ? words[random() % 6] : forms[random() % 8] + number_text(random);
  if (random() % 2 == 0) drawn.question.lod = Decimal{static_cast<int>(random() % 5), -2}.to_text();
  if (random() % 3 == 0) drawn.question.loq = Decimal{static_cast<int>(random() % 9), -2}.to_text();
  drawn.question.rule = static_cast<DecisionRule>(random() % 4);
  if (random() % 4 != 0) drawn.question.uncertainty = Decimal{static_cast<int>(random() % 12), -2}.to_text();
  return drawn;
}

// The same text with its number replaced: "<0.05" -> "<50".
template <class Change>
std::string with_number(const std::string& text, Change change) {
  const auto at = text.find_first_of("0123456789");
  if (at == std::string::npos) return text;
  return text.substr(0, at) + change(dec(text.substr(at)));
}

TEST(JudgingProperty, AnotherUnitOfTheSameDimensionNeverChangesAVerdict) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < rounds; ++i) {
    const Draw drawn = draw(random);
    const Finding before = judged(drawn.question, drawn.against);
    const auto in_micrograms = [](const Decimal& value) { return value.shifted(3)->to_text(); };
    Question changed = drawn.question;
    changed.unit = "μg/kg";
    for (std::string* text : {&changed.result, &changed.lod, &changed.loq}) *text = with_number(*text, in_micrograms);
    ASSERT_EQ(judged(changed, drawn.against), before) << "seed " << seed << " round " << i << " " << changed.result;
  }
}

TEST(JudgingProperty, TrailingZerosNeverChangeAVerdict) {
  std::mt19937_64 random{seed};
  for (int i = 0; i < rounds; ++i) {
    const Draw drawn = draw(random);
    const Finding before = judged(drawn.question, drawn.against);
    const auto with_zeros = [](const Decimal& value) {
      const std::string text = value.to_text();
      return text + (text.find('.') == std::string::npos ? ".000" : "000");
    };
    Question changed = drawn.question;
    for (std::string* text : {&changed.result, &changed.lod, &changed.loq, &changed.uncertainty}) {
      *text = with_number(*text, with_zeros);
    }
    ASSERT_EQ(judged(changed, drawn.against), before) << "seed " << seed << " round " << i << " " << changed.result;
  }
}

TEST(JudgingProperty, AHigherResultIsNeverBetterAgainstAMaximum) {
  std::mt19937_64 random{seed};
  const auto badness = [](ItemOutcome outcome) {
    switch (outcome) {
      case ItemOutcome::pass:
        return 0;
      case ItemOutcome::conditional_pass:
        return 1;
      case ItemOutcome::conditional_fail:
        return 2;
      case ItemOutcome::fail:
        return 3;
      case ItemOutcome::undetermined:
        break;
    }
    return -1;
  };
  int compared = 0;
  for (int i = 0; i < rounds; ++i) {
    Draw drawn = draw(random);
    if (drawn.against.kind != model::LimitKind::at_most) continue;
    const std::string a = number_text(random);
    const std::string b = number_text(random);
    drawn.question.result = dec(a) < dec(b) ? a : b;
    const int lower = badness(judged(drawn.question, drawn.against).outcome);
    drawn.question.result = dec(a) < dec(b) ? b : a;
    const int higher = badness(judged(drawn.question, drawn.against).outcome);
    if (lower < 0 || higher < 0) continue;
    ++compared;
    ASSERT_LE(lower, higher) << "seed " << seed << " round " << i << " " << a << " " << b;
  }
  EXPECT_GT(compared, 500);
}

TEST(JudgingProperty, ABoundIsJudgedOnlyAsEveryNumberInsideItWouldBe) {
  std::mt19937_64 random{seed};
  int decided = 0;
  for (int i = 0; i < rounds; ++i) {
    Draw drawn = draw(random);
    const auto kind = drawn.against.kind;
    if (kind != model::LimitKind::at_most && kind != model::LimitKind::at_least && kind != model::LimitKind::range) {
      continue;
    }
    drawn.question.lod.clear();
    const Decimal bound{static_cast<int>(random() % 50) + 1, -1};
    drawn.question.result = "<" + bound.to_text();
    const Finding whole = judged(drawn.question, drawn.against);
    if (whole.outcome == ItemOutcome::undetermined) continue;
    ++decided;
    for (int tenth = 0; tenth < 10; ++tenth) {
      drawn.question.result = bound.times(Decimal{tenth, -1})->to_text();
      ASSERT_EQ(judged(drawn.question, drawn.against).outcome, whole.outcome)
          << "seed " << seed << " round " << i << " <" << bound.to_text() << " holds " << drawn.question.result;
    }
  }
  EXPECT_GT(decided, 500);
}

TEST(JudgingProperty, TheOrderOfItemsNeverChangesASample) {
  std::mt19937_64 random{seed};
  std::vector<model::PanelItem> panel(8);
  for (int i = 0; i < 2'000; ++i) {
    std::vector<model::ItemVerdict> items(random() % 8);
    for (std::size_t k = 0; k < items.size(); ++k) {
      items[k].item = static_cast<std::uint16_t>(k);
      items[k].outcome = static_cast<ItemOutcome>(random() % 5);
      items[k].reason = random() % 2 == 0 ? Reason::no_basis : Reason::bound_undecided;
      panel[k].reference_only = random() % 4 == 0;
    }
    const auto before = rules::sample_verdict(items, panel);
    std::ranges::shuffle(items, random);
    ASSERT_EQ(rules::sample_verdict(items, panel), before) << "seed " << seed << " round " << i;
  }
}

}  // namespace
}  // namespace lab::testing
