#pragma once
// Signing in and out, setting up, and the accounts: the same addresses at both daemons.
//
// GET    /api/v1/session                       {person:{id,name,roles,may}, csrf, laboratory, node, demo,
//   must_change_password}
// POST   /api/v1/session {person,password}     the same, and the cookie        DELETE /api/v1/session -> 204
// POST   /api/v1/session/password {old,new} -> 204; ends the person's other sessions
// GET    /api/v1/setup {needed}                POST /api/v1/setup {person,name,password} -> 201 the person
//   The first administrator, while there is nobody, from a browser on this machine only.
// GET    /api/v1/people {people:[{id,name,roles,active,signs_in,has_token}]}   GET /api/v1/people/changes?limit=
//   A password that somebody else has set opens nothing but its replacement by POST /api/v1/session/password, and
//   revokes the token.
// POST   /api/v1/people {person,name,roles,password} -> 201                    PATCH /api/v1/people/{person}
// POST   /api/v1/people/{person}/token -> 201 {token}, shown once, of somebody who does not sign in
// DELETE /api/v1/people/{person}/token -> 204
// GET    /api/v1/security-log?after=&limit=    {entries:[{sequence,first,last,count,who,from,what,why}], totals}
// Codes: 401 wrong_credentials, 429 too_many_attempts, 415 json_needed, 409 already_set_up, person_exists,
// last_administrator, signs_in, 403 not_local, 404 unknown_person, 422 weak_password, bad_person.

#include <functional>
#include <string>
#include <vector>

#include "protocol/http/router.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/security_log.hpp"

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
  /// What was refused, and where it is read; none: nothing is noted.
  SecurityLog* security = nullptr;
  const journal::Store* store = nullptr;
  std::function<void(const std::string& what)> damaged{};  // that store
};

/// `access` outlives the router.
void add_session_routes(http::Router& router, Access& access, const Place& place);

}  // namespace lab::service
