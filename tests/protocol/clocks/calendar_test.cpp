// The expected dates were counted by hand on the calendars of 2013 and 2014 and the notices of the State Council.

#include "protocol/clocks/calendar.hpp"

#include <gtest/gtest.h>

#include "protocol/clocks/defaults.hpp"

namespace lab::clocks {
namespace {

struct Example {
  const char* start;  // UTC
  Period period;
  const char* due;  // UTC; midnight in China is 16:00Z of the day before
  bool from_weekends = false;
};

class Periods : public ::testing::TestWithParam<Example> {};

TEST_P(Periods, EndWhenThePeriodIsOver) {
  const auto calendar = Calendar::load(default_holidays);
  ASSERT_TRUE(calendar) << to_text(calendar.error());
  const Example& example = GetParam();
  const Due due = due_at(*parse_utc(example.start), example.period, *calendar);
  EXPECT_EQ(to_text(due.at), to_text(*parse_utc(example.due)));
  EXPECT_EQ(due.from_weekends, example.from_weekends);
}

INSTANTIATE_TEST_SUITE_P(Hours, Periods,
                         ::testing::Values(Example{"2013-06-07T09:30:00Z", {24, Unit::hours}, "2013-06-08T09:30:00Z"},
                                           // Hours run on over a holiday.
                                           Example{"2013-10-01T02:00:00Z", {24, Unit::hours}, "2013-10-02T02:00:00Z"},
                                           Example{"2013-12-31T23:00:00Z", {4, Unit::hours}, "2014-01-01T03:00:00Z"}));

INSTANTIATE_TEST_SUITE_P(
    Days, Periods,
    ::testing::Values(
        // Monday 3 June, the day itself is not counted: the whole of Saturday 8 June, which is worked in exchange.
        Example{"2013-06-03T02:00:00Z", {5, Unit::days}, "2013-06-08T16:00:00Z"},
        // Tuesday 4 June: Sunday 9 June is worked too.
        Example{"2013-06-04T02:00:00Z", {5, Unit::days}, "2013-06-09T16:00:00Z"},
        // Wednesday 5 June: 10 June begins the Dragon Boat holiday, so the period ends with Thursday 13 June.
        Example{"2013-06-05T02:00:00Z", {5, Unit::days}, "2013-06-13T16:00:00Z"},
        // 17:00Z is already the next civil day, Tuesday 4 June.
        Example{"2013-06-03T17:00:00Z", {5, Unit::days}, "2013-06-09T16:00:00Z"},
        // One second before midnight in China it is still Monday.
        Example{"2013-06-03T15:59:59Z", {5, Unit::days}, "2013-06-08T16:00:00Z"},
        // 15 days from 18 September end on 3 October, in the holiday of 1 to 7: with Tuesday 8 October.
        Example{"2013-09-18T02:00:00Z", {15, Unit::days}, "2013-10-08T16:00:00Z"},
        // Monday 2 September: Tuesday 17.
        Example{"2013-09-02T02:00:00Z", {15, Unit::days}, "2013-09-17T16:00:00Z"}));

INSTANTIATE_TEST_SUITE_P(WorkingDays, Periods,
                         ::testing::Values(
                             // Thursday 26 September: Fri 27, Sun 29 (worked), Mon 30, Tue 8, Wed 9 October.
                             Example{"2013-09-26T02:00:00Z", {5, Unit::working_days}, "2013-10-09T16:00:00Z"},
                             // Friday 7 June: Sat 8, Sun 9 (both worked), Thu 13, Fri 14, Mon 17.
                             Example{"2013-06-07T02:00:00Z", {5, Unit::working_days}, "2013-06-17T16:00:00Z"},
                             // Monday 4 March, an ordinary week: seven working days end with Wednesday 13.
                             Example{"2013-03-04T02:00:00Z", {7, Unit::working_days}, "2013-03-13T16:00:00Z"},
                             // Friday 27 December 2013: Mon 30, Tue 31, Thu 2, Fri 3, Mon 6 January.
                             Example{"2013-12-27T02:00:00Z", {5, Unit::working_days}, "2014-01-06T16:00:00Z"},
                             // 2015 is not in the table: Thursday 30 April 2015 counts 1 May as worked, and says so.
                             Example{"2015-04-30T02:00:00Z", {1, Unit::working_days}, "2015-05-01T16:00:00Z", true},
                             // A period that only ends in such a year.
                             Example{"2014-12-31T02:00:00Z", {1, Unit::working_days}, "2015-01-01T16:00:00Z", true}));

INSTANTIATE_TEST_SUITE_P(Months, Periods,
                         ::testing::Values(Example{"2013-06-03T02:00:00Z", {3, Unit::months}, "2013-09-03T16:00:00Z"},
                                           Example{"2013-11-30T02:00:00Z", {3, Unit::months}, "2014-02-28T16:00:00Z"},
                                           Example{"2013-08-31T02:00:00Z", {6, Unit::months}, "2014-02-28T16:00:00Z"},
                                           // The end falls into a holiday and stays there.
                                           Example{"2013-07-01T02:00:00Z", {3, Unit::months}, "2013-10-01T16:00:00Z"}));

TEST(Calendar, KnowsHolidaysAndWeekendsThatAreWorked) {
  const auto calendar = Calendar::load(default_holidays).value();
  const auto worked = [&](const char* date) { return calendar.is_working_day(*parse_date(date)); };
  EXPECT_TRUE(worked("2013-06-07"));
  EXPECT_TRUE(worked("2013-06-08")) << "a Saturday worked in exchange";
  EXPECT_FALSE(worked("2013-06-10"));
  EXPECT_FALSE(worked("2013-06-15")) << "an ordinary Saturday";
  EXPECT_TRUE(calendar.knows_year(*parse_date("2014-12-31")));
  EXPECT_FALSE(calendar.knows_year(*parse_date("2015-01-01")));
}

TEST(Calendar, WritesTimesAsTheyStandOnTheWallInChina) {
  EXPECT_EQ(civil_text(*parse_utc("2013-06-08T09:30:59Z")), "2013-06-08 17:30");
  EXPECT_EQ(civil_text(*parse_utc("2013-06-08T16:00:00Z")), "2013-06-08 24:00");
  EXPECT_EQ(civil_text(*parse_utc("2013-06-08T16:00:30Z")), "2013-06-08 24:00");
  EXPECT_EQ(civil_text(*parse_utc("2013-06-08T16:01:00Z")), "2013-06-09 00:01");
}

TEST(Calendar, RefusesRowsThatNobodyCanRead) {
  EXPECT_FALSE(Calendar::load("date,kind\n2013-02-30,off\n"));
  EXPECT_FALSE(Calendar::load("date,kind\n2013-02-01,holiday\n"));
  EXPECT_FALSE(Calendar::load("date\n2013-02-01\n"));
  const auto twice = Calendar::load("date,kind\n2013-02-01,off\n2013-02-01,work\n");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().where.find("row 2"), std::string::npos);
}

}  // namespace
}  // namespace lab::clocks
