// Addresses, query strings and the targets of request lines. What is read means one thing: written anew and read again
// it is the same, and a path leads to one handler.

#include <cstdint>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/check.hpp"
#include "protocol/http/router.hpp"
#include "protocol/http/url.hpp"

namespace {

using namespace lab;

void read_query(BytesView text) {
  const auto query = http::parse_query(text);
  if (!query) return;
  std::string written;
  for (const auto& [name, value] : *query) {
    written += (written.empty() ? "" : "&") + http::url_encode(name) + "=" + http::url_encode(value);
  }
  const auto again = http::parse_query(written);
  LAB_CHECK(again && *again == *query);
}

void follow(const http::Target& target) {
  LAB_CHECK(target.path.starts_with('/'));
  LAB_CHECK((target.path + "/").find("/../") == std::string::npos);
  LAB_CHECK((target.path + "/").find("/./") == std::string::npos);
  int handled = 0;
  int answered = 0;
  http::Router router;
  const auto handler = [&](const http::Request&, const http::Respond& respond) {
    ++handled;
    respond({});
  };
  router.add("GET", "/api/v1/tasks/{task}", handler);
  router.add("GET", "/api/v1/tasks/{task}/label.png", handler);
  router.add("POST", "/api/v1/tasks/list", handler);
  router.otherwise(handler);
  router({.method = "GET", .path = target.path, .query = target.query}, [&](const http::Response&) { ++answered; });
  LAB_CHECK(answered == 1 && handled <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input{reinterpret_cast<const char*>(data), size};
  if (const auto url = http::parse_url(input)) {
    LAB_CHECK(!url->host.empty() && url->port != 0 && url->target.starts_with('/'));
  }
  if (const auto text = http::url_decode(input)) {
    const auto again = http::url_decode(http::url_encode(*text));
    LAB_CHECK(again && *again == *text);
  }
  read_query(input);
  if (const auto target = http::parse_target(input)) follow(*target);
  return 0;
}
