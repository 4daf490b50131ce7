#pragma once
// What every route by which samples come in reads and answers alike. Private to this folder.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "lab-node/desk/desk.hpp"
#include "lab-node/reception/label.hpp"
#include "lab-node/tables/refusal.hpp"

namespace lab::desk {

/// A field by its name, wherever the request carries it; empty when it is missing. What it looks at must outlive it.
using Field = std::function<std::string(const char* name)>;
Field fields_of(const http::Request& request);
Field fields_of(const nlohmann::json& body);

/// What the person at reception says besides the label: copy (for a code that does not say so itself), status, seal,
/// seal_photo, captured_at, device, condition, accept and reason. Nothing when it is in order, else the answer.
std::optional<http::Response> add_particulars(const Office& office, const Field& field, reception::Label& label);

/// A refusal with what was read and the doubts behind it, so that a page shows the one and asks about all the others at
/// once. `codes` are those of the picture.
http::Response not_received(const Office& office, const journal::View& store, const reception::Label& label,
                            const node::Refusal& refusal, const nlohmann::json& codes);

}  // namespace lab::desk
