#include "protocol/http/message.hpp"

#include <nlohmann/json.hpp>

namespace lab::http {
namespace {

struct Title {
  int status;
  const char* text;
};

// The statuses this project answers with.
constexpr Title titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char* title_of(int status) {
  for (const Title& title : titles) {
    if (title.status == status) return title.text;
  }
  return status < 500 ? "Client Error" : "Server Error";
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail) {
  const nlohmann::ordered_json body{
      {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}, {"code", code}};
  // `detail` may quote what a stranger sent: octets that are not UTF-8 are replaced, not thrown about.
  return {.status = status,
          .content_type = "application/problem+json",
          .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace lab::http
