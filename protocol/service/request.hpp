#pragma once
// What every handler of a daemon's REST interface does first and last: what was sent, how it is answered. Who asks is
// the business of access.hpp.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/http/message.hpp"

namespace lab::service {

/// Calls `handle`. When the store turns out to be damaged under it, answers 503 and tells `damaged`, which has to stop
/// the process.
void guard_store(const http::Respond& respond, const std::function<void(const std::string& what)>& damaged,
                 const std::function<void()>& handle);

constexpr std::size_t page_usual = 100;  // rows of an answer when nobody says how many

/// A field of the path or of the query; empty when it is missing.
std::string text_in(const http::Request& request, const std::string& field);
/// The same as a whole number, `otherwise` when it is missing; malformed when it is no number.
Result<std::uint64_t> number_in(const http::Request& request, const std::string& field, std::uint64_t otherwise);
/// Rows asked for, 1 to `page_max`.
Result<std::size_t> limit_in(const http::Request& request, std::size_t page_max);
/// The body as a JSON object; an empty body is an empty object.
Result<nlohmann::json> body_of(const http::Request& request);

http::Response answer(const nlohmann::json& body, int status = 200);
/// An error as a problem document, its code the name of the error's code.
http::Response problem_of(const Error& error);
/// 403: the person's role does not allow it.
http::Response not_allowed();
/// The loop takes nothing more: its queue is full, or it is ending.
http::Response busy();
/// A record that is needed cannot be read; the process has to stop.
http::Response store_damaged();

}  // namespace lab::service
