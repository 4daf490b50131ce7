#include <gmock/gmock.h>

#include "coordinator/reports/notice_text.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/dispatch/disputed.hpp"

namespace lab::dispatch {
namespace {

using clocks::ClockState;
using clocks::Kind;
using tables::DiaryKind;
using tables::NoticeAction;
using tables::NoticeState;
using ::testing::HasSubstr;
using ::testing::Not;

class Notices : public Disputed {};

TEST_F(Notices, AreMadeWithTheVerdictAndRunFromItsApproval) {
  EXPECT_FALSE(notice());
  first_fails();
  ASSERT_TRUE(notice());
  EXPECT_EQ(notice()->state, NoticeState::made);
  EXPECT_EQ(notice()->confirmed, parse_utc("2013-06-03T08:00:00Z"));
  EXPECT_EQ(clock(Kind::notice)->due.at, parse_utc("2013-06-04T08:00:00Z"));
  EXPECT_EQ(entries(DiaryKind::notice_made), 1);
}

TEST_F(Notices, AreNotMadeOfASampleThatPassed) {
  conclude(benches.front(), grant, model::SampleOutcome::pass, 1);
  EXPECT_FALSE(notice());
  EXPECT_FALSE(clock(Kind::notice));
}

TEST_F(Notices, OfANodeWhoseClockIsAheadRunFromNow) {
  at("2013-06-03T07:00:00Z");
  first_fails();
  EXPECT_EQ(notice()->confirmed, world.now);
}

TEST_F(Notices, SayWhatWasFoundAndToWhom) {
  first_fails();
  const std::string text = reports::notice_text(*world.view(), grant.task);
  EXPECT_THAT(text, testing::AllOf(HasSubstr(canary), HasSubstr(grant.number.text()), HasSubstr("laboratory 1"),
                                   HasSubstr("  铅:"), HasSubstr("2013-06-03 16:00"), HasSubstr("5 日内提出"),
                                   HasSubstr("农产品质量安全法(2006年)第36条")));
}

TEST_F(Notices, SentInTimeAreMetAndNeverFire) {
  first_fails();
  at("2013-06-04T07:59:00Z");
  EXPECT_EQ(tick(), 0);
  ASSERT_TRUE(send());
  EXPECT_EQ(notice()->state, NoticeState::sent);
  EXPECT_EQ(notice()->addressee, canary) << "the sampled unit, when nobody else is named";
  EXPECT_EQ(notice()->text, crypto::sha256(*tables::notice_text(*world.view(), grant.task)));
  at("2013-06-30T00:00:00Z");
  EXPECT_EQ(tick(), 0);
  EXPECT_EQ(clocks::state_of(*clock(Kind::notice)), ClockState::met);
}

TEST_F(Notices, ThatAreLateSaySoOnceAcrossARestartAndStayLate) {
  first_fails();
  at("2013-06-04T08:00:00Z");
  EXPECT_EQ(tick(), 1);
  EXPECT_EQ(clocks::state_of(*clock(Kind::notice)), ClockState::late);
  world.coordinator = coordinator::Coordinator{world.keys};  // the process is another one, the store is not
  at("2013-06-04T09:00:00Z");
  EXPECT_EQ(tick(), 0);
  ASSERT_TRUE(send());
  EXPECT_EQ(clocks::state_of(*clock(Kind::notice)), ClockState::met_late);
  EXPECT_EQ(entries(DiaryKind::clock_fired), 1);
}

TEST_F(Notices, SentTwiceByOnePersonAreOneByAnotherAConflict) {
  first_fails();
  ASSERT_TRUE(send());
  const auto first = *notice();
  at("2013-06-03T10:00:00Z");
  ASSERT_TRUE(send());
  EXPECT_EQ(*notice(), first);
  EXPECT_EQ(entries(DiaryKind::notice_sent), 1);
  EXPECT_EQ(send("another").error().code, ErrorCode::conflict);
  EXPECT_EQ(send("ming", "somebody else").error().code, ErrorCode::conflict);
}

TEST_F(Notices, NeedSomebodyToBeSentTo) {
  first_fails();
  world.turn([&](journal::Draft& draft) { tables::put_sampled_unit(draft, grant.task, {}); });
  EXPECT_THAT(send().error().message, HasSubstr("受检单位"));
  EXPECT_EQ(notice()->state, NoticeState::made);
  EXPECT_TRUE(send("ming", "成都市农业局"));
}

TEST_F(Notices, ReceivedOpenTheWindowOfObjection) {
  first_fails();
  EXPECT_THAT(receive("2013-06-03T09:00:00Z").error().message, HasSubstr("还没有发出"));
  ASSERT_TRUE(send());
  at("2013-06-05T02:00:00Z");
  EXPECT_EQ(receive("2013-06-03T08:59:59Z").error().code, ErrorCode::malformed) << "before it was sent";
  EXPECT_EQ(receive("2013-06-05T02:00:01Z").error().code, ErrorCode::malformed) << "in the future";
  ASSERT_TRUE(receive("2013-06-04T02:00:00Z"));
  EXPECT_EQ(clock(Kind::objection)->due.at, parse_utc("2013-06-09T16:00:00Z"));
  EXPECT_TRUE(receive("2013-06-04T02:00:00Z")) << "said twice";
  EXPECT_EQ(receive("2013-06-04T02:00:01Z").error().code, ErrorCode::conflict);
  EXPECT_EQ(entries(DiaryKind::notice_received), 1);
}

TEST_F(Notices, ThatNobodyHasSentAreWithdrawnWhenTheVerdictPassesAfterAll) {
  first_fails();
  conclude(benches.front(), grant, model::SampleOutcome::pass, 2);
  EXPECT_EQ(notice()->state, NoticeState::withdrawn);
  EXPECT_FALSE(clock(Kind::notice));
  at("2013-07-01T00:00:00Z");
  EXPECT_EQ(tick(), 0);
  EXPECT_EQ(send().error().code, ErrorCode::conflict);
}

TEST_F(Notices, ThatWereWithdrawnAreMadeAnewWhenTheVerdictFailsAgain) {
  first_fails();
  conclude(benches.front(), grant, model::SampleOutcome::pass, 2);
  at("2013-06-20T09:00:00Z");
  conclude(benches.front(), grant, model::SampleOutcome::fail, 3);
  EXPECT_EQ(notice()->state, NoticeState::made);
  EXPECT_EQ(notice()->verdict.sequence, benches.front().size() - 2) << "of the verdict that fails now";
  EXPECT_EQ(notice()->made, world.now);
  EXPECT_EQ(entries(DiaryKind::notice_made), 2);
  EXPECT_EQ(clock(Kind::notice)->due.at, parse_utc("2013-06-04T08:00:00Z")) << "the bench's clock says when it was";
  EXPECT_EQ(tick(), 1) << "and it is late";
  ASSERT_TRUE(send());
  EXPECT_EQ(notice()->state, NoticeState::sent);
}

TEST_F(Notices, ThatWereSentStayWhenTheVerdictChanges) {
  first_fails();
  ASSERT_TRUE(send());
  conclude(benches.front(), grant, model::SampleOutcome::pass, 2);
  EXPECT_EQ(notice()->state, NoticeState::sent);
  EXPECT_EQ(clocks::state_of(*clock(Kind::notice)), ClockState::met);
}

// Every action in every state: the table is what is asked, and what the store says afterwards is what it answers.
TEST_F(Notices, MoveAsTheTableSaysAndNotOtherwise) {
  first_fails();
  at("2013-06-05T02:00:00Z");
  int allowed = 0;
  for (int action = 0; action <= static_cast<int>(tables::notice_action_last); ++action) {
    for (int state = 0; state <= static_cast<int>(tables::notice_state_last); ++state) {
      tables::Notice before = *notice();
      before.state = static_cast<NoticeState>(state);
      before.sent = *parse_utc("2013-06-03T10:00:00Z");
      before.sent_by = model::PersonId{"somebody"};
      before.received = *parse_utc("2013-06-03T11:00:00Z");  // another time: the same would be nothing new
      world.turn([&](journal::Draft& draft) { tables::put_notice(draft, before); });
      const auto* move = tables::notice_move(static_cast<NoticeAction>(action), before.state);
      if (static_cast<NoticeAction>(action) == NoticeAction::withdraw) continue;  // nobody asks for it: see above
      const auto done = action == 0 ? send() : receive("2013-06-04T02:00:00Z");
      EXPECT_EQ(done.has_value(), move != nullptr) << action << " in " << state;
      EXPECT_EQ(notice()->state, move != nullptr ? move->to : before.state);
      allowed += move != nullptr;
    }
  }
  EXPECT_EQ(allowed, 2);
}

TEST_F(Notices, NeverTravelToALaboratory) {
  first_fails();
  ASSERT_TRUE(send());
  ASSERT_TRUE(receive("2013-06-03T09:00:00Z"));
  EXPECT_THAT(sent, HasSubstr(grant.blind_code));
  EXPECT_THAT(sent, Not(HasSubstr(canary)));
}

class MonitoringNotices : public Disputed {
 protected:
  MonitoringNotices() : Disputed("NCP") {}
};

TEST_F(MonitoringNotices, OpenNoWindow) {
  first_fails();
  EXPECT_THAT(reports::notice_text(*world.view(), grant.task), HasSubstr("没有异议和复检程序"));
  ASSERT_TRUE(send());
  ASSERT_TRUE(receive("2013-06-03T09:00:00Z"));
  EXPECT_FALSE(clock(Kind::objection));
}

}  // namespace
}  // namespace lab::dispatch
