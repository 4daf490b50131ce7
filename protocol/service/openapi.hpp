#pragma once
// The description of a daemon's interface for programs (OpenAPI 3.1).

#include <string>
#include <string_view>

namespace lab::service {

/// `own`, which describes what one daemon alone has, together with what both have: sessions, set-up, accounts, what was
/// refused, the live stream, problem documents, how somebody is known (openapi.json of this folder).
/// Precondition: `own` is such a document, and describes nothing of that itself.
std::string whole_openapi(std::string_view own);

}  // namespace lab::service
