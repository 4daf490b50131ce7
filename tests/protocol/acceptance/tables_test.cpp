#include "protocol/acceptance/tables.hpp"

#include <gtest/gtest.h>

#include "tests/reference_csv.hpp"

namespace lab::acceptance {
namespace {

using lab::testing::NamedRow;
using lab::testing::read_table;

constexpr std::size_t cells_per_table = 3 * 16 * 26;

const Tables& tables() {
  static const Tables loaded = Tables::load();
  return loaded;
}

Aql aql(std::string_view text) { return Aql::of(Decimal::parse(text).value()).value(); }
CodeLetter letter(std::string_view text) { return CodeLetter::parse(text).value(); }
Inspection severity(const NamedRow& row) { return parse_inspection(row.at("inspection")).value(); }

std::string text_of(int n, Numbers numbers) {
  return std::to_string(n) + " " + std::to_string(numbers.ac) + "/" + std::to_string(numbers.re);
}

std::string place_of(const NamedRow& row) {
  return row.at("inspection") + " " + row.at("code_letter") + " " + row.at("aql");
}

void expect_single_plans(Scheme scheme, const std::vector<NamedRow>& rows) {
  ASSERT_EQ(rows.size(), cells_per_table);
  for (const NamedRow& row : rows) {
    const auto plan = tables().single_plan(scheme, letter(row.at("code_letter")), aql(row.at("aql")), severity(row));
    EXPECT_EQ(text_of(plan.n, {plan.ac, plan.re}), row.at("n") + " " + row.at("ac") + "/" + row.at("re"))
        << place_of(row);
    EXPECT_EQ(plan.letter.text(), row.at("code_letter"));
    if (row.contains("final_letter")) {
      EXPECT_EQ(plan.final_letter.text(), row.at("final_letter")) << place_of(row);
    }
  }
}

TEST(SamplingTables, HaveEverySinglePlanOfGbt2828) {
  expect_single_plans(Scheme::gbt2828_1_2012, read_table("tests/data/sampling/single_gbt2828_1_2012.csv"));
}

TEST(SamplingTables, HaveEverySinglePlanOfMilStd105e) {
  expect_single_plans(Scheme::milstd105e, read_table("tests/data/sampling/single_milstd105e.csv"));
}

TEST(SamplingTables, HaveEveryDoublePlanOfMilStd105e) {
  const auto rows = read_table("tests/data/sampling/double_milstd105e.csv");
  ASSERT_EQ(rows.size(), cells_per_table);
  for (const NamedRow& row : rows) {
    const auto plan = tables().double_plan(letter(row.at("code_letter")), aql(row.at("aql")), severity(row));
    ASSERT_EQ(plan.has_value(), row.at("note") != "use_single") << place_of(row);
    if (!plan) continue;
    EXPECT_EQ(text_of(plan->n, plan->first), row.at("n1") + " " + row.at("ac1") + "/" + row.at("re1")) << place_of(row);
    EXPECT_EQ(text_of(plan->n, plan->both), row.at("n2") + " " + row.at("ac2") + "/" + row.at("re2")) << place_of(row);
  }
}

TEST(SamplingTables, DifferBetweenTheStandardsInOneTightenedCell) {
  const auto gbt = tables().single_plan(Scheme::gbt2828_1_2012, letter("A"), aql("10"), Inspection::tightened);
  const auto mil = tables().single_plan(Scheme::milstd105e, letter("A"), aql("10"), Inspection::tightened);
  EXPECT_EQ(text_of(gbt.n, {gbt.ac, gbt.re}), "2 0/1");
  EXPECT_EQ(text_of(mil.n, {mil.ac, mil.re}), "8 1/2");
}

TEST(SamplingTables, HaveAGapInReducedPlansOfMilStd105eOnly) {
  for (std::size_t l = 0; l + 1 < letter_count; ++l) {
    for (std::size_t a = 0; a < aql_count; ++a) {
      for (const auto inspection : {Inspection::normal, Inspection::tightened, Inspection::reduced}) {
        const auto plan = tables().single_plan(Scheme::gbt2828_1_2012, CodeLetter::at(l), Aql::at(a), inspection);
        EXPECT_EQ(plan.re, plan.ac + 1);
      }
    }
  }
  EXPECT_EQ(tables().single_plan(Scheme::milstd105e, letter("F"), aql("1.5"), Inspection::reduced).re, 2);
}

std::string letter_text(std::uint64_t lot_size, Level level) {
  return std::string{tables().letter_for(lot_size, level).value().text()};
}

TEST(CodeLetters, ChangeAtTheEdgesOfTheLotSizes) {
  EXPECT_EQ(letter_text(2, Level::ii), "A");
  EXPECT_EQ(letter_text(8, Level::ii), "A");
  EXPECT_EQ(letter_text(9, Level::ii), "B");
  EXPECT_EQ(letter_text(500, Level::ii), "H");
  EXPECT_EQ(letter_text(501, Level::ii), "J");
  EXPECT_EQ(letter_text(1200, Level::ii), "J");
  EXPECT_EQ(letter_text(1201, Level::ii), "K");
  EXPECT_EQ(letter_text(500'000, Level::iii), "Q");
  EXPECT_EQ(letter_text(500'001, Level::iii), "R");
  EXPECT_EQ(letter_text(UINT64_MAX, Level::s1), "D");
}

TEST(CodeLetters, GrowWithTheLevelAndWithTheLot) {
  std::vector<CodeLetter> before(7, CodeLetter::at(0));
  for (const std::uint64_t size : {2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10001, 35001, 150001, 500001}) {
    std::size_t column = 0;
    CodeLetter of_weaker = CodeLetter::at(0);
    for (const Level level : {Level::s1, Level::s2, Level::s3, Level::s4, Level::i, Level::ii, Level::iii}) {
      const CodeLetter found = tables().letter_for(size, level).value();
      EXPECT_GE(found, before[column]) << size << " " << name_of(level);
      EXPECT_GE(found, of_weaker) << size << " " << name_of(level);
      of_weaker = found;
      before[column++] = found;
    }
  }
}

TEST(CodeLetters, DoNotExistForALotOfNoneOrOne) {
  for (const std::uint64_t size : {0, 1}) {
    const auto found = tables().letter_for(size, Level::ii);
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().where, "lot_size");
  }
}

TEST(FullInspection, BeginsWhenTheSampleIsTheLot) {
  EXPECT_FALSE(is_full_inspection(20, 21));
  EXPECT_TRUE(is_full_inspection(20, 20));
  EXPECT_EQ(items_to_inspect(20, 21), 20U);
  EXPECT_EQ(items_to_inspect(20, 2), 2U);
}

TEST(Aqls, AreFoundByValueHoweverTheyAreWritten) {
  for (const char* text : {"0.65", ".65", "0.650", "6.5E-1"}) EXPECT_EQ(aql(text).text(), "0.65") << text;
  EXPECT_EQ(aql("1").text(), "1.0");
  EXPECT_EQ(aql("1E3").text(), "1000");
  for (const char* text : {"0", "-1", "0.66", "0.6500001", "1001", "0.01001"}) {
    EXPECT_FALSE(Aql::of(Decimal::parse(text).value()).has_value()) << text;
  }
}

TEST(Aqls, AboveTenCountNonconformitiesOnly) {
  EXPECT_FALSE(aql("10").counts_nonconformities_only());
  EXPECT_TRUE(aql("15").counts_nonconformities_only());
  EXPECT_EQ(aql("15").one_step_tighter(), aql("10"));
  EXPECT_EQ(aql("0.010").one_step_tighter(), std::nullopt);
}

TEST(Levels, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_level("II"), Level::ii);
  EXPECT_EQ(parse_level("iii"), Level::iii);
  EXPECT_EQ(parse_level("Ⅱ"), Level::ii);
  EXPECT_EQ(parse_level("s-3"), Level::s3);
  EXPECT_EQ(parse_level("S4"), Level::s4);
  for (const char* text : {"", "IV", "S-5", "0", "4", "II ", "S"}) EXPECT_EQ(parse_level(text), std::nullopt) << text;
  for (const Level level : {Level::s1, Level::s2, Level::s3, Level::s4, Level::i, Level::ii, Level::iii}) {
    EXPECT_EQ(parse_level(name_of(level)), level);
  }
}

}  // namespace
}  // namespace lab::acceptance
