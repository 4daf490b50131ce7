#pragma once
// Readers that take more than a function: the command line of the built program, and the server of the interface.

#include <string>

#include "protocol/base/bytes.hpp"

namespace lab::malformed {

/// Words of a command line, parted by blanks: the last line of what qlims says on standard error, and its exit code.
/// Empty when it succeeds.
std::string arguments(BytesView input);

/// Octets on a fresh connection to a server of the REST interface: status and code of the answer, and whether the
/// server closed. Empty when it was answered with 200.
std::string http_request(BytesView input);

}  // namespace lab::malformed
