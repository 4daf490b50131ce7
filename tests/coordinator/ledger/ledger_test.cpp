#include "coordinator/ledger/ledger.hpp"

#include <gmock/gmock.h>

#include "coordinator/ledger/adoption.hpp"
#include "coordinator/tables/diary.hpp"
#include "coordinator/tables/tasks.hpp"
#include "protocol/base/failpoint.hpp"
#include "protocol/crypto/crypto.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::ledger {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using model::Disposition;
using model::EventNote;
using model::SampleOutcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Counting : public ::testing::Test {
 protected:
  Counting() {
    world.add_laboratory(1);
    bench.emplace(world.enrol(1));
    other.emplace(world.enrol(1, "other"));
    world.dispatched_plan({cell(4)});
    grant = world.grants_of(*bench).front();
  }

  tables::Tally total() const {
    tables::Tally sum;
    tables::for_each_city_tally(*world.view(), [&](const auto&, auto, const tables::Tally& tally) { sum = tally; });
    return sum;
  }
  model::Task task() const { return *tables::task(*world.view(), grant.task); }
  std::uint64_t rows(Disposition disposition) const {
    std::uint64_t count = 0;
    tables::for_each_exception(*world.view(), disposition, {}, [&](const tables::Exception&) {
      ++count;
      return true;
    });
    EXPECT_EQ(count, tables::exception_count(*world.view(), disposition));
    return count;
  }
  std::string reason_of_first(Disposition disposition) const {
    std::string reason;
    tables::for_each_exception(*world.view(), disposition, {}, [&](const tables::Exception& exception) {
      reason = exception.reason;
      return false;
    });
    return reason;
  }
  // Events as somebody would send them who does not follow the rules; the verdict must not count.
  void expect_quarantined(const char* why) {
    const auto ack = world.acknowledged(*bench, bench->all_events());
    EXPECT_EQ(ack.upto, bench->size());
    EXPECT_EQ(rows(Disposition::quarantined), 1U);
    EXPECT_THAT(reason_of_first(Disposition::quarantined), HasSubstr(why));
    EXPECT_EQ(total(), tables::Tally{});
    EXPECT_EQ(task().state, model::TaskState::granted);
  }

  World world;
  std::optional<Bench> bench;
  std::optional<Bench> other;
  model::Grant grant;
};

TEST_F(Counting, CountsAVerdictThatThreePeopleSigned) {
  bench->conclude(grant, SampleOutcome::pass);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  EXPECT_THAT(ack.notes, ElementsAre(EventNote{3, Disposition::counted}));
  EXPECT_EQ(total().first.pass, 1U);
  EXPECT_EQ(total().final.pass, 1U);
  EXPECT_EQ(task().state, model::TaskState::judged);
}

TEST_F(Counting, CountsOnceWhenTheSameEventsComeAgainAndSaysTheSameOfThem) {
  bench->conclude(grant, SampleOutcome::fail);
  const auto first = world.acknowledged(*bench, bench->all_events());
  const Bytes before = world.everything();
  const auto again = world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(again, first);
  EXPECT_EQ(world.everything(), before);
  EXPECT_EQ(total().final.fail, 1U);
}

// The answer to the approval was lost; the one to an older message that came twice must not stand for it.
TEST_F(Counting, AMessageThatComesAgainIsAnsweredForItselfAndNotForWhatCameAfterIt) {
  bench->conclude(grant, SampleOutcome::pass);
  const std::uint64_t last = bench->size();
  world.acknowledged(*bench, bench->all_events());
  const model::Ack again = world.acknowledged(*bench, bench->events(1, 1));
  EXPECT_EQ(again.upto, 1U);
  EXPECT_EQ(again.hash, crypto::sha256(bench->events(1, 1).events[0]));
  const model::Ack all = world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(all.upto, last);
  EXPECT_THAT(all.notes, ElementsAre(EventNote{last, Disposition::counted}));
}

TEST_F(Counting, TakesNothingOfEventsThatLeaveAGap) {
  bench->conclude(grant, SampleOutcome::pass);
  const auto ack = world.acknowledged(*bench, bench->events(2, 2));
  EXPECT_EQ(ack.upto, 0U);
  EXPECT_EQ(total(), tables::Tally{});
}

TEST_F(Counting, WhetherAnEventMayBeDecidedAgainDoesNotHangOnTheWordsOfItsReason) {
  bench->happen(grant, "approver", approved(grant, Hash{{9}}, SampleOutcome::pass));
  world.acknowledged(*bench, bench->all_events());
  const tables::EventPlace place{.node = bench->id(), .incarnation = 1, .sequence = 1};
  const auto reworded = [&](const std::string& reason, tables::ExceptionCause cause) {
    world.turn([&](journal::Draft& draft) {
      tables::Exception exception = *tables::exception_at(draft, place);
      tables::remove_exception(draft, exception);
      exception.reason = reason;
      exception.cause = cause;
      tables::add_exception(draft, exception);
    });
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_replay(draft, place, "再试", world.now); });
  };
  const auto cause = tables::exception_at(*world.view(), place)->cause;
  EXPECT_EQ(cause, tables::ExceptionCause::unknown_record);
  const auto again = reworded("所指的判定记录，不是当前的判定记录。", cause);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->disposition, Disposition::quarantined);
  EXPECT_EQ(tables::exception_at(*world.view(), place)->cause, cause);
  const auto not_again = reworded("所指的判定记录不是当前的判定记录", tables::ExceptionCause::content);
  ASSERT_FALSE(not_again);
  EXPECT_EQ(not_again.error().code, ErrorCode::conflict);
}

TEST_F(Counting, AVerdictUnderARevokedGrantIsLate) {
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_revoke(draft, grant.task, "instrument broken", world.now);
  }));
  bench->conclude(grant, SampleOutcome::pass);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  EXPECT_THAT(ack.notes, ElementsAre(EventNote{1, Disposition::late}, EventNote{2, Disposition::late},
                                     EventNote{3, Disposition::late}));
  EXPECT_EQ(rows(Disposition::late), 3U);
  EXPECT_EQ(total(), tables::Tally{});
  EXPECT_EQ(task().state, model::TaskState::allocated);
}

TEST_F(Counting, AfterAReassignmentOnlyTheNewNodeCounts) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::fail));
  world.acknowledged(*bench, bench->all_events());
  const auto to = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = grant.task, .reason = "power cut"}, world.now);
  });
  ASSERT_TRUE(to.has_value());
  ASSERT_EQ(*to, other->id());
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "approver", approved(grant, record, SampleOutcome::fail));
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(rows(Disposition::late), 2U);
  EXPECT_EQ(total(), tables::Tally{});

  const model::Grant renewed = world.grants_of(*other).back();
  EXPECT_EQ(renewed.task, grant.task);
  EXPECT_GT(renewed.token, grant.token);
  other->conclude(renewed, SampleOutcome::pass);
  world.acknowledged(*other, other->all_events());
  EXPECT_EQ(total().final.pass, 1U);
  EXPECT_EQ(total().final.fail, 0U);
}

TEST_F(Counting, AnotherNodesTaskIsLateEvenUnderItsToken) {
  other->conclude(grant, SampleOutcome::pass);
  world.acknowledged(*other, other->all_events());
  EXPECT_EQ(rows(Disposition::late), 3U);
  EXPECT_EQ(total(), tables::Tally{});
}

TEST_F(Counting, AReviewerWhoIsTheAnalystIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "analyst", reviewed(grant, record));
  expect_quarantined("复核人就是检验员");
}

TEST_F(Counting, AnApproverWhoIsTheAnalystIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "analyst", approved(grant, record, SampleOutcome::pass));
  expect_quarantined("批准人就是检验员");
}

TEST_F(Counting, AnApproverWhoIsTheReviewerIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "reviewer", approved(grant, record, SampleOutcome::pass));
  expect_quarantined("批准人就是复核人");
}

TEST_F(Counting, AnApprovalWithoutAReviewIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "approver", approved(grant, record, SampleOutcome::pass));
  expect_quarantined("尚无人复核");
}

TEST_F(Counting, AReviewThatDisagreesTakesTheReviewBack) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "reviewer", reviewed(grant, record, false));
  bench->happen(grant, "approver", approved(grant, record, SampleOutcome::pass));
  expect_quarantined("尚无人复核");
}

TEST_F(Counting, AnApprovalOfAnotherOutcomeThanJudgedIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::fail));
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "approver", approved(grant, record, SampleOutcome::pass));
  expect_quarantined("结论或版本");
}

TEST_F(Counting, AnApprovalOfAnUnknownRecordIsQuarantined) {
  const Hash record = bench->happen(grant, "analyst", judged(grant, SampleOutcome::pass));
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "approver", approved(grant, crypto::sha256("other"), SampleOutcome::pass));
  expect_quarantined("不是当前的判定记录");
}

TEST_F(Counting, AVerdictOnAnotherSamplesNumberIsQuarantined) {
  model::Judged wrong = judged(grant, SampleOutcome::pass);
  wrong.number = world.grants_of(*bench).back().number;
  bench->happen(grant, "analyst", wrong);
  expect_quarantined("不是该任务的编号");
}

TEST_F(Counting, AnEventOfATaskThatDoesNotExistIsQuarantined) {
  model::Grant invented = grant;
  invented.task.number = 999;
  bench->happen(invented, "p", model::Received{.number = grant.number});
  expect_quarantined("没有这个任务");
}

TEST_F(Counting, AnAmendmentMovesTheFinalVerdictAndLeavesTheFirst) {
  bench->conclude(grant, SampleOutcome::fail);
  world.acknowledged(*bench, bench->all_events());
  bench->conclude(grant, SampleOutcome::pass, 2);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(total().first, (tables::Verdicts{.fail = 1}));
  EXPECT_EQ(total().final, (tables::Verdicts{.pass = 1}));
  EXPECT_EQ(task().state, model::TaskState::judged);
}

TEST_F(Counting, WhatFailsWhileAnExceptionIsKeptLeavesNothingBehindAndIsKeptOnceTheNextTime) {
  other->conclude(grant, SampleOutcome::pass);  // another node's task: late
  const Bytes before = world.everything();
  ASSERT_TRUE(failpoint::arm("ledger.exception=error@2"));
  EXPECT_THROW(world.acknowledged(*other, other->all_events()), InjectedFailure);
  ASSERT_TRUE(failpoint::arm(""));
  EXPECT_EQ(world.everything(), before);
  world.acknowledged(*other, other->all_events());
  world.acknowledged(*other, other->all_events());
  EXPECT_EQ(rows(Disposition::late), 3U);
}

// Last arrival does not win: what comes later is a version that was superseded before it came.
TEST_F(Counting, AnOlderVersionThatComesAfterANewerOneChangesNothing) {
  bench->conclude(grant, SampleOutcome::fail, 3);
  world.acknowledged(*bench, bench->all_events());
  bench->conclude(grant, SampleOutcome::pass, 2);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(ack.upto, bench->size());
  EXPECT_EQ(rows(Disposition::quarantined), 3U) << "kept and shown, and not counted";
  EXPECT_EQ(total().first, (tables::Verdicts{.fail = 1}));
  EXPECT_EQ(total().final, (tables::Verdicts{.fail = 1}));
  EXPECT_EQ(tables::task_file(*world.view(), grant.task).result()->counted_version, 3);
}

// The same across laboratories: the node that had the task before is heard after the one that has it now.
TEST_F(Counting, AVerdictOfBeforeAReassignmentThatComesLastChangesNothing) {
  bench->conclude(grant, SampleOutcome::fail, 2);
  world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = grant.task, .reason = "power cut"}, world.now);
  });
  const model::Grant second = world.grants_of(*other).back();
  ASSERT_EQ(second.task, grant.task);
  other->conclude(second, SampleOutcome::pass);
  world.acknowledged(*other, other->all_events());
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(total().final, (tables::Verdicts{.pass = 1}));
  EXPECT_EQ(rows(Disposition::late), 3U);
}

TEST_F(Counting, AVersionThatHasBeenCountedCannotBeJudgedAgain) {
  bench->conclude(grant, SampleOutcome::fail);
  bench->conclude(grant, SampleOutcome::pass, 1);
  world.acknowledged(*bench, bench->all_events());
  EXPECT_EQ(rows(Disposition::quarantined), 3U);  // the verdict, and both signatures under it
  EXPECT_EQ(total().final, (tables::Verdicts{.fail = 1}));
}

TEST_F(Counting, ARejudgementBeforeTheApprovalReplacesTheFirst) {
  const Hash first = bench->happen(grant, "analyst", judged(grant, SampleOutcome::fail));
  bench->happen(grant, "reviewer", reviewed(grant, first, false));
  bench->conclude(grant, SampleOutcome::pass);
  const auto ack = world.acknowledged(*bench, bench->all_events());
  EXPECT_THAT(ack.notes, ElementsAre(EventNote{5, Disposition::counted}));
  EXPECT_EQ(total().first, (tables::Verdicts{.pass = 1}));
}

TEST_F(Counting, AnEventOfAKindUnknownHereIsKeptAndQuarantined) {
  // A newer node's event: well-formed octets this coordinator cannot read. It is signed and chained all the same.
  bench->happen(grant, "p", model::Received{.number = grant.number});
  model::Events events = bench->all_events();
  auto draft_view = world.view();
  journal::Draft draft{*draft_view};
  const std::vector<session::Accepted> accepted{
      {.sequence = 1, .hash = crypto::sha256("new"), .event = std::nullopt, .problem = "an unknown kind"}};
  const Outcome outcome = take(draft, bench->entry(), 1, accepted, world.now);
  EXPECT_THAT(outcome.notes, ElementsAre(EventNote{1, Disposition::quarantined}));
  EXPECT_EQ(tables::exception_count(draft, Disposition::quarantined), 1U);
}

TEST_F(Counting, ANameLongerThanAnAccountMayBeIsQuarantined) {
  bench->happen(grant, std::string(65, 'n'), judged(grant, SampleOutcome::pass));
  expect_quarantined("检验员姓名");
}

TEST_F(Counting, AReasonIsCutBetweenCharacters) {
  auto draft_view = world.view();
  journal::Draft draft{*draft_view};
  std::string problem;
  while (problem.size() < 70'000) problem += "长";
  const std::vector<session::Accepted> accepted{{.sequence = 1, .hash = {}, .event = std::nullopt, .problem = problem}};
  take(draft, bench->entry(), 1, accepted, world.now);
  const std::string kept = tables::exception_at(draft, {bench->id(), 1, 1})->reason;
  EXPECT_LE(kept.size(), 500U);
  EXPECT_TRUE(kept.ends_with("长"));
}

TEST_F(Counting, AnIncidentNeedsNoTask) {
  bench->happen({}, "", model::Incident{.what = "the clock jumped"});
  EXPECT_THAT(world.acknowledged(*bench, bench->all_events()).notes, IsEmpty());
}

TEST_F(Counting, ARunNeedsNoTaskAndADecisionAboutItNeedsAPerson) {
  const Hash capture{{7}};
  const Hash record = bench->happen({}, "analyst", model::RunAssessed{.capture = capture, .instrument = "GCMS-01"});
  bench->happen({}, "reviewer",
                model::RunDecided{.capture = capture, .record = record, .release = true, .reason = "r"});
  EXPECT_THAT(world.acknowledged(*bench, bench->all_events()).notes, IsEmpty());
  const tables::EventPlace first{.node = bench->id(), .incarnation = 1, .sequence = 1};
  const tables::EventPlace second{.node = bench->id(), .incarnation = 1, .sequence = 2};
  EXPECT_THAT(tables::run_places(*world.view(), bench->id(), capture), ElementsAre(first, second));
  EXPECT_THAT(tables::run_places(*world.view(), other->id(), capture), IsEmpty());
  bench->happen({}, "", model::RunDecided{.capture = capture, .record = record, .release = true, .reason = "r"});
  world.acknowledged(*bench, bench->events(3, 1));
  EXPECT_EQ(rows(Disposition::quarantined), 1U);
  EXPECT_THAT(reason_of_first(Disposition::quarantined), HasSubstr("决定人姓名"));
}

class CountingRuns : public Counting {
 protected:
  void assessed(unsigned char run, bool accepted) {
    bench->happen({}, "analyst", model::RunAssessed{.capture = Hash{{run}}, .accepted = accepted});
  }
  void measured(unsigned char run, std::uint8_t portion = 1) {
    bench->happen(
        grant, "analyst",
        model::Measured{
            .number = grant.number, .capture = Hash{{run}}, .determinations = {{.item = 0}}, .portion = portion});
  }
  void decided(unsigned char run, const char* person, bool release, const char* reason = "标准加入法复核无误") {
    bench->happen({}, person, model::RunDecided{.capture = Hash{{run}}, .release = release, .reason = reason});
  }
  // How a verdict on what happened so far ends.
  Disposition concluded() {
    bench->conclude(grant, SampleOutcome::pass);
    const auto ack = world.acknowledged(*bench, bench->all_events());
    EXPECT_EQ(ack.notes.back().sequence, bench->size());
    return ack.notes.back().disposition;
  }
};

TEST_F(CountingRuns, AResultOfAFailedRunDoesNotCount) {
  assessed(1, false);
  measured(1);
  EXPECT_EQ(concluded(), Disposition::quarantined);
  EXPECT_THAT(reason_of_first(Disposition::quarantined), HasSubstr("尚未放行的批次"));
  EXPECT_EQ(total(), tables::Tally{});
}

TEST_F(CountingRuns, ItDoesWhenSomebodyReleasedIt) {
  assessed(1, false);
  measured(1);
  decided(1, "reviewer", true);
  EXPECT_EQ(concluded(), Disposition::counted);
}

TEST_F(CountingRuns, ItDoesWhenANewRunTookItsPlace) {
  assessed(1, false);
  measured(1);
  assessed(2, true);
  measured(2);
  EXPECT_EQ(concluded(), Disposition::counted);
}

TEST_F(CountingRuns, ANewRunOfAFurtherPortionDoesNotTakeItsPlace) {
  assessed(1, false);
  measured(1);
  assessed(2, true);
  measured(2, 2);
  EXPECT_EQ(concluded(), Disposition::quarantined);
}

TEST_F(CountingRuns, ARunThatIsHeldBackDoesNotCountEither) {
  assessed(1, true);
  measured(1);
  decided(1, "reviewer", false);
  EXPECT_EQ(concluded(), Disposition::quarantined);
}

TEST_F(CountingRuns, NeitherTheAnalystNorAnEmptyReasonReleasesARun) {
  assessed(1, false);
  measured(1);
  decided(1, "analyst", true);
  decided(1, "reviewer", true, "");
  EXPECT_EQ(concluded(), Disposition::quarantined);
  EXPECT_EQ(rows(Disposition::quarantined), 3U);
}

TEST_F(CountingRuns, AFailedRunOfAnotherNodeIsNoneOfOurs) {
  other->happen({}, "analyst", model::RunAssessed{.capture = Hash{{1}}, .accepted = false});
  world.acknowledged(*other, other->all_events());
  measured(1);
  EXPECT_EQ(concluded(), Disposition::counted);
}

TEST_F(Counting, NotWhileASuspectedResultWaitsForItsConfirmation) {
  model::Judged provisional = judged(grant, SampleOutcome::undetermined);
  provisional.items = {{.item = 0, .outcome = model::ItemOutcome::undetermined, .reason = model::Reason::unconfirmed}};
  const Hash record = bench->happen(grant, "analyst", provisional);
  bench->happen(grant, "reviewer", reviewed(grant, record));
  bench->happen(grant, "approver", approved(grant, record, SampleOutcome::undetermined));
  world.acknowledged(*bench, bench->all_events());
  EXPECT_THAT(reason_of_first(Disposition::quarantined), HasSubstr("尚未确证"));
  EXPECT_EQ(total(), tables::Tally{});
}

TEST_F(Counting, NothingOfARevokedNodeIsTaken) {
  bench->conclude(grant, SampleOutcome::pass);
  const auto revoked = world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_node_revoked(draft, bench->id(), "stolen", world.now);
  });
  ASSERT_TRUE(revoked.has_value());
  const Bytes before = world.everything();
  world.turn(
      [&](journal::Draft& draft) { world.coordinator.on_message(draft, *revoked, bench->all_events(), world.now); });
  EXPECT_EQ(world.everything(), before);
  EXPECT_THAT(world.said, IsEmpty());
}

// After a restore, events that are heard again say which grants there were, in any order.
TEST_F(Counting, OfTheGrantsThatAreHeardAgainTheNewestHoldsTheTask) {
  const auto heard = [&](const Bench& from, const model::Token& token) {
    world.turn([&](journal::Draft& draft) {
      adopt_grant(draft, from.entry(),
                  {.node = from.id(), .task = grant.task, .token = token, .what = model::Incident{}});
    });
    return std::pair{task().node, task().token};
  };
  const model::Token older{.generation = grant.token.generation, .counter = grant.token.counter + 100};
  const model::Token newer{.generation = grant.token.generation, .counter = grant.token.counter + 101};
  EXPECT_EQ(heard(*other, newer), std::pair(other->id(), newer));
  EXPECT_EQ(heard(*bench, older), std::pair(other->id(), newer)) << "whoever is heard last";
  EXPECT_EQ(heard(*bench, newer), std::pair(other->id(), newer));
}

// The node before had given it another label, and all that was said of it is gone with the store.
TEST_F(Counting, AGrantThatIsHeardAgainBringsTheNumberItsSampleHad) {
  const auto number = model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, 777);
  const model::Token newer{.generation = grant.token.generation, .counter = grant.token.counter + 100};
  const auto hear = [&](model::Happening what) {
    world.turn([&](journal::Draft& draft) {
      adopt_grant(draft, other->entry(),
                  {.node = other->id(), .task = grant.task, .token = newer, .what = std::move(what)});
    });
  };
  ASSERT_EQ(model::kind_of(number), model::kind_of(grant.number)) << grant.number.text();
  hear(model::Sampled{.number = number});
  EXPECT_EQ(task().number, number);
  EXPECT_EQ(tables::task_by_number(*world.view(), number.text()), grant.task);
  const auto taken = world.grants_of(*bench).back();
  ASSERT_NE(taken.task, grant.task);
  hear(model::Renumbered{.before = taken.number, .number = number, .reason = "r"});
  EXPECT_EQ(task().number, number) << "another task has that one";
}

TEST_F(Counting, EveryAcceptedBatchIsInTheDiaryWithItsHead) {
  const Hash record = bench->conclude(grant, SampleOutcome::pass);
  world.acknowledged(*bench, bench->all_events());
  std::string last;
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
    last = entry.subject;
    return true;
  });
  EXPECT_THAT(last, HasSubstr("events 1..3"));
  EXPECT_THAT(last, HasSubstr("counted 1 late 0 quarantined 0"));
  EXPECT_EQ(tables::first_break(*world.view()), std::nullopt);
  EXPECT_FALSE(record.is_zero());
}

}  // namespace
}  // namespace lab::ledger
