#include "lab-node/shelf/containers.hpp"

#include <gmock/gmock.h>

#include "tests/lab-node/world.hpp"

namespace lab::node {
namespace {

using model::DisposalWay;
using std::chrono::days;
using ::testing::HasSubstr;

class Containers : public testing::Test {
 protected:
  World world;
  std::string number = world.judged(1);

  Containers() { receive_copy(2); }

  void receive_copy(std::uint8_t copy) {
    const reception::Label label{.number = model::SampleNumber::parse(number),
                                 .reader = "typed",
                                 .condition = "完好",
                                 .copy = copy,
                                 .seal = model::Seal::intact};
    ASSERT_TRUE(world.decide(
        [&](auto& draft) { return world.node.on_label(draft, label, model::PersonId{"qian"}, world.now); }));
  }
  void approve() {
    ASSERT_TRUE(world.review(number, "li"));
    ASSERT_TRUE(world.approve(number, "sun"));
  }
  void hold(bool held, const std::string& reason = "异议登记") {
    world.order(model::Hold{.task = world.sample(number).grant.task, .held = held, .reason = reason});
  }
  std::string dispose(std::uint8_t copy, DisposalWay way, const std::string& reason = "期满销毁",
                      const std::string& witness = "qian") {
    const shelf::Disposal disposal{.number = number, .copy = copy, .way = way, .reason = reason, .witness = witness};
    const auto decided = world.decide(
        [&](auto& draft) { return world.node.on_disposal(draft, disposal, model::PersonId{"chen"}, world.now); });
    return decided ? "" : decided.error().code;
  }
};

TEST_F(Containers, AreTheOneThatIsTestedAndItsReserves) {
  receive_copy(3);
  const auto all = shelf::containers(world.sample(number));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(shelf::letter_of(all[0].copy) + shelf::letter_of(all[1].copy) + shelf::letter_of(all[2].copy), "ABC");
  EXPECT_TRUE(all[0].is_tested);
  EXPECT_FALSE(all[1].is_tested);
  EXPECT_EQ(all[1].seal, model::Seal::intact);
  EXPECT_FALSE(all[1].gone);
}

TEST_F(Containers, AreKeptUntilTheirTimeIsOver) {
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "not_approved");
  approve();
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "kept_until");
  const auto kept = shelf::retention(*world.store->read(), world.sample(number), world.now);
  EXPECT_EQ(kept.keeping, shelf::Keeping::running);
  EXPECT_THAT(kept.source, HasSubstr("总局令2019年第15号"));
  world.now = kept.until - std::chrono::milliseconds{1};
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "kept_until");
  world.now = kept.until;
  ASSERT_EQ(dispose(2, DisposalWay::destroyed), "");
  const auto gone = shelf::containers(world.sample(number))[1].gone;
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->person, model::PersonId{"chen"});
  EXPECT_EQ(gone->what.reason, "期满销毁");
  EXPECT_EQ(std::get<model::Disposed>(world.events().back().what), gone->what);
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "already_disposed");
}

TEST_F(Containers, AreNotDestroyedWhileAnObjectionOrARetestIsOpen) {
  approve();
  hold(true);
  world.now += days{400};
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "held");
  EXPECT_EQ(dispose(1, DisposalWay::destroyed), "held");
  hold(false);
  EXPECT_EQ(dispose(2, DisposalWay::destroyed), "");
}

TEST_F(Containers, OfReserveGoToTheRetestOnlyWhileOneIsOpen) {
  approve();
  EXPECT_EQ(dispose(2, DisposalWay::handed_over), "not_held");
  hold(true);
  EXPECT_EQ(dispose(1, DisposalWay::handed_over), "not_a_reserve");
  EXPECT_EQ(dispose(2, DisposalWay::handed_over, "移交复检机构", "复检机构 周某"), "");
}

TEST_F(Containers, MayBeUsedUpByTheTest) {
  EXPECT_EQ(dispose(2, DisposalWay::used_up), "not_tested");
  EXPECT_EQ(dispose(1, DisposalWay::used_up, "均质后全部上机", ""), "") << "nobody has to stand by";
  const std::string fresh = world.received(2);
  number = fresh;
  EXPECT_EQ(dispose(1, DisposalWay::used_up), "not_tested") << "nothing was measured";
}

TEST_F(Containers, AreDisposedOfByTwoPeopleWithAReason) {
  approve();
  world.now += days{400};
  EXPECT_EQ(dispose(2, DisposalWay::destroyed, ""), "missing_field");
  EXPECT_EQ(dispose(2, DisposalWay::destroyed, "期满", ""), "missing_field");
  EXPECT_EQ(dispose(2, DisposalWay::destroyed, "期满", "chen"), "same_person");
  EXPECT_EQ(dispose(2, DisposalWay::destroyed, std::string(201, 'x')), "bad_text");
  EXPECT_EQ(dispose(4, DisposalWay::destroyed), "no_such_copy");
}

}  // namespace
}  // namespace lab::node
