#include "lab-node/desk/permissions.hpp"

#include <gmock/gmock.h>

namespace lab::desk {
namespace {

std::vector<Action> actions_of(const char* role) {
  const service::Person person{.id = model::PersonId{"p"}, .name = "P", .roles = {role}, .token = {}};
  std::vector<Action> actions;
  for (auto action = Action::look; action <= Action::approve; action = static_cast<Action>(int(action) + 1)) {
    if (may(person, action)) actions.push_back(action);
  }
  return actions;
}

TEST(Permissions, AreGivenByRole) {
  using enum Action;
  using testing::ElementsAre;
  EXPECT_THAT(actions_of("sampler"), ElementsAre(look, draw_sample, renumber));
  EXPECT_THAT(actions_of("technician"), ElementsAre(look, renumber, receive, measure, decide_quarantine));
  EXPECT_THAT(actions_of("reviewer"), ElementsAre(look, decide_run, confirm_instrument, Action::review));
  EXPECT_THAT(actions_of("approver"), ElementsAre(look, Action::review, approve));
  EXPECT_THAT(actions_of("lab_administrator"), ElementsAre(look, receive, decide_quarantine, confirm_instrument));
  EXPECT_THAT(actions_of("viewer"), ElementsAre(look));
}

}  // namespace
}  // namespace lab::desk
