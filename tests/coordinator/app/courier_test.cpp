#include "coordinator/app/courier.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "protocol/base/clock.hpp"
#include "tests/coordinator/app/program.hpp"
#include "tests/coordinator/app/receiver.hpp"
#include "tests/coordinator/support/world.hpp"

namespace lab::coordinator::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Carrying : public ::testing::Test {
 protected:
  Carrying() {
    crypto::start();
    subscription.id = 1;
    subscription.url = receiver.url();
    subscription.kinds.add(tables::Announced::task_cancelled);
    subscription.with_units = true;
    subscription.by = model::PersonId{"c"};
    subscription.secret = "S";
    subscription.upto = 1;
    world.add_laboratory(1);
    world.enrol(1);
    world.dispatched_plan({testing::cell(1)});
    const model::TaskId task{.plan = model::PlanId{1}, .revision = 1, .number = 1};
    world.turn([&](journal::Draft& draft) {
      tables::put_subscription(draft, subscription);
      tables::put_sampled_unit(draft, task, {"CANARY-ENTERPRISE", "L", "A"});
      tables::announce(draft, {.kind = tables::Announced::task_cancelled, .at = world.now, .task = task});
    });
  }

  Courier::Options options() {
    return {.store = *world.store,
            .may_see_units = [this](const model::PersonId&) { return sees_units.load(); },
            .post =
                [this](const board::Command&) {
                  const bool is_full = full_times.load() > 0 && full_times.fetch_sub(1) > 0;
                  if (!is_full) ++reported;
                  return !is_full;
                },
            .clock = wall_clock,
            .damaged = [](const std::string&) {}};
  }
  static std::vector<dispatch::Delivery> to(const tables::Subscription& one) { return {{one}}; }

  testing::World world;
  Receiver receiver;
  tables::Subscription subscription;
  std::atomic<bool> sees_units = true;
  std::atomic<int> full_times = 0;
  std::atomic<int> reported = 0;
};

TEST_F(Carrying, UnitsGoOutAsLongAsWhoAskedForThemMaySeeThem) {
  Courier courier{options()};
  courier.take(to(subscription));
  ASSERT_TRUE(eventually([&] { return reported == 1; }));
  sees_units = false;
  courier.take(to(subscription));
  ASSERT_TRUE(eventually([&] { return reported == 2; }));
  ASSERT_EQ(receiver.requests().size(), 2U);
  EXPECT_THAT(receiver.requests()[0].body, HasSubstr("CANARY-ENTERPRISE"));
  EXPECT_THAT(receiver.requests()[1].body, Not(HasSubstr("CANARY-ENTERPRISE")));
}

TEST_F(Carrying, AFullQueueOfTheLoopIsTriedAgain) {
  full_times = 3;
  Courier courier{options()};
  courier.take(to(subscription));
  EXPECT_TRUE(eventually([&] { return reported == 1; }));
  EXPECT_EQ(receiver.requests().size(), 1U) << "the delivery is not";
}

// Subscriptions come and go for years; their threads do not stay.
TEST_F(Carrying, MoreSubscriptionsThanThereCanBeAtATimeAreServedOneAfterTheOther) {
  Courier courier{options()};
  constexpr int many = 3 * static_cast<int>(tables::subscriptions_max);
  for (int i = 1; i <= many; ++i) {
    subscription.id = static_cast<std::uint32_t>(i);
    courier.take(to(subscription));
    ASSERT_TRUE(eventually([&] { return reported == i; })) << i;
  }
  EXPECT_EQ(receiver.requests().size(), static_cast<std::size_t>(many));
}

TEST_F(Carrying, ItEndsWhileADeliveryHangs) {
  receiver.set(Receiver::Mood::hangs);
  Courier courier{options()};
  courier.take(to(subscription));
  ASSERT_TRUE(eventually([&] { return receiver.hanging() == 1; }));
}

}  // namespace
}  // namespace lab::coordinator::app
