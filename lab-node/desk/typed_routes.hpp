#pragma once
// The desk's routes for results that people type. Private to this folder.

#include <memory>

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/shared_editions.hpp"

namespace lab::desk {

void add_typed_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& editions);

}  // namespace lab::desk
