#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// Deadlines of this laboratory.
void add_clock_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
