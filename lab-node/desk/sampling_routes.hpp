#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"

namespace lab::desk {

/// Sampling forms: what they ask for, filled in, printed; and what was found where nothing could be sampled.
void add_sampling_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
