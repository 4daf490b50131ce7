#pragma once
// Private to this folder.

#include <nlohmann/json.hpp>

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/shared_editions.hpp"

namespace lab::desk {

/// The versions of a sample's report, oldest first: {version, number, at, approver, reason, amended_by}.
nlohmann::json reports_of(const journal::View& store, const model::Sample& sample);

/// The test report of a sample, once it is approved, each version of it, and its correction.
void add_report_routes(http::Router& router, const Office& office, const std::shared_ptr<SharedEditions>& shared);

}  // namespace lab::desk
