// Histories of enterprises under everything that goes wrong on the way, with enterprises named early, late, wrongly and
// merged: after every step they are what a recount says, and in the end what the raw octets say.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "coordinator/enterprises/register.hpp"
#include "coordinator/reports/exports.hpp"
#include "tests/coordinator/support/miniature.hpp"
#include "tests/oracle/recount.hpp"

namespace lab::enterprises {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using Counts = std::array<std::uint64_t, 8>;

Counts counts_of(const tables::Tally& tally) {
  return {tally.first.pass, tally.first.fail, tally.first.problem, tally.first.undetermined,
          tally.final.pass, tally.final.fail, tally.final.problem, tally.final.undetermined};
}

void add(Counts& counts, const tables::Tally& tally) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += counts_of(tally)[i];
}

// Tasks 1 to 52 are samples of three cells, 53 to 60 lots of two makers.
std::string cell_of(std::uint32_t number) {
  if (number <= 20) return "510100 V1";
  if (number <= 40) return "510100 V2";
  return number <= 52 ? "510300 V1" : "510100 E1";
}

struct Firms {
  explicit Firms(std::uint64_t seed) : province(seed) {}

  model::TaskId task(std::uint32_t number) const {
    return {.plan = province.plan.plan, .revision = province.plan.revision, .number = number};
  }

  void name(std::uint32_t number, const std::string& firm) {
    const std::vector<std::pair<model::TaskId, tables::SampledUnit>> units{{task(number), {firm, "", ""}}};
    ASSERT_TRUE(province.world.turn([&](journal::Draft& draft) {
      return province.world.coordinator.on_sampled_units(draft, units, province.world.now);
    }));
    named[number] = firm;
  }

  void live(int steps) {
    for (int step = 0; step < steps; ++step) {
      Bench& bench = province.benches[province.below(province.benches.size())];
      if (province.chance(60)) province.happen(bench);
      if (province.chance(60)) province.send(bench);
      if (province.chance(5)) province.take_back_one();
      if (province.chance(2)) province.cancel_one();
      if (province.chance(30)) {
        const auto number = 1 + static_cast<std::uint32_t>(province.below(52));
        name(number, fmt::format("企业 {}", province.below(6)));
      }
      province.world.work();
      ASSERT_NO_FATAL_FAILURE(compare(step));
    }
  }

  // By name, from the results of the tasks alone.
  std::map<std::string, Counts> recount() const {
    std::map<std::string, Counts> counts;
    const auto view = province.world.view();
    for (std::uint32_t number = 1; number <= tasks_in_plan; ++number) {
      const auto result = tables::task_file(*view, task(number)).result();
      if (!result || result->counted_version == 0) continue;
      std::string firm = number <= 52 ? "" : number <= 56 ? "甲厂" : "乙厂";
      if (const auto found = named.find(number); found != named.end()) firm = found->second;
      if (firm.empty()) continue;
      Counts& own = counts[firm];
      ++own[place(result->first_outcome)];
      ++own[4 + place(result->final_outcome)];
    }
    return counts;
  }

  std::map<std::string, Counts> kept() const {
    std::map<std::string, Counts> counts;
    const auto view = province.world.view();
    tables::for_each_enterprise(*view, {}, [&](const tables::Enterprise& one) {
      const auto tally = tables::tally_of(*view, one.id);
      EXPECT_EQ(counts_of(tally), of_lines(tables::history_of(*view, one.id))) << one.name;
      if (tally != tables::Tally{}) add(counts[one.name], tally);  // of one name in two counties
      return true;
    });
    return counts;
  }

  void compare(int step) const { ASSERT_EQ(kept(), recount()) << "step " << step; }

  static std::size_t place(model::SampleOutcome outcome) {
    switch (outcome) {
      case model::SampleOutcome::pass:
        return 0;
      case model::SampleOutcome::fail:
        return 1;
      case model::SampleOutcome::problem:
        return 2;
      case model::SampleOutcome::undetermined:
        return 3;
    }
    return 3;
  }

  static Counts of_lines(const std::vector<tables::HistoryLine>& lines) {
    Counts counts{};
    for (const tables::HistoryLine& line : lines) {
      ++counts[place(line.verdict.first)];
      ++counts[4 + place(line.verdict.final)];
    }
    return counts;
  }

  Miniature province;
  std::map<std::uint32_t, std::string> named;
};

class History : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(History, IsWhatARecountSaysAfterEveryStep) {
  Firms firms{GetParam()};
  firms.live(150);
  EXPECT_GT(firms.kept().size(), 2U);
}

Bytes exported(const journal::View& view, const auto& page_of) {
  Bytes all;
  std::string after;
  do {
    const auto page = page_of(view, after);
    all += page->bytes;
    after = page->next;
  } while (!after.empty());
  return all;
}

TEST_P(History, OfAllEnterprisesTogetherIsWhatTheRawOctetsSay) {
  Firms firms{GetParam()};
  firms.live(120);
  firms.province.live(80);
  for (std::uint32_t number = 1; number <= 52; ++number) firms.name(number, cell_of(number));
  const auto view = firms.province.world.view();
  const auto recount = oracle::recount(
      exported(*view, [](const auto& store, const auto& after) { return reports::export_orders(store, after, 7); }),
      exported(*view, [](const auto& store, const auto& after) { return reports::export_events(store, after, 7); }));
  std::map<std::string, Counts> expected;
  for (const bool first : {true, false}) {
    for (const auto& [cell, tally] : first ? recount.first : recount.final) {
      Counts& own = expected[fmt::format("{} {}", std::get<1>(cell), std::get<2>(cell))];
      const std::size_t at = first ? 0 : 4;
      own[at] += tally.pass;
      own[at + 1] += tally.fail;
      own[at + 2] += tally.problem;
      own[at + 3] += tally.undetermined;
    }
  }
  std::erase_if(expected, [](const auto& one) { return one.second == Counts{}; });
  std::map<std::string, Counts> kept;
  tables::for_each_enterprise(*view, {}, [&](const tables::Enterprise& one) {
    const auto tally = tables::tally_of(*view, one.id);
    if (tally == tables::Tally{}) return true;
    add(kept[one.name == "甲厂" || one.name == "乙厂" ? "510100 E1" : one.name], tally);
    return true;
  });
  EXPECT_EQ(kept, expected);
  EXPECT_GT(recount.counted, 10U);
}

TEST_P(History, OfAMergedEnterpriseIsThatOfBoth) {
  Firms firms{GetParam()};
  firms.live(80);
  const auto before = firms.kept();
  Counts sum{};
  tables::EnterpriseId into;
  auto& world = firms.province.world;
  std::vector<tables::EnterpriseId> all;
  tables::for_each_enterprise(*world.view(), {}, [&](const tables::Enterprise& one) {
    all.push_back(one.id);
    return true;
  });
  ASSERT_GE(all.size(), 3U);
  for (const auto& [name, counts] : before) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += counts[i];
  }
  for (const auto id : all) {  // each into the next: a chain
    if (into != tables::EnterpriseId{}) {
      ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
        return world.coordinator.on_merge(draft, into, id, {model::PersonId{"ming"}, "同一企业"}, world.now);
      }));
    }
    into = id;
  }
  const auto view = world.view();
  EXPECT_EQ(counts_of(tables::tally_of(*view, into)), sum);
  EXPECT_EQ(Firms::of_lines(tables::history_of(*view, into)), sum);
  for (const auto id : all) EXPECT_EQ(tables::standing_for(*view, id), into);
  EXPECT_EQ(tables::members_of(*view, into).size(), all.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, History, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace lab::enterprises
