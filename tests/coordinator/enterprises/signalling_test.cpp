#include "coordinator/enterprises/signalling.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "coordinator/tables/diary.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::enterprises {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using tables::SignalId;
using tables::SignalReport;
using tables::SignalState;
using namespace std::chrono_literals;

SignalReport burn(const std::string& id, CivilDate happened = 2013y / 6 / 1) {
  return {.source = "伤害监测哨点",
          .source_id = id,
          .kind = tables::SignalKind::injury,
          .product = "电热水壶",
          .maker = "某某电器厂",
          .city = model::CityCode{510100},
          .county = model::CountyCode{510104},
          .happened = happened,
          .harmed = 1,
          .content = "壶底漏电"};
}

class Signalling : public ::testing::Test {
 protected:
  Result<Reported> sent(const SignalReport& report) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_signal(draft, report, model::PersonId{"his"}, world.now);
    });
  }
  auto assessed(std::uint32_t id, SignalState state, bool whole_group, const std::string& reason = "核实") {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_signal_assessed(draft, SignalId{id}, state, whole_group,
                                                  {model::PersonId{"ming"}, reason}, world.now);
    });
  }
  std::map<SignalId, SignalId> grouped(RiskNumbers numbers) const { return groups(*world.view(), numbers); }
  static RiskNumbers usual() { return RiskRules::load("")->on(2013y / 6 / 3); }

  World world;
};

TEST_F(Signalling, TheSameReportTwiceIsOne) {
  const auto first = sent(burn("1"));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_new);
  const auto again = sent(burn("1"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->signal, first->signal);
  EXPECT_EQ(tables::signal_count(*world.view()), 1U);
  auto other = burn("1");
  other.harmed = 2;
  EXPECT_EQ(sent(other).error().code, ErrorCode::conflict) << "under one number two reports";
  other.source = "另一来源";
  EXPECT_TRUE(sent(other)->is_new) << "their numbers are their own";
}

TEST_F(Signalling, WhatCannotBeIsRefusedWithItsField) {
  const auto field = [&](auto change) {
    auto report = burn("9");
    change(report);
    return sent(report).error().where;
  };
  EXPECT_EQ(field([](SignalReport& one) { one.source.clear(); }), "source");
  EXPECT_EQ(field([](SignalReport& one) { one.source_id = std::string(201, 'x'); }), "source_id");
  EXPECT_EQ(field([](SignalReport& one) { one.product.clear(); }), "product");
  EXPECT_EQ(field([](SignalReport& one) { one.maker = "a\nb"; }), "maker");
  EXPECT_EQ(field([](SignalReport& one) { one.content = std::string(1'025, 'x'); }), "content");
  EXPECT_EQ(field([](SignalReport& one) { one.happened = 2013y / 6 / 4; }), "happened") << "tomorrow";
  EXPECT_EQ(field([](SignalReport& one) { one.happened = 2013y / 6 / 31; }), "happened");
  EXPECT_EQ(field([](SignalReport& one) { one.harmed = 2'000'000; }), "harmed");
  EXPECT_EQ(tables::signal_count(*world.view()), 0U);
}

TEST_F(Signalling, ReportsOfOneProductMakerAndPlaceCloseInTimeAreAGroup) {
  ASSERT_TRUE(sent(burn("1", 2013y / 5 / 1)));
  ASSERT_TRUE(sent(burn("2", 2013y / 5 / 15)));  // 14 days
  ASSERT_TRUE(sent(burn("3", 2013y / 5 / 30)));  // 15 days after the second
  auto elsewhere = burn("4", 2013y / 5 / 1);
  elsewhere.city = model::CityCode{510300};
  ASSERT_TRUE(sent(elsewhere));
  auto other_maker = burn("5", 2013y / 5 / 1);
  other_maker.maker = "另一电器厂";
  ASSERT_TRUE(sent(other_maker));
  auto same_city = burn("6", 2013y / 5 / 2);
  same_city.county = model::CountyCode{510107};
  same_city.maker = " 某某 电器厂";
  ASSERT_TRUE(sent(same_city));
  const auto first_of = grouped(usual());
  EXPECT_EQ(first_of.at(SignalId{1}), SignalId{1});
  EXPECT_EQ(first_of.at(SignalId{2}), SignalId{1});
  EXPECT_EQ(first_of.at(SignalId{3}), SignalId{3});
  EXPECT_EQ(first_of.at(SignalId{4}), SignalId{4});
  EXPECT_EQ(first_of.at(SignalId{5}), SignalId{5});
  EXPECT_EQ(first_of.at(SignalId{6}), SignalId{1});
  auto numbers = usual();
  numbers.signal_place_level = 2;
  EXPECT_EQ(grouped(numbers).at(SignalId{6}), SignalId{6}) << "by county";
  numbers.signal_place_level = 0;
  numbers.signal_window_days = 15;
  EXPECT_EQ(grouped(numbers).at(SignalId{3}), SignalId{1}) << "another rule, other groups";
  EXPECT_EQ(grouped(numbers).at(SignalId{4}), SignalId{1});
}

// Groups as sets of the sources' own numbers.
std::set<std::set<std::string>> sets_of(const journal::View& store, const RiskNumbers& numbers) {
  std::map<SignalId, std::set<std::string>> sets;
  for (const auto& [id, first] : groups(store, numbers))
    sets[first].insert(tables::signal(store, id)->report.source_id);
  std::set<std::set<std::string>> all;
  for (const auto& [first, members] : sets) all.insert(members);
  return all;
}

TEST(SignalGroups, DoNotDependOnTheOrderOfArrivalAndLoseNobody) {
  std::mt19937_64 random{2013};
  for (int round = 0; round < 60; ++round) {
    std::vector<SignalReport> reports;
    for (int i = 0; i < 25; ++i) {
      auto one =
          burn(fmt::format("{}", i), from_day_number(to_day_number(2013y / 1 / 1) + static_cast<int>(random() % 120)));
      if (random() % 3 == 0) one.product = "童车";
      if (random() % 3 == 0) one.city = model::CityCode{510300};
      reports.push_back(one);
    }
    std::set<std::set<std::string>> expected;
    for (int order = 0; order < 3; ++order) {
      World world;
      for (const SignalReport& one : reports) {
        ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
          return world.coordinator.on_signal(draft, one, model::PersonId{"his"}, world.now);
        }));
      }
      const auto sets = sets_of(*world.view(), RiskRules::load("")->on(2013y / 6 / 3));
      std::size_t members = 0;
      for (const auto& one : sets) members += one.size();
      EXPECT_EQ(members, reports.size());
      if (order == 0) expected = sets;
      ASSERT_EQ(sets, expected) << "round " << round << " order " << order;
      std::ranges::shuffle(reports, random);
    }
  }
}

TEST_F(Signalling, AGroupIsAssessedByAPersonWithAReason) {
  for (const char* id : {"1", "2", "3"}) ASSERT_TRUE(sent(burn(id)));
  EXPECT_EQ(assessed(1, SignalState::watched, true, "").error().code, ErrorCode::malformed);
  EXPECT_EQ(assessed(1, SignalState::planned, true).error().code, ErrorCode::malformed) << "a plan does that";
  EXPECT_EQ(assessed(9, SignalState::watched, true).error().code, ErrorCode::not_found);
  ASSERT_TRUE(assessed(2, SignalState::dismissed, false));
  const auto watched = assessed(1, SignalState::watched, true);
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->size(), 2U) << "what somebody has assessed by itself stays";
  EXPECT_EQ(tables::signal(*world.view(), SignalId{2})->state, SignalState::dismissed);
  EXPECT_EQ(tables::signal(*world.view(), SignalId{3})->state, SignalState::watched);
  EXPECT_EQ(tables::signal(*world.view(), SignalId{3})->assessed_by.value(), "ming");
  ASSERT_TRUE(sent(burn("4")));
  EXPECT_EQ(tables::signal(*world.view(), SignalId{4})->state, SignalState::received) << "what comes later is new";
}

TEST_F(Signalling, APlanIsOpenedOnce) {
  ASSERT_TRUE(sent(burn("1")));
  const auto open = [&](const std::string& title) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_signal_plan(draft, SignalId{1}, plan_of({cell(3)}, title), crypto::sha256(title),
                                              {model::PersonId{"ming"}, "专项抽查"}, world.now);
    });
  };
  const auto entry = open("电热水壶专项");
  ASSERT_TRUE(entry);
  EXPECT_EQ(tables::signal(*world.view(), SignalId{1})->plan, entry->id);
  EXPECT_EQ(tables::signal(*world.view(), SignalId{1})->state, SignalState::planned);
  EXPECT_EQ(open("又一个").error().where, "planned");
  EXPECT_EQ(tables::plans(*world.view()).size(), 1U) << "and nothing of the second plan stays";
  EXPECT_EQ(assessed(1, SignalState::dismissed, false).error().code, ErrorCode::conflict);
}

TEST_F(Signalling, TheDiaryNamesNeitherProductNorMaker) {
  ASSERT_TRUE(sent(burn("1")));
  ASSERT_TRUE(assessed(1, SignalState::watched, false, "某某电器厂已整改"));
  int entries = 0;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
    EXPECT_EQ(entry.subject.find("某某"), std::string::npos);
    EXPECT_EQ(entry.subject.find("电热水壶"), std::string::npos);
    entries += entry.kind == tables::DiaryKind::signal_received || entry.kind == tables::DiaryKind::signal_assessed;
    return true;
  });
  EXPECT_EQ(entries, 2);
}

TEST(TargetedPlan, IsAFileLikeAPlannersOwn) {
  const std::string text = plan_text("电热水壶", {.programme = "LTS",
                                                  .category = "E1",
                                                  .stage = "流通",
                                                  .round = "2",
                                                  .panel = "ELEC",
                                                  .samples = "5",
                                                  .places = {{"510100", "510104"}, {"自贡市", "自流井区"}}});
  EXPECT_EQ(text,
            "项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数\n"
            "LTS,510100,510104,E1,电热水壶,流通,2,ELEC,5\n"
            "LTS,自贡市,自流井区,E1,电热水壶,流通,2,ELEC,5\n");
}

}  // namespace
}  // namespace lab::enterprises
