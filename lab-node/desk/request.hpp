#pragma once
// What every handler of the desk does first and last. Private to this folder.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "lab-node/desk/desk.hpp"
#include "lab-node/desk/permissions.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/service/request.hpp"

namespace lab::desk {

using service::answer;
using service::body_of;
using service::number_in;
using service::problem_of;

/// Of a capture that a person brought; behind it stands the file's name.
inline constexpr std::string_view upload_port = "upload ";

/// Who asks.
struct Caller {
  model::PersonId id;
  crypto::SecretKey signing{};
  service::Visitor visitor;
  Action action = Action::look;  // what they want to do
};

/// Adds a route that only looks. It and the next let in who may, answer everybody else, and keep a damaged store from
/// being worked on.
void add_look(http::Router& router, const Office& office, std::string_view pattern,
              std::function<http::Response(const http::Request&)> look);

/// Adds a route that does `action`.
using Handle = std::function<void(const Office& office, const Caller& caller, http::Request request,
                                  const http::Respond& respond)>;
void add_action(http::Router& router, const Office& office, std::string_view pattern, Action action, Handle handle);

/// Rows asked for, 1 to page_max.
inline Result<std::size_t> limit_in(const http::Request& request) { return service::limit_in(request, page_max); }

/// A page of a list of things that wait for a person, or of all of them.
struct Page {
  std::size_t limit = 0;
  bool open = true;         // only what waits
  std::uint64_t after = 0;  // the last entry of the page before
};
Result<Page> page_in(const http::Request& request);

/// What a person decides about the entry that the address names, with the reason {reason} from the body.
struct ReasonedEntry {
  std::uint64_t entry = 0;
  std::string reason;
};
/// Nothing when the request is no such one: then it was answered.
std::optional<ReasonedEntry> reasoned_entry(const http::Request& request, const http::Respond& respond);

/// A text of an object; empty when it is missing or no text.
std::string text_in(const nlohmann::json& object, const char* field);
/// A list of at most batch_max objects; nothing when it is not.
std::optional<std::vector<nlohmann::json>> list_in(const nlohmann::json& object, const char* field);

http::Response bad_request(const char* detail);
http::Response refused(const node::Refusal& refusal);
/// A problem that says more than its code and its sentence.
http::Response problem_with(int status, std::string_view code, std::string_view detail, const nlohmann::json& more);
http::Response not_enrolled();
/// Bytes that a record was about to name could not be made safe.
http::Response not_kept();

/// The raw bytes of a stored capture, from its record or its blob.
Result<Bytes> raw_bytes(const Office& office, const journal::View& view, const Hash& raw);

/// What a person is answered, and whether what was decided is stored. A refusal changes nothing, unless it says so.
struct Decision {
  // NOLINTNEXTLINE(google-explicit-constructor): nearly every decision is no more than its answer
  Decision(http::Response answer) : response(std::move(answer)), is_stored(response.status < first_refusal) {}
  /// Refused, and kept all the same, so that somebody can see it.
  static Decision kept(http::Response refusal) {
    Decision decision{std::move(refusal)};
    decision.is_stored = true;
    return decision;
  }

  http::Response response;
  bool is_stored;

 private:
  static constexpr int first_refusal = 400;
};

/// Decides in the loop and answers after the commit. 409 before enrolment: no event can be written without an identity.
/// What the table of guards does not allow the caller's action to change is not stored, whatever was decided; nor is
/// what a refusal leaves in the draft.
using Decide = std::function<Decision(node::Node& node, journal::Draft& draft, UtcTime now)>;
void decide_in_loop(const Office& office, const Caller& caller, const http::Respond& respond, Decide decide);

/// {number, ok} or {number, ok, code, detail, params?}.
template <class T>
nlohmann::json result_line(const std::string& number, const node::Decided<T>& decided) {
  nlohmann::json line{{"number", number}, {"ok", decided.has_value()}};
  if (!decided) {
    line["code"] = decided.error().code;
    line["detail"] = decided.error().detail;
    if (!decided.error().params.empty()) line["params"] = decided.error().params;
  }
  return line;
}

}  // namespace lab::desk
