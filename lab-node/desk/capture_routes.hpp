#pragma once
// What instruments gave, how it was read, and files that people bring. Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

void add_capture_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
