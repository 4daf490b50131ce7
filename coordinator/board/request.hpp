#pragma once
// What every handler does first and last. Private to this folder.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "coordinator/board/board.hpp"
#include "coordinator/board/permissions.hpp"
#include "coordinator/board/province.hpp"
#include "protocol/base/result.hpp"
#include "protocol/http/router.hpp"
#include "protocol/service/request.hpp"

namespace lab::board {

using service::answer;
using service::body_of;
using service::number_in;
using service::problem_of;
using service::text_in;

constexpr std::size_t page_max = 1'000;   // rows of an answer: half a megabyte of JSON
constexpr std::size_t units_max = 2'000;  // sampled units in one request, each a record of one turn

/// What a handler works with. `person` is nobody on the open address.
struct Visit {
  const Office& office;
  ProvinceCache& provinces;
  service::PersonPtr person{};
  std::optional<service::Visitor> visitor{};  // with the session, where there is one; nobody on the open address
  http::Request request;
  http::Respond respond;
};

using Handling = std::function<void(Visit& visit)>;

/// Adds routes that only those reach who may do `action`, and keeps a damaged store from being worked on. A parameter
/// that openapi.json does not describe is refused, for those who may ask: what is mistyped is not left out silently.
class Routes {
 public:
  Routes(const Office& office, std::shared_ptr<ProvinceCache> provinces)
      : office_(office), provinces_(std::move(provinces)) {}

  void open(std::string method, std::string_view pattern, Handling handling);
  void add(std::string method, std::string_view pattern, Action action, Handling handling);
  [[nodiscard]] http::Router take() { return std::move(router_); }

 private:
  void put(std::string method, std::string_view pattern, Handling handling);

  const Office& office_;
  std::shared_ptr<ProvinceCache> provinces_;
  http::Router router_;
};

/// Decides in the loop and answers after the commit. What is not refused stands in the diary first, with its person.
void decide_in_loop(const Visit& visit, Decide decide);

/// What cannot be undone is signed: a person at the browser gives their password again, in `password` of the body, and
/// a script's token is its own signature. Answers and returns false when it is not signed.
bool is_signed(const Visit& visit, const nlohmann::json& body);

/// Rows asked for, 1 to page_max.
inline Result<std::size_t> limit_in(const http::Request& request) { return service::limit_in(request, page_max); }
Result<model::TaskId> task_in(const http::Request& request);
/// Behind which task a list of tasks goes on: `after` of the query. The one before all others when there is none.
Result<model::TaskId> task_after_in(const http::Request& request);
/// The newest revision of the plan in the path.
Result<model::PlanEntry> plan_in(const http::Request& request, const journal::View& store);

/// A text of an object; malformed when it is missing or no text.
Result<std::string> text_of(const nlohmann::json& object, const char* field);
/// Empty when it is missing or no text.
std::string text_or_empty(const nlohmann::json& object, const char* field);
/// A yes or no that may be left out; malformed when it is something else.
Result<std::optional<bool>> flag_in(const nlohmann::json& object, const char* field);

}  // namespace lab::board
