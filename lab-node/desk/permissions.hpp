#pragma once
// What the people of a laboratory may do on this node, by role.

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/service/people.hpp"

namespace lab::desk {

inline constexpr std::string_view technician = "technician";  // whose name a port's captures carry
inline constexpr std::array<std::string_view, 5> roles{"sampler", technician, "reviewer", "approver",
                                                       "lab_administrator"};
inline constexpr service::AccountRules accounts{.roles = roles, .sign = true};

enum class Action : std::uint8_t {
  look,
  draw_sample,
  renumber,
  receive,
  measure,
  decide_quarantine,
  decide_run,
  confirm_instrument,
  review,
  approve
};

/// Everybody may look; the rest is one table in permissions.cpp.
bool may(const service::Person& person, Action action);

}  // namespace lab::desk
