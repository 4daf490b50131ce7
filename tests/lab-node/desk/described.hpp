#pragma once
// Holds answers against the description of the interface.

#include <string>

#include "protocol/http/message.hpp"

namespace lab::desk {

/// What the OpenAPI document does not say of this answer; empty when it describes it.
std::string fault_of_answer(const std::string& method, const std::string& path, const http::Response& response);

/// A test failure when the OpenAPI document does not describe this address, method, status or form of the answer.
void expect_described(const std::string& method, const std::string& path, const http::Response& response);

}  // namespace lab::desk
