#include "instruments/profiles/dates.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "tests/instruments/profiles/support.hpp"

namespace lab::profiles {
namespace {

std::string iso(std::string_view written, DateOrder order) { return iso_time(written, order).value_or("-"); }

TEST(Dates, AreReadInTheOrderThatTheProfileSays) {
  EXPECT_EQ(iso("3/4/2026", DateOrder::dmy), "2026-04-03");
  EXPECT_EQ(iso("3/4/2026", DateOrder::mdy), "2026-03-04");
  EXPECT_EQ(iso("26-4-3 9:05", DateOrder::ymd), "2026-04-03T09:05");
  EXPECT_EQ(iso("03.04.26 23:25", DateOrder::dmy), "2026-04-03T23:25");
  EXPECT_EQ(iso("3/4/2026", DateOrder::as_written), "-");
  EXPECT_EQ(iso("3/4/2026", DateOrder::ymd), "-");
}

TEST(Dates, WithTheYearFirstOrAMonthByNameNeedNoOrder) {
  for (const DateOrder order : {DateOrder::as_written, DateOrder::dmy, DateOrder::mdy}) {
    EXPECT_EQ(iso("2026/4/3 21:46:09", order), "2026-04-03T21:46:09");
    EXPECT_EQ(iso("2026-04-03", order), "2026-04-03");
    EXPECT_EQ(iso("2026年4月3日 8:00", order), "2026-04-03T08:00");
    EXPECT_EQ(iso("16-Apr-2026", order), "2026-04-16");
  }
}

TEST(Dates, HaveHalvesOfTheDayFractionsAndOffsets) {
  EXPECT_EQ(iso("5/22/2026 12:04:11 PM", DateOrder::mdy), "2026-05-22T12:04:11");
  EXPECT_EQ(iso("5/22/2026 12:04:11 AM", DateOrder::mdy), "2026-05-22T00:04:11");
  EXPECT_EQ(iso("5/22/2026 8:04 p.m.", DateOrder::mdy), "2026-05-22T20:04");
  EXPECT_EQ(iso("2026-05-22T08:04:11.250+08:00", DateOrder::ymd), "2026-05-22T08:04:11.250+08:00");
  EXPECT_EQ(iso("2026-05-22T08:04:11Z", DateOrder::ymd), "2026-05-22T08:04:11Z");
  EXPECT_EQ(iso("05/22/2026 04:38:28 PM(-07:00)", DateOrder::mdy), "2026-05-22T16:38:28-07:00");
  EXPECT_EQ(iso("22.05.2026  13:33 PM", DateOrder::dmy), "2026-05-22T13:33");
}

TEST(Dates, ThatAreNoneAreNotMadeOne) {
  for (const char* text : {"", "2026", "31/6/2026", "29/2/2025", "1/2", "1/2/3/4", "2026-05-22 25:00",
                           "2026-05-22 10:60", "2026-05-22 08:04:11 EDT", "2026-05-22 10", "13/13/2026", "1/1/226",
                           "1/1/6", "1/1/0000", "x/1/2026", "2026-05-22 14:00 AM"}) {
    EXPECT_EQ(iso(text, DateOrder::dmy), "-") << text;
  }
}

TEST(Dates, OfAFileAreDecidedByADayAboveTwelve) {
  const auto order = [](const std::vector<std::string>& times) { return order_in(DateOrder::by_file, times); };
  EXPECT_EQ(order({"3/4/2026", "13/4/2026 8:00"}), DateOrder::dmy);
  EXPECT_EQ(order({"3/4/2026", "4/13/2026"}), DateOrder::mdy);
  EXPECT_EQ(order({"3/4/2026", "5/4/2026"}), DateOrder::as_written);
  EXPECT_EQ(order({"13/4/2026", "4/13/2026"}), DateOrder::as_written);
  EXPECT_EQ(order({"2026-04-13", "words"}), DateOrder::as_written);
  EXPECT_EQ(order_in(DateOrder::dmy, std::vector<std::string>{"4/13/2026"}), DateOrder::dmy);
}

std::string dated(std::string_view dates) {
  return profile_with(R"({"when": {"titles": ["Sample"]}, "do": "header", "table": {"columns": [
      {"title": "Sample", "field": "sample_id"}, {"title": "Date", "field": "time"}, {"title": "Time", "field": "time"},
      {"title": "Pb", "field": "value"}]}})",
                      fmt::format(R"(, "dates": "{}")", dates));
}

TEST(Dates, OfResultsKeepWhatWasWritten) {
  const auto decoding =
      decode_with(dated("by_file"), "Sample,Date,Time,Pb\nW-1,3/4/2026,8:00,1\nW-2,13/4/2026,9:00,2\nW-3,,,3\n");
  EXPECT_EQ(decoding.observations.at(0).time, "2026-04-03T08:00");
  EXPECT_EQ(decoding.observations.at(0).flags, std::vector<std::string>{"time=3/4/2026 8:00"});
  EXPECT_EQ(decoding.observations.at(2).time, "");
  EXPECT_TRUE(decoding.observations.at(2).flags.empty());
  EXPECT_TRUE(decoding.diagnostics.empty());
}

TEST(Dates, ThatCannotBeDecidedStayAndAreReportedOnce) {
  const auto decoding =
      decode_with(dated("by_file"), "Sample,Date,Time,Pb\nW-1,3/4/2026,8:00,1\nW-2,4/4/2026,9:00,2\n");
  EXPECT_EQ(decoding.observations.at(0).time, "3/4/2026 8:00");
  EXPECT_TRUE(decoding.observations.at(0).flags.empty());
  ASSERT_EQ(decoding.diagnostics.size(), 1U);
  EXPECT_NE(decoding.diagnostics.front().message.find("2 个"), std::string::npos);
}

TEST(Dates, InTheFormAlreadyAreLeftAlone) {
  const auto decoding = decode_with(dated("ymd"), "Sample,Date,Time,Pb\nW-1,2026-04-03,,1\nW-2,2026-04-03,8:00,1\n");
  EXPECT_EQ(decoding.observations.at(0).time, "2026-04-03");
  EXPECT_TRUE(decoding.observations.at(0).flags.empty());
  EXPECT_EQ(decoding.observations.at(1).time, "2026-04-03T08:00");
}

}  // namespace
}  // namespace lab::profiles
