#include "lab-node/desk/permissions.hpp"

#include <gmock/gmock.h>

namespace lab::desk {
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
  EXPECT_THAT(actions_of("sampler"), ElementsAre(look, fill_form, decline, renumber, keep_picture));
  EXPECT_THAT(actions_of("technician"), ElementsAre(look, renumber, receive, measure, retract, judge_again, inspect_lot,
                                                    decide_quarantine, replay, dispose, keep_picture));
  EXPECT_THAT(actions_of("reviewer"), ElementsAre(look, decide_run, confirm_instrument, Action::review, return_record));
  EXPECT_THAT(actions_of("approver"), ElementsAre(look, return_record, approve, amend));
  EXPECT_THAT(actions_of("lab_administrator"), ElementsAre(look, receive, decide_quarantine, replay, confirm_instrument,
                                                           dispose, keep_picture, see_people, manage_people));
  EXPECT_THAT(actions_of("auditor"), ElementsAre(look, see_people));
  EXPECT_THAT(actions_of("viewer"), ElementsAre());
}

}  // namespace
}  // namespace lab::desk
