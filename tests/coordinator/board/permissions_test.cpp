#include "coordinator/board/permissions.hpp"

#include <gmock/gmock.h>

namespace lab::board {
namespace {

std::vector<Action> actions_of(const char* role) {
  const service::Person person{.id = model::PersonId{"p"}, .name = "P", .roles = {role}, .token = {}};
  std::vector<Action> actions;
  for (auto action = Action::look; action <= Action::manage_people; action = static_cast<Action>(int(action) + 1)) {
    if (may(person, action)) actions.push_back(action);
  }
  return actions;
}

TEST(Permissions, AreGivenByRole) {
  using enum Action;
  using testing::ElementsAre;
  EXPECT_THAT(actions_of("viewer"), ElementsAre(look));
  EXPECT_THAT(actions_of("coordinator"),
              ElementsAre(look, see_units, export_raw, plan, take_back, move_series, give_notice, register_objection,
                          decide_objection, manage_enterprises, publish_credit, report_signal, assess_signal, set_up,
                          subscribe));
  EXPECT_THAT(actions_of("administrator"),
              ElementsAre(look, export_raw, set_up, subscribe, manage_nodes, manage_people));
  EXPECT_THAT(actions_of("technician"), ElementsAre());
}

TEST(Permissions, OfSeveralRolesAddUp) {
  const service::Person person{
      .id = model::PersonId{"p"}, .name = "P", .roles = {"viewer", "administrator"}, .token = {}};
  EXPECT_TRUE(may(person, Action::manage_nodes));
  EXPECT_FALSE(may(person, Action::plan));
}

}  // namespace
}  // namespace lab::board
