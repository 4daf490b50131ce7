#pragma once
// Signing in and out, setting up, and the accounts: the same addresses at both daemons.
//
// GET    /api/v1/session                       {person:{id,name,roles,may}, csrf, laboratory, node, demo}
// POST   /api/v1/session {person,password}     the same, and the cookie        DELETE /api/v1/session -> 204
// POST   /api/v1/session/password {old,new} -> 204; ends the person's other sessions
// GET    /api/v1/setup {needed}                POST /api/v1/setup {person,name,password} -> 201 the person
//   The first administrator, while there is nobody, from a browser on this machine only.
// GET    /api/v1/people {people:[{id,name,roles,active,signs_in}]}             GET /api/v1/people/changes?limit=
// POST   /api/v1/people {person,name,roles,password} -> 201                    PATCH /api/v1/people/{person}
// Codes: 401 wrong_credentials, 429 too_many_attempts, 415 json_needed, 409 already_set_up, person_exists,
// last_administrator, 403 not_local, 404 unknown_person, 422 weak_password, bad_person.

#include <functional>
#include <string>
#include <vector>

#include "protocol/http/router.hpp"
#include "protocol/service/access.hpp"

namespace lab::service {

/// Where a person signs in, as the page shows it.
struct Place {
  std::string laboratory{};
  std::string node{};
  bool demo = false;  // what is done here is not for real
  /// Names of everything that a person may do here, by their roles.
  std::function<std::vector<std::string>(const Person&)> actions_of{};
  std::function<bool(const Person&)> may_manage_people{};
  std::function<bool(const Person&)> may_see_people{};
};

/// `access` outlives the router.
void add_session_routes(http::Router& router, Access& access, const Place& place);

}  // namespace lab::service
