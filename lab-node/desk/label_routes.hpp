#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// Labels of samples, for any printer.
void add_label_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
