#include <gmock/gmock.h>

#include <map>
#include <set>

#include "coordinator/dispatch/draw.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/dispatch/disputed.hpp"

namespace lab::dispatch {
namespace {

using clocks::ClockState;
using clocks::Kind;
using model::LaboratoryId;
using tables::DiaryKind;
using tables::ObjectionAction;
using tables::ObjectionKind;
using tables::ObjectionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Objections : public Disputed {
 protected:
  using Disputed::Disputed;

  // Failed, told, and received on Tuesday 4 June: the window ends on Sunday 9 June, which is worked, at 24:00.
  void told() {
    first_fails();
    ASSERT_TRUE(send());
    at("2013-06-04T02:00:00Z");
    ASSERT_TRUE(receive("2013-06-04T02:00:00Z"));
  }
  ObjectionWord word(ObjectionKind kind = ObjectionKind::conclusion) const {
    return {.task = grant.task,
            .person = model::PersonId{"ming"},
            .kind = kind,
            .party = canary,
            .content = std::string{canary} + " 认为结果不准",
            .raised = {}};
  }
  Result<tables::Objection> enter(const ObjectionWord& said) {
    return turn([&](journal::Draft& draft) { return world.coordinator.on_objection(draft, said, world.now); });
  }
  Result<tables::Objection> enter() { return enter(word()); }
  Result<tables::Objection> accept(const std::string& person = "hong", const std::string& seed = "seed") {
    return accept(decision_of(person, "符合受理条件"), seed);
  }
  // By somebody who has looked at the reserve.
  ObjectionDecision decision_of(const std::string& person, const std::string& reason) const {
    return {
        .task = grant.task, .person = model::PersonId{person}, .reason = reason, .reserve_fit = true, .expired = false};
  }
  Result<tables::Objection> accept(const ObjectionDecision& decision, const std::string& seed = "seed") {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_objection_accepted(draft, decision, crypto::sha256(seed), world.now);
    });
  }
  Result<tables::Objection> reject(const std::string& person = "hong") {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_objection_rejected(
          draft, {.task = grant.task, .person = model::PersonId{person}, .reason = "没有新的事实"}, world.now);
    });
  }
  Bench& bench_of(LaboratoryId laboratory) {
    for (Bench& bench : benches) {
      if (bench.entry().laboratory == laboratory) return bench;
    }
    throw std::logic_error("no such bench");
  }
  tables::Objection objection() const { return *tables::objection(*world.view(), grant.task); }
  std::optional<tables::RetestEntry> retest() const { return tables::retest(*world.view(), grant.task); }
};

TEST_F(Objections, WithinTheWindowAreRegisteredAndMeetIt) {
  told();
  at("2013-06-09T15:59:59Z");
  ASSERT_TRUE(enter());
  EXPECT_EQ(objection().state, ObjectionState::registered);
  EXPECT_EQ(objection().window_end, parse_utc("2013-06-09T16:00:00Z"));
  EXPECT_THAT(objection().right, HasSubstr("第36条"));
  EXPECT_EQ(clocks::state_of(*clock(Kind::objection)), ClockState::met);
  at("2013-07-01T00:00:00Z");
  EXPECT_EQ(tick(), 0) << "a window that was used does not end";
}

TEST_F(Objections, AreRefusedWithTheDatesWhenTheWindowHasEnded) {
  told();
  at("2013-06-09T16:00:00Z");
  const auto refused = enter();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "late");
  EXPECT_THAT(refused.error().message, testing::AllOf(HasSubstr("2013-06-09 24:00"), HasSubstr("2013-06-04 10:00"),
                                                      HasSubstr("5 日"), HasSubstr("第36条")));
  EXPECT_EQ(tick(), 1);
  EXPECT_EQ(clocks::state_of(*clock(Kind::objection)), ClockState::over);
  EXPECT_EQ(enter().error().where, "late");
}

TEST_F(Objections, CountFromWhenTheyReachedTheOffice) {
  told();
  at("2013-06-13T02:00:00Z");
  ObjectionWord posted = word();
  posted.raised = parse_utc("2013-06-07T03:00:00Z");
  EXPECT_EQ(enter(posted)->raised, posted.raised);
}

TEST_F(Objections, CannotHaveComeBeforeTheVerdictNorInTheFuture) {
  told();
  ObjectionWord wrong = word();
  wrong.raised = parse_utc("2013-06-03T07:59:59Z");
  EXPECT_EQ(enter(wrong).error().where, "raised_at");
  wrong.raised = world.now + std::chrono::seconds{1};
  EXPECT_EQ(enter(wrong).error().where, "raised_at");
}

TEST_F(Objections, MayComeBeforeTheReceiptOfTheNoticeIsRecorded) {
  first_fails();
  ASSERT_TRUE(enter());
  EXPECT_EQ(objection().window_end, UtcTime{});
}

TEST_F(Objections, NeedAVerdictThatFailed) {
  EXPECT_EQ(enter().error().code, ErrorCode::conflict);
  ObjectionWord nowhere = word();
  nowhere.task.number = 99;
  EXPECT_EQ(enter(nowhere).error().code, ErrorCode::not_found);
  conclude(benches.front(), grant, model::SampleOutcome::pass, 1);
  EXPECT_THAT(enter().error().message, HasSubstr("没有已确认的不合格判定"));
}

TEST_F(Objections, NeedWords) {
  told();
  ObjectionWord said = word();
  said.party.clear();
  EXPECT_EQ(enter(said).error().where, "by");
  said = word();
  said.content.clear();
  EXPECT_EQ(enter(said).error().where, "content");
  said.content = std::string(1'025, 'x');
  EXPECT_EQ(enter(said).error().code, ErrorCode::too_large);
}

TEST_F(Objections, SaidTwiceAreOneAndAnotherIsAConflict) {
  told();
  ASSERT_TRUE(enter());
  const auto first = objection();
  at("2013-06-05T02:00:00Z");
  ASSERT_TRUE(enter());
  EXPECT_EQ(objection(), first);
  EXPECT_EQ(entries(DiaryKind::objection_registered), 1);
  EXPECT_EQ(enter(word(ObjectionKind::method)).error().code, ErrorCode::conflict);
}

TEST_F(Objections, AreNotDecidedByWhoRegisteredThem) {
  told();
  ASSERT_TRUE(enter());
  EXPECT_EQ(accept("ming").error().code, ErrorCode::not_allowed);
  EXPECT_EQ(reject("ming").error().code, ErrorCode::not_allowed);
  EXPECT_EQ(objection().state, ObjectionState::registered);
}

TEST_F(Objections, AcceptedGoToALaboratoryThatIsDrawn) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(accept());
  ASSERT_TRUE(objection().draw);
  const tables::Draw draw = *objection().draw;
  EXPECT_THAT(draw.candidates, ElementsAre(LaboratoryId{2}, LaboratoryId{3}, LaboratoryId{4}))
      << "not the first, not one without a node, not one without the panel";
  EXPECT_EQ(draw, draw_laboratory(draw.candidates, draw.seed)) << "anybody can draw it again";
  EXPECT_EQ(objection().state, ObjectionState::retest_assigned);
  EXPECT_EQ(retest()->laboratory, draw.drawn);
  EXPECT_EQ(retest()->draw, draw);
  EXPECT_TRUE(world.grants_of(bench_of(draw.drawn)).back().retest.has_value());
}

TEST_F(Objections, AcceptedTwiceAreDrawnOnce) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(accept());
  const auto first = objection();
  EXPECT_TRUE(accept("hong", "another seed"));
  EXPECT_EQ(objection(), first);
  EXPECT_EQ(entries(DiaryKind::retest_ordered), 1);
  EXPECT_EQ(accept("wei").error().code, ErrorCode::conflict);
  EXPECT_EQ(reject().error().code, ErrorCode::conflict);
}

TEST_F(Objections, ThatNobodyElseCanTestStayAsTheyWere) {
  told();
  ASSERT_TRUE(enter());
  for (const std::uint32_t id : {2U, 3U, 4U}) {
    ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_node_revoked(draft, bench_of(LaboratoryId{id}).id(), "gone", world.now);
    }));
  }
  EXPECT_THAT(accept().error().message, HasSubstr("没有其他实验室"));
  EXPECT_EQ(objection().state, ObjectionState::registered);
  EXPECT_FALSE(retest());
}

TEST_F(Objections, WithoutAReserveThatIsFitCannotBeTested) {
  told();
  ASSERT_TRUE(enter());
  ObjectionDecision decision = decision_of("hong", "受理");
  decision.reserve_fit = false;
  EXPECT_THAT(accept(decision).error().message, HasSubstr("备份样品"));
  decision.reserve_fit = true;
  decision.expired = true;
  EXPECT_THAT(accept(decision).error().message, HasSubstr("保质期"));
  EXPECT_EQ(objection().state, ObjectionState::registered);
}

TEST_F(Objections, AreNotAcceptedByWhoeverDoesNotSayHowTheReserveIs) {
  told();
  ASSERT_TRUE(enter());
  ObjectionDecision decision = decision_of("hong", "受理");
  decision.reserve_fit.reset();
  EXPECT_EQ(accept(decision).error().where, "reserve_fit");
  decision.reserve_fit = true;
  decision.expired.reset();
  EXPECT_EQ(accept(decision).error().where, "expired");
  EXPECT_EQ(objection().state, ObjectionState::registered);
  EXPECT_FALSE(retest());
  EXPECT_EQ(entries(DiaryKind::objection_decided), 0);
}

// The letter lay on a desk: what counts is when it came.
TEST_F(Objections, RaisedInTimeAreTakenAlsoWhenTheyAreTypedLate) {
  told();
  at("2013-07-30T02:00:00Z");
  EXPECT_EQ(enter().error().where, "late");
  ObjectionWord said = word();
  said.raised = *parse_utc("2013-06-08T02:00:00Z");
  const auto entered = enter(said);
  ASSERT_TRUE(entered) << to_text(entered.error());
  EXPECT_EQ(entered->raised, *said.raised);
  EXPECT_EQ(entered->registered, world.now);
}

TEST_F(Objections, AboutTheSampleOrItsDrawingAreSettledWithoutARetest) {
  for (const auto kind : {ObjectionKind::authenticity, ObjectionKind::procedure})
    EXPECT_FALSE(tables::is_retested(kind));
  told();
  ASSERT_TRUE(enter(word(ObjectionKind::authenticity)));
  ObjectionDecision decision = decision_of("hong", "样品属实");
  decision.reserve_fit.reset();  // nobody opens the reserve for that
  decision.expired.reset();
  ASSERT_TRUE(accept(decision));
  EXPECT_EQ(objection().state, ObjectionState::settled);
  EXPECT_FALSE(objection().draw);
  EXPECT_FALSE(retest());
}

TEST_F(Objections, RejectedAreOverAndTheVerdictStands) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(reject());
  EXPECT_TRUE(reject()) << "said twice";
  EXPECT_EQ(objection().state, ObjectionState::rejected);
  EXPECT_EQ(accept().error().code, ErrorCode::conflict);
  EXPECT_FALSE(retest());
  EXPECT_EQ(entries(DiaryKind::objection_decided), 1);
}

TEST_F(Objections, AreUpheldOrOverturnedByTheOtherLaboratory) {
  for (const auto& [outcome, state] : {std::pair{model::SampleOutcome::fail, ObjectionState::upheld},
                                       std::pair{model::SampleOutcome::pass, ObjectionState::overturned}}) {
    if (outcome == model::SampleOutcome::pass) grant = world.grants_of(benches.front()).back();  // the second sample
    world.now = *parse_utc("2013-06-03T09:00:00Z");
    world.turn([&](journal::Draft& draft) { tables::put_sampled_unit(draft, grant.task, {canary, "L", "A"}); });
    told();
    ASSERT_TRUE(enter());
    ASSERT_TRUE(accept());
    Bench& other = bench_of(objection().draw->drawn);
    const auto ack = conclude(other, world.grants_of(other).back(), outcome, 2);
    ASSERT_EQ(ack.notes.back().disposition, model::Disposition::counted);
    EXPECT_EQ(objection().state, state);
    EXPECT_EQ(objection().closed, world.now);
    EXPECT_EQ(notice()->state, tables::NoticeState::received) << "what was told was told";
  }
  EXPECT_EQ(entries(DiaryKind::objection_closed), 2);
}

// Every action that people ask for, in every state; the two of the retest are above.
TEST_F(Objections, MoveAsTheTableSaysAndNotOtherwise) {
  told();
  ASSERT_TRUE(enter());
  const tables::Objection registered = objection();
  int allowed = 0;
  for (int state = 1; state <= static_cast<int>(tables::objection_state_last); ++state) {
    for (const auto action : {ObjectionAction::accept, ObjectionAction::settle, ObjectionAction::reject}) {
      tables::Objection before = registered;
      before.state = static_cast<ObjectionState>(state);
      if (action == ObjectionAction::settle) before.kind = ObjectionKind::procedure;
      const auto* move = tables::objection_move(action, before.state);
      const auto decide = [&](journal::Draft& draft) -> Result<tables::Objection> {
        tables::put_objection(draft, before);
        const ObjectionDecision decision = decision_of("hong", "理由");
        return action == ObjectionAction::reject ? reject_objection(draft, decision, world.now)
                                                 : accept_objection(draft, decision, crypto::sha256("s"), world.now);
      };
      const auto view = world.view();
      journal::Draft dropped{*view};
      const auto done = decide(dropped);
      EXPECT_EQ(done.has_value(), move != nullptr)
          << tables::name_of(action) << " in " << tables::name_of(before.state);
      if (done) {
        EXPECT_EQ(done->state, move->to);
      }
      allowed += move != nullptr;
    }
  }
  EXPECT_EQ(allowed, 3);
}

TEST_F(Objections, NeverTravelToALaboratory) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(accept(decision_of("hong", canary)));
  // The reserve did not arrive, so the order is taken back and goes elsewhere: that tells the reason to a laboratory.
  const auto drawn = objection().draw->drawn;
  const LaboratoryId other{drawn == LaboratoryId{2} ? 3U : 2U};
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_retest(
        draft, {.task = grant.task, .reason = "仪器故障", .laboratory = other, .reserve_fit = true, .expired = false},
        world.now);
  }));
  EXPECT_THAT(sent, HasSubstr("异议受理"));
  EXPECT_THAT(sent, Not(HasSubstr(canary)));
}

TEST_F(Objections, TheLotHoldsWhenTheRetestIsOrderedAnew) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(accept(decision_of("hong", "受理")));
  const auto draw = objection().draw;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(turn([&](journal::Draft& draft) {
      return world.coordinator.on_retest(draft,
                                         {.task = grant.task,
                                          .reason = "未收到备样",
                                          .laboratory = {},
                                          .reserve_fit = true,
                                          .expired = false,
                                          .seed = crypto::sha256("again " + std::to_string(i))},
                                         world.now);
    }));
    EXPECT_EQ(tables::retest(*world.view(), grant.task)->laboratory, draw->drawn);
  }
}

// A retest may be ordered before the party objects. Its lot was drawn, and the first laboratory is not in it.
TEST_F(Objections, AcceptedWhileARetestIsOrderedKeepItsLot) {
  told();
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_retest(draft,
                                       {.task = grant.task,
                                        .reason = "复核",
                                        .laboratory = {},
                                        .reserve_fit = true,
                                        .expired = false,
                                        .seed = crypto::sha256("before")},
                                       world.now);
  }));
  const auto draw = retest()->draw;
  ASSERT_TRUE(draw);
  ASSERT_TRUE(enter());
  const auto accepted = accept();
  ASSERT_TRUE(accepted) << to_text(accepted.error());
  EXPECT_EQ(objection().draw, draw);
  EXPECT_EQ(retest()->draw, draw);
  EXPECT_EQ(retest()->laboratory, draw->drawn);
}

TEST(Draw, IsTheSameForTheSameSeedAndEvenOverManySeeds) {
  const std::vector<LaboratoryId> candidates{LaboratoryId{9}, LaboratoryId{4}, LaboratoryId{7}, LaboratoryId{4}};
  std::map<LaboratoryId, int> drawn;
  constexpr int draws = 3'000;
  for (int i = 0; i < draws; ++i) {
    const Hash seed = crypto::sha256("seed " + std::to_string(i));
    const auto draw = draw_laboratory(candidates, seed);
    EXPECT_THAT(draw.candidates, ElementsAre(LaboratoryId{4}, LaboratoryId{7}, LaboratoryId{9}));
    EXPECT_EQ(draw, draw_laboratory({LaboratoryId{7}, LaboratoryId{9}, LaboratoryId{4}}, seed));
    ++drawn[draw.drawn];
  }
  // 1000 each, standard deviation 26: five of them.
  for (const auto& [laboratory, count] : drawn) EXPECT_NEAR(count, draws / 3, 130) << laboratory.value();
  EXPECT_EQ(drawn.size(), 3U);
}

class MonitoringObjections : public Objections {
 protected:
  MonitoringObjections() : Objections("NCP") {}
};

TEST_F(MonitoringObjections, AreRefusedWithTheRuleThatSaysSo) {
  first_fails();
  EXPECT_EQ(enter().error().where, "no_right");
  EXPECT_THAT(enter().error().message, HasSubstr("农业部令2012年第7号"));
}

class UnknownProgramme : public Objections {
 protected:
  UnknownProgramme() : Objections("XYZ") {}
};

TEST_F(UnknownProgramme, HasNoRightThatNobodyLaidDown) {
  first_fails();
  EXPECT_EQ(enter().error().where, "no_deadline");
}

// What the first laboratory is told of its reserve: held from the registration to the end, whatever the end is.
std::vector<model::Hold> holds_of(World& world, const Bench& bench) {
  std::vector<model::Hold> holds;
  for (const model::Order& order : world.orders_of(bench)) {
    if (const auto* hold = std::get_if<model::Hold>(&order.what)) holds.push_back(*hold);
  }
  return holds;
}

TEST_F(Objections, HoldTheReserveUntilTheyAreRejected) {
  told();
  EXPECT_THAT(holds_of(world, benches.front()), testing::IsEmpty());
  ASSERT_TRUE(enter());
  auto told_so_far = holds_of(world, benches.front());
  ASSERT_EQ(told_so_far.size(), 1U);
  EXPECT_TRUE(told_so_far[0].held);
  EXPECT_EQ(told_so_far[0].task, grant.task);
  ASSERT_TRUE(enter()) << "the same again";
  ASSERT_TRUE(reject());
  told_so_far = holds_of(world, benches.front());
  ASSERT_EQ(told_so_far.size(), 2U);
  EXPECT_FALSE(told_so_far[1].held);
  EXPECT_THAT(sent, Not(HasSubstr(canary)));
}

TEST_F(Objections, HoldTheReserveUntilTheRetestIsCounted) {
  told();
  ASSERT_TRUE(enter());
  ASSERT_TRUE(accept());
  EXPECT_EQ(holds_of(world, benches.front()).size(), 1U) << "held already";
  const auto before_end = holds_of(world, benches.front()).size();
  Bench& other = bench_of(retest()->laboratory);
  conclude(other, world.grants_of(other).back(), model::SampleOutcome::fail, 2);
  const auto all = holds_of(world, benches.front());
  ASSERT_EQ(all.size(), before_end + 1);
  EXPECT_FALSE(all.back().held);
}

TEST_F(Objections, ADisposalMeanwhileIsKeptAndShown) {
  told();
  ASSERT_TRUE(enter());
  Bench& first = benches.front();
  const auto dispose = [&](model::DisposalWay way) {
    first.happen(grant, "analyst",
                 model::Disposed{.number = grant.number, .copy = 2, .way = way, .reason = "x", .witness = "y"});
    const model::Ack ack = world.acknowledged(first, first.events(first.size(), 1));
    return ack.notes.empty() ? model::Disposition::stored : ack.notes[0].disposition;
  };
  EXPECT_EQ(dispose(model::DisposalWay::handed_over), model::Disposition::stored) << "to the other laboratory";
  EXPECT_EQ(dispose(model::DisposalWay::destroyed), model::Disposition::quarantined);
  ASSERT_TRUE(reject());
  EXPECT_EQ(dispose(model::DisposalWay::destroyed), model::Disposition::stored);
}

}  // namespace
}  // namespace lab::dispatch
