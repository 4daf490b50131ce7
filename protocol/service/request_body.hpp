#pragma once
// What the routes of sessions and accounts read out of a body. Private to this folder.

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>

#include "protocol/service/request.hpp"

namespace lab::service {

/// The body as a JSON object that says it is one: a form of another page cannot say so.
tl::expected<nlohmann::json, http::Response> json_body(const http::Request& request);

/// A text of an object; empty when it is missing or no text.
std::string text_of(const nlohmann::json& object, const char* field);

/// The hash of a password that somebody has chosen; the answer when it will not do.
tl::expected<std::string, http::Response> hash_of_new(const std::string& password, const std::string& person);

/// An account that was not taken as it was described.
http::Response not_accepted(const Error& error);

}  // namespace lab::service
