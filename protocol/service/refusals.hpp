#pragma once
// Which answers of a daemon's interface are refusals, and how they get into the security log.

#include "protocol/http/message.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/security_log.hpp"

namespace lab::service {

/// `respond`, which also notes what was refused: 401, 403, 409 and 429, what a guard refuses with another status, and
/// single entries of a batch. Both outlive the request.
http::Respond watched(Access& access, SecurityLog& log, const http::Request& request, http::Respond respond);

}  // namespace lab::service
