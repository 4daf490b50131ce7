#include "coordinator/dispatch/enrolment.hpp"

#include <gmock/gmock.h>

#include "tests/coordinator/support/world.hpp"

namespace lab::dispatch {
namespace {

using namespace coordinator::testing;
namespace tables = coordinator::tables;
using ::testing::HasSubstr;

class Enrolling : public ::testing::Test {
 protected:
  Enrolling() {
    world.add_laboratory(1);
    EXPECT_TRUE(issue_ticket("TICKET"));
  }
  Result<model::Ticket> issue_ticket(const std::string& secret, std::uint32_t laboratory = 1) {
    return world.turn([&](journal::Draft& draft) {
      return world.coordinator.on_ticket(draft, model::LaboratoryId{laboratory}, "bench", crypto::sha256(secret),
                                         world.now);
    });
  }
  model::Message ask(const model::Enrol& request) {
    return world.turn([&](journal::Draft& draft) { return world.coordinator.on_enrol(draft, request, world.now); });
  }
  static model::Enrol request(const std::string& ticket, char key) {
    return {.ticket = ticket, .curve_key = std::string(40, key), .signing_key = Bytes(32, key), .name = "bench"};
  }
  void expect_refused(const model::Enrol& asked, const char* why) {
    const Bytes before = world.everything();
    const model::Message answer = ask(asked);
    ASSERT_TRUE(std::holds_alternative<model::Refuse>(answer));
    EXPECT_THAT(std::get<model::Refuse>(answer).explanation, HasSubstr(why));
    EXPECT_EQ(world.everything(), before);
  }

  World world;
};

TEST_F(Enrolling, ATicketMakesOneNodeOfItsLaboratory) {
  const auto enrolled = std::get<model::Enrolled>(ask(request("TICKET", 'a')));
  EXPECT_EQ(enrolled.laboratory.value(), 1U);
  EXPECT_EQ(enrolled.laboratory_name, "laboratory 1");
  EXPECT_EQ(enrolled.signing_key, (Bytes{world.keys.public_key.begin(), world.keys.public_key.end()}));
  const auto node = tables::node_by_key(*world.view(), std::string(40, 'a'));
  ASSERT_TRUE(node.has_value());
  EXPECT_EQ(node->id, enrolled.node);
}

TEST_F(Enrolling, TheSameNodeAskingAgainGetsTheSameAnswer) {
  const auto first = ask(request("TICKET", 'a'));
  EXPECT_EQ(ask(request("TICKET", 'a')), first);
  EXPECT_EQ(tables::nodes(*world.view()).size(), 1U);
}

TEST_F(Enrolling, AUsedTicketDoesNotWorkForAnother) {
  ask(request("TICKET", 'a'));
  expect_refused(request("TICKET", 'b'), "已被使用");
}

TEST_F(Enrolling, AnUnknownTicketIsRefused) { expect_refused(request("GUESS", 'a'), "无效"); }

TEST_F(Enrolling, AnExpiredTicketIsRefused) {
  world.now += ticket_life;
  expect_refused(request("TICKET", 'a'), "已过期");
}

TEST_F(Enrolling, AKeyThatBelongsToANodeIsRefused) {
  ask(request("TICKET", 'a'));
  ASSERT_TRUE(issue_ticket("SECOND"));
  expect_refused(request("SECOND", 'a'), "已属于");
}

TEST_F(Enrolling, KeysOfAWrongLengthAreRefused) {
  model::Enrol asked = request("TICKET", 'a');
  asked.signing_key.pop_back();
  expect_refused(asked, "长度");
}

TEST_F(Enrolling, ATicketNeedsALaboratory) { EXPECT_EQ(issue_ticket("X", 9).error().code, ErrorCode::not_found); }

TEST_F(Enrolling, TheSecretOfATicketIsNotStored) { EXPECT_EQ(world.everything().find("TICKET"), Bytes::npos); }

TEST_F(Enrolling, ANodeIsRevokedOnce) {
  const auto id = std::get<model::Enrolled>(ask(request("TICKET", 'a'))).node;
  const auto revoke = [&] {
    return world.turn(
        [&](journal::Draft& draft) { return world.coordinator.on_node_revoked(draft, id, "stolen", world.now); });
  };
  EXPECT_TRUE(revoke());
  EXPECT_EQ(revoke().error().code, ErrorCode::conflict);
  expect_refused(request("TICKET", 'a'), "已被使用");
}

}  // namespace
}  // namespace lab::dispatch
