#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// Runs, the decisions about them, and control charts.
void add_run_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
