#pragma once
// What the node answers when the trade does not allow something: not an error of the world, and never a log line only.

#include <map>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace lab::node {

/// `code` is stable and for programs; `detail` is one Chinese sentence for the person at the bench: what, why, what to
/// do. `params` are what that sentence names beside its own words (number, field, until ...), so that a page can say it
/// in another language.
struct Refusal {
  std::string code;
  std::string detail;
  std::map<std::string, std::string> params{};

  bool operator==(const Refusal&) const = default;
};

/// A decision: refused ones have changed nothing.
template <class T>
using Decided = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(std::string code, std::string detail,
                                      std::map<std::string, std::string> params = {}) {
  return tl::unexpected<Refusal>(Refusal{std::move(code), std::move(detail), std::move(params)});
}

}  // namespace lab::node
