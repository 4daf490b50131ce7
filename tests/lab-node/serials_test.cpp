// Numbers that a node gives by itself, and official numbers on sampling forms.

#include "lab-node/inbox/serials.hpp"

#include <gtest/gtest.h>

#include <set>

#include "lab-node/tables/serials.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/session/rehydration.hpp"
#include "protocol/session/stream.hpp"
#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::SampleState;

const model::SerialKind kind{.year = 13, .programme = model::ProgrammeCode{"NCP"}};

struct Serials {
  /// The orders come as the loop delivers them.
  std::string grant(std::uint32_t task, std::uint64_t token = 1) {
    const model::Order order{.sequence = task, .at = world.now, .what = world.make_grant(task, "VEG", token)};
    world.decide([&](auto& draft) {
      world.node.on_orders(draft, {&order, 1}, world.now);
      world.node.want_serials(draft, {&order, 1}, world.now);
      return 0;
    });
    return std::get<model::Grant>(order.what).number.text();
  }
  Hash request() const { return tables::held_serials(*world.store->read(), kind).request; }
  std::uint32_t left() const { return tables::held_serials(*world.store->read(), kind).left(); }
  void lease(std::uint32_t first, std::uint32_t count) {
    world.order(model::SerialBlock{.kind = kind, .first = first, .count = count, .request = request()});
  }
  Decided<model::Sample> renumber(const std::string& number, const std::string& reason = "标签浸湿") {
    return world.decide([&](auto& draft) {
      return world.node.on_renumbering(draft, {.number = number, .reason = reason}, model::PersonId{"zhao"}, world.now);
    });
  }
  std::string code_of(const std::string& number, const std::string& reason = "标签浸湿") {
    const auto decided = renumber(number, reason);
    return decided ? "accepted" : decided.error().code;
  }
  std::size_t requests() const {
    std::size_t count = 0;
    for (const auto& event : world.events()) count += std::holds_alternative<model::SerialsWanted>(event.what);
    return count;
  }

  World world;
};

std::string text(std::uint32_t serial) {
  return model::SampleNumber::make(13, model::ProgrammeCode{"NCP"}, serial).text();
}

TEST(Serials, AreToldToACoordinatorThatCollectsInTheSessionThatHasBegun) {
  Serials at;
  at.grant(7);
  at.world.decide([&](auto& draft) {
    at.world.node.on_welcomed(draft, {.session = 70, .recovering = true}, at.world.now);
    journal::Effects effects = draft.take();
    const auto* said = effects.empty() ? nullptr : std::get_if<journal::Send>(&effects.front());
    if (said == nullptr) return ADD_FAILURE() << "nothing is told", 0;
    EXPECT_TRUE(std::holds_alternative<model::Inventory>(said->message));
    EXPECT_EQ(said->session, 70U) << "else it would be anybody's who has the key";
    return 0;
  });
}

TEST(Serials, AreAskedForOnceWithTheFirstGrantOfAKind) {
  Serials at;
  at.grant(1);
  at.grant(2);
  EXPECT_EQ(at.requests(), 1u);
  EXPECT_FALSE(at.request().is_zero());
  at.lease(501, 50);
  EXPECT_EQ(at.left(), 50u);
  EXPECT_TRUE(at.request().is_zero());
  at.grant(3);
  EXPECT_EQ(at.requests(), 1u);
}

TEST(Serials, ABlockThatAnswersNoRequestOfThisNodeIsNotUsed) {
  Serials at;
  at.lease(501, 50);  // never asked
  EXPECT_EQ(at.left(), 0u);
  at.grant(1);
  const Hash request = at.request();
  at.world.order(model::SerialBlock{.kind = kind, .first = 501, .count = 50, .request = crypto::sha256("other")});
  EXPECT_EQ(at.left(), 0u);
  at.world.order(model::SerialBlock{.kind = kind, .first = 99'990, .count = 50, .request = request});
  EXPECT_EQ(at.left(), 0u);  // runs over the last serial
  at.lease(501, 50);
  at.world.order(model::SerialBlock{.kind = kind, .first = 501, .count = 50, .request = request});  // once more
  EXPECT_EQ(at.left(), 50u);
}

TEST(Renumbering, GivesTheNextNumberAndKnowsTheSampleByItAlone) {
  Serials at;
  const std::string before = at.grant(1);
  ASSERT_TRUE(at.world.fill_in(before).has_value());
  at.lease(501, 50);
  const auto sample = at.renumber(before);
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->grant.number.text(), text(501));
  EXPECT_EQ(at.world.sample(text(501)).sampled.number.text(), text(501));
  EXPECT_EQ(tables::task_of_number(*at.world.store->read(), before), std::nullopt);
  const auto event = at.world.events().back();
  const auto what = std::get<model::Renumbered>(event.what);
  EXPECT_EQ(what.before.text(), before);
  EXPECT_EQ(what.number.text(), text(501));
  EXPECT_EQ(what.reason, "标签浸湿");
  EXPECT_EQ(event.person, model::PersonId{"zhao"});

  EXPECT_EQ(at.world.receive(before).error().code, "number_replaced");
  EXPECT_NE(at.world.receive(before).error().detail.find(text(501)), std::string::npos);
  EXPECT_TRUE(at.world.receive(text(501)).has_value());
  EXPECT_EQ(at.world.sample(text(501)).state, SampleState::received);
}

TEST(Renumbering, IsRefusedByCodeAndLeavesNothingBehind) {
  Serials at;
  const std::string number = at.grant(1);
  EXPECT_EQ(at.code_of(number), "no_serials");
  at.lease(501, 50);
  const auto events = at.world.events().size();
  EXPECT_EQ(at.code_of(text(77)), "unknown_sample");
  EXPECT_EQ(at.code_of(number, ""), "missing_field");
  EXPECT_EQ(at.code_of(number, "a\x01"), "bad_text");
  const std::string received = at.world.received(2);
  EXPECT_EQ(at.code_of(received), "wrong_state");
  EXPECT_EQ(at.left(), 50u);
  EXPECT_EQ(at.world.events().size(), events + 2);  // drawn and received
  EXPECT_EQ(at.code_of("T-1.1-1"), "accepted");     // the label is lost: by its task
}

TEST(Renumbering, IsNotForASampleOfWhichACopyIsHere) {
  Serials at;
  const std::string number = at.grant(1);
  at.lease(501, 50);
  ASSERT_TRUE(at.world.fill_in(number).has_value());
  const reception::Label reserve{.number = model::SampleNumber::parse(number), .reader = "typed", .copy = 2};
  ASSERT_TRUE(at.world
                  .decide([&](auto& draft) {
                    return at.world.node.on_label(draft, reserve, model::PersonId{"q"}, at.world.now);
                  })
                  .has_value());
  EXPECT_EQ(at.code_of(number), "wrong_state");
}

TEST(Renumbering, UsesEveryNumberOnceAndAsksForMoreBeforeTheyAreUsedUp) {
  Serials at;
  std::string number = at.grant(1);
  at.lease(501, 12);
  std::set<std::string> given{number};
  for (int i = 0; i < 12; ++i) {
    const auto sample = at.renumber(number);
    ASSERT_TRUE(sample.has_value()) << i;
    number = sample->grant.number.text();
    EXPECT_TRUE(given.insert(number).second) << number;
    EXPECT_EQ(at.requests(), i < 2 ? 1u : 2u) << i;
  }
  EXPECT_EQ(at.code_of(number), "no_serials");
  at.lease(701, 50);
  EXPECT_EQ(at.renumber(number)->grant.number.text(), text(701));
  EXPECT_EQ(tables::serials_given(*at.world.store->read()), 13u);
}

TEST(Renumbering, WhatIsGivenUpIsNeverGivenAndMoreIsAskedFor) {
  Serials at;
  const std::string number = at.grant(1);
  at.lease(501, 50);
  const Hash first = at.request();
  at.world.decide([&](auto& draft) {
    at.world.node.give_up_serials(draft, 7, "恢复", at.world.now);
    return 0;
  });
  EXPECT_EQ(tables::serials_given(*at.world.store->read()), 7u);
  EXPECT_EQ(at.left(), 0u);
  EXPECT_NE(at.request(), first);
  EXPECT_EQ(std::get<model::SerialsWanted>(at.world.events().back().what).reason, "恢复");
  EXPECT_EQ(at.code_of(number), "no_serials");
  at.lease(701, 50);
  EXPECT_EQ(at.renumber(number)->grant.number.text(), text(701));
}

TEST(Renumbering, AGrantUnderTheOldNumberKeepsTheNewOne) {
  Serials at;
  const std::string before = at.grant(1);
  at.lease(501, 50);
  ASSERT_TRUE(at.renumber(before).has_value());
  at.grant(1, 2);  // ordered before the coordinator had heard of it
  const model::Sample sample = at.world.sample(text(501));
  EXPECT_EQ(sample.grant.token, (model::Token{1, 2}));
  EXPECT_EQ(sample.grant.number.text(), text(501));
  // What it said of that under the first grant is passed over when that grant has ended.
  const model::Event told = at.world.events().back();
  EXPECT_EQ(told.token, (model::Token{1, 2}));
  EXPECT_EQ(told.person, model::PersonId{"zhao"});
  EXPECT_EQ(std::get<model::Renumbered>(told.what),
            (model::Renumbered{
                .before = *model::SampleNumber::parse(before), .number = sample.grant.number, .reason = "标签浸湿"}));
}

// The task went to another station, which replaced the label, and came back.
TEST(Renumbering, AGrantUnderANumberThatWasGivenElsewhereIsTaken) {
  Serials at;
  const std::string received = at.world.received(1);
  at.world.order(model::Revocation{.task = at.world.make_grant(1, "VEG", 1).task, .token = {1, 1}, .reason = "改派"});
  model::Grant again = at.world.make_grant(1, "VEG", 3);
  again.number = *model::SampleNumber::parse(text(501));
  at.world.order(again);
  const model::Sample sample = at.world.sample(text(501));
  EXPECT_EQ(sample.grant.token, (model::Token{1, 3}));
  EXPECT_EQ(sample.state, SampleState::received);
  EXPECT_EQ(sample.sampled.number.text(), text(501));
  EXPECT_EQ(at.world.receive(received).error().code, "number_replaced");

  // What this station said before is said again to a store that was put back: it is about the same sample.
  session::Rehydrated held{.first = true, .last = true, .events = {}, .displaced = {}};
  for (const model::Event& event : at.world.events())
    held.events.push_back({.event = event, .hash = {}, .disposition = {}});
  at.world.decide([&](auto& draft) {
    session::begin_rehydration(draft);
    at.world.node.on_rehydrated(draft, held, at.world.now);
    return 0;
  });
  EXPECT_EQ(at.world.sample(text(501)).grant.token, (model::Token{1, 3}));
  EXPECT_EQ(at.world.sample(text(501)).state, SampleState::received);
}

// Both were put back: the coordinator has heard of the label and orders under it before the node has been told.
TEST(Renumbering, AGrantUnderTheNewNumberReachesAStoreThatHasForgottenIt) {
  Serials before;
  before.grant(1);
  before.lease(501, 50);
  ASSERT_TRUE(before.renumber(text(1)).has_value());
  ASSERT_TRUE(before.world.fill_in(text(501)).has_value());
  session::Rehydrated held{.first = true, .last = false, .events = {}, .displaced = {}};
  for (const model::Event& event : before.world.events()) {
    if (event.task != model::TaskId{}) held.events.push_back({.event = event, .hash = {}, .disposition = {}});
  }

  Serials at;
  at.grant(1);
  at.world.decide([](auto& draft) {
    session::begin_rehydration(draft);
    return 0;
  });
  model::Grant again = at.world.make_grant(1, "VEG", 2);
  again.number = *model::SampleNumber::parse(text(501));
  at.world.order(again);
  at.world.decide([&](auto& draft) {
    at.world.node.on_rehydrated(draft, held, at.world.now);
    return 0;
  });
  const model::Sample sample = at.world.sample(text(501));
  EXPECT_EQ(sample.grant.token, (model::Token{1, 2}));
  EXPECT_EQ(sample.grant.number.text(), text(501));
  EXPECT_EQ(sample.former, std::vector{*model::SampleNumber::parse(text(1))});
  EXPECT_EQ(sample.state, SampleState::sampled);
}

TEST(Renumbering, AReplacedNumberCannotBecomeAnotherTasks) {
  Serials at;
  at.grant(1);
  at.lease(501, 50);
  ASSERT_TRUE(at.renumber(text(1)).has_value());
  model::Grant other = at.world.make_grant(2, "VEG", 1);
  other.number = *model::SampleNumber::parse(text(1));
  at.world.order(other);
  EXPECT_EQ(tables::sample(*at.world.store->read(), other.task), std::nullopt);
}

// ---- official numbers

struct Official {
  std::string fill_in(const std::string& number, const std::string& official) {
    const reception::SamplingForm form{.number = number,
                                       .sampled_on = "2013-06-20",
                                       .sample_name = "菠菜",
                                       .quantity = "1 kg",
                                       .second_sampler = "wang",
                                       .official_number = official};
    const auto decided = world.decide(
        [&](auto& draft) { return world.node.on_sampling_form(draft, form, model::PersonId{"zhao"}, world.now); });
    return decided ? "accepted" : decided.error().code;
  }
  std::string receive(const reception::Label& label) {
    const auto decided =
        world.decide([&](auto& draft) { return world.node.on_label(draft, label, model::PersonId{"q"}, world.now); });
    return decided ? decided->grant.number.text() : decided.error().code;
  }
  World world;
};

TEST(OfficialNumbers, FindTheSampleWhoseFormNamesThemAndMakeNone) {
  Official at;
  const std::string number = at.world.grant(1);
  const std::string other = at.world.grant(2);
  EXPECT_EQ(at.fill_in(number, "XBJ1351010446320001"), "bad_official_number");
  EXPECT_EQ(at.fill_in(number, "XBJ13510104463200017"), "accepted");
  EXPECT_EQ(at.fill_in(other, "XBJ13510104463200017"), "official_number_taken");
  EXPECT_EQ(at.fill_in(other, ""), "accepted");
  EXPECT_EQ(at.world.sample(number).sampled.official_number, "XBJ13510104463200017");

  const auto label = [](const char* official) {
    return reception::Label{.number = {}, .reader = "scanner", .official = model::OfficialNumber::parse(official)};
  };
  EXPECT_EQ(at.receive(label("SC1622590001")), "unknown_official_number");
  EXPECT_EQ(at.receive(label("XBJ13510104463200017")), number);
  EXPECT_EQ(at.receive(label("XBJ13510104463200017")), "already_received");
}

TEST(OfficialNumbers, ThatContradictTheFormAreDoubted) {
  Official at;
  const std::string number = at.world.grant(1);
  ASSERT_EQ(at.fill_in(number, "SC1622590001"), "accepted");
  reception::Label label{.number = model::SampleNumber::parse(number), .reader = "reader 1"};
  label.official = model::OfficialNumber::parse("SC1622590002");
  EXPECT_EQ(at.receive(label), "official_differs");
  label.official = model::OfficialNumber::parse("SC1622590001");
  EXPECT_EQ(at.receive(label), number);
}

}  // namespace
}  // namespace lab::node
