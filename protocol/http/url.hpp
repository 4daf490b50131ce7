#pragma once
// Addresses and query strings (RFC 3986), read strictly: what is not understood is refused, never guessed.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace lab::http {

struct Url {
  bool is_https = false;
  std::string host;  // a name or an IPv4 address
  std::uint16_t port = 80;
  std::string target = "/";  // path and query as they go on the wire
};

/// "http://127.0.0.1:8080/api/v1/tasks?city=5101", "https://board.example/". Malformed when it is not of this form.
Result<Url> parse_url(std::string_view text);

/// Percent-encodes everything but letters, digits and "-._~": safe for one path segment or one query value.
std::string url_encode(std::string_view text);

/// Undoes percent-encoding. Malformed for a cut or wrong escape, a control character, or octets that are not UTF-8.
Result<std::string> url_decode(std::string_view text);

/// "a=1&b=%E5%B7%9D", '+' meaning a blank; also the body of an HTML form. Malformed when a name is given twice: one of
/// two filters would be ignored in silence.
Result<std::map<std::string, std::string>> parse_query(std::string_view text);

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

/// The target of a request line. Malformed unless it begins with '/'; "." and ".." segments and encoded slashes are
/// refused, so that a path means to a route or a file what it seems to mean.
Result<Target> parse_target(std::string_view target);

}  // namespace lab::http
