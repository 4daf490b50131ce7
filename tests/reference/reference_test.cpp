// The shared reference tables beside the tree, row by row, against what the product carries and answers. The rows that
// other tests go through from copies in this tree are held against those copies, so that a copy cannot fall behind.

#include <gtest/gtest.h>
#include <array>
#include <filesystem>
#include <string>

#include "protocol/acceptance/tables.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;
using acceptance::Inspection;
using testing::NamedRow;
using testing::read_table;

const std::string shared = "../shared/reference/";  // from the root of the tree

// A comparison needs both sides. A checkout alone has only the carried tables, which the tests of their folders cover.
#define SKIP_WITHOUT_REFERENCE() \
  if (!fs::exists(fs::path{QLIMS_SOURCE_DIR} / shared)) GTEST_SKIP() << "the shared reference is not beside the tree"

struct Carried {
  const char* shared_file;
  const char* file;  // in this tree
};

constexpr std::array carried{
    Carried{"divisions/sichuan.csv", "coordinator/reference/divisions/sichuan.csv"},
    Carried{"limits/analytes.csv", "protocol/rules/reference/analytes.csv"},
    Carried{"limits/banned_pesticides_2013.csv", "protocol/rules/reference/banned_pesticides_2013.csv"},
    Carried{"limits/banned_vet_193.csv", "protocol/rules/reference/banned_vet_193.csv"},
    Carried{"limits/categories.csv", "protocol/rules/reference/categories.csv"},
    Carried{"limits/limits.csv", "protocol/rules/reference/limits.csv"},
    Carried{"qc/decision_rule_examples.csv", "tests/data/qc/decision_rule_examples.csv"},
    Carried{"qc/interval_examples.csv", "tests/coordinator/statistics/data/interval_examples.csv"},
    Carried{"qc/recovery_limits.csv", "protocol/quality/reference/recovery_limits.csv"},
    Carried{"rounding/limit_comparison_examples.csv", "tests/data/rounding/limit_comparison_examples.csv"},
    Carried{"rounding/rounding_examples.csv", "tests/data/rounding/rounding_examples.csv"},
    Carried{"sampling/code_letters.csv", "protocol/acceptance/reference/code_letters.csv"},
    Carried{"sampling/double_milstd105e.csv", "tests/data/sampling/double_milstd105e.csv"},
    Carried{"sampling/single_gbt2828_1_2012.csv", "tests/data/sampling/single_gbt2828_1_2012.csv"},
    Carried{"sampling/single_milstd105e.csv", "tests/data/sampling/single_milstd105e.csv"},
    Carried{"sampling/variables_k_milstd414.csv", "tests/data/sampling/variables_k_milstd414.csv"},
};

TEST(SharedReference, EveryRowIsCarried) {
  SKIP_WITHOUT_REFERENCE();
  for (const Carried& table : carried) {
    const auto theirs = read_table(shared + table.shared_file);
    EXPECT_FALSE(theirs.empty()) << table.shared_file;
    EXPECT_EQ(read_table(table.file), theirs) << table.file;
  }
}

TEST(SharedReference, EveryCodeLetterIsAnsweredFromBothEndsOfItsLotSizes) {
  SKIP_WITHOUT_REFERENCE();
  const auto& tables = acceptance::Tables::standard();
  const auto rows = read_table(shared + "sampling/code_letters.csv");
  for (const NamedRow& row : rows) {
    const std::string last = row.at("lot_max").empty() ? std::to_string(UINT64_MAX) : row.at("lot_max");
    for (const char* level : {"S-1", "S-2", "S-3", "S-4", "I", "II", "III"}) {
      for (const std::string& size : {row.at("lot_min"), last}) {
        const auto letter = tables.letter_for(std::stoull(size), acceptance::parse_level(level).value());
        ASSERT_TRUE(letter.has_value()) << size;
        EXPECT_EQ(letter->text(), row.at(level)) << size << ' ' << level;
      }
    }
  }
}

// A letter's sample size is that of every cell which no arrow leads away from.
TEST(SharedReference, EverySampleSizeIsThatOfItsLetter) {
  SKIP_WITHOUT_REFERENCE();
  const auto& tables = acceptance::Tables::standard();
  for (const NamedRow& row : read_table(shared + "sampling/sample_sizes.csv")) {
    if (row.at("code_letter") == "S") continue;  // of one tightened cell only, which arrows lead to
    const auto letter = acceptance::CodeLetter::parse(row.at("code_letter")).value();
    for (std::size_t a = 0; a < acceptance::aql_count; ++a) {
      const auto aql = acceptance::Aql::at(a);
      for (const auto inspection : {Inspection::normal, Inspection::tightened, Inspection::reduced}) {
        const auto plan = tables.single_plan(acceptance::Scheme::gbt2828_1_2012, letter, aql, inspection);
        const bool reduced = inspection == Inspection::reduced;
        if (plan.final_letter != letter) continue;
        EXPECT_EQ(std::to_string(plan.n), row.at(reduced ? "n_single_reduced" : "n_single_normal_tightened"))
            << letter.text() << ' ' << aql.text();
      }
      const auto plan = tables.double_plan(letter, aql, Inspection::normal);
      if (!plan || plan->final_letter != letter) continue;
      EXPECT_EQ(std::to_string(plan->n), row.at("n_double_each_normal_tightened"))
          << letter.text() << ' ' << aql.text();
    }
  }
}

// The one cell of letter S is reached from R in tightened inspection.
TEST(SharedReference, TheLargestSampleIsThatOfLetterS) {
  SKIP_WITHOUT_REFERENCE();
  const NamedRow last = read_table(shared + "sampling/sample_sizes.csv").back();
  ASSERT_EQ(last.at("code_letter"), "S");
  const auto& tables = acceptance::Tables::standard();
  const auto r = acceptance::CodeLetter::parse("R").value();
  const auto aql = acceptance::Aql::of(Decimal::parse("0.025").value()).value();
  const auto plan = tables.single_plan(acceptance::Scheme::gbt2828_1_2012, r, aql, Inspection::tightened);
  EXPECT_EQ(std::to_string(plan.n), last.at("n_single_normal_tightened"));
}

}  // namespace
}  // namespace lab
