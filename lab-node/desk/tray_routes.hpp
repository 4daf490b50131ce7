#pragma once
// The routes of the tray: pictures that came in by themselves and wait for a person. Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

void add_tray_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
