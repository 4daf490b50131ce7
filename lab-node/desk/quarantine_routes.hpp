#pragma once
// Observations without a place: what waits, of which capture and why, and what people decide about it. Private to this
// folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

void add_quarantine_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
