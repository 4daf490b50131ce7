#pragma once
// Where a daemon serves its pages.

#include <string>

#include "protocol/base/address.hpp"
#include "protocol/http/server.hpp"

namespace lab::service {

/// The address of the option --http. Logs a warning when other machines reach it and there is no certificate.
Result<Address> served_address(const std::string& text, const http::TlsFiles& tls);

}  // namespace lab::service
