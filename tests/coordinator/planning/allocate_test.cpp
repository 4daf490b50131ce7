#include "coordinator/planning/allocate.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include "coordinator/planning/transport.hpp"
#include "tests/coordinator/planning/fixture.hpp"

namespace lab::planning {
namespace {

using testing::Province;

constexpr std::uint32_t chengdu = 510100;
constexpr std::uint32_t zigong = 510300;
constexpr std::uint32_t neijiang = 511000;

model::PlanCell cell(std::uint32_t city, const std::string& panel, std::uint32_t quota) {
  model::PlanCell cell;
  cell.programme = model::ProgrammeCode{"NCP"};
  cell.city = model::CityCode{city};
  cell.panel = model::PanelCode{panel};
  cell.quota = quota;
  return cell;
}

model::Laboratory laboratory(std::uint32_t id, std::uint32_t city, std::uint32_t capacity,
                             const std::vector<std::string>& panels) {
  model::Laboratory laboratory{model::LaboratoryId{id}, "站" + std::to_string(id), model::CityCode{city}, capacity, {}};
  for (const std::string& panel : panels) laboratory.panels.emplace_back(panel);
  return laboratory;
}

TEST(Allocation, PrefersTheOwnCityThenTheNearest) {
  const Province province;
  const std::vector cells{cell(zigong, "VEG", 10)};
  const std::vector labs{laboratory(1, chengdu, 100, {"VEG"}), laboratory(2, zigong, 4, {"VEG"}),
                         laboratory(3, neijiang, 5, {"VEG"})};
  const auto done = allocate(cells, labs, province.divisions);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  ASSERT_EQ(done->size(), 3U);
  EXPECT_EQ((*done)[0].laboratory, model::LaboratoryId{1});
  EXPECT_EQ((*done)[0].count, 1U);
  EXPECT_EQ((*done)[0].because, PlacedBecause::own_city_full);
  EXPECT_EQ((*done)[1], (Assignment{0, model::LaboratoryId{2}, 4, PlacedBecause::own_city, 0}));
  EXPECT_EQ((*done)[2].count, 5U);
  EXPECT_NE(reason_of((*done)[2]).find(std::to_string((*done)[2].kilometres) + " 公里"), std::string::npos);
}

TEST(Allocation, MovesOthersAsideWhenOnlyOneLaboratoryCanTestAPanel) {
  const Province province;
  const std::vector cells{cell(chengdu, "VEG", 5), cell(zigong, "FRU", 5)};
  const std::vector labs{laboratory(1, chengdu, 5, {"VEG", "FRU"}), laboratory(2, zigong, 5, {"VEG"})};
  const auto done = allocate(cells, labs, province.divisions);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  ASSERT_EQ(done->size(), 2U);
  EXPECT_EQ((*done)[0].laboratory, model::LaboratoryId{2});
  EXPECT_EQ((*done)[1].laboratory, model::LaboratoryId{1});
  EXPECT_EQ((*done)[1].because, PlacedBecause::no_own_laboratory);
}

TEST(Allocation, SaysWhichPanelLacksHowManyPlaces) {
  const Province province;
  const std::vector cells{cell(chengdu, "VEG", 12), cell(zigong, "FRU", 7), cell(chengdu, "OIL", 3)};
  const std::vector labs{laboratory(1, chengdu, 10, {"VEG"}), laboratory(2, zigong, 9, {"FRU"})};
  const auto done = allocate(cells, labs, province.divisions);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_NE(done.error().message.find("VEG 缺 2 个名额"), std::string::npos) << done.error().message;
  EXPECT_NE(done.error().message.find("OIL 缺 3 个名额（没有实验室能检）"), std::string::npos) << done.error().message;
  EXPECT_EQ(done.error().message.find("FRU"), std::string::npos);
}

TEST(Allocation, ALaboratoryThatHasToKeepAwayGetsNothingOfThatProgrammeAndTheReasonIsSaid) {
  const Province province;
  std::vector cells{cell(zigong, "VEG", 5), cell(zigong, "VEG", 3)};
  cells[1].programme = model::ProgrammeCode{"LTS"};
  const std::vector labs{laboratory(1, chengdu, 100, {"VEG"}), laboratory(2, zigong, 100, {"VEG"})};
  const std::vector<IndependenceRule> rules{{.code = "I-1",
                                             .programme = model::ProgrammeCode{"LTS"},
                                             .laboratory = model::LaboratoryId{2},
                                             .reason = "由被监测企业出资"}};
  const auto done = allocate(cells, labs, province.divisions, rules);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  ASSERT_EQ(done->size(), 2U);
  EXPECT_EQ((*done)[0], (Assignment{0, model::LaboratoryId{2}, 5, PlacedBecause::own_city, 0}));
  EXPECT_EQ((*done)[1].laboratory, model::LaboratoryId{1});
  EXPECT_EQ((*done)[1].because, PlacedBecause::own_city_excluded);
  EXPECT_NE(reason_of((*done)[1]).find("须回避（由被监测企业出资）"), std::string::npos) << reason_of((*done)[1]);
}

TEST(Allocation, AnEnterprisesOwnLaboratoryKeepsAwayFromItsLotsAlone) {
  const Province province;
  std::vector cells{cell(zigong, "VEG", 2), cell(zigong, "VEG", 2)};
  cells[0].lot = model::Lot{.terms = {}, .enterprise = "甲厂"};
  cells[1].lot = model::Lot{.terms = {}, .enterprise = "乙厂"};
  const std::vector labs{laboratory(1, chengdu, 100, {"VEG"}), laboratory(2, zigong, 100, {"VEG"})};
  const std::vector<IndependenceRule> rules{
      {.code = "I-1", .enterprise = "甲厂", .laboratory = model::LaboratoryId{2}, .reason = "甲厂所办"}};
  const auto done = allocate(cells, labs, province.divisions, rules);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ((*done)[0].laboratory, model::LaboratoryId{1});
  EXPECT_EQ((*done)[1].laboratory, model::LaboratoryId{2});
}

TEST(Allocation, IsRefusedWithTheRuleWhenNobodyIsLeft) {
  const Province province;
  const std::vector cells{cell(zigong, "VEG", 5)};
  const std::vector labs{laboratory(2, zigong, 100, {"VEG"})};
  const std::vector<IndependenceRule> rules{{.code = "I-1",
                                             .programme = model::ProgrammeCode{"NCP"},
                                             .laboratory = model::LaboratoryId{2},
                                             .reason = "承担该项目抽样"}};
  const auto done = allocate(cells, labs, province.divisions, rules);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::conflict);
  EXPECT_NE(done.error().message.find("VEG 缺 5 个名额（须回避：站2：承担该项目抽样）"), std::string::npos)
      << done.error().message;
}

TEST(Allocation, NamesACityThatIsNotOnTheMap) {
  const Province province;
  EXPECT_EQ(allocate({cell(510900, "VEG", 1)}, {}, province.divisions).error().code, ErrorCode::not_found);
  const std::vector labs{laboratory(1, 510900, 1, {"VEG"})};
  EXPECT_EQ(allocate({}, labs, province.divisions).error().code, ErrorCode::not_found);
}

TEST(Allocation, OfNothingIsNothing) { EXPECT_TRUE(allocate({}, {}, Province{}.divisions)->empty()); }

TEST(Allocation, KeepsQuotasNeverExceedsCapacityAndRepeatsItself) {
  const Province province;
  std::mt19937 random{42};
  const std::vector<std::string> panels{"VEG", "FRU", "TEA"};
  const std::vector<std::uint32_t> cities{chengdu, zigong, neijiang};
  int feasible = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<model::PlanCell> cells;
    for (int i = 0; i < 12; ++i) {
      cells.push_back(cell(cities[random() % 3], panels[random() % 3], static_cast<std::uint32_t>(random() % 9)));
    }
    std::vector<model::Laboratory> labs;
    for (std::uint32_t i = 1; i <= 5; ++i) {
      std::vector<std::string> offer;
      std::ranges::copy_if(panels, std::back_inserter(offer), [&](const auto&) { return random() % 3 != 0; });
      labs.push_back(laboratory(i, cities[random() % 3], static_cast<std::uint32_t>(random() % 30), offer));
    }
    const auto done = allocate(cells, labs, province.divisions);
    if (!done) continue;
    ++feasible;
    EXPECT_EQ(*done, *allocate(cells, labs, province.divisions));
    std::vector<std::uint32_t> placed(cells.size());
    std::map<model::LaboratoryId, std::uint32_t> load;
    for (const Assignment& assignment : *done) {
      placed[assignment.cell] += assignment.count;
      load[assignment.laboratory] += assignment.count;
      const auto& lab = labs[assignment.laboratory.value() - 1];
      EXPECT_NE(std::ranges::find(lab.panels, cells[assignment.cell].panel), lab.panels.end());
    }
    for (std::size_t i = 0; i < cells.size(); ++i) EXPECT_EQ(placed[i], cells[i].quota);
    for (const auto& lab : labs) EXPECT_LE(load[lab.id], lab.capacity);
  }
  EXPECT_GT(feasible, 20) << "the generator must make plans that can be placed";
}

// Least stranded first, then least cost, by trying everything.
struct Best {
  std::int64_t stranded = std::numeric_limits<std::int64_t>::max();
  std::int64_t cost = 0;

  auto operator<=>(const Best&) const = default;
};

void try_all(std::size_t lane, const std::vector<Lane>& lanes, std::vector<std::int64_t>& supplies,
             std::vector<std::int64_t>& rooms, Best so_far, Best& best) {
  if (lane == lanes.size()) {
    so_far.stranded = std::accumulate(supplies.begin(), supplies.end(), std::int64_t{0});
    best = std::min(best, so_far);
    return;
  }
  const Lane& here = lanes[lane];
  const std::int64_t most = std::min(supplies[here.source], rooms[here.sink]);
  for (std::int64_t carried = 0; carried <= most; ++carried) {
    supplies[here.source] -= carried;
    rooms[here.sink] -= carried;
    try_all(lane + 1, lanes, supplies, rooms, {0, so_far.cost + carried * here.cost}, best);
    supplies[here.source] += carried;
    rooms[here.sink] += carried;
  }
}

TEST(Transport, IsAsGoodAsTryingEverything) {
  std::mt19937 random{7};
  int short_of_room = 0;
  for (int run = 0; run < 300; ++run) {
    std::vector<std::int64_t> supplies(3);
    std::vector<std::int64_t> rooms(3);
    for (auto& supply : supplies) supply = random() % 4;
    for (auto& room : rooms) room = random() % 4;
    std::vector<Lane> lanes;
    for (std::size_t source = 0; source < 3; ++source) {
      for (std::size_t sink = 0; sink < 3; ++sink) {
        if (random() % 4 != 0) lanes.push_back({source, sink, static_cast<std::int64_t>(random() % 10)});
      }
    }
    const Shipment shipment = transport(supplies, rooms, lanes);
    Best found{std::accumulate(shipment.stranded.begin(), shipment.stranded.end(), std::int64_t{0}), 0};
    for (std::size_t i = 0; i < lanes.size(); ++i) found.cost += shipment.carried[i] * lanes[i].cost;
    Best best;
    try_all(0, lanes, supplies, rooms, {}, best);
    EXPECT_EQ(found.stranded, best.stranded) << "run " << run;
    EXPECT_EQ(found.cost, best.cost) << "run " << run;
    if (best.stranded > 0) ++short_of_room;
  }
  EXPECT_GT(short_of_room, 20);
}

}  // namespace
}  // namespace lab::planning
