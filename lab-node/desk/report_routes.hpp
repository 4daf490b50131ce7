#pragma once
// Private to this folder.

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/shared_editions.hpp"

namespace lab::desk {

/// The test report of a sample, once it is approved.
void add_report_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared);

}  // namespace lab::desk
