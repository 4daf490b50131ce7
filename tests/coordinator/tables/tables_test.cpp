#include <gtest/gtest.h>

#include <vector>

#include "coordinator/tables/item_counts.hpp"
#include "coordinator/tables/plans.hpp"
#include "coordinator/tables/registry.hpp"
#include "coordinator/tables/results.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator::tables {
namespace {

class Tables : public ::testing::Test {
 protected:
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  std::unique_ptr<journal::View> view = store->read();
  journal::Draft draft{*view};
  PlanRef ref{.plan = model::PlanId{3}, .revision = 1};
};

TEST_F(Tables, GiveBackEveryCellInOrderFromAnyPlace) {
  std::vector<CellRow> rows;
  for (std::uint32_t i = 0; i < 3 * cells_per_record + 1; ++i) {
    rows.push_back({.cell = testing::cell(i, "V" + std::to_string(i)), .first_task = i, .first_serial = i + 1});
  }
  put_cells(draft, ref, rows);
  for (const std::uint32_t first : {0U, 1U, cells_per_record - 1, cells_per_record, 3 * cells_per_record}) {
    std::uint32_t expected = first;
    for_each_cell(draft, ref, first, [&](std::uint32_t index, const CellRow& row) {
      EXPECT_EQ(index, expected);
      EXPECT_EQ(row, rows[expected++]);
      return true;
    });
    EXPECT_EQ(expected, rows.size());
  }
}

TEST_F(Tables, FindTheRowOfATaskAmongAnyNumberOfCells) {
  for (const std::uint32_t cells : {1U, cells_per_record, cells_per_record + 1, 7 * cells_per_record + 5}) {
    const PlanRef plan{.plan = model::PlanId{cells}, .revision = 1};
    std::vector<CellRow> rows;
    std::uint32_t task = 1;
    for (std::uint32_t i = 0; i < cells; ++i) {
      // Rows of no, one and two tasks; one of the two has been taken out.
      rows.push_back({.cell = testing::cell(std::min(i % 3, 1U), "V" + std::to_string(i)),
                      .first_task = task,
                      .first_serial = task,
                      .dropped = i % 3 == 2 ? 1U : 0U});
      task += rows.back().tasks();
    }
    put_cells(draft, plan, rows);
    for (std::uint32_t i = 0; i < cells; ++i) {
      for (std::uint32_t k = 0; k < rows[i].tasks(); ++k) {
        EXPECT_EQ(row_with(draft, plan, rows[i].first_task + k), (std::pair{i, rows[i]}));
      }
    }
    EXPECT_EQ(row_with(draft, plan, 0), std::nullopt);
    EXPECT_EQ(row_with(draft, plan, task), std::nullopt);
  }
  EXPECT_EQ(row_with(draft, ref, 1), std::nullopt);
}

TEST_F(Tables, GiveBackCellsOfLotsAmongOthers) {
  const std::vector<CellRow> rows{{.cell = testing::cell(3)},
                                  {.cell = testing::lot_cell(2), .first_task = 4, .first_serial = 4},
                                  {.cell = testing::cell(5, "V2"), .first_task = 6, .first_serial = 6}};
  put_cells(draft, ref, rows);
  for_each_cell(draft, ref, 0, [&](std::uint32_t index, const CellRow& row) {
    EXPECT_EQ(row, rows[index]);
    return true;
  });
}

TEST_F(Tables, GiveBackTheTasksOfOneRowAsFarAsTheyAreThereAndNoOthers) {
  const std::vector<CellRow> rows{{.cell = testing::cell(2)},
                                  {.cell = testing::cell(2, "V2"), .first_task = 3, .first_serial = 3, .dropped = 1},
                                  {.cell = testing::cell(4, "V3"), .first_task = 6, .first_serial = 6}};
  put_cells(draft, ref, rows);
  EXPECT_EQ(rows_of(draft, ref), rows);
  EXPECT_EQ(cells_of(draft, ref), (std::vector{rows[0].cell, rows[1].cell, rows[2].cell}));
  for (std::uint32_t number = 1; number <= 7; ++number) {
    add_task(draft, {.id = {.plan = ref.plan, .revision = ref.revision, .number = number},
                     .due = from_day_number(15'900),
                     .number = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, number)});
  }
  const auto numbers = [&](const CellRow& row, std::size_t most) {
    std::vector<std::uint32_t> found;
    for_each_task_of(draft, ref, row, [&](const model::Task& task) {
      found.push_back(task.id.number);
      return found.size() < most;
    });
    return found;
  };
  EXPECT_EQ(numbers(rows[0], 9), (std::vector{1U, 2U}));
  EXPECT_EQ(numbers(rows[1], 9), (std::vector{3U, 4U, 5U})) << "one that was taken out bears a number of its row";
  EXPECT_EQ(numbers(rows[2], 9), (std::vector{6U, 7U}));
  EXPECT_EQ(numbers(rows[2], 1), (std::vector{6U}));
}

TEST_F(Tables, GiveBackEveryRangeOfAnAllocationAndForgetThemAll) {
  std::vector<TaskRange> ranges;
  for (std::uint32_t i = 0; i < ranges_per_record + 2; ++i) {
    ranges.push_back({.first_task = i, .count = 2, .laboratory = model::LaboratoryId{i + 1}});
  }
  put_ranges(draft, ref, ranges);
  for (std::uint32_t i = 0; i < ranges.size(); ++i) EXPECT_EQ(range(draft, ref, i), ranges[i]);
  EXPECT_EQ(range(draft, ref, static_cast<std::uint32_t>(ranges.size())), std::nullopt);
  erase_ranges(draft, ref);
  EXPECT_EQ(range(draft, ref, 0), std::nullopt);
}

TEST_F(Tables, WorkOffTheJobsOfAPlanInTheOrderOfTheirKinds) {
  put_job(draft, ref, {.kind = JobKind::dispatch, .limit = 7});
  put_job(draft, ref, {.kind = JobKind::expand});
  EXPECT_EQ(first_job(draft)->second.kind, JobKind::expand);
  erase_job(draft, ref, JobKind::expand);
  EXPECT_EQ(first_job(draft)->second, (Job{.kind = JobKind::dispatch, .limit = 7}));
  EXPECT_EQ(first_job(draft)->first, ref);
  erase_job(draft, ref, JobKind::dispatch);
  EXPECT_EQ(first_job(draft), std::nullopt);
}

TEST_F(Tables, AFileKeepsItsResultWhileEventsAreAdded) {
  TaskFile file;
  file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = 5});
  const model::ResultEntry result{
      .node = model::NodeId{1}, .judged_at = 6, .analyst = model::PersonId{"a"}, .judged_for = from_day_number(15'000)};
  file.set_result(result);
  file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = 7});
  EXPECT_EQ(file.result(), result);
  ASSERT_EQ(file.places().size(), 2U);
  EXPECT_EQ(file.places()[1].sequence, 7U);
  file.set_result(std::nullopt);
  EXPECT_EQ(file.result(), std::nullopt);
  EXPECT_EQ(file.places().size(), 2U);
}

TEST_F(Tables, AFileKeepsItsProfilesBesideEverythingElse) {
  TaskFile file;
  EXPECT_EQ(file.profiles(), ItemProfiles{});
  const ItemProfiles profiles{.judged = 3, .first = 1, .final = 70'000};
  const model::ResultEntry result{
      .node = model::NodeId{1}, .judged_at = 6, .analyst = model::PersonId{"a"}, .judged_for = from_day_number(15'000)};
  file.set_result(result);
  file.set_profiles({.judged = 9});
  file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = 7});
  file.set_profiles(profiles);
  EXPECT_EQ(file.profiles(), profiles);
  EXPECT_EQ(file.result(), result);
  ASSERT_EQ(file.places().size(), 1U);
  EXPECT_EQ(file.places()[0].sequence, 7U);
  file.set_result(std::nullopt);
  EXPECT_EQ(file.profiles(), profiles);
  EXPECT_EQ(file.result(), std::nullopt);
}

TEST_F(Tables, AProfileIsKeptOnceAndStandsForItsItems) {
  using model::ItemOutcome;
  using model::Reason;
  const std::vector<model::ItemVerdict> items{{2, ItemOutcome::fail, Reason::beyond_limit, 1},
                                              {0, ItemOutcome::undetermined, Reason::no_basis, 0},
                                              {1, ItemOutcome::pass, Reason::part_of_sum, 1},
                                              {3, ItemOutcome::conditional_fail, Reason::in_guard_band, 2},
                                              {4, ItemOutcome::undetermined, Reason::method_unfit, 2},
                                              {2, ItemOutcome::conditional_pass, Reason::in_guard_band, 1}};
  const Profile one = profile_of(crypto::sha256("edition"), model::PanelCode{"VEGA"}, items);
  EXPECT_EQ(
      one.items,
      (std::vector<ItemState>{
          {0, ItemClass::without_basis}, {2, ItemClass::pass}, {3, ItemClass::problem}, {4, ItemClass::undetermined}}));
  EXPECT_EQ(keep_profile(draft, one), 1U);
  EXPECT_EQ(keep_profile(draft, {.edition = one.edition, .panel = one.panel, .items = {}}), 2U);
  EXPECT_EQ(keep_profile(draft, one), 1U);
  EXPECT_EQ(profile(draft, 1), one);
  EXPECT_THROW(profile(draft, 3), journal::Damage);
}

TEST_F(Tables, CountsOfItemsThatComeDownToNothingAreGone) {
  const ProfileCell where{.cell = {.programme = model::ProgrammeCode{"NCP"}, .category = model::CategoryCode{"V1"}},
                          .profile = 7};
  const auto seen = [&](const char* programme) {
    std::vector<ProfileTally> all;
    for_each_profile_tally(draft, ItemTable::counted, model::ProgrammeCode{programme},
                           [&](const ProfileCell& at, const ProfileTally& tally) {
                             EXPECT_EQ(at, where);
                             all.push_back(tally);
                           });
    return all;
  };
  count_items(draft, ItemTable::counted, where, {.first = 1});
  count_items(draft, ItemTable::counted, where, {.final = 1});
  EXPECT_EQ(seen("NCP"), (std::vector<ProfileTally>{{.first = 1, .final = 1}}));
  EXPECT_TRUE(seen("NC").empty());
  count_items(draft, ItemTable::counted, where, {.final = -1});
  count_items(draft, ItemTable::counted, where, {.first = -1});
  EXPECT_TRUE(seen("NCP").empty());
}

TEST_F(Tables, AFileKeepsTheVerdictThatCountsBesideANewerOne) {
  TaskFile file;
  const auto add = [&](std::uint64_t sequence) {
    file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = sequence});
  };
  add(5);
  model::ResultEntry counted{
      .node = model::NodeId{1}, .judged_at = 5, .judged_for = from_day_number(15'000), .counted_version = 1};
  file.set_result(counted);
  EXPECT_EQ(file.kept(), std::nullopt);
  model::ResultEntry newer = counted;
  newer.judged_at = 8;
  newer.version = 2;
  file.set_result(newer);
  add(8);
  EXPECT_EQ(file.kept(), counted);
  newer.reviewer = model::PersonId{"r"};
  file.set_result(newer);
  EXPECT_EQ(file.kept(), counted);
  EXPECT_EQ(file.result(), newer);
  EXPECT_EQ(file.places().size(), 2U);
  const ItemProfiles profiles{.judged = 5, .first = 4, .final = 4};
  file.set_profiles(profiles);
  EXPECT_EQ(file.kept(), counted);
  EXPECT_EQ(file.result(), newer);
  newer.counted_version = 2;
  file.set_result(newer);
  EXPECT_EQ(file.kept(), std::nullopt);
  EXPECT_EQ(file.profiles(), profiles);
  EXPECT_EQ(file.result(), newer);
  newer.version = 3;
  file.set_result(newer);
  file.set_result(std::nullopt);
  EXPECT_EQ(file.kept(), std::nullopt);
  EXPECT_EQ(file.result(), std::nullopt);
  EXPECT_EQ(file.places().size(), 2U);
}

TEST_F(Tables, AFileStopsGrowingAtItsLimit) {
  TaskFile file;
  for (std::uint64_t i = 1; i <= places_max + 10; ++i) {
    file.add_place({.node = model::NodeId{1}, .incarnation = 1, .sequence = i});
  }
  EXPECT_EQ(file.places().size(), places_max);
  EXPECT_LT(file.record().size(), 2000U);
}

TEST_F(Tables, AnExceptionKeepsItsCauseAndOneOfBeforeHasThatOfItsWords) {
  const auto written = [&](Exception exception) {
    exception.place = {model::NodeId{2}, 1, 9};
    add_exception(draft, exception);
    EXPECT_EQ(exception_at(draft, exception.place), exception);
    // The row as it was written before causes were stored: without its last octet.
    Bytes key;
    Bytes record;
    draft.scan(Bytes(1, letter::exception), journal::after_prefix(Bytes(1, letter::exception)),
               [&](BytesView name, BytesView row) {
                 key = name;
                 record = row;
                 return false;
               });
    record.pop_back();
    draft.put(key, record);
    Exception older = *exception_at(draft, exception.place);
    remove_exception(draft, exception);
    const ExceptionCause cause = std::exchange(older.cause, exception.cause);
    EXPECT_EQ(older, exception);
    return cause;
  };
  const auto quarantined = [](const char* kind, const char* reason, ExceptionCause cause) {
    return Exception{
        .disposition = model::Disposition::quarantined, .task = {}, .kind = kind, .reason = reason, .cause = cause};
  };
  EXPECT_EQ(written(quarantined("", "本程序读不懂该事件: x", ExceptionCause::unreadable)), ExceptionCause::unreadable);
  EXPECT_EQ(written(quarantined("approved", "处理该事件时程序多次中断,原样保留,待程序修正后重放",
                                ExceptionCause::interrupted)),
            ExceptionCause::interrupted);
  EXPECT_EQ(written(quarantined("approved", "所指的判定记录不是当前的判定记录", ExceptionCause::content)),
            ExceptionCause::unknown_record);
  EXPECT_EQ(written(quarantined("approved", "批准人就是检验员", ExceptionCause::interrupted)), ExceptionCause::content);
  EXPECT_EQ(written({.disposition = model::Disposition::late, .kind = "judged", .reason = "r"}),
            ExceptionCause::content);
}

TEST_F(Tables, PageThroughExceptionsWithoutMissingOrRepeatingOne) {
  for (std::uint64_t i = 1; i <= 5; ++i) {
    add_exception(draft, {.place = {model::NodeId{2}, 1, i}, .disposition = model::Disposition::late, .reason = "r"});
    add_exception(draft, {.place = {model::NodeId{2}, 1, i + 10}, .disposition = model::Disposition::quarantined});
  }
  std::vector<std::uint64_t> seen;
  EventPlace after;
  for (bool more = true; more;) {
    more = false;
    for_each_exception(draft, model::Disposition::late, after, [&](const Exception& exception) {
      seen.push_back(exception.place.sequence);
      after = exception.place;
      more = true;
      return seen.size() % 2 != 0;
    });
  }
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(exception_count(draft, model::Disposition::late), 5U);
  EXPECT_EQ(exception_at(draft, {model::NodeId{2}, 1, 13})->disposition, model::Disposition::quarantined);
}

TEST_F(Tables, ABlobOfAnySizeComesBackWhole) {
  for (const std::size_t octets : {std::size_t{0}, std::size_t{1}, chunk_octets, 2 * chunk_octets + 1}) {
    const Bytes content = crypto::random_bytes(octets);
    put_province_file(draft, "table.csv", content);
    EXPECT_EQ(province_file(draft, "table.csv"), content);
  }
  std::uint64_t total = 0;
  EXPECT_EQ(blob_chunk(draft, crypto::sha256("none"), 0, total), std::nullopt);
}

TEST_F(Tables, TheSecretOfBlindCodesIsTakenOnceOnly) {
  testing::World world;
  const Bytes first = secret(*world.view());
  world.turn([&](journal::Draft& turn) { world.coordinator.on_start(turn, Bytes(secret_octets, 'x')); });
  EXPECT_EQ(secret(*world.view()), first);
}

}  // namespace
}  // namespace lab::coordinator::tables
