#include "coordinator/enterprises/publishing.hpp"

#include <gmock/gmock.h>

#include "coordinator/enterprises/register.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/dispatch/disputed.hpp"

namespace lab::enterprises {
namespace {

namespace tables = coordinator::tables;
using dispatch::canary;
using tables::DiaryKind;
using tables::PublicationAction;
using tables::PublicationState;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace coordinator::testing;

class Publishing : public dispatch::Disputed {
 protected:
  tables::EnterpriseId firm() const { return tables::enterprises_by_name(*world.view(), canary).at(0); }
  std::string rule() const {
    const auto evaluation = evaluate(*world.view(), firm(), world.now);
    return evaluation.rule ? evaluation.rule->rule : "";
  }
  std::string open() const { return evidence_of(*world.view(), firm()).at(0).open; }
  Result<tables::Publication> proposed(const std::string& person = "ming") {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_credit_proposed(draft, firm(), {model::PersonId{person}, "按规则"}, world.now);
    });
  }
  Result<tables::Publication> decided(PublicationAction action, const std::string& person, std::uint32_t id = 1) {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_credit_decided(draft, tables::PublicationId{id}, action,
                                                 {model::PersonId{person}, "核对无误"}, world.now);
    });
  }
  // The verdict has been told, and nobody objected in time.
  void becomes_final() {
    first_fails();
    ASSERT_TRUE(send());
    ASSERT_TRUE(receive("2013-06-03T09:00:00Z"));
    at("2013-06-20T00:00:00Z");
    tick();
  }
};

TEST_F(Publishing, AFailLeadsToNothingBeforeTheWindowOfObjectionHasEnded) {
  first_fails();
  EXPECT_EQ(open(), "结果尚未送达当事人，异议期未起算");
  EXPECT_EQ(rule(), "");
  EXPECT_EQ(proposed().error().where, "no_class");
  ASSERT_TRUE(send());
  ASSERT_TRUE(receive("2013-06-03T09:00:00Z"));
  EXPECT_EQ(open(), "尚在异议期内");
  EXPECT_EQ(rule(), "");
  at("2013-06-20T00:00:00Z");
  tick();
  EXPECT_EQ(open(), "");
  EXPECT_EQ(rule(), "C1");
}

TEST_F(Publishing, NeedsTwoPeopleAndNothingHappensByItself) {
  becomes_final();
  EXPECT_FALSE(published(*world.view(), firm()));
  ASSERT_TRUE(proposed());
  EXPECT_FALSE(published(*world.view(), firm()));
  EXPECT_EQ(proposed("hong").error().where, "open_proposal");
  EXPECT_EQ(decided(PublicationAction::confirm, "ming").error().code, ErrorCode::not_allowed);
  EXPECT_FALSE(published(*world.view(), firm()));
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong"));
  const auto open_to_all = published(*world.view(), firm());
  ASSERT_TRUE(open_to_all);
  EXPECT_EQ(open_to_all->credit_class, "C");
  EXPECT_FALSE(open_to_all->blacklisted);
  EXPECT_EQ(open_to_all->verdicts, std::vector{grant.task});
  EXPECT_EQ(proposed().error().where, "already_public");
  EXPECT_EQ(decided(PublicationAction::confirm, "hong").error().code, ErrorCode::conflict) << "once is enough";
}

TEST_F(Publishing, IsWithdrawnByTwoPeopleToo) {
  becomes_final();
  ASSERT_TRUE(proposed());
  EXPECT_EQ(decided(PublicationAction::withdraw, "ming").error().code, ErrorCode::conflict) << "nothing is public";
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong"));
  ASSERT_TRUE(decided(PublicationAction::withdraw, "ming"));
  EXPECT_TRUE(published(*world.view(), firm())) << "until another agrees";
  EXPECT_EQ(decided(PublicationAction::confirm_withdrawal, "ming").error().code, ErrorCode::not_allowed);
  ASSERT_TRUE(decided(PublicationAction::keep, "hong"));
  EXPECT_TRUE(published(*world.view(), firm()));
  ASSERT_TRUE(decided(PublicationAction::withdraw, "hong"));
  ASSERT_TRUE(decided(PublicationAction::confirm_withdrawal, "ming"));
  EXPECT_FALSE(published(*world.view(), firm()));
  EXPECT_EQ(entries(DiaryKind::credit_proposed), 1);
  EXPECT_EQ(entries(DiaryKind::credit_decided), 1);
  EXPECT_EQ(entries(DiaryKind::credit_withdrawal_proposed), 2);
  EXPECT_EQ(entries(DiaryKind::credit_withdrawal_decided), 2);
  ASSERT_TRUE(proposed()) << "and may be proposed again";
}

TEST_F(Publishing, ARefusedProposalIsOver) {
  becomes_final();
  ASSERT_TRUE(proposed());
  ASSERT_TRUE(decided(PublicationAction::refuse, "ming")) << "who proposed may take it back";
  EXPECT_EQ(decided(PublicationAction::confirm, "hong").error().code, ErrorCode::conflict);
  EXPECT_FALSE(published(*world.view(), firm()));
  ASSERT_TRUE(proposed());
}

TEST_F(Publishing, IsNotConfirmedWhenTheRulesSaySomethingElseByThen) {
  becomes_final();
  ASSERT_TRUE(proposed());
  at("2014-07-01T00:00:00Z");  // the fail is out of the window
  EXPECT_EQ(rule(), "B1");
  EXPECT_EQ(decided(PublicationAction::confirm, "hong").error().where, "stale");
  EXPECT_FALSE(published(*world.view(), firm()));
}

TEST_F(Publishing, ANewClassTakesThePlaceOfTheOld) {
  becomes_final();
  ASSERT_TRUE(proposed());
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong"));
  at("2014-07-01T00:00:00Z");
  ASSERT_TRUE(proposed());
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong", 2));
  EXPECT_EQ(published(*world.view(), firm())->credit_class, "B");
  EXPECT_EQ(tables::publication(*world.view(), tables::PublicationId{1})->state, PublicationState::superseded);
}

TEST_F(Publishing, AnOverturnedVerdictNoLongerCounts) {
  first_fails();
  ASSERT_TRUE(send());
  ASSERT_TRUE(receive("2013-06-03T09:00:00Z"));
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_objection(draft,
                                          {.task = grant.task,
                                           .person = model::PersonId{"ming"},
                                           .kind = tables::ObjectionKind::conclusion,
                                           .party = canary,
                                           .content = "对结果有异议",
                                           .raised = std::nullopt},
                                          world.now);
  }));
  EXPECT_EQ(open(), "异议处理中");
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_objection_accepted(draft,
                                                   {.task = grant.task,
                                                    .person = model::PersonId{"hong"},
                                                    .reason = "受理",
                                                    .reserve_fit = true,
                                                    .expired = false},
                                                   Hash{}, world.now);
  }));
  EXPECT_EQ(open(), "复检中");
  EXPECT_EQ(rule(), "");
  EXPECT_EQ(tables::tally_of(*world.view(), firm()).final.fail, 1U);
  for (Bench& bench : benches) {
    const auto grants = world.grants_of(bench);
    if (bench.entry().laboratory == model::LaboratoryId{1} || grants.empty()) continue;
    conclude(bench, grants.back(), model::SampleOutcome::pass, 2);
  }
  const auto tally = tables::tally_of(*world.view(), firm());
  EXPECT_EQ(tally.first.fail, 1U);
  EXPECT_EQ(tally.final.fail, 0U);
  EXPECT_EQ(tally.final.pass, 1U);
  EXPECT_EQ(rule(), "B1");
}

TEST_F(Publishing, NothingOfItReachesANodeOrTheDiary) {
  becomes_final();
  ASSERT_TRUE(proposed());
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong"));
  EXPECT_THAT(sent, Not(HasSubstr(canary)));
  EXPECT_THAT(sent, HasSubstr(grant.blind_code));
  tables::for_each_diary_entry(*world.view(), 1, [&](const tables::DiaryEntry& entry) {
    EXPECT_THAT(entry.subject, Not(HasSubstr(canary)));
    return true;
  });
}

TEST(PublicationMoves, NobodyDecidesAloneWhatBecomesOrStopsBeingPublic) {
  for (const auto& move : tables::publication_moves()) {
    const bool supersedes = move.action == PublicationAction::supersede;  // part of a confirmation
    if (tables::is_public(move.from) != tables::is_public(move.to) && !supersedes) {
      EXPECT_TRUE(move.by_another) << tables::name_of(move.action);
    }
  }
}

// Two people made it public on the verdicts of both; two people have to take it back before they are no longer its own.
TEST_F(Publishing, AClassThatRestsOnTheOthersVerdictForbidsParting) {
  becomes_final();
  const auto other = turn([&](journal::Draft& draft) { return enter(draft, {.name = "总店"}, world.now); });
  const auto failing = firm();
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_merge(draft, failing, other, {model::PersonId{"ming"}, "同一家"}, world.now);
  }));
  ASSERT_TRUE(turn([&](journal::Draft& draft) {
    return world.coordinator.on_credit_proposed(draft, other, {model::PersonId{"ming"}, "按规则"}, world.now);
  }));
  const auto parted = [&] {
    return turn([&](journal::Draft& draft) {
      return world.coordinator.on_part(draft, failing, {model::PersonId{"hong"}, "看错了"}, world.now);
    });
  };
  ASSERT_TRUE(decided(PublicationAction::confirm, "hong"));
  EXPECT_EQ(parted().error().where, "public_class");
  ASSERT_TRUE(decided(PublicationAction::withdraw, "hong"));
  EXPECT_EQ(parted().error().where, "public_class") << "still public";
  ASSERT_TRUE(decided(PublicationAction::confirm_withdrawal, "ming"));
  EXPECT_TRUE(parted());
}

}  // namespace
}  // namespace lab::enterprises
