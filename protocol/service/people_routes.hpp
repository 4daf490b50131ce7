#pragma once
// The accounts, by whoever manages them. Private to this folder.

#include <nlohmann/json_fwd.hpp>

#include "protocol/service/session_routes.hpp"

namespace lab::service {

nlohmann::json person_line(const Person& person);
void add_people_routes(http::Router& router, Access& access, const Place& place);

}  // namespace lab::service
