#pragma once
// Private to this folder.

#include <nlohmann/json.hpp>

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// The containers of a sample, how long it is kept, and what may be done with each of them now.
nlohmann::json shelf_of(const journal::View& store, const model::Sample& sample, UtcTime now);

/// Containers that leave the shelf.
void add_shelf_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
