#pragma once
// The description of this interface for programs (OpenAPI 3.1).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::board {

/// openapi.json of this folder, and what both daemons share of it. A test holds it against the routes there are, and
/// requests and answers against it.
const std::string& openapi_document();

/// Names of the parameters that an operation takes behind the question mark, as that document says; `pattern` is the
/// path with its {names}. Nothing when it does not describe the operation.
std::optional<std::vector<std::string>> described_query(const std::string& method, std::string_view pattern);

}  // namespace lab::board
