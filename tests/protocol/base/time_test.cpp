#include "protocol/base/time.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Date, EveryDayOfACenturyRoundTrips) {
  for (std::int32_t day = 0; day < 36'525; ++day) {
    const CivilDate date = from_day_number(day);
    ASSERT_EQ(to_day_number(date), day);
    ASSERT_EQ(parse_date(to_text(date)), date);
  }
  EXPECT_EQ(to_text(from_day_number(0)), "1970-01-01");
}

TEST(Date, RefusesDaysThatDoNotExistAndOtherForms) {
  for (const char* text : {"2013-02-29", "2013-13-01", "2013-00-10", "2013-06-31", "2013-6-3", "13-06-03", "2013/06/03",
                           "2013-06-03 ", "2013-06-0x", ""}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
  EXPECT_TRUE(parse_date("2012-02-29"));
}

TEST(UtcTime, ReadsBothFormsAndWritesMilliseconds) {
  const auto time = parse_utc("2013-06-03T09:00:00Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_text(*time), "2013-06-03T09:00:00.000Z");
  EXPECT_EQ(parse_utc("2013-06-03T09:00:00.000Z"), time);
  EXPECT_EQ(to_unix_ms(*time), 1'370'250'000'000);
  EXPECT_EQ(from_unix_ms(to_unix_ms(*time)), *time);
}

TEST(UtcTime, RefusesWhatIsNotATime) {
  for (const char* text :
       {"2013-06-03T24:00:00Z", "2013-06-03T09:60:00Z", "2013-06-03T09:00:60Z", "2013-06-03T09:00:00",
        "2013-06-03 09:00:00Z", "2013-06-03T09:00:00,000Z", "2013-06-03T09:00:00.00Z", "2013-06-03"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

TEST(WallTime, IsTheClockInChinaAndNothingIsRoundedUp) {
  EXPECT_EQ(wall_time(*parse_utc("2013-06-03T15:59:59.999Z")), "2013-06-03 23:59:59");
  EXPECT_EQ(wall_minute(*parse_utc("2013-06-03T15:59:59.999Z")), "2013-06-03 23:59");
  EXPECT_EQ(wall_minute(*parse_utc("2013-06-03T16:00:00Z")), "2013-06-04 00:00");
}

TEST(MonthNumber, IsOfTheDayAndBack) {
  EXPECT_EQ(to_month_number(*parse_date("2013-06-30")), 2013 * 12 + 5);
  EXPECT_EQ(to_month_number(*parse_date("2013-12-01")) + 1, to_month_number(*parse_date("2014-01-31")));
  for (const char* first : {"2013-01-01", "2013-12-01", "1990-06-01"}) {
    EXPECT_EQ(to_text(first_day_of_month(to_month_number(*parse_date(first)))), first);
  }
}

TEST(CivilDate, IsTheDateInChina) {
  EXPECT_EQ(to_text(civil_date(*parse_utc("2013-06-03T15:59:59Z"))), "2013-06-03");
  EXPECT_EQ(to_text(civil_date(*parse_utc("2013-06-03T16:00:00Z"))), "2013-06-04");
}

}  // namespace
}  // namespace lab
