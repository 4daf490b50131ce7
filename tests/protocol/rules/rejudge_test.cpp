#include "protocol/rules/rejudge.hpp"

#include <gtest/gtest.h>
#include <deque>
#include <random>

#include "tests/protocol/rules/judging.hpp"

namespace lab::testing {
namespace {

using rules::ChangedItem;
using rules::RejudgeRule;
using rules::ResultColumns;

constexpr const char* header =
    "analyte_zh,analyte_en,commodity,op,limit,unit,standard,clause,effective_from,effective_to\n";

rules::LimitCatalogue table_of(const std::string& rows) {
  auto loaded = rules::LimitCatalogue::load(
      {.limits = header + rows, .analytes = {}, .banned_pesticides = {}, .banned_veterinary = {}});
  EXPECT_TRUE(loaded) << to_text(loaded.error());
  return *std::move(loaded);
}

rules::CategoryTree categories() {
  return *rules::CategoryTree::load("code,name_zh,parent\nV,蔬菜,\nV1,叶菜类蔬菜,V\nF,水果,\n");
}

// Every form of limit, two of them changing in the middle of 2013.
const std::string everything =
    "铅,,蔬菜,<=,0.3,mg/kg,s,,,2013-06-30\n"
    "铅,,蔬菜,<=,0.2,mg/kg,s,,2013-07-01,\n"
    "铅,,芹菜,<=,250,μg/kg,s,,,\n"
    "镉,,蔬菜,range,0.05~0.5,mg/kg,s,,,\n"
    "汞,,蔬菜,ND,,,s,,,\n"
    "砷,,蔬菜,ND,0.02,mg/kg,s,,,2013-06-30\n"
    "砷,,蔬菜,<=,0.02,mg/kg,s,,2013-07-01,\n"
    "维C,,蔬菜,>=,0.1,mg/kg,s,,,\n"
    "酸度,,蔬菜,range,5.5~8.5,,s,,,\n";

model::Panel panel() {
  const auto item = [](const char* analyte, const char* unit, const char* lod, const char* loq,
                       bool reference = false) {
    return model::PanelItem{.analyte = analyte,
                            .method = {},
                            .unit = unit,
                            .lod = maybe(lod),
                            .loq = maybe(loq),
                            .reference_only = reference};
  };
  return {.code = model::PanelCode{"P"},
          .name = {},
          .items = {item("铅", "mg/kg", "0.01", "0.03"), item("镉", "μg/kg", "10", ""), item("汞", "mg/kg", "0.01", ""),
                    item("砷", "mg/kg", "0.01", ""), item("砷", "mg/kg", "0.05", ""), item("汞", "mg/kg", "", ""),
                    item("维C", "mg/kg", "", "0.2"), item("酸度", "", "", ""), item("没有", "mg/kg", "0.01", ""),
                    item("铅", "mg/kg", "0.01", "", true)}};
}

std::string random_result(std::mt19937_64& random) {
  constexpr const char* words[] = {"ND",  "未检出", "<LOQ", "OVER",  "阴性",
                                   "---", "",       "abc",  "1e400", "123456789012345678901234567.5"};
  constexpr const char* signs[] = {"", "", "", "", "", "<", "≤", ">", "≥", "-"};
  if (random() % 6 == 0) return words[random() % 10];
  const auto mantissa = static_cast<std::int64_t>(random() % (random() % 3 == 0 ? 1'000'000 : 600));
  return signs[random() % 10] + Decimal{mantissa, static_cast<int>(random() % 6) - 4}.to_text();
}

// Determinations and what they were judged as, in columns and beside them.
struct Stored {
  std::deque<model::Determination> results;
  std::vector<CivilDate> days;
  std::vector<const char*> commodities;
  ResultColumns columns;
};

void fill(Stored& stored, std::size_t count) {
  std::mt19937_64 random{8170};
  const auto number = stored.columns.add_panel(panel());
  constexpr const char* units[] = {"mg/kg", "mg/kg", "μg/kg", "ppm", "mg/L", ""};
  while (stored.results.size() < count) {
    const rules::SampleFacts facts{.city = model::CityCode{510100 + static_cast<unsigned>(random() % 3) * 100},
                                   .category = model::CategoryCode{random() % 4 == 0 ? "F" : "V1"},
                                   .commodity = random() % 2 == 0 ? "芹菜" : "白菜",
                                   .sampled_on = from_day_number(15'800 + static_cast<int>(random() % 200))};
    std::vector<rules::StoredDetermination> determinations;
    for (std::uint16_t item = 0; item < 10; ++item) {
      stored.results.push_back(
          {.item = item, .value = rules::read_value(random_result(random)), .unit = units[random() % 6]});
      determinations.push_back({.result = stored.results.back(),
                                .outcome = static_cast<ItemOutcome>(random() % 5),
                                .reason = Reason::within_limit});
      stored.days.push_back(facts.sampled_on);
      stored.commodities.push_back(facts.commodity == "芹菜" ? "芹菜" : "白菜");
    }
    stored.columns.add(facts, number, determinations);
  }
}

TEST(Rejudging, SaysOfEachOfAHundredThousandWhatTheJudgeSays) {
  Stored stored;
  fill(stored, 100'000);
  const auto limits = table_of(everything);
  const auto tree = categories();
  const model::Panel items = panel();
  for (const RejudgeRule& rule :
       {RejudgeRule{}, RejudgeRule{.comparison = model::Comparison::rounded_value},
        RejudgeRule{.rule = DecisionRule::nonbinary, .relative_uncertainty = dec("0.5")},
        RejudgeRule{.rule = DecisionRule::guard_acceptance, .relative_uncertainty = dec("0.16")},
        RejudgeRule{.rule = DecisionRule::guard_rejection}}) {
    std::vector<std::optional<Finding>> told(stored.results.size());
    const auto report = rules::rejudge(stored.columns, limits, tree, rule,
                                       [&](const ChangedItem& item) { told[item.determination] = item.is; });
    EXPECT_EQ(report.determinations, stored.results.size());
    EXPECT_GT(report.slow, 0U);
    std::size_t changed = 0;
    for (std::size_t at = 0; at < stored.results.size(); ++at) {
      const model::Determination& result = stored.results[at];
      const auto& sample = stored.columns.samples()[at / 10];
      const rules::SampleNames names{stored.commodities[at],
                                     tree.path(stored.columns.contexts()[sample.context].category)};
      Limit against = limits.look_up(items.items[result.item].analyte, names, stored.days[at]).limit.value_or(Limit{});
      if (rule.comparison) against.comparison = *rule.comparison;
      rules::Evidence evidence = rules::evidence_of(result, items.items[result.item]);
      evidence.rule = rule.rule;
      const auto& end = against.upper ? against.upper : against.lower;
      if (end && rule.relative_uncertainty) evidence.expanded_uncertainty = end->times(*rule.relative_uncertainty);
      const Finding expected = rules::judge(evidence, against);
      const auto was = static_cast<ItemOutcome>(stored.columns.outcomes()[at]);
      ASSERT_EQ(told[at].has_value(), expected.outcome != was) << at << " " << result.value.text;
      if (!told[at]) continue;
      ASSERT_EQ(*told[at], expected) << at << " \"" << result.value.text << "\" " << result.unit << " item "
                                     << result.item;
      ++changed;
    }
    EXPECT_EQ(report.changed_items, changed);
  }
}

// One sample of celery from Chengdu with a lead result and the outcomes it was stored with.
ResultColumns one_sample(const char* lead, ItemOutcome stored_as, const char* day = "2013-05-01") {
  ResultColumns columns;
  const auto number = columns.add_panel(panel());
  const model::Determination first{.item = 0, .value = rules::read_value(lead), .unit = "mg/kg"};
  const model::Determination reference{.item = 9, .value = rules::read_value(lead), .unit = "mg/kg"};
  const rules::StoredDetermination determinations[] = {{.result = first, .outcome = stored_as},
                                                       {.result = reference, .outcome = stored_as}};
  columns.add({.city = model::CityCode{510100},
               .category = model::CategoryCode{"V1"},
               .commodity = "白菜",
               .sampled_on = *parse_date(day)},
              number, determinations);
  return columns;
}

TEST(Rejudging, CountsWhatWouldChangeByCityAndCategory) {
  const auto stricter = table_of("铅,,蔬菜,<=,0.1,mg/kg,s,,,\n");
  const auto report = rules::rejudge(one_sample("0.15", ItemOutcome::pass), stricter, categories());
  EXPECT_EQ(report.changed_items, 2U);
  EXPECT_EQ(report.changed_samples, 1U);
  const rules::MoveKey key{.city = 510100,
                           .category = model::CategoryCode{"V1"},
                           .was = static_cast<std::uint8_t>(ItemOutcome::pass),
                           .is = static_cast<std::uint8_t>(ItemOutcome::fail)};
  EXPECT_EQ(report.item_moves.at(key), 2U);
  const rules::MoveKey sample{.city = 510100,
                              .category = model::CategoryCode{"V1"},
                              .was = static_cast<std::uint8_t>(model::SampleOutcome::pass),
                              .is = static_cast<std::uint8_t>(model::SampleOutcome::fail)};
  EXPECT_EQ(report.sample_moves.at(sample), 1U);
}

TEST(Rejudging, TheSameTableChangesNothing) {
  const auto same = table_of(everything);
  EXPECT_EQ(rules::rejudge(one_sample("0.25", ItemOutcome::pass), same, categories()).changed_items, 0U);
  EXPECT_EQ(rules::rejudge(one_sample("0.35", ItemOutcome::fail), same, categories()).changed_items, 0U);
}

TEST(Rejudging, TheLimitOfTheSamplingDateCounts) {
  const auto limits = table_of(everything);
  EXPECT_EQ(rules::rejudge(one_sample("0.25", ItemOutcome::pass, "2013-06-30"), limits, categories()).changed_items,
            0U);
  EXPECT_EQ(rules::rejudge(one_sample("0.25", ItemOutcome::pass, "2013-07-01"), limits, categories()).changed_items,
            2U);
}

TEST(Rejudging, ARowThatIsMissingTakesTheVerdictAway) {
  std::vector<Finding> found;
  const auto report = rules::rejudge(one_sample("0.1", ItemOutcome::pass), table_of("镉,,蔬菜,<=,1,mg/kg,s,,,\n"),
                                     categories(), {}, [&](const ChangedItem& item) { found.push_back(item.is); });
  EXPECT_EQ(found, (std::vector<Finding>{open(Reason::no_basis), open(Reason::no_basis)}));
  EXPECT_EQ(report.changed_samples, 1U);
}

TEST(ResultColumns, GiveBackWhatWasPutIn) {
  Stored stored;
  fill(stored, 2'000);
  for (std::size_t at = 0; at < stored.results.size(); ++at) {
    const model::Determination back = stored.columns.determination(at);
    const model::Determination& result = stored.results[at];
    ASSERT_EQ(back.item, result.item);
    ASSERT_EQ(back.unit, result.unit);
    ASSERT_EQ(back.value.number, result.value.number) << result.value.text;
    ASSERT_EQ(back.value.state, result.value.state);
    ASSERT_EQ(back.value.comparator, result.value.comparator);
  }
  EXPECT_EQ(stored.columns.left_out(), 0U);
}

TEST(ResultColumns, CountAnItemThePanelDoesNotHave) {
  ResultColumns columns;
  const auto number = columns.add_panel(panel());
  const model::Determination stray{.item = 10, .value = rules::read_value("1"), .unit = "mg/kg"};
  const rules::StoredDetermination determinations[] = {{.result = stray}};
  columns.add({}, number, determinations);
  EXPECT_EQ(columns.size(), 0U);
  EXPECT_EQ(columns.left_out(), 1U);
}

}  // namespace
}  // namespace lab::testing
