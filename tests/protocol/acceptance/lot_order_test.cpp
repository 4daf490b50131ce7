#include "protocol/acceptance/lot_order.hpp"

#include <gtest/gtest.h>

namespace lab::acceptance {
namespace {

model::LotOrder order_for(std::uint64_t size, const std::string& level, const std::string& aql,
                          State state = State::normal) {
  const Terms terms = read_terms({.size = size, .level = level, .aql = aql}).value();
  const auto plan = plan_lot(Tables::standard(), {.state = state}, terms.lot_size, terms.level, terms.aql);
  return order_of(plan.value(), terms.level);
}

TEST(LotOrder, IsThePlanInTheWordsOfTheStandard) {
  const model::LotOrder expected{.terms = {.size = 1000, .level = "II", .aql = "1.0"},
                                 .inspection = "tightened",
                                 .letter = "J",
                                 .final_letter = "J",
                                 .n = 80,
                                 .ac = 1,
                                 .re = 2,
                                 .to_inspect = 80};
  EXPECT_EQ(order_for(1000, "II", "1.0", State::tightened), expected);
}

TEST(LotOrder, GivesBackThePlanItWasMadeOf) {
  for (const std::uint64_t size : {2U, 8U, 300U, 1000U, 600'000U}) {
    for (const Level level : {Level::s1, Level::ii, Level::iii}) {
      for (std::size_t column = 0; column < aql_count; ++column) {
        const auto plan = plan_lot(Tables::standard(), {}, size, level, Aql::at(column)).value();
        EXPECT_EQ(plan_of(order_of(plan, level)).value(), plan) << size << " " << name_of(level);
      }
    }
  }
}

TEST(LotOrder, AcceptsUpToAcAndNotFromRe) {
  const model::LotOrder order = order_for(1000, "II", "1.0");  // 80 2/3
  EXPECT_TRUE(accepts(order, {80, 2}).value());
  EXPECT_FALSE(accepts(order, {80, 3}).value());
}

TEST(LotOrder, RefusesACountThatIsNotOne) {
  const model::LotOrder order = order_for(1000, "II", "1.0");
  EXPECT_FALSE(accepts(order, {79, 0}));
  EXPECT_FALSE(accepts(order, {81, 0}));
  EXPECT_FALSE(accepts(order, {80, 81}));
  EXPECT_TRUE(accepts(order_for(1000, "II", "15"), {80, 81}).has_value()) << "several nonconformities per item";
}

TEST(LotOrder, RefusesWordsAndNumbersOfNoPlan) {
  const model::LotOrder good = order_for(1000, "II", "1.0");
  const auto refused = [&](auto spoil) {
    model::LotOrder bad = good;
    spoil(bad);
    const auto plan = plan_of(bad);
    return plan ? std::string{"nothing"} : plan.error().where;
  };
  EXPECT_EQ(refused([](auto& order) { order.terms.level = "IV"; }), "level");
  EXPECT_EQ(refused([](auto& order) { order.terms.aql = "1.2"; }), "aql");
  EXPECT_EQ(refused([](auto& order) { order.terms.size = 1; }), "lot_size");
  EXPECT_EQ(refused([](auto& order) { order.inspection = "lenient"; }), "inspection");
  EXPECT_EQ(refused([](auto& order) { order.letter = "I"; }), "letter");
  EXPECT_EQ(refused([](auto& order) { order.final_letter = ""; }), "final_letter");
  EXPECT_EQ(refused([](auto& order) { order.n = 0; }), "n");
  EXPECT_EQ(refused([](auto& order) { order.re = order.ac; }), "n");
  EXPECT_EQ(refused([](auto& order) { order.to_inspect = 79; }), "n");
  EXPECT_EQ(refused([](auto& order) { order.n = order.ac = 0xFFFFFFFF; }), "n");
}

TEST(LotOrder, ExplainsWhatIsToBeDoneAndWhatFollows) {
  EXPECT_EQ(
      explain(order_for(1000, "II", "1.0", State::reduced)),
      "批量 1000 件，GB/T 2828.1-2012 检验水平 II，AQL 1.0，放宽检验，字码 J，随机抽检 32 件，接收数 Ac=1，拒收数 "
      "Re=2");
  EXPECT_EQ(explain(order_for(8, "II", "2.5"), {5, 0}),
            "批量 8 件，GB/T 2828.1-2012 检验水平 II，AQL 2.5，正常检验，字码 A（按箭头用 C），随机抽检 5 件，接收数 "
            "Ac=0，拒收数 Re=1；实检 5 件，不合格数 0，0 ≤ Ac，批接收：合格。");
  const std::string full = explain(order_for(2, "I", "0.65"), {2, 1});
  EXPECT_NE(full.find("全数检验 2 件"), std::string::npos) << full;
  EXPECT_NE(full.find("1 ≥ Re，批不接收：不合格。"), std::string::npos) << full;
}

}  // namespace
}  // namespace lab::acceptance
