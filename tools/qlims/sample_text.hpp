#pragma once
// The life of one sample as a person reads it.

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::qlims {

/// `task`: the coordinator's answer to GET /api/v1/tasks/{task}. What the sample is, then one line for each event, in
/// the order of the laboratory's stream, with the event's whole hash.
std::string sample_text(const nlohmann::json& task);

}  // namespace lab::qlims
