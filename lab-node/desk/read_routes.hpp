#pragma once
// Private to this folder.

#include <memory>

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/shared_editions.hpp"

namespace lab::desk {

void add_read_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared);

}  // namespace lab::desk
