#pragma once
// The documented HTTP interface of a coordinator or a lab-node, for the command line, the demo and tests.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/http/client.hpp"

namespace lab::api {

/// One kept connection. One thread at a time.
class Api {
 public:
  static Result<Api> to(const std::string& origin, std::string token);

  Result<nlohmann::json> get(const std::string& target);
  Result<nlohmann::json> post(const std::string& target, const nlohmann::json& body);
  Result<nlohmann::json> post_bytes(const std::string& target, Bytes body, std::string content_type);
  /// As post_bytes; a refusal that tells its reasons one by one (a problem document with `errors`) is an answer too.
  Result<nlohmann::json> submit(const std::string& target, Bytes body, std::string content_type);
  Result<nlohmann::json> remove(const std::string& target);
  /// The body as it is: exports and pictures.
  Result<Bytes> download(const std::string& target);
  /// One page of an export, and where the next one begins (empty: this was the last).
  struct Page {
    Bytes bytes;
    std::string next;
  };
  Result<Page> download_page(const std::string& target);
  /// The same of an export that is asked for with a body. A refusal says its reasons one by one, a line for each.
  Result<Page> post_page(const std::string& target, const nlohmann::json& body);

 private:
  Api(http::Client client, std::string token);
  Result<http::Response> send(http::Call call);
  Result<nlohmann::json> send_for_json(http::Call call);

  http::Client client_;
  std::string token_;
};

/// The stable code a server gave with its refusal ("quota_exceeded"); empty of every other error.
std::string refusal_code(const Error& error);

}  // namespace lab::api
