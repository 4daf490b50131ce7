// What a stranger writes into the fields and the body of a request. Nobody gets in by it, and no field means more than
// it says. Input: lines "name: value" until an empty one, then the body.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/check.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/service/access.hpp"
#include "protocol/service/request.hpp"

namespace {

using namespace lab;

http::Request request_of(BytesView input) {
  http::Request request{.method = "POST", .path = "/api/v1/session", .peer = "192.0.2.1:1"};
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const BytesView line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(": "), line.size());
    request.headers[std::string{line.substr(0, colon)}] = line.substr(std::min(colon + 2, line.size()));
  }
  request.body = input;
  request.query = {{"limit", request.body}};
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::start();
  static auto people = *service::People::load("/nonexistent/people.json", {.roles = {}});
  static service::Access access{people, {}};
  const http::Request request = request_of({reinterpret_cast<const char*>(data), size});
  LAB_CHECK(!access.visitor(request));
  LAB_CHECK(access.name_of(request).empty());
  LAB_CHECK(service::cookie_in(request, "qlims_session").find_first_of(";,") == std::string::npos);
  if (const auto body = service::body_of(request)) LAB_CHECK(body->is_object());
  constexpr std::size_t page = 500;
  if (const auto limit = service::limit_in(request, page)) LAB_CHECK(*limit >= 1 && *limit <= page);
  return 0;
}
