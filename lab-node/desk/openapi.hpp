#pragma once
// The description of this interface for programs (OpenAPI 3.1), as it stands in openapi.json.

#include <string_view>

namespace lab::desk {

/// A test holds it against the routes there are, and answers against it.
extern const std::string_view openapi_document;

}  // namespace lab::desk
