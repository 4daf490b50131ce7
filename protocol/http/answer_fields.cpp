#include "protocol/http/answer_fields.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/log.hpp"

namespace lab::http {
namespace {

// What a browser is to assume of every answer, unless the handler says otherwise: nothing is guessed, framed, kept in a
// cache or loaded from elsewhere.
constexpr std::pair<const char*, const char*> protective_fields[] = {
    {"x-content-type-options", "nosniff"},
    {"x-frame-options", "DENY"},
    {"referrer-policy", "no-referrer"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
    // Styles only may stand in the page itself: the component library sets places and sizes that way.
    {"content-security-policy",
     "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; "
     "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"},
    {"cache-control", "no-store"},
};

bool is_clean(const std::string& text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos;
}

bool is_clean(const Headers& headers) {
  return std::ranges::all_of(headers, [](const auto& field) {
    return !field.first.empty() && is_clean(field.first) && is_clean(field.second);
  });
}

}  // namespace

Response with_usual_fields(Response response, bool is_encrypted) {
  response.headers.emplace("content-type", response.content_type);
  if (!is_clean(response.headers)) {
    log::error("http: an answer with a line end in a field was withheld");
    response = problem(500, "bad_field", "服务器内部错误：应答头含有换行符");
    response.headers.emplace("content-type", response.content_type);
  }
  for (const auto& [name, value] : protective_fields) response.headers.emplace(name, value);
  if (is_encrypted) response.headers.emplace("strict-transport-security", "max-age=31536000");  // RFC 6797; a year
  return response;
}

}  // namespace lab::http
