#include "protocol/rules/rejudge.hpp"

#include <gtest/gtest.h>
#include <deque>
#include <map>
#include <random>

#include "protocol/rules/panel_verdict.hpp"
#include "protocol/rules/sample_verdict.hpp"
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

// One draw for each statement: the same results under every compiler.
std::string random_result(std::mt19937_64& random) {
  constexpr const char* words[] = {"ND",  "未检出", "<LOQ", "OVER",  "阴性",
                                   "---", "",       "abc",  "1e400", "123456789012345678901234567.5"};
  constexpr const char* signs[] = {"", "", "", "", "", "<", "≤", ">", "≥", "-"};
  if (random() % 6 == 0) return words[random() % 10];
  const std::uint64_t range = random() % 3 == 0 ? 1'000'000 : 600;
  const auto mantissa = static_cast<std::int64_t>(random() % range);
  const Decimal number{mantissa, static_cast<int>(random() % 6) - 4};
  return signs[random() % 10] + number.to_text();
}

// Determinations and what they were judged as, in columns and beside them.
struct Stored {
  std::deque<model::Determination> results;
  std::vector<std::vector<model::ItemVerdict>> verdicts;  // of each sample
  ResultColumns columns;
};

// One determination as the judge himself says, from the table and not from columns.
Finding judged_anew(const model::Determination& result, const rules::SampleFacts& facts,
                    const rules::LimitCatalogue& limits, const RejudgeRule& rule) {
  static const model::Panel items = panel();
  static const rules::CategoryTree tree = categories();
  const model::PanelItem& item = items.items[result.item];
  const rules::SampleNames names{facts.commodity, tree.path(facts.category)};
  Limit against = limits.look_up(item.analyte, names, facts.sampled_on).limit.value_or(Limit{});
  if (rule.comparison) against.comparison = *rule.comparison;
  rules::Evidence evidence = rules::evidence_of(result, item, against);
  evidence.rule = rule.rule.value_or(DecisionRule::simple);
  const auto& end = against.upper ? against.upper : against.lower;
  if (end && rule.relative_uncertainty) evidence.expanded_uncertainty = end->times(*rule.relative_uncertainty);
  return rules::judge(evidence, against);
}

// Samples of one to ten determinations. Half of the samples were judged as they would be now, but for the reason of
// what is open, so that some move by a reason alone.
void fill(Stored& stored, std::size_t count) {
  std::mt19937_64 random{8170};
  const auto limits = table_of(everything);
  const auto number = stored.columns.add_panel(panel());
  constexpr const char* units[] = {"mg/kg", "mg/kg", "μg/kg", "ppm", "mg/L", ""};
  constexpr Reason reasons[] = {Reason::no_basis, Reason::method_unfit, Reason::unconfirmed};
  while (stored.results.size() < count) {
    const rules::SampleFacts facts{.city = model::CityCode{510100 + static_cast<unsigned>(random() % 3) * 100},
                                   .category = model::CategoryCode{random() % 4 == 0 ? "F" : "V1"},
                                   .commodity = random() % 2 == 0 ? "芹菜" : "白菜",
                                   .sampled_on = from_day_number(15'800 + static_cast<int>(random() % 200))};
    std::vector<rules::StoredDetermination> determinations;
    auto& verdicts = stored.verdicts.emplace_back();
    const bool as_now = random() % 2 == 0;
    const std::size_t skipped = random() % 10;
    for (std::size_t place = skipped; place < 10; ++place) {
      const auto item = static_cast<std::uint16_t>((place * 7) % 10);  // so that few are not always the last ones
      stored.results.push_back(
          {.item = item, .value = model::read_value(random_result(random)), .unit = units[random() % 6]});
      const ItemOutcome outcome = as_now ? judged_anew(stored.results.back(), facts, limits, {}).outcome
                                         : static_cast<ItemOutcome>(random() % 5);
      const bool is_open = outcome == ItemOutcome::undetermined;
      verdicts.push_back(
          {.item = item, .outcome = outcome, .reason = is_open ? reasons[random() % 3] : Reason::within_limit});
      determinations.push_back({.result = stored.results.back(), .outcome = outcome, .reason = verdicts.back().reason});
    }
    stored.columns.add(facts, number, determinations);
  }
}

// What a report must say, counted one by one.
struct Counted {
  std::size_t items = 0;
  std::size_t samples = 0;
  std::size_t samples_by_reason_alone = 0;
  std::map<rules::MoveKey, std::uint64_t> sample_moves;
};

TEST(Rejudging, SaysOfEachOfThousandsWhatTheJudgeSays) {
  Stored stored;
  fill(stored, 10'000);
  const auto limits = table_of(everything);
  const auto tree = categories();
  const model::Panel items = panel();
  std::size_t by_reason_alone = 0;
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
    Counted counted;
    for (std::size_t index = 0; index < stored.verdicts.size(); ++index) {
      const auto& sample = stored.columns.samples()[index];
      const auto& context = stored.columns.contexts()[sample.context];
      const rules::SampleFacts facts{.city = model::CityCode{sample.city},
                                     .category = context.category,
                                     .commodity = context.commodity,
                                     .sampled_on = from_day_number(sample.day)};
      const auto& was = stored.verdicts[index];
      std::vector<model::ItemVerdict> is;
      const std::size_t changed_before = counted.items;
      for (std::size_t i = 0; i < was.size(); ++i) {
        const std::size_t at = sample.begin + i;
        const model::Determination& result = stored.results[at];
        const Finding expected = judged_anew(result, facts, limits, rule);
        is.push_back({.item = result.item, .outcome = expected.outcome, .reason = expected.reason});
        ASSERT_EQ(told[at].has_value(), expected.outcome != was[i].outcome) << at << " " << result.value.text;
        if (!told[at]) continue;
        ASSERT_EQ(*told[at], expected) << at << " \"" << result.value.text << "\" " << result.unit << " item "
                                       << result.item;
        ++counted.items;
      }
      const auto before = rules::sample_verdict(was, items.items).outcome;
      const auto after = rules::sample_verdict(is, items.items).outcome;
      if (before == after) continue;
      ++counted.samples;
      if (counted.items == changed_before) ++counted.samples_by_reason_alone;
      ++counted.sample_moves[{.city = sample.city,
                              .category = context.category,
                              .was = static_cast<std::uint8_t>(before),
                              .is = static_cast<std::uint8_t>(after)}];
    }
    EXPECT_EQ(report.changed_items, counted.items);
    EXPECT_EQ(report.changed_samples, counted.samples);
    EXPECT_EQ(report.sample_moves, counted.sample_moves);
    by_reason_alone += counted.samples_by_reason_alone;
  }
  EXPECT_GT(by_reason_alone, 0U);
}

// ---- what is judged together

const std::string sums =
    "涕灭威,,蔬菜,<=,0.03,mg/kg,s,,,2013-06-30\n"
    "涕灭威,,蔬菜,<=,0.06,mg/kg,s,,2013-07-01,\n"
    "六六六,,蔬菜,ND,,,s,,,\n"
    "甲基汞,,蔬菜,<=,0.5,mg/kg,s,,,\n"
    "铅,,蔬菜,<=,0.3,mg/kg,s,,,\n";

// Two sums, one of them of what must not be detected, a species with its total, an item that needs confirmation and one
// that stands alone.
model::Panel panel_of_sums() {
  const auto item = [](const char* analyte, const char* definition = "", const char* factor = "1") {
    model::PanelItem made{.analyte = analyte, .method = {}, .unit = "mg/kg", .lod = dec("0.01"), .loq = maybe("0.02")};
    made.definition = definition;
    made.factor = dec(factor);
    return made;
  };
  model::Panel made{.code = model::PanelCode{"S"},
                    .name = {},
                    .items = {item("涕灭威", "涕灭威"), item("α", "六六六"), item("砜", "涕灭威", "0.856"),
                              item("β", "六六六"), item("甲基汞"), item("总汞"), item("铅"), item("铅")}};
  made.items[5].total_of = "甲基汞";
  made.items[6].confirmations = 1;
  return made;
}

// A sample as a laboratory measured it: some items not at all, some in a second portion too.
struct Measured {
  std::deque<model::Determination> results;
  std::vector<std::uint8_t> portions;

  Measured(std::mt19937_64& random, std::size_t items) {
    constexpr const char* results_of[] = {"ND", "<0.02", "0.02", "0.035", "0.05", "0.4", "0.7", "-1", "abc", ">0.1"};
    constexpr const char* units[] = {"mg/kg", "mg/kg", "mg/kg", "μg/kg", ""};
    for (std::uint16_t item = 0; item < items; ++item) {
      for (std::uint8_t portion = 1; portion <= 2; ++portion) {
        if (portion == 1 ? random() % 8 == 0 : random() % 4 != 0) continue;
        results.push_back(
            {.item = item, .value = model::read_value(results_of[random() % 10]), .unit = units[random() % 5]});
        portions.push_back(portion);
      }
    }
  }
  [[nodiscard]] std::vector<model::ItemVerdict> judged(const model::Panel& panel,
                                                       const std::vector<Limit>& limits) const {
    rules::PanelResults found{panel.items.size()};
    for (std::size_t i = 0; i < results.size(); ++i) found.add(results[i], portions[i]);
    return rules::judge_panel(rules::questions_of(panel.items), {panel.items, limits}, found);
  }
};

TEST(Rejudging, SumsTwoStepsAndFurtherPortionsAreJudgedAsThePanelIs) {
  const model::Panel panel = panel_of_sums();
  const auto limits = table_of(sums);
  const auto tree = categories();
  std::mt19937_64 random{2013};
  std::deque<Measured> samples;
  std::vector<std::vector<Finding>> expected;
  ResultColumns columns;
  const auto number = columns.add_panel(panel);
  std::uint64_t moved = 0;
  while (samples.size() < 3'000) {
    const Measured& sample = samples.emplace_back(random, panel.items.size());
    const rules::SampleFacts facts{.city = model::CityCode{510100},
                                   .category = model::CategoryCode{"V1"},
                                   .commodity = "白菜",
                                   .sampled_on = from_day_number(15'800 + static_cast<int>(random() % 200))};
    const auto verdicts = sample.judged(
        panel,
        rules::limits_for_panel(limits, panel.items, {facts.commodity, tree.path(facts.category)}, facts.sampled_on));
    std::vector<model::ItemVerdict> before = verdicts;
    for (model::ItemVerdict& verdict : before) {
      const bool otherwise = verdict.reason != Reason::part_of_sum && random() % 3 == 0;
      if (otherwise) verdict = {verdict.item, static_cast<ItemOutcome>(random() % 5), Reason::within_limit, 0};
    }
    moved += rules::sample_verdict(before, panel.items).outcome != rules::sample_verdict(verdicts, panel.items).outcome;
    static const model::Determination nothing[8] = {{.item = 0}, {.item = 1}, {.item = 2}, {.item = 3},
                                                    {.item = 4}, {.item = 5}, {.item = 6}, {.item = 7}};
    std::vector<rules::StoredDetermination> stored;
    std::vector<Finding> of_sample;
    for (const model::ItemVerdict& verdict : before) {
      const auto add = [&](const model::Determination& result, std::uint8_t portion) {
        stored.push_back({result, verdict.outcome, verdict.reason, portion});
        of_sample.push_back({verdicts[verdict.item].outcome, verdicts[verdict.item].reason});
      };
      bool measured = false;
      for (std::size_t i = 0; i < sample.results.size(); ++i) {
        if (sample.results[i].item != verdict.item) continue;
        if (!measured && sample.portions[i] != 1) add(nothing[verdict.item], 1);
        measured = true;
        add(sample.results[i], sample.portions[i]);
      }
      if (!measured) add(nothing[verdict.item], 1);
    }
    columns.add(facts, number, stored);
    expected.push_back(of_sample);
  }
  std::map<std::size_t, Finding> told;
  const auto report =
      rules::rejudge(columns, limits, tree, {}, [&](const ChangedItem& item) { told[item.determination] = item.is; });
  EXPECT_EQ(report.changed_samples, moved);
  EXPECT_GT(moved, 100U);
  for (std::size_t sample = 0; sample < samples.size(); ++sample) {
    const std::uint64_t begin = columns.samples()[sample].begin;
    for (std::uint64_t at = begin; at < columns.end_of(sample); ++at) {
      const Finding& is = expected[sample][at - begin];
      const bool differs = static_cast<std::uint8_t>(is.outcome) != columns.outcomes()[at];
      ASSERT_EQ(told.contains(at), differs && columns.portion(at) == 1) << sample << " " << at - begin;
      if (!told.contains(at)) continue;
      ASSERT_EQ(told.at(at), is) << sample << " " << at - begin;
    }
  }
}

// One sample of celery from Chengdu with a lead result and the outcomes it was stored with.
ResultColumns one_sample(const char* lead, ItemOutcome stored_as, const char* day = "2013-05-01") {
  ResultColumns columns;
  const auto number = columns.add_panel(panel());
  const model::Determination first{.item = 0, .value = model::read_value(lead), .unit = "mg/kg"};
  const model::Determination reference{.item = 9, .value = model::read_value(lead), .unit = "mg/kg"};
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

// A sample that passes by its lead, beside an open item.
ResultColumns beside_lead(const model::Determination& item, Reason open_for) {
  ResultColumns columns;
  const auto number = columns.add_panel(panel());
  const model::Determination lead{.item = 0, .value = model::read_value("0.1"), .unit = "mg/kg"};
  const rules::StoredDetermination determinations[] = {
      {.result = lead, .outcome = ItemOutcome::pass, .reason = Reason::within_limit},
      {.result = item, .outcome = ItemOutcome::undetermined, .reason = open_for}};
  columns.add({.city = model::CityCode{510100},
               .category = model::CategoryCode{"V1"},
               .commodity = "白菜",
               .sampled_on = *parse_date("2013-05-01")},
              number, determinations);
  return columns;
}

rules::MoveKey move(model::SampleOutcome was, model::SampleOutcome is) {
  return {.city = 510100,
          .category = model::CategoryCode{"V1"},
          .was = static_cast<std::uint8_t>(was),
          .is = static_cast<std::uint8_t>(is)};
}

TEST(Rejudging, ARowForAnItemWithoutBasisMayOpenASampleThatPassed) {
  const model::Determination unseen{.item = 8, .value = model::read_value("ND"), .unit = "mg/kg"};
  const auto report =
      rules::rejudge(beside_lead(unseen, Reason::no_basis),
                     table_of("铅,,蔬菜,<=,0.3,mg/kg,s,,,\n没有,,蔬菜,<=,0.001,mg/kg,s,,,\n"), categories());
  EXPECT_EQ(report.changed_items, 0U) << "open as before, but now because the method is unfit";
  EXPECT_EQ(report.changed_samples, 1U);
  EXPECT_EQ(report.sample_moves.at(move(model::SampleOutcome::pass, model::SampleOutcome::undetermined)), 1U);
}

TEST(Rejudging, ARowThatIsMissingMayCloseASampleThatWasOpen) {
  const model::Determination mercury{.item = 5, .value = model::read_value("ND"), .unit = "mg/kg"};
  const auto columns = beside_lead(mercury, Reason::lod_missing);
  EXPECT_EQ(rules::rejudge(columns, table_of(everything), categories()).changed_samples, 0U);
  const auto report = rules::rejudge(columns, table_of("铅,,蔬菜,<=,0.3,mg/kg,s,,,\n"), categories());
  EXPECT_EQ(report.changed_items, 0U) << "open as before, but now without a basis";
  EXPECT_EQ(report.changed_samples, 1U);
  EXPECT_EQ(report.sample_moves.at(move(model::SampleOutcome::undetermined, model::SampleOutcome::pass)), 1U);
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
  const model::Determination stray{.item = 10, .value = model::read_value("1"), .unit = "mg/kg"};
  const rules::StoredDetermination determinations[] = {{.result = stray}};
  columns.add({}, number, determinations);
  EXPECT_EQ(columns.size(), 0U);
  EXPECT_EQ(columns.left_out(), 1U);
}

}  // namespace
}  // namespace lab::testing
