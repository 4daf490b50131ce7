#include "lab-node/desk/permissions.hpp"

#include <algorithm>

namespace lab::desk {
namespace {

struct Permission {
  std::string_view role;
  Action action;
};

// Who may do what. Four eyes (analyst, reviewer, approver) are checked per sample as well, in lab-node/outbox.
constexpr std::array permissions{
    Permission{"sampler", Action::draw_sample},
    Permission{"sampler", Action::renumber},
    Permission{technician, Action::renumber},
    Permission{technician, Action::receive},
    Permission{technician, Action::measure},
    Permission{technician, Action::decide_quarantine},
    Permission{"reviewer", Action::review},
    Permission{"reviewer", Action::decide_run},
    Permission{"reviewer", Action::confirm_instrument},
    Permission{"approver", Action::review},  // an approver may send a record back
    Permission{"approver", Action::approve},
    Permission{"lab_administrator", Action::receive},
    Permission{"lab_administrator", Action::decide_quarantine},
    // The administrator has configured the instrument; a technician would vouch for results of their own.
    Permission{"lab_administrator", Action::confirm_instrument},
};
static_assert(std::ranges::all_of(permissions, [](const Permission& permission) {
  return std::ranges::find(roles, permission.role) != roles.end();
}));

}  // namespace

bool may(const service::Person& person, Action action) {
  if (action == Action::look) return true;
  return std::ranges::any_of(permissions, [&](const Permission& permission) {
    return permission.action == action && person.has(permission.role);
  });
}

}  // namespace lab::desk
