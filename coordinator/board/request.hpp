#pragma once
// What every handler does first and last. Private to this folder.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "coordinator/board/board.hpp"
#include "coordinator/board/province.hpp"
#include "protocol/base/result.hpp"
#include "protocol/http/router.hpp"

namespace lab::board {

constexpr std::size_t page_usual = 100;
constexpr std::size_t page_max = 1'000;   // rows of an answer: half a megabyte of JSON
constexpr std::size_t units_max = 2'000;  // sampled units in one request, each a record of one turn

/// What a handler works with. `person` is nobody on the open address.
struct Visit {
  const Office& office;
  ProvinceCache& provinces;
  const Person* person = nullptr;
  http::Request request;
  http::Respond respond;
};

using Handling = std::function<void(Visit& visit)>;

/// Adds routes that only those reach who may do `action`, and keeps a damaged store from being worked on.
class Routes {
 public:
  Routes(const Office& office, std::shared_ptr<ProvinceCache> provinces)
      : office_(office), provinces_(std::move(provinces)) {}

  void open(std::string method, std::string_view pattern, Handling handling);
  void add(std::string method, std::string_view pattern, Action action, Handling handling);
  [[nodiscard]] http::Router take() { return std::move(router_); }

 private:
  const Office& office_;
  std::shared_ptr<ProvinceCache> provinces_;
  http::Router router_;
};

http::Response answer(const nlohmann::json& body, int status = 200);
/// An error as a problem document, its code the name of the error's code.
http::Response problem_of(const Error& error);
/// Decides in the loop and answers after the commit.
void decide_in_loop(const Visit& visit, Decide decide);

/// A field of the path or the query; empty when it is missing.
std::string text_in(const http::Request& request, const std::string& field);
/// The same as a whole number, `otherwise` when it is missing; malformed when it is no number.
Result<std::uint64_t> number_in(const http::Request& request, const std::string& field, std::uint64_t otherwise);
/// Rows asked for, 1 to page_max.
Result<std::size_t> limit_in(const http::Request& request);
Result<model::TaskId> task_in(const http::Request& request);
/// The newest revision of the plan in the path.
Result<model::PlanEntry> plan_in(const http::Request& request, const journal::View& store);

/// The body as a JSON object; an empty body is an empty object.
Result<nlohmann::json> body_of(const http::Request& request);
/// A text of an object; malformed when it is missing or no text.
Result<std::string> text_of(const nlohmann::json& object, const char* field);

}  // namespace lab::board
