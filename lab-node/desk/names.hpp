#pragma once
// Private to this folder. Records name people by their accounts. Pages and papers show the name with it.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lab-node/desk/desk.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/model/ids.hpp"

namespace lab::desk {

/// "王检测(wang)"; the account alone where this node has no such one, or where it is the name as well.
std::string name_with_account(const Office& office, const model::PersonId& id);

/// Adds, wherever the answer gives a person by account, the name that is shown with it: "analyst_name" beside
/// "analyst". Nothing is added where this node has no such account: of a person whose record came from another bench
/// PC.
void add_names(nlohmann::json& body, const Office& office);

/// A refusal that names a person by account, with the name in its sentence and as the parameter "person_name".
node::Refusal with_name(node::Refusal refusal, const Office& office);

/// service::answer with the names added: for everything that people look at.
http::Response answer_with_names(const Office& office, nlohmann::json body);

}  // namespace lab::desk
