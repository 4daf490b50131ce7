#include "protocol/clocks/deadlines.hpp"

#include <gtest/gtest.h>

#include "protocol/clocks/defaults.hpp"

namespace lab::clocks {
namespace {

const Terms& terms() {
  static const Terms known = read_terms("", "").value();
  return known;
}

const Deadline* find(const char* programme, Kind kind, const char* on) {
  return terms().deadlines.find(model::ProgrammeCode{programme}, kind, *parse_date(on));
}

TEST(Deadlines, AreThoseOfTheDayTheyBegin) {
  EXPECT_EQ(find("NCJ", Kind::objection, "2013-06-05")->period, (Period{5, Unit::days}));
  EXPECT_EQ(find("NCJ", Kind::objection, "2022-12-31")->period, (Period{5, Unit::days}));
  EXPECT_EQ(find("NCJ", Kind::objection, "2023-01-01")->period, (Period{5, Unit::working_days}));
  EXPECT_EQ(find("NCJ", Kind::objection, "2006-10-31"), nullptr) << "before the law nothing was laid down";
  EXPECT_EQ(find("NCJ", Kind::objection_rapid, "2013-06-05")->period, (Period{4, Unit::hours}));
  EXPECT_EQ(find("SPC", Kind::objection, "2021-05-01")->period, (Period{7, Unit::working_days}));
  EXPECT_EQ(find("LTS", Kind::objection, "2013-06-05")->period, (Period{15, Unit::days}));
}

TEST(Deadlines, OfEveryProgrammeHoldWhereItHasNoRowOfItsOwn) {
  EXPECT_EQ(find("NCP", Kind::notice, "2013-06-05")->period, (Period{24, Unit::hours}));
  EXPECT_EQ(find("SPC", Kind::notice, "2019-09-30")->period, (Period{24, Unit::hours}));
  EXPECT_EQ(find("SPC", Kind::notice, "2019-10-01")->period, (Period{2, Unit::working_days}));
  EXPECT_EQ(find("XYZ", Kind::objection, "2013-06-05"), nullptr) << "no row is not the same as no right";
}

TEST(Deadlines, OfMonitoringSayThatThereIsNoObjection) {
  const Deadline* row = find("NCP", Kind::objection, "2013-06-05");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->period);
  EXPECT_FALSE(row->source.empty());
}

TEST(Deadlines, EveryRowOfTheProgramHasItsSource) {
  EXPECT_GE(terms().deadlines.all().size(), 15U);
  for (const Deadline& row : terms().deadlines.all()) EXPECT_FALSE(row.source.empty());
  for (int kind = 0; kind <= static_cast<int>(kind_last); ++kind) {
    EXPECT_EQ(parse_kind(name_of(static_cast<Kind>(kind))), static_cast<Kind>(kind));
  }
}

TEST(Deadlines, RefuseWhatNobodyCanRead) {
  const std::string header = "programme,kind,from,amount,unit,source,note\n";
  for (const char* row :
       {"NCP,notices,2013-01-01,24,hours,S,", "NCP,notice,2013-1-1,24,hours,S,", "NCP,notice,2013-01-01,0,hours,S,",
        "NCP,notice,2013-01-01,1001,days,S,", "NCP,notice,2013-01-01,24,weeks,S,", "NCP,notice,2013-01-01,24,hours,,",
        "NCP,notice,2013-01-01,5,none,S,", ",notice,2013-01-01,24,hours,S,", "NCP,notice,2013-01-01,24h,hours,S,"}) {
    EXPECT_FALSE(Deadlines::load(header + row + "\n")) << row;
  }
  EXPECT_FALSE(Deadlines::load(header + "NCP,notice,2013-01-01,24,hours,S,\nNCP,notice,2013-01-01,48,hours,S,\n"));
  EXPECT_TRUE(Deadlines::load(header + "NCP,notice,2013-01-01,24,hours,S,\nNCP,notice,2014-01-01,48,hours,S,\n"));
}

}  // namespace
}  // namespace lab::clocks
