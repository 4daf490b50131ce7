#pragma once
// The description of this interface for programs (OpenAPI 3.1).

#include <string>

namespace lab::desk {

/// openapi.json of this folder, and what both daemons share of it. A test holds it against the routes there are, and
/// requests and answers against it.
const std::string& openapi_document();

}  // namespace lab::desk
