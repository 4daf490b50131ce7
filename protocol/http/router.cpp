#include "protocol/http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "protocol/base/check.hpp"

namespace lab::http {
namespace {

using Segments = std::vector<std::string>;

Segments split(std::string_view path) {
  Segments segments;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    if (end == path.size()) return segments;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// An empty segment stands for nothing: "/tasks//label.png" is no task's label.
bool matches(const Segments& pattern, const Segments& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& want, const std::string& have) {
                      return is_parameter(want) ? !have.empty() : want == have;
                    });
}

// Literal segments before parameters, from the left: with this order the first match is the best one.
bool is_more_literal(const Segments& a, const Segments& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const auto& x, const auto& y) { return !is_parameter(x) && is_parameter(y); });
}

bool answers(std::string_view route_method, std::string_view method) {
  return route_method == method || (route_method == "GET" && method == "HEAD");
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  LAB_CHECK(pattern.starts_with('/') && handler);
  Route route{.method = std::move(method), .segments = split(pattern), .handler = std::move(handler)};
  LAB_CHECK(std::none_of(routes_.begin(), routes_.end(), [&](const Route& other) {
    return other.method == route.method && other.segments == route.segments;
  }));
  const auto at = std::upper_bound(routes_.begin(), routes_.end(), route, [](const Route& a, const Route& b) {
    return is_more_literal(a.segments, b.segments);
  });
  routes_.insert(at, std::move(route));
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Route& route : routes_) all.emplace_back(route.method, fmt::format("/{}", fmt::join(route.segments, "/")));
  return all;
}

void Router::operator()(Request request, Respond respond) const {
  if (watch_) respond = watch_(request, std::move(respond));
  const Segments path = request.path.starts_with('/') ? split(request.path) : Segments{};
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    if (!matches(route.segments, path)) continue;
    if (!answers(route.method, request.method)) {
      allowed.insert(route.method);
      continue;
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
      const std::string& name = route.segments[i];
      if (is_parameter(name)) request.parameters[name.substr(1, name.size() - 2)] = path[i];
    }
    return route.handler(std::move(request), std::move(respond));
  }
  if (!allowed.empty()) {
    auto answer = problem(405, "method_not_allowed", fmt::format("{} 不支持 {} 方法", request.path, request.method));
    answer.headers["allow"] = fmt::format("{}", fmt::join(allowed, ", "));
    return respond(std::move(answer));
  }
  if (otherwise_) return otherwise_(std::move(request), std::move(respond));
  respond(problem(404, "no_such_address", fmt::format("没有这个地址：{}", request.path)));
}

}  // namespace lab::http
