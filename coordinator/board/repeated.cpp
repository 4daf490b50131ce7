#include "coordinator/board/repeated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "coordinator/tables/answers.hpp"
#include "protocol/crypto/hmac.hpp"

namespace lab::board {
namespace {

namespace tables = coordinator::tables;
using nlohmann::json;

constexpr const char* seal_name = "answer";
constexpr const char* replayed = "idempotency-replayed";

// Texts one after the other, so that none can be taken for a part of another.
void add(Bytes& to, BytesView text) { to += fmt::format("{}:{}\n", text.size(), text); }

Bytes asked(const http::Request& request) {
  Bytes all;
  add(all, request.method);
  add(all, request.path);
  for (const auto& [name, value] : request.query) {
    add(all, name);
    add(all, value);
  }
  add(all, "");
  add(all, request.body);
  return all;
}

Bytes sealed(const Once& once, const http::Response& response) {
  const Bytes plain = json{
      {"status", response.status},
      {"type", response.content_type},
      {"headers", response.headers},
      {"body",
       response.body}}.dump(-1, ' ', false, json::error_handler_t::replace);
  if (plain.size() > kept_answer_max) return {};
  crypto::Sealer sealer{once.seal, seal_name};
  Bytes all = sealer.header();
  BytesView left = plain;
  do {
    const BytesView piece = left.substr(0, crypto::sealed_piece);
    left.remove_prefix(piece.size());
    all += sealer.piece(piece, left.empty());
  } while (!left.empty());
  return all;
}

std::optional<http::Response> opened(const Once& once, BytesView octets) {
  if (octets.size() < crypto::sealed_header) return std::nullopt;
  auto opener = crypto::Opener::begin(once.seal, seal_name, octets.substr(0, crypto::sealed_header));
  octets.remove_prefix(crypto::sealed_header);
  Bytes plain;
  while (opener && !octets.empty()) {
    const auto piece = opener->piece(octets.substr(0, crypto::sealed_piece + crypto::sealed_overhead));
    if (!piece) return std::nullopt;
    octets.remove_prefix(std::min(octets.size(), crypto::sealed_piece + crypto::sealed_overhead));
    plain += piece->plain;
  }
  const json kept = json::parse(plain, nullptr, false);
  if (!kept.is_object()) return std::nullopt;
  http::Response response{.status = kept.at("status").get<int>(),
                          .content_type = kept.at("type").get<std::string>(),
                          .body = kept.at("body").get<std::string>(),
                          .headers = kept.at("headers").get<http::Headers>()};
  response.headers[replayed] = "true";
  return response;
}

}  // namespace

Result<std::optional<Once>> once_of(const http::Request& request, const model::PersonId& person) {
  const auto header = request.headers.find("idempotency-key");
  if (header == request.headers.end() || request.method == "GET" || request.method == "HEAD") return std::nullopt;
  const std::string& key = header->second;
  const bool is_good = !key.empty() && key.size() <= repetition_key_max &&
                       std::ranges::all_of(key, [](const char octet) { return octet > ' ' && octet < '\x7F'; });
  if (!is_good) {
    return fail(ErrorCode::malformed,
                fmt::format("此项应为 1 到 {} 个可见的 ASCII 字符，请用随机的 UUID", repetition_key_max),
                "Idempotency-Key");
  }
  Bytes who{"id "};
  who += person.value();
  Bytes seal{"seal "};
  seal += person.value();
  Once once{.id = crypto::hmac_sha256(key, who), .request = crypto::hmac_sha256(key, asked(request)), .seal = {}};
  const Hash secret = crypto::hmac_sha256(key, seal);
  std::ranges::copy(secret.octets, once.seal.begin());
  return once;
}

std::optional<http::Response> answered_before(const journal::View& store, const Once& once) {
  const auto kept = tables::answer(store, once.id);
  if (!kept) return std::nullopt;
  if (kept->request != once.request) {
    return http::problem(409, "key_reused", "此 Idempotency-Key 已用于另一请求；新的请求须用新的值");
  }
  if (auto response = opened(once, kept->sealed)) return response;
  return http::problem(409, "already_done", "该请求已办理，但当时的回答过大，未予保留；请查询结果，不要重发");
}

void keep(journal::Draft& draft, const Once& once, const http::Response& response, UtcTime now) {
  tables::keep_answer(draft, once.id, {.request = once.request, .at = now, .sealed = sealed(once, response)});
}

}  // namespace lab::board
