#include "coordinator/tables/series.hpp"

#include <gmock/gmock.h>

#include "coordinator/tables/diary.hpp"
#include "protocol/journal/store.hpp"

namespace lab::coordinator::tables {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

model::TaskId task(std::uint32_t number) { return {.plan = model::PlanId{3}, .revision = 1, .number = number}; }

class SeriesTables : public ::testing::Test {
 protected:
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
  std::unique_ptr<journal::View> view = store->read();
  journal::Draft draft{*view};
};

TEST_F(SeriesTables, AreOnePerEnterpriseProductAndAql) {
  const auto first = series_of(draft, "甲厂", "电线", "1.0").id;
  EXPECT_EQ(series_of(draft, "甲厂", "电线", "1.0").id, first);
  EXPECT_NE(series_of(draft, "乙厂", "电线", "1.0").id, first);
  EXPECT_NE(series_of(draft, "甲厂", "电缆", "1.0").id, first);
  EXPECT_NE(series_of(draft, "甲厂", "电线", "1.5").id, first);
  // The names stand apart from each other: none of them can run into the next.
  EXPECT_NE(series_of(draft, "甲厂电", "线", "1.0").id, first);
  std::vector<std::uint32_t> ids;
  for_each_series(draft, first, [&](const Series& series) {
    ids.push_back(series.id.value());
    return true;
  });
  EXPECT_THAT(ids, ElementsAre(2, 3, 4, 5));
}

TEST_F(SeriesTables, GiveBackEverythingOfASeries) {
  Series kept = series_of(draft, "甲厂", "电线", "1.0");
  kept.history = {.state = acceptance::State::tightened,
                  .score = 70'000,
                  .recent = 9,
                  .accepted_in_a_row = 4,
                  .not_accepted_total = 3};
  kept.open = task(7);
  kept.lots = 12;
  for (const std::optional<bool> steady : {std::optional<bool>{}, std::optional{false}, std::optional{true}}) {
    kept.conditions = {.steady = steady, .approved = steady.has_value()};
    put_series(draft, kept);
    EXPECT_EQ(series(draft, kept.id), kept);
  }
  EXPECT_EQ(series(draft, model::SeriesId{2}), std::nullopt);
}

TEST_F(SeriesTables, KeepEveryStepAndSayItInTheDiaryWithoutTheEnterprise) {
  Series moved = series_of(draft, "甲厂", "电线", "1.0");
  const SeriesStep counted{.kind = StepKind::lot_counted,
                           .at = from_unix_ms(1'370'250'000'123),
                           .task = task(7),
                           .count = {.inspected = 80, .nonconforming = 3},
                           .accepted = false,
                           .conditions = {.steady = false, .approved = true},
                           .after = {.state = acceptance::State::discontinued}};
  const SeriesStep resumed{.kind = StepKind::corrective_action,
                           .at = from_unix_ms(1'370'250'000'124),
                           .person = "wang",
                           .reason = "整改已验收",
                           .after = {.state = acceptance::State::tightened}};
  move_series(draft, moved, counted);
  EXPECT_THAT(stopped(draft), ElementsAre(moved.id));
  move_series(draft, moved, resumed);
  EXPECT_THAT(stopped(draft), IsEmpty());
  EXPECT_THAT(steps_of(draft, moved.id), ElementsAre(counted, resumed));
  EXPECT_EQ(series(draft, moved.id)->history, resumed.after);
  std::string diary;
  for_each_diary_entry(draft, 1, [&](const DiaryEntry& entry) {
    diary += entry.subject + "\n";
    return true;
  });
  EXPECT_THAT(diary, HasSubstr("T-3.1-7 inspected 80 nonconforming 3 not accepted, now discontinued"));
  EXPECT_THAT(diary, HasSubstr("corrective_action by wang: 整改已验收, now tightened"));
  EXPECT_THAT(diary, Not(HasSubstr("甲厂")));
}

TEST_F(SeriesTables, AreDueOnlyWhileALotWaits) {
  const model::SeriesId id{1};
  mark_due(draft, id);
  EXPECT_THAT(due(draft, 10), IsEmpty());
  add_waiting(draft, id, task(8));
  add_waiting(draft, id, task(7));
  add_waiting(draft, id, task(7));
  add_waiting(draft, model::SeriesId{2}, task(9));
  EXPECT_THAT(waiting(draft, id), ElementsAre(task(7), task(8)));
  mark_due(draft, id);
  mark_due(draft, model::SeriesId{2});
  EXPECT_THAT(due(draft, 1), ElementsAre(id));
  EXPECT_THAT(due(draft, 10), ElementsAre(id, model::SeriesId{2}));
  erase_due(draft, id);
  EXPECT_THAT(due(draft, 10), ElementsAre(model::SeriesId{2}));
  erase_waiting(draft, id, task(7));
  EXPECT_FALSE(is_waiting(draft, id, task(7)));
  EXPECT_TRUE(is_waiting(draft, id, task(8)));
}

}  // namespace
}  // namespace lab::coordinator::tables
