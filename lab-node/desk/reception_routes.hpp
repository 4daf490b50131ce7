#pragma once
// The routes by which samples and the pictures of them come in. Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

void add_reception_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
