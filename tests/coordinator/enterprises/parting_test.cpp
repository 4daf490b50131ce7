// Merges undone: under a life of verdicts with entries merged and parted at random, every enterprise's history is at
// every step the recount of the tasks that name anybody of it; and in the end, all parted, that of its own alone.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "coordinator/enterprises/publishing.hpp"
#include "coordinator/enterprises/register.hpp"
#include "coordinator/tables/diary.hpp"
#include "tests/coordinator/support/miniature.hpp"

namespace lab::enterprises {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using tables::EnterpriseId;
using Tasks = std::set<std::uint32_t>;
using Counts = std::map<std::pair<std::string, model::SampleOutcome>, std::uint64_t>;

constexpr std::array outcomes{model::SampleOutcome::pass, model::SampleOutcome::fail, model::SampleOutcome::problem,
                              model::SampleOutcome::undetermined};

// Every name has a place in it, so that a name is one entry; what is merged is kept here by names alone.
struct Firms {
  explicit Firms(std::uint64_t seed) : province(seed) {
    for (std::uint32_t number = 1; number <= 60; ++number) {
      if (number > 52) named[number] = number <= 56 ? "甲厂" : "乙厂";
    }
  }

  model::TaskId task(std::uint32_t number) const {
    return {.plan = province.plan.plan, .revision = province.plan.revision, .number = number};
  }

  void name(std::uint32_t number) {
    const std::string firm = fmt::format("企业 {} {}", province.below(5), number <= 40 ? "成都" : "自贡");
    const std::vector<std::pair<model::TaskId, tables::SampledUnit>> units{{task(number), {firm, "", ""}}};
    ASSERT_TRUE(province.world.turn([&](journal::Draft& draft) {
      return province.world.coordinator.on_sampled_units(draft, units, province.world.now);
    }));
    named[number] = firm;
  }

  std::string standing(std::string firm) const {
    for (auto found = merged.find(firm); found != merged.end(); found = merged.find(firm)) firm = found->second;
    return firm;
  }

  std::optional<EnterpriseId> entry(const std::string& firm) const {
    const auto ids = tables::enterprises_by_name(*province.world.view(), firm);
    EXPECT_LE(ids.size(), 1U) << firm;
    return ids.empty() ? std::nullopt : std::optional{ids.front()};
  }

  void merge_two() {
    const std::string from = any();
    const std::string into = any();
    if (!entry(from) || !entry(into)) return;
    const bool is_right = !merged.contains(from) && !merged.contains(into) && from != into;
    const auto done = province.world.turn([&](journal::Draft& draft) {
      return province.world.coordinator.on_merge(draft, *entry(from), *entry(into), {model::PersonId{"ming"}, "同一家"},
                                                 province.world.now);
    });
    if (merged.contains(from) && merged.at(from) == into) return;  // said again
    ASSERT_EQ(done.has_value(), is_right) << from << " into " << into;
    if (done) merged[from] = into;
  }

  void part_one() {
    const std::string firm = any();
    if (merged.contains(firm)) part(firm);
  }

  void part(const std::string& firm) {
    const auto done = province.world.turn([&](journal::Draft& draft) {
      return province.world.coordinator.on_part(draft, *entry(firm), {model::PersonId{"hong"}, "看错了"},
                                                province.world.now);
    });
    ASSERT_TRUE(done) << firm;
    merged.erase(firm);
    ++parted;
  }

  std::string any() {
    if (named.empty()) return "";
    auto one = named.begin();
    std::advance(one, static_cast<std::ptrdiff_t>(province.below(named.size())));
    return one->second;
  }

  // By the name that stands for it, from the tasks alone: each task once, whoever it names.
  std::map<std::string, Counts> recount() const {
    std::map<std::string, Counts> counts;
    const auto view = province.world.view();
    for (const auto& [number, firm] : named) {
      const auto result = tables::task_file(*view, task(number)).result();
      if (!result || result->counted_version == 0) continue;
      Counts& own = counts[standing(firm)];
      ++own[{"first", result->first_outcome}];
      ++own[{"final", result->final_outcome}];
    }
    return counts;
  }

  static Counts counts_of(const tables::Tally& tally) {
    Counts counts;
    for (const auto outcome : outcomes) {
      auto copy = tally;
      if (copy.first[outcome] > 0) counts[{"first", outcome}] = copy.first[outcome];
      if (copy.final[outcome] > 0) counts[{"final", outcome}] = copy.final[outcome];
    }
    return counts;
  }

  std::map<std::string, Counts> kept() const {
    std::map<std::string, Counts> counts;
    const auto view = province.world.view();
    tables::for_each_enterprise(*view, {}, [&](const tables::Enterprise& one) {
      const Counts own = counts_of(tables::tally_of(*view, one.id));
      Counts lines;
      for (const tables::HistoryLine& line : tables::history_of(*view, one.id)) {
        ++lines[{"first", line.verdict.first}];
        ++lines[{"final", line.verdict.final}];
      }
      EXPECT_EQ(own, lines) << one.name;
      if (!own.empty()) counts[one.name] = own;
      return true;
    });
    return counts;
  }

  void live(int steps) {
    for (int step = 0; step < steps; ++step) {
      Bench& bench = province.benches[province.below(province.benches.size())];
      if (province.chance(60)) province.happen(bench);
      if (province.chance(60)) province.send(bench);
      if (province.chance(5)) province.take_back_one();
      if (province.chance(30)) {
        ASSERT_NO_FATAL_FAILURE(name(1 + static_cast<std::uint32_t>(province.below(52))));
      }
      if (province.chance(25)) {
        ASSERT_NO_FATAL_FAILURE(merge_two());
      }
      if (province.chance(40)) {
        ASSERT_NO_FATAL_FAILURE(part_one());
      }
      province.world.work();
      ASSERT_EQ(kept(), recount()) << "step " << step;
    }
  }

  Miniature province;
  std::map<std::uint32_t, std::string> named;
  std::map<std::string, std::string> merged;  // into which name
  int parted = 0;
};

class Parting : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Parting, HistoriesAreTheRecountAfterEveryMergeAndEveryParting) {
  Firms firms{GetParam()};
  firms.live(150);
  EXPECT_GT(firms.parted, 2);
  const auto merged = firms.merged;
  for (const auto& [firm, into] : merged) ASSERT_NO_FATAL_FAILURE(firms.part(firm));
  EXPECT_EQ(firms.kept(), firms.recount());
  const auto view = firms.province.world.view();
  tables::for_each_enterprise(*view, {}, [&](const tables::Enterprise& one) {
    EXPECT_EQ(tables::members_of(*view, one.id), std::vector{one.id}) << one.name;
    return true;
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, Parting, ::testing::Range<std::uint64_t>(1, 21));

class PartingOne : public ::testing::Test {
 protected:
  EnterpriseId entered(const std::string& name) {
    return world.turn([&](journal::Draft& draft) { return enter(draft, {.name = name}, world.now); });
  }
  Result<tables::Enterprise> merged(EnterpriseId from, EnterpriseId into) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_merge(draft, from, into, {model::PersonId{"ming"}, "证照相同"}, world.now);
    });
  }
  Result<tables::Enterprise> parted(EnterpriseId id, const std::string& reason = "看错了") {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_part(draft, id, {model::PersonId{"hong"}, reason}, world.now);
    });
  }

  World world;
};

TEST_F(PartingOne, KeepsWhoSaidWhatBothTimesOnBothSides) {
  const auto one = entered("甲店");
  const auto other = entered("乙店");
  ASSERT_TRUE(merged(one, other));
  EXPECT_EQ(parted(one, "").error().code, ErrorCode::malformed);
  EXPECT_EQ(parted(EnterpriseId{99}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(parted(one));
  const auto view = world.view();
  EXPECT_FALSE(tables::enterprise(*view, one)->is_merged());
  const auto partings = tables::partings_of(*view, one);
  ASSERT_EQ(partings.size(), 1U);
  EXPECT_EQ(partings[0].merged_by.value(), "ming");
  EXPECT_EQ(partings[0].merge_reason, "证照相同");
  EXPECT_EQ(partings[0].parted_by.value(), "hong");
  EXPECT_EQ(partings[0].reason, "看错了");
  EXPECT_EQ(tables::partings_of(*view, other), partings);
}

TEST_F(PartingOne, SaidAgainChangesNothingAndAnotherReasonIsTooLate) {
  const auto one = entered("甲店");
  ASSERT_TRUE(merged(one, entered("乙店")));
  ASSERT_TRUE(parted(one));
  EXPECT_TRUE(parted(one));
  EXPECT_EQ(tables::partings_of(*world.view(), one).size(), 1U);
  EXPECT_EQ(parted(one, "另一理由").error().where, "not_merged");
}

TEST_F(PartingOne, TakesAlongWhatWasMergedIntoItAndMayBeMergedAgain) {
  const auto one = entered("甲店");
  const auto middle = entered("乙店");
  const auto top = entered("丙店");
  ASSERT_TRUE(merged(one, middle));
  ASSERT_TRUE(merged(middle, top));
  ASSERT_TRUE(parted(middle));
  EXPECT_EQ(tables::standing_for(*world.view(), one), middle);
  EXPECT_EQ(tables::members_of(*world.view(), top), std::vector{top});
  ASSERT_TRUE(merged(middle, top));
  ASSERT_TRUE(parted(one));
  EXPECT_EQ(tables::members_of(*world.view(), top), (std::vector{top, middle}));
  EXPECT_EQ(tables::partings_of(*world.view(), middle).size(), 2U);
}

TEST_F(PartingOne, TheDiaryTellsOfItWithoutNamingAnybody) {
  const auto one = entered("甲店");
  ASSERT_TRUE(merged(one, entered("乙店")));
  ASSERT_TRUE(parted(one, "乙店的老板说的"));
  std::string last;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& written) {
    if (written.kind == tables::DiaryKind::enterprises_parted) last = written.subject;
    return true;
  });
  EXPECT_THAT(last, ::testing::HasSubstr("enterprise 1 from 2 by hong"));
  EXPECT_THAT(last, ::testing::Not(::testing::HasSubstr("乙店")));
}

}  // namespace
}  // namespace lab::enterprises
