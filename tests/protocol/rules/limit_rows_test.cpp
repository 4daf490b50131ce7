// Every row of the reference table answers for its own analyte, product and dates.

#include <gtest/gtest.h>
#include <array>
#include <utility>

#include "protocol/rules/limit_catalogue.hpp"
#include "protocol/rules/strictness.hpp"
#include "tests/reference_csv.hpp"
#include "tests/where.hpp"

namespace lab::rules {
namespace {

const LimitCatalogue& edition() {
  static const LimitCatalogue loaded = [] {
    const std::string limits = testing::read_file(QLIMS_SOURCE_DIR "/protocol/rules/reference/limits.csv");
    const std::string analytes = testing::read_file(QLIMS_SOURCE_DIR "/protocol/rules/reference/analytes.csv");
    auto catalogue = LimitCatalogue::load(
        {.limits = limits, .analytes = analytes, .banned_pesticides = {}, .banned_veterinary = {}});
    EXPECT_TRUE(catalogue) << to_text(catalogue.error());
    return *std::move(catalogue);
  }();
  return loaded;
}

// "水果:仁果类水果(苹果除外)" -> {水果} and 仁果类水果: what a sample of that row would be called.
struct Called {
  std::string commodity;
  std::vector<std::string> path;
};

Called called(const std::string& written) {
  Called names;
  std::string part;
  int depth = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::string_view rest = std::string_view{written}.substr(i);
    for (const std::string_view open : {"(", "[", "（"}) depth += rest.starts_with(open) ? 1 : 0;
    if (depth == 0 && written[i] == ':') {
      names.path.push_back(std::exchange(part, {}));
    } else if (depth == 0) {
      part += written[i];
    }
    for (const std::string_view close : {")", "]"}) depth -= rest.starts_with(close) ? 1 : 0;
    if (rest.starts_with("）")) {
      --depth;
      i += 2;
    }
  }
  names.commodity = part;
  return names;
}

struct Member {
  std::string_view group;
  std::string_view animal;
};
// A group of animals is no sample; one of its members is. Later entries win.
constexpr std::array members{Member{"其他动物", "牛"}, Member{"其他动物（牛", "兔"}, Member{"家禽", "鸡"},
                             Member{"禽", "鸡"},       Member{"产奶动物", "牛"},     Member{"所有", "牛"}};

// The animal and tissue that a row about a group of them would be asked for.
Called a_member(const ListedLimit& row) {
  Called names = called(row.limit.commodity);
  if (names.path.empty()) return names;
  std::string& animal = names.path.back();
  for (const Member& member : members) {
    if (row.limit.commodity.starts_with(member.group)) animal = member.animal;
  }
  if (names.commodity.find("可食组织") != std::string::npos) names.commodity = "肝";
  return names;
}

// What a sample is called that the row is about, as far as the row's own words say it.
SampleNames sample_of(const ListedLimit& row) {
  const Called names = called(row.limit.commodity);
  const std::string last = row.limit.commodity.substr(row.limit.commodity.rfind(':') + 1);
  const Called member = a_member(row);
  // Of several products in one cell the first; "鲜、冻水产动物" is one; "石斛(鲜)" is not any 石斛.
  for (const Called& one : {Called{names.commodity.substr(0, names.commodity.find("、")), names.path},
                            Called{names.commodity, names.path}, member, Called{last, names.path}}) {
    const SampleNames sample{one.commodity, one.path};
    if (row.entry.rank(sample)) return sample;
  }
  return SampleNames{names.commodity, names.path};
}

// A day inside the validity of the row.
CivilDate a_day_of(const ListedLimit& row) {
  if (row.from) return *row.from;
  return row.to ? *row.to : *parse_date("2013-07-01");
}

// The row itself, one that asks the same, one that names the sample more closely, or a tie that is explained.
void expect_own_row(std::uint32_t number, const SampleNames& sample, CivilDate day) {
  const ListedLimit& row = *edition().listed(number);
  const LimitLookup found = edition().look_up(names_in_cell(row.analyte).front(), sample, day);
  ASSERT_TRUE(found.limit || !found.note.empty())
      << "row " << number << " " << row.analyte << " " << row.limit.commodity << ": no limit and no word why";
  if (!found.limit || found.limit->row == number) return;
  const auto order = strictness(*found.limit, row.limit);
  if (order && *order == 0) return;
  const ListedLimit& other = *edition().listed(found.limit->row);
  const auto other_rank = other.entry.rank(sample);
  const auto own_rank = row.entry.rank(sample);
  ASSERT_TRUE(other_rank) << "row " << number;
  const bool closer = !own_rank || *other_rank < *own_rank;
  const bool dated = other.from.has_value() && !row.from.has_value();
  EXPECT_TRUE(closer || dated || !found.note.empty())
      << "row " << number << " " << row.analyte << " " << row.limit.commodity << " gave row " << found.limit->row << " "
      << other.limit.commodity << " without a word";
}

TEST(LimitRows, EveryRowIsFoundByItsOwnWords) {
  ASSERT_EQ(edition().limit_rows(), 532U);
  for (std::uint32_t row = 1; row <= 532; ++row) {
    const ListedLimit& listed = *edition().listed(row);
    expect_own_row(row, SampleNames{listed.limit.commodity, {}}, a_day_of(listed));
  }
}

TEST(LimitRows, EveryRowIsFoundByTheProductAndCategoryItNames) {
  for (std::uint32_t row = 1; row <= 532; ++row) {
    const ListedLimit& listed = *edition().listed(row);
    expect_own_row(row, sample_of(listed), a_day_of(listed));
  }
}

TEST(LimitRows, EveryRowKeepsItsStandardAndItsProvenance) {
  for (std::uint32_t row = 1; row <= 532; ++row) {
    const ListedLimit& listed = *edition().listed(row);
    EXPECT_FALSE(listed.limit.standard.empty()) << row;
    EXPECT_FALSE(listed.provenance.source.empty()) << row;
    EXPECT_TRUE(listed.provenance.confidence == "A" || listed.provenance.confidence == "B" ||
                listed.provenance.confidence == "C")
        << row;
    EXPECT_EQ(listed.limit.row, row);
  }
}

}  // namespace
}  // namespace lab::rules
