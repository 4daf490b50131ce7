#include "protocol/clocks/clock_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "protocol/journal/store.hpp"

namespace lab::clocks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr ClockTable table{'1', '2'};
constexpr char other_letter = '3';  // a record of somebody else, right behind ours

class Clocks : public ::testing::Test {
 protected:
  template <class Decide>
  auto turn(Decide decide) {
    auto batch = store->write();
    journal::Draft draft{*batch};
    const auto finish = [&] {
      EXPECT_TRUE(journal::apply(draft.take(), *batch));
      EXPECT_TRUE(batch->commit());
    };
    if constexpr (std::is_void_v<decltype(decide(draft))>) {
      decide(draft);
      finish();
    } else {
      auto result = decide(draft);
      finish();
      return result;
    }
  }
  Clocks() {
    turn([](journal::Draft& draft) { draft.put(Bytes(1, other_letter), "other"); });
  }
  void start(std::uint32_t number, Kind kind, const char* at, const char* programme = "NCJ") {
    const auto clock = clock_for(terms, model::ProgrammeCode{programme}, kind, task(number), *parse_utc(at));
    ASSERT_TRUE(clock);
    turn([&](journal::Draft& draft) { table.start(draft, *clock); });
  }
  std::vector<model::TaskId> fire(const char* at) {
    std::vector<model::TaskId> tasks;
    for (const Clock& clock : turn([&](journal::Draft& draft) { return table.fire(draft, *parse_utc(at)); })) {
      tasks.push_back(clock.task);
    }
    return tasks;
  }
  std::vector<model::TaskId> open() {
    std::vector<model::TaskId> tasks;
    table.for_each_open(*store->read(), [&](const Clock& clock) {
      tasks.push_back(clock.task);
      return true;
    });
    return tasks;
  }
  ClockState state(std::uint32_t number, Kind kind) {
    return state_of(table.find(*store->read(), task(number), kind).value());
  }
  static model::TaskId task(std::uint32_t number) { return {model::PlanId{1}, 1, number}; }

  Terms terms = read_terms("", "").value();
  std::unique_ptr<journal::Store> store = journal::make_memory_store();
};

TEST_F(Clocks, FireOnceWhenTheirTimeHasPassedAndNotBefore) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  start(2, Kind::notice, "2013-06-05T01:00:00Z");
  EXPECT_THAT(fire("2013-06-06T00:59:59Z"), IsEmpty());
  EXPECT_THAT(fire("2013-06-06T01:00:00Z"), ElementsAre(task(2)));
  EXPECT_THAT(fire("2013-06-06T01:00:00Z"), IsEmpty());
  EXPECT_THAT(fire("2013-07-01T00:00:00Z"), ElementsAre(task(1)));
  EXPECT_THAT(fire("2014-07-01T00:00:00Z"), IsEmpty());
  EXPECT_EQ(state(1, Kind::notice), ClockState::late);
  EXPECT_THAT(open(), ElementsAre(task(2), task(1))) << "what is late stays to be done, the earliest first";
}

TEST_F(Clocks, ADroppedTurnHasNotFiredAnything) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  {
    const auto view = store->read();
    journal::Draft dropped{*view};
    EXPECT_EQ(table.fire(dropped, *parse_utc("2013-06-08T00:00:00Z")).size(), 1U);
  }
  EXPECT_THAT(fire("2013-06-08T00:00:00Z"), ElementsAre(task(1)));
}

TEST_F(Clocks, ThatWereMetDoNotFire) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  turn([](journal::Draft& draft) { table.meet(draft, task(1), Kind::notice, *parse_utc("2013-06-05T05:00:00Z")); });
  EXPECT_EQ(state(1, Kind::notice), ClockState::met);
  EXPECT_THAT(fire("2013-07-01T00:00:00Z"), IsEmpty());
  EXPECT_THAT(open(), IsEmpty());
}

TEST_F(Clocks, MetAfterTheirTimeSayBoth) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  EXPECT_THAT(fire("2013-06-06T03:00:00Z"), ElementsAre(task(1)));
  turn([](journal::Draft& draft) { table.meet(draft, task(1), Kind::notice, *parse_utc("2013-06-06T05:00:00Z")); });
  EXPECT_EQ(state(1, Kind::notice), ClockState::met_late);
  EXPECT_EQ(table.find(*store->read(), task(1), Kind::notice)->fired, parse_utc("2013-06-06T03:00:00Z"));
  EXPECT_THAT(open(), IsEmpty());
  turn([](journal::Draft& draft) { table.meet(draft, task(1), Kind::notice, *parse_utc("2013-06-09T05:00:00Z")); });
  EXPECT_EQ(table.find(*store->read(), task(1), Kind::notice)->met, parse_utc("2013-06-06T05:00:00Z"));
}

TEST_F(Clocks, OfWindowsAreOverWhenTheyFire) {
  start(1, Kind::objection, "2013-06-03T02:00:00Z");
  EXPECT_THAT(open(), ElementsAre(task(1)));
  EXPECT_THAT(fire("2013-06-08T16:00:00Z"), ElementsAre(task(1)));
  EXPECT_EQ(state(1, Kind::objection), ClockState::over);
  EXPECT_THAT(open(), IsEmpty());
}

TEST_F(Clocks, HeardTwiceStartNothingAnew) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  start(1, Kind::notice, "2013-06-09T02:00:00Z");
  EXPECT_EQ(table.find(*store->read(), task(1), Kind::notice)->started, parse_utc("2013-06-05T02:00:00Z"));
  EXPECT_THAT(fire("2013-06-07T00:00:00Z"), ElementsAre(task(1)));
  EXPECT_THAT(fire("2013-06-20T00:00:00Z"), IsEmpty());
}

TEST_F(Clocks, ThatAreStoppedLeaveNothing) {
  start(1, Kind::notice, "2013-06-05T02:00:00Z");
  turn([](journal::Draft& draft) { table.stop(draft, task(1), Kind::notice); });
  EXPECT_THAT(table.of(*store->read(), task(1)), IsEmpty());
  EXPECT_THAT(fire("2013-07-01T00:00:00Z"), IsEmpty());
}

TEST_F(Clocks, KeepWhatTheyWereCountedBy) {
  start(1, Kind::objection, "2013-06-03T02:00:00Z");
  const Clock clock = table.of(*store->read(), task(1)).at(0);
  EXPECT_EQ(clock.period, (Period{5, Unit::days}));
  EXPECT_NE(clock.source.find("第36条"), std::string::npos);
  EXPECT_FALSE(clock.due.from_weekends);
}

TEST_F(Clocks, FireInBoundedTurnsUntilNoneIsLeft) {
  turn([&](journal::Draft& draft) {
    for (std::uint32_t i = 1; i <= fire_max + 1; ++i) {
      table.start(draft, *clock_for(terms, model::ProgrammeCode{"NCJ"}, Kind::notice, task(i),
                                    *parse_utc("2013-06-05T02:00:00Z")));
    }
  });
  EXPECT_EQ(fire("2013-07-01T00:00:00Z").size(), fire_max);
  EXPECT_EQ(fire("2013-07-01T00:00:00Z").size(), 1U);
}

TEST_F(Clocks, DoNotRunWhereTheRowSaysThereIsNone) {
  EXPECT_FALSE(
      clock_for(terms, model::ProgrammeCode{"NCP"}, Kind::objection, task(1), *parse_utc("2013-06-05T02:00:00Z")));
}

}  // namespace
}  // namespace lab::clocks
