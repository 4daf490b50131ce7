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
                                 Permission{"coordinator", Action::set_up},
                                 Permission{"administrator", Action::look},
                                 Permission{"administrator", Action::set_up},
                                 Permission{"administrator", Action::manage_nodes},
                                 Permission{"administrator", Action::manage_people},
                                 Permission{"administrator", Action::export_raw}};
static_assert(std::ranges::all_of(permissions, [](const Permission& permission) {
  return std::ranges::find(roles, permission.role) != roles.end();
}));

}  // namespace

bool may(const service::Person& person, Action action) {
  return std::ranges::any_of(permissions, [&](const Permission& permission) {
    return permission.action == action && person.has(permission.role);
  });
}

}  // namespace lab::board
