#include "coordinator/board/permissions.hpp"

#include <algorithm>

namespace lab::board {
namespace {

struct Permission {
  std::string_view role;
  Action action;
};
constexpr std::array permissions{Permission{"viewer", Action::look},
                                 Permission{"coordinator", Action::look},
                                 Permission{"coordinator", Action::see_units},
                                 Permission{"coordinator", Action::export_raw},
                                 Permission{"coordinator", Action::plan},
                                 Permission{"coordinator", Action::take_back},
                                 Permission{"coordinator", Action::move_series},
                                 Permission{"coordinator", Action::give_notice},
                                 Permission{"coordinator", Action::register_objection},
                                 Permission{"coordinator", Action::decide_objection},
                                 Permission{"coordinator", Action::manage_enterprises},
                                 Permission{"coordinator", Action::publish_credit},
                                 Permission{"coordinator", Action::report_signal},
                                 Permission{"coordinator", Action::assess_signal},
                                 Permission{"coordinator", Action::set_up},
                                 Permission{"coordinator", Action::subscribe},
                                 Permission{"administrator", Action::look},
                                 Permission{"administrator", Action::set_up},
                                 Permission{"administrator", Action::subscribe},
                                 Permission{"administrator", Action::manage_nodes},
                                 Permission{"administrator", Action::manage_people},
                                 Permission{"administrator", Action::export_raw}};

// In the order of Action.
constexpr std::array action_names{"look",
                                  "see_units",
                                  "export_raw",
                                  "plan",
                                  "take_back",
                                  "move_series",
                                  "give_notice",
                                  "register_objection",
                                  "decide_objection",
                                  "manage_enterprises",
                                  "publish_credit",
                                  "report_signal",
                                  "assess_signal",
                                  "set_up",
                                  "subscribe",
                                  "manage_nodes",
                                  "manage_people"};
static_assert(action_names.size() == static_cast<std::size_t>(Action::manage_people) + 1);

static_assert(std::ranges::all_of(permissions, [](const Permission& permission) {
  return std::ranges::find(roles, permission.role) != roles.end();
}));

}  // namespace

bool may(const service::Person& person, Action action) {
  return std::ranges::any_of(permissions, [&](const Permission& permission) {
    return permission.action == action && person.has(permission.role);
  });
}

std::vector<std::string> actions_of(const service::Person& person) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < action_names.size(); ++i) {
    if (may(person, static_cast<Action>(i))) names.emplace_back(action_names[i]);
  }
  return names;
}

}  // namespace lab::board
