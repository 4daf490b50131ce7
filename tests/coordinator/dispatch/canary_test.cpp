// Nothing that names the sampled enterprise ever leaves the coordinator for a laboratory, nor stands in any record but
// its own.

#include <gmock/gmock.h>

#include <map>

#include "coordinator/coordinator.hpp"
#include "protocol/wire/codec.hpp"
#include "tests/coordinator/support/world.hpp"
#include "tools/province/canary.hpp"

namespace lab::coordinator {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr const char* canary = "CANARY-ENTERPRISE";

// Every octet that goes to nodes in this turn and by the pump after it.
Bytes sent_by(World& world) {
  Bytes octets;
  for (const auto& [node, message] : world.said) octets += wire::encode(message);
  for (const auto& effect : world.coordinator.pump(*world.view(), world.now)) {
    if (const auto* send = std::get_if<journal::Send>(&effect)) octets += wire::encode(send->message);
  }
  return octets;
}

TEST(Canary, TheSampledEnterpriseIsInNoMessageToANode) {
  World world;
  world.add_laboratory(1);
  Bench bench = world.enrol(1);
  Bench spare = world.enrol(1, "spare");
  const tables::PlanRef ref = tables::ref_of(*world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_plan(draft, plan_of({cell(6)}), crypto::sha256("f"), world.now);
  }));
  world.work();
  // Named before the grant, so that it has every chance to get into it.
  std::vector<std::pair<model::TaskId, tables::SampledUnit>> units;
  for (std::uint32_t number = 1; number <= 6; ++number) {
    units.push_back({{.plan = ref.plan, .revision = ref.revision, .number = number}, {canary, canary, canary}});
  }
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_sampled_units(draft, units, world.now); }));

  Bytes sent;
  const std::vector<dispatch::Share> shares{{.cell = 0, .laboratory = model::LaboratoryId{1}, .count = 6}};
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_allocation(draft, ref, shares); }));
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) { return world.coordinator.on_dispatch(draft, ref, 0); }));
  for (const Bench* each : {&bench, &spare}) {
    world.deliver(*each, model::Hello{.boot = 1});
    sent += sent_by(world);
  }
  world.work();
  sent += sent_by(world);
  const model::Grant grant = world.grants_of(bench).front();
  bench.conclude(grant, model::SampleOutcome::fail);
  world.deliver(bench, bench.all_events());
  sent += sent_by(world);
  ASSERT_TRUE(world.turn([&](journal::Draft& draft) {
    return world.coordinator.on_reassign(draft, {.task = world.grants_of(bench).back().task, .reason = "power cut"},
                                         world.now);
  }));
  sent += sent_by(world);

  EXPECT_THAT(sent, HasSubstr(grant.blind_code));  // it really is what was sent
  EXPECT_THAT(sent, Not(HasSubstr(canary)));
}

TEST(Canary, TheSampledEnterpriseIsInItsOwnTableAndTheRegisterOnly) {
  World world;
  world.add_laboratory(1);
  const Bench bench = world.enrol(1);
  world.dispatched_plan({cell(1)});
  const model::TaskId task = world.grants_of(bench).front().task;
  const std::vector<std::pair<model::TaskId, tables::SampledUnit>> units{{task, {canary, "", ""}}};
  ASSERT_TRUE(
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_sampled_units(draft, units, world.now); }));
  std::map<char, int> records;
  world.view()->scan(Bytes(1, '\1'), Bytes(1, '\x7f'), [&](BytesView key, BytesView record) {
    if (!province::stands_in(record, canary)) return true;
    ++records[key[0]];
    return true;
  });
  EXPECT_THAT(records,
              UnorderedElementsAre(Pair(tables::letter::sampled_unit, 1), Pair(tables::letter::enterprise, 1)));
  EXPECT_EQ(tables::sampled_unit(*world.view(), task)->name, canary);
}

// Records are stored packed, which puts octets of its own between the words of a text: whoever looks for the text as it
// is finds nothing, and takes that for a proof.
TEST(Canary, TheSearchFindsANameInAPackedOrderWhereverItBegins) {
  int hidden = 0;
  for (const std::string name : {canary, "成都金丝雀食品厂", "CANARYNR"}) {
    for (std::size_t before = 0; before < 17; ++before) {
      for (const char* behind : {"", "-12", "-123456789 食品有限公司"}) {
        const auto packed = [&](const std::string& commodity) {
          const model::Order order{.sequence = 1, .at = {}, .what = model::Grant{.commodity = commodity}};
          return wire::pack(wire::encode(order));
        };
        const Bytes order = packed(std::string(before, 'x') + name + behind);
        EXPECT_TRUE(province::stands_in(order, name)) << before << name << behind;
        EXPECT_TRUE(province::stands_in(wire::unpack(order).value(), name));
        EXPECT_FALSE(province::stands_in(packed(std::string(before, 'x') + "CANARY-ENTERPRICE" + behind), name));
        EXPECT_FALSE(province::stands_in(packed(std::string(before, 'x') + name.substr(0, name.size() - 1)), name));
        hidden += order.find(name) == Bytes::npos ? 1 : 0;
      }
    }
  }
  EXPECT_GT(hidden, 50);
}

TEST(Canary, UnitsOfATaskThatDoesNotExistAreAllRefused) {
  World world;
  world.add_laboratory(1);
  const Bench bench = world.enrol(1);
  world.dispatched_plan({cell(1)});
  const model::TaskId task = world.grants_of(bench).front().task;
  model::TaskId invented = task;
  invented.number = 99;
  const std::vector<std::pair<model::TaskId, tables::SampledUnit>> units{{task, {canary, "", ""}},
                                                                         {invented, {canary, "", ""}}};
  const auto stored =
      world.turn([&](journal::Draft& draft) { return world.coordinator.on_sampled_units(draft, units, world.now); });
  EXPECT_EQ(stored.error().code, ErrorCode::not_found);
  EXPECT_FALSE(tables::sampled_unit(*world.view(), task).has_value());
}

}  // namespace
}  // namespace lab::coordinator
