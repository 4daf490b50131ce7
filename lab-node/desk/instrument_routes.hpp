#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

void add_instrument_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
