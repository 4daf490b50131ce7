#pragma once
// Which handler answers which method and path. A Router is itself a Handler: hand it to Server::start.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/http/message.hpp"

namespace lab::http {

/// Filled in before the server starts, unchanged afterwards; then safe on any number of threads.
class Router {
 public:
  /// `pattern` is matched segment by segment: "/api/v1/tasks/{task}/label.png" puts the third segment into
  /// request.parameters["task"]. A literal segment wins over a {name}. A GET route also answers HEAD.
  /// Precondition: this method and pattern have not been added before.
  void add(std::string method, std::string_view pattern, Handler handler);

  /// Answers what no pattern matches (the files of the page); without it that is 404 `no_such_address`.
  void otherwise(Handler handler) { otherwise_ = std::move(handler); }

  /// Everything is answered through what `watch` makes of the way back, which may look at question and answer.
  using Watch = std::function<Respond(const Request& request, Respond respond)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  /// Method and pattern of every route, as they were added.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const;

  /// A known path asked with another method is answered with 405 `method_not_allowed` and an Allow field.
  void operator()(Request request, Respond respond) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;  // a parameter keeps its braces
    Handler handler;
  };

  std::vector<Route> routes_;  // best match first: see add
  Handler otherwise_;
  Watch watch_;
};

}  // namespace lab::http
