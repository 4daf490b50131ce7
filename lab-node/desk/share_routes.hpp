#pragma once
// Private to this folder.

#include <nlohmann/json.hpp>
#include <optional>

#include "lab-node/desk/desk.hpp"
#include "lab-node/inbox/shares.hpp"

namespace lab::desk {

/// {programme, county, category, commodity, stage, round}: what is not given may be anything. Nothing when it is no
/// object.
std::optional<inbox::Wanted> wanted_in(const nlohmann::json& found);

/// What this station may draw by itself, and what of it goes back to the province (inbox/shares.hpp).
void add_share_routes(http::Router& router, const Office& office);

}  // namespace lab::desk
