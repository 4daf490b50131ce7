// Samples that a rule of sampling keeps out of the rates: which of them counts depends on what is known of them and
// never on the order in which it came to be known, and the figures are those of a recount after every message.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "coordinator/documents/counted_samples.hpp"
#include "coordinator/documents/table_files.hpp"
#include "coordinator/ledger/duplicates.hpp"
#include "coordinator/reports/summary.hpp"
#include "coordinator/tables/drawn.hpp"
#include "coordinator/tables/registry.hpp"
#include "protocol/session/intake.hpp"
#include "tests/coordinator/support/items.hpp"
#include "tests/coordinator/support/varied.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
using namespace std::chrono_literals;
using model::SampleOutcome;
using reports::Axis;

constexpr const char* rules_text =
    "rule,programme,kind,limit,from,until,reason\n"
    "B-1,*,same_batch,1,2013-01-01,,同一批次每季度一次\n"
    "S-1,NCP,shop_share,30,2013-01-01,,同一单位不超过三成\n";

model::Sampled form_of(const model::Grant& grant, CivilDate sampled_on, const std::string& made_on) {
  return {.number = grant.number,
          .sampled_on = sampled_on,
          .sample_name = "芹菜",
          .quantity = "2 kg",
          .fields = {{"made_on", made_on}}};
}

class Duplicates : public ::testing::Test {
 protected:
  explicit Duplicates(std::uint32_t quota = 10) {
    world.add_laboratory(1);
    world.add_laboratory(2);
    benches.push_back(world.enrol(1));
    use(rules_text);
    model::PlanCell base = cell(quota);
    base.stage = model::Stage::production_base;  // the unit is the producer
    plan = tables::ref_of(world.dispatched_plan({base}));
    grants = world.grants_of(benches[0]);
  }
  void use(const std::string& text) {
    world.turn([&](journal::Draft& draft) {
      tables::put_province_file(draft, tables::sampling_rules_file, text);
      review_all(draft);
    });
    world.work();
  }
  // The plan's only cell has this quota from now on. Nothing that takes further steps is done yet.
  void revise(std::uint32_t quota) {
    model::PlanCell base = cell(quota);
    base.stage = model::Stage::production_base;
    const auto revised = world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_plan_revised(
          draft, plan_of({base}, "plan 1"), crypto::sha256(std::to_string(quota)),
          {.person = model::PersonId{"planner"}, .reason = "任务调整", .restore = false}, world.now);
    });
    ASSERT_TRUE(revised) << to_text(revised.error());
  }
  // Of the row that a revision added, `free` samples go to the first laboratory and `count` of them are granted.
  void grant_added(std::uint32_t free, std::uint32_t count) {
    const dispatch::Share share{.cell = 1, .laboratory = model::LaboratoryId{1}, .count = free};
    const auto allocated = world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, plan, std::vector{share}); });
    ASSERT_TRUE(allocated) << to_text(allocated.error());
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, plan, count); }));
    world.work();
    grants = world.grants_of(benches[0]);
  }
  void draw(std::size_t which, CivilDate sampled_on, const std::string& made_on = "2013-05-30") {
    benches[0].happen(grants[which], "zhao", form_of(grants[which], sampled_on, made_on));
    send();
  }
  void tell_unit(std::size_t which, const std::string& name) {
    const std::pair unit{grants[which].task, tables::SampledUnit{.name = name, .licence = {}, .address = {}}};
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_sampled_units(draft, {&unit, 1}, world.now);
    }));
  }
  void conclude(std::size_t which, SampleOutcome outcome = SampleOutcome::pass, std::uint16_t version = 1) {
    benches[0].conclude(grants[which], outcome, version);
    send();
  }
  void send() { world.acknowledged(benches[0], benches[0].all_events()); }
  [[nodiscard]] reports::Figures figures(reports::Verdicts verdicts = reports::Verdicts::final) const {
    return reports::summarize(*world.view(), {.by = {}, .verdicts = verdicts}, {}).total;
  }
  [[nodiscard]] bool is_aside(std::size_t which) const { return tables::is_aside(*world.view(), grants[which].task); }

  World world;
  std::vector<Bench> benches;
  tables::PlanRef plan;
  std::vector<model::Grant> grants;
};

TEST_F(Duplicates, TheEarlierSampleOfABatchCountsAndTheOtherIsKeptWithItsReason) {
  draw(0, 2013y / 6 / 5);
  draw(1, 2013y / 6 / 3);
  for (const std::size_t which : {0U, 1U}) {
    tell_unit(which, "甲合作社");
    conclude(which, which == 0 ? SampleOutcome::fail : SampleOutcome::pass);
  }
  EXPECT_TRUE(is_aside(0));
  EXPECT_FALSE(is_aside(1));
  const auto why = tables::asides(*world.view(), grants[0].task);
  ASSERT_EQ(why.size(), 1U);
  EXPECT_EQ(why[0].rule, "B-1");
  EXPECT_EQ(why[0].reason, "同一批次每季度一次");
  EXPECT_EQ(why[0].instead, grants[1].task);
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 1}));
  EXPECT_EQ(figures().aside, 1U);
  EXPECT_EQ(figures(reports::Verdicts::first).counts, (statistics::Counts{.pass = 1}));
  // What it found is still told: its verdict is counted as a task, and it has its notice.
  EXPECT_EQ(tables::states_of(*world.view(), plan)[model::TaskState::judged], 2U);
}

TEST_F(Duplicates, TheWinnerMayArriveLaterThanTheLoser) {
  draw(0, 2013y / 6 / 5);
  tell_unit(0, "甲合作社");
  conclude(0, SampleOutcome::fail);
  EXPECT_EQ(figures().counts, (statistics::Counts{.fail = 1}));
  draw(1, 2013y / 6 / 3);
  EXPECT_EQ(figures().counts, (statistics::Counts{.fail = 1}));  // nobody knows yet whose it is
  tell_unit(1, "甲合作社");
  EXPECT_TRUE(is_aside(0));
  EXPECT_EQ(figures().counts, statistics::Counts{});
  conclude(1);
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 1}));
}

TEST_F(Duplicates, AnotherBatchProducerOrQuarterIsNone) {
  draw(0, 2013y / 6 / 5);
  draw(1, 2013y / 6 / 5, "2013-05-29");
  draw(2, 2013y / 7 / 1);
  draw(3, 2013y / 6 / 5);
  for (const std::size_t which : {0U, 1U, 2U}) tell_unit(which, "甲合作社");
  tell_unit(3, "乙合作社");
  for (const std::size_t which : {0U, 1U, 2U, 3U}) EXPECT_FALSE(is_aside(which)) << which;
}

TEST_F(Duplicates, OneNameInTwoSpellingsIsOneProducer) {
  draw(0, 2013y / 6 / 5);
  draw(1, 2013y / 6 / 6);
  tell_unit(0, "甲 合作社（成都）");
  tell_unit(1, "甲合作社(成都)");
  EXPECT_TRUE(is_aside(1));
  tell_unit(1, "丙合作社");  // it was a mistake
  EXPECT_FALSE(is_aside(1));
}

TEST_F(Duplicates, OfOneShopNoMoreThanItsShareOfTheCellCounts) {
  for (std::size_t i = 0; i < 5; ++i) {
    draw(i, 2013y / 6 / static_cast<int>(1 + i), fmt::format("2013-05-{:02}", 10 + i));
    tell_unit(i, "甲合作社");
    conclude(i);
  }
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 3}));  // 30 % of ten
  EXPECT_EQ(figures().aside, 2U);
  EXPECT_TRUE(is_aside(3) && is_aside(4));
}

TEST_F(Duplicates, TheShareOfAShopIsOfTheWholeCellAlsoAfterRevisions) {
  const auto take = [this](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
      draw(i, 2013y / 6 / static_cast<int>(1 + i), fmt::format("2013-05-{:02}", 10 + i));
      tell_unit(i, "甲合作社");
      conclude(i);
    }
  };
  take(0, 5);
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 3}));
  revise(30);
  world.work();
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 5})) << "30 % of thirty, and nobody touched these samples";
  EXPECT_EQ(figures().aside, 0U);
  grant_added(20, 5);
  ASSERT_EQ(grants.size(), 15U);
  take(10, 15);  // of the row that was added: no allowance of its own
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 9}));
  EXPECT_TRUE(is_aside(14));
  revise(20);
  world.work();
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 6}));
  EXPECT_EQ(figures().aside, 4U);
}

TEST_F(Duplicates, WhoLeavesAGroupBeforeItIsLookedAtAnewDecidesItByTheLimitThatHoldsNow) {
  for (std::size_t i = 0; i < 5; ++i) {
    draw(i, 2013y / 6 / static_cast<int>(1 + i), fmt::format("2013-05-{:02}", 10 + i));
    tell_unit(i, "甲合作社");
  }
  ASSERT_TRUE(is_aside(3));
  revise(30);
  tell_unit(4, "乙合作社");
  EXPECT_FALSE(is_aside(3));
  EXPECT_FALSE(is_aside(4));
}

TEST_F(Duplicates, AnAmendedVerdictOfASampleSetAsideMovesAmongThose) {
  draw(0, 2013y / 6 / 5);
  draw(1, 2013y / 6 / 3);
  tell_unit(0, "甲合作社");
  conclude(0, SampleOutcome::fail);
  conclude(0, SampleOutcome::pass, 2);
  tell_unit(1, "甲合作社");
  EXPECT_EQ(figures().counts, statistics::Counts{});
  conclude(0, SampleOutcome::problem, 3);
  EXPECT_EQ(figures().counts, statistics::Counts{});
  EXPECT_EQ(figures().aside, 1U);
  tell_unit(1, "乙合作社");  // and back: its first verdict and the newest
  EXPECT_EQ(figures(reports::Verdicts::first).counts, (statistics::Counts{.fail = 1}));
  EXPECT_EQ(figures().counts, (statistics::Counts{.problem = 1}));
}

TEST_F(Duplicates, RulesAreDataAndTheirChangeIsFollowed) {
  draw(0, 2013y / 6 / 5);
  draw(1, 2013y / 6 / 6);
  tell_unit(0, "甲合作社");
  tell_unit(1, "甲合作社");
  conclude(1);
  EXPECT_TRUE(is_aside(1));
  use("rule,programme,kind,limit,from,until,reason\nB-1,*,same_batch,2,2013-01-01,,放宽\n");
  EXPECT_FALSE(is_aside(1));
  EXPECT_EQ(figures().counts, (statistics::Counts{.pass = 1}));
  use("rule,programme,kind,limit,from,until,reason\nB-9,SPC,same_batch,1,2013-01-01,,别的项目\n");
  EXPECT_FALSE(is_aside(1));
  use(rules_text);
  EXPECT_TRUE(is_aside(1));
  EXPECT_EQ(figures().counts, statistics::Counts{});
}

// ---- the same story in any order

constexpr std::uint32_t quota = 12;

// What each sample is, once for all; and what becomes of it.
struct Story {
  explicit Story(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    for (std::uint32_t i = 0; i < quota; ++i) {
      samples.push_back({.sampled_on = 2013y / static_cast<int>(5 + random() % 3) / static_cast<int>(1 + random() % 3),
                         .made_on = random() % 2 == 0 ? "2013-05-01" : "2013-04-30",
                         .unit = random() % 3 == 0   ? "甲"
                                 : random() % 2 == 0 ? "乙"
                                                     : "丙",
                         .outcome = static_cast<SampleOutcome>(random() % 4),
                         .amended = random() % 3 == 0});
    }
  }
  struct Sample {
    CivilDate sampled_on{};
    std::string made_on;
    std::string unit;
    SampleOutcome outcome = SampleOutcome::pass;
    bool amended = false;
  };
  std::vector<Sample> samples;
};

// The rules once more, from what has become known by now, without the product's tables.
struct Recounted {
  std::set<std::uint32_t> aside;

  Recounted(const Story& story, const std::set<std::uint32_t>& drawn, const std::set<std::uint32_t>& told) {
    std::map<std::string, std::vector<std::pair<CivilDate, std::uint32_t>>> groups;
    for (std::uint32_t i = 0; i < quota; ++i) {
      if (!drawn.contains(i) || !told.contains(i)) continue;
      const Story::Sample& one = story.samples[i];
      const int quarter = (static_cast<int>(unsigned{one.sampled_on.month()}) - 1) / 3;
      groups[fmt::format("b {} {} {}", one.unit, one.made_on, quarter)].emplace_back(one.sampled_on, i);
      groups[fmt::format("s {}", one.unit)].emplace_back(one.sampled_on, i);
    }
    for (auto& [name, members] : groups) {
      std::sort(members.begin(), members.end());
      const std::size_t most = name.front() == 'b' ? 1 : quota * 30 / 100;
      for (std::size_t i = most; i < members.size(); ++i) aside.insert(members[i].second);
    }
  }
};

statistics::Counts one_of(SampleOutcome outcome) {
  const auto is = [outcome](SampleOutcome other) { return std::uint64_t{outcome == other ? 1U : 0U}; };
  return {.pass = is(SampleOutcome::pass),
          .fail = is(SampleOutcome::fail),
          .problem = is(SampleOutcome::problem),
          .undetermined = is(SampleOutcome::undetermined)};
}

class AnyOrder : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  struct Telling {
    World world;
    std::vector<Bench> benches;
    std::map<std::uint32_t, std::size_t> bench_of;
    std::map<std::uint32_t, model::Grant> grants;
    std::map<std::uint32_t, SampleOutcome> first;
    std::map<std::uint32_t, SampleOutcome> final;
    std::set<std::uint32_t> drawn;
    std::set<std::uint32_t> told;
    std::map<UtcTime, std::string> seen;
  };

  static std::string figures(const reports::Summary& summary) {
    std::string text;
    for (const reports::Row& row : summary.rows) {
      const auto& counts = row.figures.counts;
      text += fmt::format("{} {}/{}: {} {} {} {} aside {}\n", row.analyte, row.key.county.value(), row.key.month,
                          counts.pass, counts.fail, counts.problem, counts.undetermined, row.figures.aside);
    }
    return text;
  }

  static std::vector<reports::Query> queries() {
    return {{.by = {}},
            {.by = {}, .verdicts = reports::Verdicts::first},
            {.by = {Axis::programme, Axis::city}},
            {.by = {Axis::county, Axis::month, Axis::round}},
            {.by = {Axis::category}, .round = std::uint8_t{1}}};
  }

  static std::vector<reports::Query> item_queries() {
    return {{.by = {Axis::analyte, Axis::month}},
            {.by = {Axis::analyte}, .verdicts = reports::Verdicts::first},
            {.by = {Axis::city}, .analyte = "VEGA 第 2 项"}};
  }

  // The list of samples that did not pass. Of a moment it does not say by which rule one was set aside.
  static std::string list_of(const journal::View& view, std::optional<UtcTime> moment) {
    const documents::Names names;
    std::string text;
    for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
      const documents::TableQuestion question{
          .query = {.by = {}, .verdicts = verdicts}, .targets = {}, .as_of = moment};
      text += *documents::to_csv(documents::table_of(documents::TableKind::nonconforming, view, names, question), {});
      text += *documents::to_csv(documents::table_of(documents::TableKind::results, view, names, question), {});
    }
    return without_rules(text);
  }

  // Not by a regular expression: sanitized, it took longer than writing the lists.
  static std::string without_rules(std::string text) {
    const std::string begin = "（不计入合格率：";
    const std::string end = "）";
    for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
      text.replace(at, text.find(end, at) + end.size() - at, "（按规则不计入合格率）");
    }
    return text;
  }

  static std::string all_figures(const journal::View& view) {
    std::string text;
    for (const auto& query : queries()) text += figures(reports::summarize(view, query, {}));
    for (const auto& query : item_queries()) text += figures(reports::summarize(view, query, {}));
    return text;
  }

  static void check(const Story& story, Telling& at) {
    const auto view = at.world.view();
    const Recounted recounted{story, at.drawn, at.told};
    statistics::Counts first;
    statistics::Counts final;
    std::uint64_t aside = 0;
    for (std::uint32_t i = 0; i < quota; ++i) {
      ASSERT_EQ(tables::is_aside(*view, at.grants.at(i).task), recounted.aside.contains(i)) << "sample " << i;
      if (!at.first.contains(i)) continue;
      if (recounted.aside.contains(i)) {
        ++aside;
        continue;
      }
      first += one_of(at.first.at(i));
      final += one_of(at.final.at(i));
    }
    for (const auto& query : queries()) {
      const auto summary = reports::summarize(*view, query, {});
      EXPECT_EQ(summary.total.counts, query.verdicts == reports::Verdicts::first ? first : final);
      EXPECT_EQ(summary.total.aside, aside);
      std::uint64_t listed = 0;
      const auto count = [&](const documents::CountedSample& sample) {
        listed += sample.is_aside.value_or(true) ? 0 : 1;
        return true;
      };
      documents::for_each_bad_sample(*view, query, false, count);
      EXPECT_EQ(listed, summary.total.counts.fail + summary.total.counts.problem) << "a list has as many as its figure";
    }
    const auto from_bytes = recount_of(*view);
    const Entered entered{at.world};
    for (const auto verdicts : {reports::Verdicts::first, reports::Verdicts::final}) {
      EXPECT_EQ(item_rows(entered.view(), verdicts), item_rows(*view, from_bytes, verdicts));
    }
    at.seen[at.world.now] = all_figures(entered.view()) + list_of(entered.view(), {});
  }

  static void check_moments(const Telling& at) {
    const auto view = at.world.view();
    for (const auto& [moment, text] : at.seen) {
      std::string then;
      for (const auto& query : queries()) then += figures(*reports::summarize_as_of(*view, query, {}, moment));
      for (const auto& query : item_queries()) then += figures(*reports::summarize_as_of(*view, query, {}, moment));
      then += list_of(*view, moment);
      EXPECT_EQ(then, text) << to_text(moment);
    }
  }

  static void begin(Telling& at) {
    at.world.add_laboratory(1);
    at.world.add_laboratory(2);
    at.benches = {at.world.enrol(1), at.world.enrol(1)};
    at.world.turn(
        [&](journal::Draft& draft) { tables::put_province_file(draft, tables::sampling_rules_file, rules_text); });
    model::PlanCell base = cell(quota);
    base.stage = model::Stage::production_base;
    at.world.dispatched_plan({base});
    for (std::size_t k = 0; k < at.benches.size(); ++k) {
      for (const model::Grant& grant : at.world.grants_of(at.benches[k])) {
        at.grants[grant.task.number - 1] = grant;
        at.bench_of[grant.task.number - 1] = k;
      }
    }
  }

  // In the middle of a telling an older program's store is opened.
  enum class Older : std::uint8_t {
    no,
    entered_last,     // all the rest comes before its samples are entered
    entered_between,  // half of the rest comes after that
  };

  // Everything that happens to every sample, in an order of its own: of one bench events stay in order. An older store
  // is checked from where it is opened.
  static std::string tell(const Story& story, std::uint64_t order, bool checked, Older older = Older::no) {
    Telling at;
    std::mt19937_64 random{order};
    begin(at);
    std::vector<std::uint32_t> steps;  // of each sample: its form, its unit, its verdict, perhaps another one
    for (std::uint32_t i = 0; i < quota; ++i) steps.insert(steps.end(), story.samples[i].amended ? 4 : 3, i);
    std::shuffle(steps.begin(), steps.end(), random);
    std::map<std::uint32_t, std::vector<int>> parts;
    for (std::uint32_t i = 0; i < quota; ++i) {
      parts[i] = {0, 1, 2};
      std::shuffle(parts[i].begin(), parts[i].end(), random);
      if (story.samples[i].amended) parts[i].push_back(3);
    }
    std::size_t done = 0;
    for (const std::uint32_t i : steps) {
      const int part = parts[i].front();
      parts[i].erase(parts[i].begin());
      at.world.now += std::chrono::minutes{1 + random() % 50};
      ++done;
      if (older != Older::no && done == steps.size() / 2) {
        forget_items(at.world);
        open_anew(at.world);
        EXPECT_FALSE(reports::check_ready(*at.world.view(), item_queries().front()));
        checked = true;
      }
      if (older == Older::entered_between && done == steps.size() * 3 / 4) at.world.work();
      happen(story, at, i, part);
      if (checked) check(story, at);
    }
    at.world.work();
    check_moments(at);
    const auto view = at.world.view();
    std::string winners;
    for (std::uint32_t i = 0; i < quota; ++i) {
      winners += fmt::format("{}:", i);
      for (const auto& why : tables::asides(*view, at.grants.at(i).task)) {
        winners += fmt::format(" {} for {}", why.rule, why.instead.number);
      }
      winners += "\n";
    }
    return winners + all_figures(*view);
  }

  static void happen(const Story& story, Telling& at, std::uint32_t i, int part) {
    const Story::Sample& one = story.samples[i];
    Bench& bench = at.benches[at.bench_of.at(i)];
    const model::Grant& grant = at.grants.at(i);
    if (part == 1) {
      const std::pair unit{grant.task, tables::SampledUnit{.name = one.unit, .licence = {}, .address = {}}};
      EXPECT_TRUE(at.world.turn([&](journal::Draft& draft) {
        return at.world.coordinator.on_sampled_units(draft, {&unit, 1}, at.world.now);
      }));
      at.told.insert(i);
      return;
    }
    if (part == 0) {
      bench.happen(grant, "zhao", form_of(grant, one.sampled_on, one.made_on));
      at.drawn.insert(i);
    } else {
      const auto outcome = part == 2 ? one.outcome : SampleOutcome::pass;
      conclude_varied(bench, grant, outcome, part == 2 ? 1 : 2, i * 3 + static_cast<std::uint64_t>(part));
      if (part == 2) at.first[i] = outcome;
      at.final[i] = outcome;
    }
    at.world.acknowledged(bench, bench.all_events());
  }
};

TEST_P(AnyOrder, HasTheSameWinnersAndTheFiguresOfARecountAtEveryMoment) {
  const Story story{GetParam()};
  const std::string told = tell(story, GetParam() * 1'000, true);
  EXPECT_NE(told.find("B-1"), std::string::npos) << "the story has no duplicate";
  for (std::uint64_t order = 1; order < 6; ++order) EXPECT_EQ(tell(story, GetParam() * 1'000 + order, false), told);
}

TEST_P(AnyOrder, IsTheSameAfterAStoreThatDidNotCountItems) {
  const Story story{GetParam()};
  const std::string told = tell(story, GetParam() * 1'000, false);
  for (std::uint64_t order = 1; order < 4; ++order) {
    const Older older = order == 2 ? Older::entered_between : Older::entered_last;
    EXPECT_EQ(tell(story, GetParam() * 1'000 + order, false, older), told);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyOrder, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace lab::ledger
