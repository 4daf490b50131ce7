#pragma once
// What the coordinator's people may do, by role.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/service/people.hpp"

namespace lab::board {

inline constexpr std::array<std::string_view, 3> roles{"viewer", "coordinator", "administrator"};
inline constexpr service::AccountRules accounts{.roles = roles, .administrator = "administrator"};

enum class Action : std::uint8_t {
  look,         // figures, tasks, histories
  see_units,    // whom a sample was taken from
  export_raw,   // every event and order
  plan,         // import, allocate, dispatch, name sampled units
  take_back,    // revoke and reassign tasks
  move_series,  // corrective actions of enterprises, and what is said of their production
  give_notice,  // send notices of nonconforming samples, record their receipt
  register_objection,
  decide_objection,    // of another person than who registered it
  manage_enterprises,  // take files of the register, merge entries
  publish_credit,      // propose a class, decide about another's proposal
  report_signal,       // hand in what was reported of a product
  assess_signal,
  set_up,        // reference sets and what another would change, laboratories
  subscribe,     // programs outside that are told what happens
  manage_nodes,  // tickets, revocation of nodes
  manage_people
};

/// One table in permissions.cpp says which role may do what.
bool may(const service::Person& person, Action action);

/// Names of everything that a person may do, for the page: "look", "plan", ...
std::vector<std::string> actions_of(const service::Person& person);

}  // namespace lab::board
