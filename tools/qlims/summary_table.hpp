#pragma once
// A summary answer of the coordinator as a table for people.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::qlims {

/// Rows, the total, and what the figures are as of.
std::string summary_text(const nlohmann::json& summary);

}  // namespace lab::qlims
