#pragma once
// A field that holds one of a few words.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tools/qlims/jsonl.hpp"

namespace lab::qlims {

/// The value that the field names, or the first of the list when nothing was given. Any other word is rejected with
/// the list of those that may be written.
template <class Value, std::size_t n>
Value choose(Fields& in, std::string_view field, const std::array<std::pair<std::string_view, Value>, n>& choices) {
  const std::string given = in.text(field);
  if (given.empty()) return choices.front().second;
  std::string names;
  for (const auto& [name, value] : choices) {
    if (name == given) return value;
    if (!names.empty()) names += ", ";
    names += name;
  }
  in.reject(field, "must be one of " + names);
  return choices.front().second;
}

}  // namespace lab::qlims
